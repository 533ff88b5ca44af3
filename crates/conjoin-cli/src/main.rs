//! The `conjoin` command: people's connections over many vendors, from one prompt.
//!
//! Data go to standard output, everything else to standard error. Exit codes: 0 the answer is complete,
//! 1 there is none, 2 the command or the configuration is wrong and nothing was sent, 3 the answer is
//! partial, 4 `diff` has found differences, 5 `check` a connection that does not work.

mod account;
mod args;
mod commands;
mod completion;
mod failure;
mod manual;
mod output;
mod setup;
mod state;
mod verbose;
mod version;

use std::process::ExitCode;

use crate::args::Args;
use crate::failure::Failure;

fn main() -> ExitCode {
    completion::answer();
    if version::is_asked() {
        return version::tell();
    }
    let args = Args::of_process();
    let form = args.output;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match (verbose::begin(args.verbose), runtime) {
        (Ok(()), Ok(runtime)) => runtime.block_on(commands::run(args)),
        (Err(failure), _) => Err(failure),
        (_, Err(error)) => Err(Failure::from(error)),
    };
    result.unwrap_or_else(|failure| failure.report(form))
}
