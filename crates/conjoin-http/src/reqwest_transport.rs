//! The transport over sockets.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use conjoin_core::Meter;
use futures_util::StreamExt as _;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use http::{HeaderMap, Method, Request, Response, Uri};
use reqwest::{Client, ClientBuilder};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::base_url::is_loopback;
use crate::dialled::{self, Dialled};
use crate::{Fault, Transport, TransportError};

/// HTTP/1.1 over TCP and TLS, with connections kept open for reuse.
///
/// TLS is rustls with the system's trusted roots. It is set up with the first `https` request, not before,
/// since that costs more than all else at start. Proxies are taken from the environment, except for plain
/// `http` to this machine.
pub struct ReqwestTransport {
    body_limit: usize,
    remote: OnceLock<Result<Client, TransportError>>,
    local: OnceLock<Result<Client, TransportError>>,
}

/// Answers up to this size are read: 64 MiB.
const BODY_LIMIT: usize = 64 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Of an error, so much is read, and so long.
const ERROR_BODY_LIMIT: usize = 1 << 20;
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(3);
/// What is left of the time for telling that a body did not end in it.
const MARGIN: Duration = Duration::from_millis(100);
/// How many kept connections in a row may turn out to be closed.
const MAX_STALE: u32 = 16;

impl ReqwestTransport {
    /// A transport that reads answers of up to 64 MiB.
    pub fn new() -> Self {
        Self { body_limit: BODY_LIMIT, remote: OnceLock::new(), local: OnceLock::new() }
    }

    /// Sets how many bytes of an answer are read, after decompression.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets up TLS now rather than with the first request, to learn whether the system has roots to trust.
    pub fn prepare_tls(&self) -> conjoin_core::Result<()> {
        let unusable =
            |error: TransportError| conjoin_core::Error::new(conjoin_core::ErrorKind::Config, error.message);
        self.client(false, true).map(drop).map_err(unusable)
    }

    fn client(&self, local: bool, tls: bool) -> Result<&Client, TransportError> {
        // Plain http to this machine needs no TLS; whatever else does.
        let cell = if local && !tls { &self.local } else { &self.remote };
        cell.get_or_init(|| if local && !tls { local_client() } else { remote_client() })
            .as_ref()
            .map_err(Clone::clone)
    }
}

fn common() -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .connector_layer(dialled::layer())
}

fn local_client() -> Result<Client, TransportError> {
    let config =
        rustls::ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let config = config.map_err(unusable)?.with_root_certificates(rustls::RootCertStore::empty());
    common().no_proxy().tls_backend_preconfigured(config.with_no_client_auth()).build().map_err(unusable)
}

