//! What is traced: a span for each call of an operation, and in it one for each request that is sent.
//!
//! Names are those of OpenTelemetry's conventions for HTTP clients where it has one. No query, no header and
//! no body is ever recorded. Paths hold ids, of which a stranger to the trace may make something: they are in
//! the requests' spans, whose level is `DEBUG`, and not in the operations', whose level is `INFO`.

use conjoin_core::{Operation, ProviderName, Result};
use http::{Method, Response, Uri};
use tracing::Span;
use tracing::field::Empty;

use crate::{Answer, Secret, TransportError};

/// A call of an operation: its request, and what that is repeated as.
pub(crate) fn operation(provider: &ProviderName, vendor: &str, operation: Operation) -> Span {
    tracing::info_span!(
        "conjoin.operation",
        conjoin.provider = provider.as_str(),
        conjoin.vendor = vendor,
        conjoin.operation = operation.as_str(),
        error.type = Empty,
    )
}

/// How a call ended: an error by its kind.
pub(crate) fn ended(span: &Span, result: &Result<Answer>) {
    if let Err(error) = result {
        span.record("error.type", error.kind().as_str());
    }
}

/// A request that is sent; so many of the same call were sent before.
pub(crate) fn request(method: &Method, uri: &Uri, resent: u32, secret: &Secret) -> Span {
    let span = tracing::debug_span!(
        "conjoin.request",
        otel.kind = "client",
        http.request.method = method.as_str(),
        url.scheme = uri.scheme_str(),
        server.address = uri.host(),
        server.port = port(uri),
        url.path = &*secret.scrub(uri.path()),
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
    );
    if resent > 0 {
        span.record("http.request.resend_count", resent);
    }
    span
}

fn port(uri: &Uri) -> Option<u16> {
    uri.port_u16().or_else(|| match uri.scheme_str()? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })
}

/// What came of a request: a status, of which those that are errors stand again as one, or a fault.
pub(crate) fn answered<B>(span: &Span, answer: &Result<Response<B>, TransportError>) {
    match answer {
        Ok(response) => {
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            if status.is_client_error() || status.is_server_error() {
                span.record("error.type", status.as_str());
            }
        }
        Err(error) => {
            if let Some(status) = error.status {
                span.record("http.response.status_code", status);
            }
            span.record("error.type", error.fault.as_str());
        }
    }
}
