//! Recording: a transport that keeps what passes through it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::{HeaderMap, Request, Response};
use url::Url;

use crate::fixture::{
    About, Body, Exchange, Fixture, FixtureError, PLACEHOLDER, RecordedRequest, RecordedResponse,
};
use crate::redact::{Allow, redact};
use crate::secrets::Secrets;

/// A transport that sends through another one, and keeps the exchanges for a [`Fixture`].
///
/// The credential is taken out as it passes: it is what stands in headers that are marked as sensitive, as
/// [`Auth`](conjoin_http::Auth) marks them. All else is redacted when the recording [ends](Self::finish).
pub struct Recorder {
    inner: Arc<dyn Transport>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    exchanges: Vec<Exchange>,
    secrets: Secrets,
}

impl Recorder {
    /// Sends through this transport.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, kept: Mutex::default() }
    }

    /// The hosts that were asked, each once.
    pub fn hosts(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let hosts = kept.exchanges.iter().filter_map(|exchange| exchange.request.url.host_str());
        let mut hosts: Vec<_> = hosts.map(str::to_owned).collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }

    /// What was recorded so far as a fixture, redacted; and what must not stand in it when it is written.
    pub fn finish(&self, about: About, allow: &Allow) -> Result<(Fixture, Secrets), FixtureError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.exchanges.is_empty() {
            return Err(FixtureError::new("no answer came, so there is nothing to record"));
        }
        // Written and read, so that only what a file keeps is redacted, and numbered.
        let fixture: Fixture =
            Fixture { about, exchanges: kept.exchanges.clone() }.to_pretty_json().parse()?;
        let (fixture, mut secrets) = redact(&fixture, allow)?;
        secrets.extend(kept.secrets.clone());
        Ok((fixture, secrets))
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("inner", &self.inner).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut secrets = Secrets::default();
        let recorded = recorded_request(&request, &mut secrets);
        let response = self.inner.send(request).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.secrets.extend(secrets);
        if let Some(request) = recorded {
            kept.exchanges.push(Exchange { comment: None, request, response: recorded_response(&response) });
        }
        Ok(response)
    }
}

/// `None` where the URI is not absolute, which no transport could send.
fn recorded_request(request: &Request<Bytes>, secrets: &mut Secrets) -> Option<RecordedRequest> {
    let headers = headers(request.headers(), |value| {
        let (scheme, secret) =
            value.rsplit_once(' ').map_or(("", value), |(scheme, secret)| (scheme, secret));
        secrets.add("the credential", secret);
        if scheme.is_empty() { PLACEHOLDER.to_owned() } else { format!("{scheme} {PLACEHOLDER}") }
    });
    Some(RecordedRequest {
        method: request.method().to_string(),
        url: Url::parse(&request.uri().to_string()).ok()?,
        body: body(request.body(), &headers),
        headers,
    })
}

fn recorded_response(response: &Response<Bytes>) -> RecordedResponse {
    let headers = headers(response.headers(), |_| PLACEHOLDER.to_owned());
    let body = body(response.body(), &headers);
    RecordedResponse { status: response.status().as_u16(), headers, body }
}

fn headers(map: &HeaderMap, mut sensitive: impl FnMut(&str) -> String) -> Vec<(String, String)> {
    let headers = map.iter().map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), if value.is_sensitive() { sensitive(&text) } else { text.into_owned() })
    });
    let mut headers: Vec<_> = headers.collect();
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    headers
}

fn body(bytes: &Bytes, headers: &[(String, String)]) -> Body {
    let label = headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) => Body::from_text(text, label),
        Err(no_text) => Body::Bytes(no_text.into_bytes()),
    }
}
