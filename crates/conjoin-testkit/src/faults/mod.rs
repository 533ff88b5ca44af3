//! Faults: what servers, gateways and lines do to an answer, committed on purpose.
//!
//! A [`Mishap`] is one of them; [`When`] says which requests it befalls. [`Faulty`] commits it in process,
//! around any other [`Transport`](conjoin_http::Transport), where time is tokio's and can be paused.
//! [`FaultyServer`] commits the same one on a loopback socket, byte by byte, below what an HTTP library would
//! let a server do. A provider cannot tell the two apart, and a test holds them to it.
//!
//! ```
//! use std::sync::Arc;
//! use conjoin_testkit::emulator::Emulator;
//! use conjoin_testkit::faults::{Faulty, Mishap, When};
//!
//! let vendor = Arc::new(Emulator::pica().transport());
//! let line = Faulty::new(vendor, Mishap::ResetMidBody, When::First(2));
//! # let _ = line;
//! ```

mod answer;
mod in_process;
mod mishap;
mod server;
mod when;

pub use in_process::Faulty;
pub use mishap::{Mishap, RetryAfter};
pub use server::FaultyServer;
pub use when::When;
