//! `conjoin --version`, which scripts ask often: answered before the commands are made.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// What clap prints for it.
const TEXT: &str = concat!("conjoin ", env!("CARGO_PKG_VERSION"), "\n");

/// Whether nothing else is asked. Among other words it is clap's matter.
pub(crate) fn is_asked() -> bool {
    let mut words = std::env::args_os().skip(1);
    let first = words.next();
    let is_version = |word: &OsStr| word == "--version" || word == "-V";
    first.as_deref().is_some_and(is_version) && words.next().is_none()
}

/// Prints it.
pub(crate) fn tell() -> ExitCode {
    // Who does not read it does not want it; so does clap.
    let _ = io::stdout().write_all(TEXT.as_bytes());
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_version_is_told_as_clap_tells_it() {
        for word in ["--version", "-V"] {
            let told = crate::args::Args::command().try_get_matches_from(["conjoin", word]).unwrap_err();
            assert_eq!((told.to_string().as_str(), told.exit_code()), (super::TEXT, 0), "{word}");
        }
    }
}
