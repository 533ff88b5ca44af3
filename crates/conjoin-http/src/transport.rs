//! The seam: one request in, one answer out. Replay, recording, faults and other clients are transports.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

/// Sends one request and reads the whole answer.
///
/// A transport follows no redirects, retries nothing, and knows no credential but the headers it is given.
/// An answer of any status is `Ok`; `Err` means that no whole answer came.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request, whose URI is absolute.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// Why no whole answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportError {
    /// What broke.
    pub fault: Fault,
    /// Whether the request may have reached the server.
    pub sent: Sent,
    /// The status line's code, where one came before the answer broke.
    pub status: Option<u16>,
    /// What happened, on one line, without URL query and headers.
    pub message: String,
}

impl TransportError {
    /// A failure after which the request may have reached the server.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, sent: Sent::Maybe, status: None, message: message.into() }
    }

    /// A failure before anything was sent.
    pub fn never_sent(fault: Fault, message: impl Into<String>) -> Self {
        Self { sent: Sent::Never, ..Self::new(fault, message) }
    }

    /// Adds the status line's code.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}

/// What broke on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: name, route, refusal, TLS.
    Connect,
    /// No answer in time.
    Timeout,
    /// The line broke, or what came is no HTTP.
    Broken,
    /// The body is not encoded as its label says.
    Encoding,
    /// The body is larger than is read.
    TooLarge,
    /// The transport cannot send such a request, or is misconfigured.
    Unsendable,
}

impl Fault {
    /// One word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Encoding => "encoding",
            Self::TooLarge => "too_large",
            Self::Unsendable => "unsendable",
        }
    }
}

/// Whether a request may have reached the server: what decides if a change may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sent {
    /// Certainly not.
    Never,
    /// Perhaps.
    Maybe,
}
