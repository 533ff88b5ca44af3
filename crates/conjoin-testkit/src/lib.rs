//! Fixtures, replay, faults and vendor emulators for tests of Conjoin's adapters and of apps that use it.
//!
//! - [`Fixture`]: what a vendor answers to one call, as a HAR 1.2 file with its provenance.
//! - [`Replay`]: a fixture as a [`Transport`](conjoin_http::Transport), strict about what is asked.
//! - [`emulator`]: a vendor's server in memory, in process or on a loopback port.
//! - [`faults`]: what goes wrong on the way, in process and on the wire.
//! - [`conformance`] (feature `conformance`): what every provider must do, as named tests.

mod answered;
mod call;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod emulator;
pub mod faults;
mod fixture;
mod har;
mod replay;
mod rows;

pub use answered::Answered;
pub use call::{Call, CallArgs, Words};
pub use fixture::{
    About, Body, Exchange, Fixture, FixtureError, PLACEHOLDER, Provenance, RecordedRequest, RecordedResponse,
    fixtures,
};
pub use replay::{Replay, ReplayError, SentRequest};
