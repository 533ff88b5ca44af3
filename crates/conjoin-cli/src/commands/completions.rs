//! `conjoin completions`

use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;

use super::stdout;
use crate::args::Args;
use crate::failure::Failure;

pub(super) fn run(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "conjoin", &mut script);
    let mut out = stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