fn remote_client() -> Result<Client, TransportError> {
    let config = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .and_then(rustls_platform_verifier::BuilderVerifierExt::with_platform_verifier)
        .map_err(unusable)?;
    common().tls_backend_preconfigured(config.with_no_client_auth()).build().map_err(unusable)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn unusable(error: impl fmt::Display) -> TransportError {
    TransportError::never_sent(Fault::Unsendable, format!("the HTTP client cannot be set up: {error}"))
}

impl Default for ReqwestTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("body_limit", &self.body_limit).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let to = Origin(request.uri().clone());
        let mut request = reqwest::Request::try_from(request).map_err(unusable)?;
        let local = is_loopback(request.url());
        if local {
            // Compressing for this machine's own memory is wasted work.
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        let client = self.client(local, request.url().scheme() == "https")?;
        let mut answer = execute(client, request).await.map_err(|error| refused(&error, &to))?;

        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let deadline = Meter::current().and_then(|meter| meter.deadline()).map(before);
        let body = if status.is_success() {
            let body = in_time(deadline, self.body(answer, &headers, &to)).await;
            let late =
                || TransportError::new(Fault::Timeout, format!("the answer of {to} did not end in time"));
            body.unwrap_or_else(|| Err(late())).map_err(|error| error.with_status(status.as_u16()))?
        } else {
            let limit = Instant::now() + ERROR_BODY_TIMEOUT;
            error_body(answer, deadline.map_or(limit, |deadline| deadline.min(limit))).await
        };
        let mut response = Response::new(body);
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

impl ReqwestTransport {
    /// The whole body, or why there is none.
    async fn body(
        &self,
        answer: reqwest::Response,
        headers: &HeaderMap,
        to: &Origin,
    ) -> Result<Bytes, TransportError> {
        // What can be decoded has been, and its label taken off.
        let plain =
            |label: &HeaderValue| label.is_empty() || label.as_bytes().eq_ignore_ascii_case(b"identity");
        if let Some(label) = headers.get(CONTENT_ENCODING).filter(|label| !plain(label)) {
            let message =
                format!("the answer of {to} is compressed in a way that was not asked for: {label:?}");
            return Err(TransportError::new(Fault::Encoding, message));
        }
        let hint = answer.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let mut body = BytesMut::with_capacity(hint.min(1 << 20));
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| broke(&error, to))?;
            if body.len() + chunk.len() > self.body_limit {
                let message = format!("the answer is larger than {} bytes", self.body_limit);
                return Err(TransportError::new(Fault::TooLarge, message));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

/// What an error says, as far as it comes: the status line is the answer, and a body that breaks off, hangs or
/// never ends costs only the words.
async fn error_body(answer: reqwest::Response, deadline: Instant) -> Bytes {
    let mut body = BytesMut::new();
    let reading = async {
        let mut chunks = answer.bytes_stream();
        while let Some(Ok(chunk)) = chunks.next().await {
            body.extend_from_slice(&chunk);
            if body.len() > ERROR_BODY_LIMIT {
                break;
            }
        }
    };
    // Whether it came to its end makes no difference.
    let _ = timeout_at(deadline, reading).await;
    body.freeze()
}

/// A little before an instant, or than half of the way to it.
fn before(deadline: std::time::Instant) -> Instant {
    let left = deadline.saturating_duration_since(std::time::Instant::now());
    Instant::now() + left.saturating_sub(MARGIN.min(left / 2))
}

/// What a future gives by an instant, if there is one.
async fn in_time<T>(deadline: Option<Instant>, future: impl Future<Output = T>) -> Option<T> {
    match deadline {
        Some(deadline) => timeout_at(deadline, future).await.ok(),
        None => Some(future.await),
    }
}

/// Sends a request and waits for the head of its answer.
///
/// A kept connection may have been closed by the server since its last answer, which shows only when it is
/// used. A read that ends so, without a byte of an answer, is no attempt that failed: it goes out again at
/// once, over a connection of its own if need be (RFC 9110, section 9.2.2).
async fn execute(client: &Client, mut request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
    let repeatable = matches!(*request.method(), Method::GET | Method::HEAD);
    for _ in 0..MAX_STALE {
        let Some(again) = repeatable.then(|| request.try_clone()).flatten() else { break };
        let (answer, dialled) = dialled::watch(client.execute(request)).await;
        match answer {
            Err(error) if dialled == Dialled::No && !error.is_timeout() && !error.is_builder() => {
                request = again;
            }
            answer => return answer,
        }
    }
    client.execute(request).await
}

/// Where a request goes, for messages: nothing of what it asks for.
struct Origin(Uri);

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = Url::parse(&self.0.to_string()).map(|url| url.origin().ascii_serialization());
        f.write_str(origin.as_deref().unwrap_or("the server"))
    }
}

/// What went wrong before a status line came.
fn refused(error: &reqwest::Error, to: &Origin) -> TransportError {
    let cause = cause(error);
    if error.is_timeout() && !error.is_connect() {
        TransportError::new(Fault::Timeout, format!("{to} did not answer in time"))
    } else if error.is_connect() {
        TransportError::never_sent(Fault::Connect, format!("{to} cannot be reached: {cause}"))
    } else if error.is_builder() {
        TransportError::never_sent(Fault::Unsendable, format!("the request cannot be sent: {cause}"))
    } else {
        TransportError::new(Fault::Broken, format!("{to} did not answer with HTTP, or broke off: {cause}"))
    }
}

/// What went wrong within the body. reqwest calls all of it a decoding error: the source chain tells.
fn broke(error: &reqwest::Error, to: &Origin) -> TransportError {
    let cause = cause(error);
    if error.is_timeout() {
        TransportError::new(Fault::Timeout, format!("the answer of {to} did not end in time"))
    } else if is_wrongly_encoded(error) {
        let message = format!("the answer of {to} is not compressed as its label says: {cause}");
        TransportError::new(Fault::Encoding, message)
    } else {
        TransportError::new(Fault::Broken, format!("the answer of {to} broke off: {cause}"))
    }
}

/// Whether a decoder, not a socket or the framing of the body, is at the root.
fn is_wrongly_encoded(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<hyper::Error>() {
            return false;
        }
        if let Some(error) = cause.downcast_ref::<io::Error>()
            && matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The innermost cause, which is the one that says what happened. URLs are not in it.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if error.source().is_none() {
        "no reason given".to_owned()
    } else {
        crate::problem::one_line(&cause.to_string())
    }
}
