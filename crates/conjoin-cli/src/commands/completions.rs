//! `conjoin completions`

use std::io::Write as _;
use std::process::ExitCode;

use super::stdout;
use crate::completion;
use crate::failure::Failure;

pub(super) fn run(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut out = stdout();
    out.write_all(&completion::script(shell)?)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
