//! The answers that mishaps give, before they are put on a wire or handed over.

use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Mishap, When};
use crate::rows;

/// A body of which mishaps send a part.
pub(super) const BODY: &[u8] = br#"{"rows":[{"id":"never-whole","name":"a row of a broken answer"},{"id":"#;
/// What is sent instead of HTTP.
pub(super) const GREETING: &[u8] = b"220 smtp.test ESMTP ready\r\n";

const INVALID_UTF8: &[u8] = b"{\"id\":\"\xc3\x28\",\"rows\":[]}";
const PAGE: &str =
    "<html><head><title>503 Service Unavailable</title></head><body><h1>503</h1></body></html>";

/// A vendor and what befalls it: the part that is the same in process and on the wire.
pub(super) struct Stage {
    inner: Arc<dyn Transport>,
    mishap: Mishap,
    when: When,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: u32,
    first: Option<Response<Bytes>>,
}

/// What becomes of a request.
pub(super) enum Fate {
    /// It is answered.
    Answered(Response<Bytes>),
    /// The line does this; there is no whole answer.
    Line(Mishap),
}

impl Stage {
    pub(super) fn new(inner: Arc<dyn Transport>, mishap: Mishap, when: When) -> Self {
        Self { inner, mishap, when, state: Mutex::default() }
    }

    pub(super) fn mishap(&self) -> (Mishap, When) {
        (self.mishap, self.when)
    }

    pub(super) async fn fate(&self, request: Request<Bytes>) -> Result<Fate, TransportError> {
        let number = {
            let mut state = self.state();
            state.requests += 1;
            state.requests
        };
        if !self.when.hits(number) {
            return self.inner.send(request).await.map(Fate::Answered);
        }
        let answer = match self.mishap {
            Mishap::Status(status) => refusal(status, &request),
            Mishap::Limited(wait) => {
                let mut answer = refusal(429, &request);
                if let Some(value) = wait.value().and_then(|value| HeaderValue::from_str(&value).ok()) {
                    answer.headers_mut().insert(RETRY_AFTER, value);
                }
                answer
            }
            Mishap::HtmlPage => typed(503, "text/html", PAGE),
            Mishap::RedirectElsewhere => {
                let mut answer = typed(302, "text/plain", "moved");
                let elsewhere = HeaderValue::from_static("https://elsewhere.invalid/");
                answer.headers_mut().insert(LOCATION, elsewhere);
                answer
            }
            Mishap::InvalidUtf8 => typed(200, "application/json", INVALID_UTF8),
            Mishap::RepeatedPage => self.first(request).await?,
            Mishap::EmptyPages => {
                let mut answer = self.first(request).await?;
                rows::edit(&mut answer, Vec::clear);
                answer
            }
            line => return Ok(Fate::Line(line)),
        };
        Ok(Fate::Answered(answer))
    }

    /// The answer to the first request that was hit.
    async fn first(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Some(first) = self.state().first.clone() {
            return Ok(first);
        }
        let answer = self.inner.send(request).await?;
        Ok(self.state().first.get_or_insert(answer).clone())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The head of an answer whose body never comes whole.
pub(super) fn mislabelled() -> Response<Bytes> {
    let mut answer = typed(200, "application/json", "{\"rows\":[]}");
    answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    answer
}

fn refusal(status: u16, request: &Request<Bytes>) -> Response<Bytes> {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    let message = format!("refused as told; you sent {}", headers.collect::<Vec<_>>().join(", "));
    let body: Value = json!({ "error": { "code": "TOLD_TO_FAIL", "message": message } });
    typed(status, "application/json", body.to_string())
}

fn typed(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
