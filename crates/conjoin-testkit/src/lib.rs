//! Fixtures, replay, faults and vendor emulators for tests of Conjoin's adapters and of apps that use it.
//!
//! - [`Fixture`]: what a vendor answers to one call, as a HAR 1.2 file with its provenance.
//! - [`Replay`]: a fixture as a [`Transport`](conjoin_http::Transport), strict about what is asked.
//! - [`emulator`]: a vendor's server in memory, in process or on a loopback port.

mod call;
pub mod emulator;
mod fixture;
mod har;
mod replay;

pub use call::{Call, CallArgs, Words};
pub use fixture::{
    About, Body, Exchange, Fixture, FixtureError, PLACEHOLDER, Provenance, RecordedRequest, RecordedResponse,
    fixtures,
};
pub use replay::{Replay, ReplayError, SentRequest};
