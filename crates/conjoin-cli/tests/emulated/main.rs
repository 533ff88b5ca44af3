//! The command against `conjoin emulate`: two processes of the built binary, and real HTTP between them.

#![expect(clippy::unwrap_used, reason = "a test whose helper cannot go on has failed")]

mod changes;
mod completions;
#[cfg(unix)]
mod crash;
mod diff;
mod doctor;
mod faults;
mod man;
mod many;
mod plans;
#[cfg(unix)]
mod proxy;
mod read;
mod select;
mod serve;
mod snapshot;
mod support;
#[cfg(unix)]
mod terminal;
mod verbose;
#[cfg(unix)]
mod watch;
