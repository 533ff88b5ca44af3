//! What each vendor's state machine offers the stage that runs it.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::facts::Facts;
use super::limit::Quota;

/// One vendor's server as a pure state machine: no clock, no socket, no waiting.
pub(super) trait Vendor: fmt::Debug + Send {
    /// Answers one request, and remembers what it changed.
    fn handle(&mut self, request: &Request<Bytes>) -> Response<Bytes>;

    /// Whether HEAD is answered as GET is, without the body. Most frameworks do; `FastAPI` does not.
    fn answers_head(&self) -> bool {
        true
    }

    /// The vendor's error body for a status that a fault or the rate limit asks for.
    fn failure(&mut self, status: StatusCode) -> Response<Bytes>;

    /// Adds the vendor's rate-limit headers.
    fn label(&self, quota: &Quota, response: &mut Response<Bytes>);

    /// What a caller must know.
    fn facts(&self) -> Facts;
}
