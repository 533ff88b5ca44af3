//! The HTTP client that adapters share.

mod transport;

pub use transport::{Fault, Sent, Transport, TransportError};
