//! The client, over a transport that answers as it is told, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;
mod limits;
mod policies;
