//! Snapshots, what differs between them, and watching: by the library alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod diff;
mod snapshot;
mod support;
mod watch;
