//! What a shell completes: answered by the command itself, from the configuration and the last snapshot.
//!
//! No vendor is asked and no credential is read, so that a key pressed by chance costs nothing. The shell's
//! script calls the command with [`VAR`] set and the words so far; clap's engine knows the grammar, and
//! [`words`] the values that it cannot know.

mod bash;
mod line;
mod words;

use std::ffi::OsString;
use std::io;
use std::sync::OnceLock;

use clap_complete::env::{CompleteEnv, Elvish, Fish, Powershell, Shells, Zsh};

use crate::args::Args;

/// The variable whose value is the shell that asks.
const VAR: &str = "CONJOIN_COMPLETE";

const SHELLS: Shells<'static> = Shells(&[&bash::Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// The words of the command line that is completed: values depend on `--config` and `--demo`.
static LINE: OnceLock<Vec<OsString>> = OnceLock::new();

/// Answers a shell that asks, and ends the process; otherwise does nothing.
pub(crate) fn answer() {
    let Some(shell) = std::env::var_os(VAR) else { return };
    let mut asked: Vec<_> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if shell == "bash" {
        asked = asked.first().map(|line| line::split(&line.to_string_lossy())).unwrap_or_default();
    }
    let _ = LINE.set(asked);
    CompleteEnv::with_factory(command).var(VAR).shells(SHELLS).completer("conjoin").complete();
}

/// The command with what completes its values.
fn command() -> clap::Command {
    words::attach(Args::whole())
}

/// A shell's script, to be read when it starts.
pub(crate) fn script(shell: clap_complete::Shell) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let name = shell.to_string();
    let shell = SHELLS.completer(&name).ok_or_else(|| io::Error::other(format!("no script for {name}")))?;
    shell.write_registration(VAR, "conjoin", "conjoin", "conjoin", &mut script)?;
    Ok(script)
}
