//! Answers, as the vendors' servers frame them.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// JSON with this status.
pub(super) fn json(status: StatusCode, value: &Value) -> Response<Bytes> {
    typed(status, "application/json", value.to_string())
}

/// No body, and no content type.
pub(super) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A body of this content type.
pub(super) fn typed(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A 200 with a JSON array between `before` and `after`, written row by row: a million rows never stand as values at once.
pub(super) fn array(
    before: &str,
    rows: impl Iterator<Item = impl Serialize>,
    expected: u64,
    after: &str,
) -> Response<Bytes> {
    let mut body = Vec::from(before.as_bytes());
    body.push(b'[');
    let start = body.len();
    for (number, row) in rows.enumerate() {
        if number > 0 {
            body.push(b',');
        }
        // Writing into memory cannot fail, and a row always has a text.
        let _ = serde_json::to_writer(&mut body, &row);
        if number == 0 {
            let rest = usize::try_from(expected).unwrap_or_default().saturating_sub(1);
            body.reserve(rest.saturating_mul(body.len() - start + 32));
        }
    }
    body.push(b']');
    body.extend_from_slice(after.as_bytes());
    typed(StatusCode::OK, "application/json", body)
}

/// Adds a header; a value that HTTP cannot carry is left out.
pub(super) fn set(response: &mut Response<Bytes>, name: &'static str, value: impl AsRef<str>) {
    if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
