//! How a command ends when it has no answer.

use std::io::{self, Write as _};
use std::process::ExitCode;

use conjoin::{Error, SnapshotError};
use conjoin_testkit::FixtureError;

use crate::args::Form;
use crate::output::{Style, error_text, printable};

/// The answer is complete.
pub(crate) const COMPLETE: u8 = 0;
/// There is no answer.
pub(crate) const FAILED: u8 = 1;
/// The command or the configuration is wrong; nothing was sent.
pub(crate) const USAGE: u8 = 2;
/// The answer is partial.
pub(crate) const PARTIAL: u8 = 3;

/// Two sides differ.
pub(crate) const DIFFERENT: u8 = 4;
/// The vendors answered, and a connection does not work.
pub(crate) const BROKEN: u8 = 5;

/// Why a command has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line.
    Command(String),
    /// The configuration.
    Usage(Error),
    /// A vendor, or the way to it.
    Failed(Error),
    /// A file of fixtures, which is no vendor's matter.
    File(FixtureError),
    /// A snapshot that cannot be written.
    Unwritten(SnapshotError),
    /// Our own output.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<FixtureError> for Failure {
    fn from(error: FixtureError) -> Self {
        Self::File(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl Failure {
    /// A mistake in how the command was called.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Command(message.into())
    }

    /// A file that is named as a plan, a journal or a snapshot and cannot be used as one; nothing was sent. What
    /// is in it reaches no terminal as it is.
    pub(crate) fn unusable(error: impl std::fmt::Display) -> Self {
        Self::Command(printable(&error.to_string()).into_owned())
    }

    /// Says what happened, and gives the exit code. Under `-o json` and `-o jsonl` an operation that failed is an
    /// object on standard output as well.
    pub(crate) fn report(self, form: Form) -> ExitCode {
        let style = Style::stderr();
        let (code, error) = match self {
            Self::Usage(error) => (USAGE, error),
            Self::Failed(error) => (FAILED, error),
            Self::Command(message) => {
                let _ = writeln!(io::stderr(), "error: {message}");
                return ExitCode::from(USAGE);
            }
            Self::File(error) => {
                let _ = writeln!(io::stderr(), "error: {error}");
                return ExitCode::from(FAILED);
            }
            Self::Unwritten(error) => {
                let _ = writeln!(io::stderr(), "error: {error}");
                return ExitCode::from(FAILED);
            }
            // Nobody reads any more: nothing is left to say.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::from(COMPLETE);
            }
            Self::Output(error) => {
                let _ = writeln!(io::stderr(), "error: the output cannot be written: {error}");
                return ExitCode::from(FAILED);
            }
        };
        if form.is_json() && code == FAILED {
            let object = serde_json::json!({ "error": error });
            let _ = if form == Form::Json {
                writeln!(io::stdout(), "{object:#}")
            } else {
                writeln!(io::stdout(), "{object}")
            };
        }
        let _ = write!(io::stderr(), "{}", error_text(&error, &style));
        ExitCode::from(code)
    }
}
