//! The HTTP client that adapters share, so that an adapter is nothing but translation.
//!
//! - [`ApiClient`] sends a request with its credential, follows redirects of the same origin, retries what is
//!   safe, and ends in time. Around [`Transport`], the only seam, the order is fixed:
//!   span → total deadline → retry → rate limit → concurrency permit → attempt timeout → transport.
//! - [`Answer`] reads JSON leniently, row by row: one bad row never loses the others.
//! - [`wire!`] declares what a vendor sends, as structs of [`Scalar`], [`Maybe`] and [`Many`]: whatever a vendor
//!   puts into them, the row is read.
//! - Errors are [`conjoin_core::Error`]: one table for all adapters says what a status means
//!   ([`kind_of_status`]).
//!
//! Each call of an operation is a [`tracing`] span, and in it each request that is sent, with OpenTelemetry's
//! names for what HTTP clients do: no query, no header and no body is in them. [`RateLimit`] keeps below a rate
//! that the vendor counts.
//!
//! A credential is a [`Secret`]; it goes into one header, and is taken out of whatever a vendor answers.

mod answer;
mod auth;
mod base_url;
mod client;
mod decoded;
#[cfg(feature = "reqwest")]
mod dialled;
mod failure;
mod lenient;
mod list;
mod paging;
mod policy;
mod problem;
mod rate;
mod rate_limit;
mod redirect;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
mod retry_after;
mod secret;
mod setup;
mod texts;
mod tokens;
mod trace;
mod transport;
mod wire;

pub use answer::Answer;
pub use auth::Auth;
pub use base_url::BaseUrl;
pub use client::ApiClient;
pub use lenient::{Many, Maybe, Raw, Scalar, Variant};
pub use list::{LIST_NAMES, List, Unreadable};
pub use paging::{Paging, Place};
pub use policy::kind_of_status;
pub use rate::Rate;
pub use rate_limit::RateLimit;
pub use request::ApiRequest;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::ReqwestTransport;
pub use secret::Secret;
pub use setup::Setup;
pub use texts::Texts;
pub use tokens::Tokens;
pub use transport::{Fault, Sent, Transport, TransportError};

/// What [`wire!`] is made of. No part of the interface.
#[doc(hidden)]
pub mod wired {
    pub use crate::wire::{Camel, Object, Place, object, plain};
}
