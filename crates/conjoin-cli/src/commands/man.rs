//! `conjoin man`

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::stdout;
use crate::failure::Failure;
use crate::manual;

/// The first page on standard output, or all of them in a folder.
pub(super) fn run(folder: Option<&Path>) -> Result<ExitCode, Failure> {
    let mut out = stdout();
    match folder {
        None => out.write_all(&manual::first()?.text)?,
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            for page in manual::all()? {
                let path = folder.join(page.file);
                std::fs::write(&path, page.text)?;
                writeln!(out, "{}", path.display())?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
