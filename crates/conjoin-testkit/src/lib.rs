//! Fixtures, replay, faults and vendor emulators for tests of Conjoin's adapters and of apps that use it.
//!
//! - [`Fixture`]: what a vendor answers to one call, as a HAR 1.2 file with its provenance.
//! - [`Replay`]: a fixture as a [`Transport`](conjoin_http::Transport), strict about what is asked;
//!   [`ReplayServer`] is the same on a loopback port, for clients in any language.
//! - [`Recorder`] and [`Import`] make fixtures, [`redact`] takes out what is not to be shown, [`save`] writes
//!   them, [`lint`] and [`prove`] judge what is stored, [`export`] writes plain HAR.
//! - [`Drift`]: whether a vendor's answers still have the shape of the stored ones.
//! - [`emulator`]: a vendor's server in memory, in process or on a loopback port.
//! - [`faults`]: what goes wrong on the way, in process and on the wire.
//! - With the feature `conformance`: `conformance!`, what every provider must do, as named tests; and `play_all`,
//!   every stored fixture through a provider.

mod answered;
mod call;
#[cfg(feature = "conformance")]
pub mod conformance;
mod drift;
pub mod emulator;
mod export;
pub mod faults;
mod finding;
mod fixture;
mod har;
mod import;
mod lint;
mod loopback;
#[cfg(feature = "conformance")]
mod play;
mod prove;
mod record;
mod redact;
mod replay;
mod replay_server;
mod rows;
mod save;
mod secrets;

pub use answered::Answered;
pub use call::{Call, CallArgs, Words};
pub use drift::{Compared, Difference, Drift, Severity};
pub use export::export;
pub use finding::Finding;
pub use fixture::{
    About, Body, Exchange, Fixture, FixtureError, PLACEHOLDER, Provenance, RecordedRequest, RecordedResponse,
    fixtures,
};
pub use import::{Import, Imported};
pub use lint::lint;
#[cfg(feature = "conformance")]
pub use play::{play_all, told};
pub use prove::{prove, unknown};
pub use record::Recorder;
pub use redact::{Allow, PublicValues, redact};
pub use replay::{Replay, ReplayError, SentRequest};
pub use replay_server::ReplayServer;
pub use save::{Existing, save};
pub use secrets::Secrets;
