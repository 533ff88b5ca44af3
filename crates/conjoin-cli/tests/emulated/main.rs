//! The command against `conjoin emulate`: two processes of the built binary, and real HTTP between them.

#![expect(clippy::unwrap_used, reason = "a test whose helper cannot go on has failed")]

mod changes;
#[cfg(unix)]
mod crash;
mod faults;
mod many;
mod plans;
#[cfg(unix)]
mod proxy;
mod read;
mod select;
mod serve;
mod support;
#[cfg(unix)]
mod terminal;
mod verbose;
