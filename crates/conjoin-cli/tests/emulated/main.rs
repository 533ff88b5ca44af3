//! The command against `conjoin emulate`: two processes of the built binary, and real HTTP between them.

#![expect(clippy::unwrap_used, reason = "a test whose helper cannot go on has failed")]

mod changes;
mod completions;
mod diff;
mod doctor;
mod faults;
mod man;
mod read;
mod serve;
mod snapshot;
mod support;
mod verbose;
#[cfg(unix)]
mod watch;
