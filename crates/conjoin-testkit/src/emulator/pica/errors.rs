//! Pica's refusals, which differ by dialect.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::{Pica, PicaDialect};
use crate::emulator::dice::{self, Dice};
use crate::emulator::reply;

impl Pica {
    /// 401: no key, or `invalid`.
    pub(super) fn unauthenticated(&self) -> Response<Bytes> {
        match self.dialect {
            PicaDialect::Legacy => {
                self.error(StatusCode::UNAUTHORIZED, "You are not authorized to access this resource")
            }
            _ => self.error(StatusCode::UNAUTHORIZED, "Authentication required"),
        }
    }

    /// 404 for something that is not there.
    pub(super) fn missing(&self, what: &str) -> Box<Response<Bytes>> {
        Box::new(self.error(StatusCode::NOT_FOUND, what))
    }

    /// 400.
    pub(super) fn bad_request(&self, problem: &str) -> Box<Response<Bytes>> {
        Box::new(self.error(StatusCode::BAD_REQUEST, problem))
    }

    /// An unknown path.
    pub(super) fn no_route(&self) -> Response<Bytes> {
        match self.dialect {
            PicaDialect::Legacy => {
                reply::json(StatusCode::NOT_FOUND, &json!({"type": "error", "error": "Not found"}))
            }
            _ => self.error(StatusCode::NOT_FOUND, "Not found"),
        }
    }

    /// An error body in the dialect's form.
    pub(super) fn error(&self, status: StatusCode, message: &str) -> Response<Bytes> {
        let correlation = self.correlation_id();
        let number = status.as_u16();
        let body = match self.dialect {
            PicaDialect::Legacy => {
                let (kind, code, key) = legacy_words(status);
                json!({
                    "type": kind,
                    "code": code,
                    "status": number,
                    "key": format!("err::application::{key}"),
                    "message": message,
                    "meta": null,
                })
            }
            PicaDialect::V2 | PicaDialect::V2NoState => json!({
                "code": 2001,
                "correlationId": correlation,
                "key": "http_error",
                "message": message,
                "status": number,
                "type": "http_error",
            }),
            PicaDialect::One => json!({
                "correlationId": correlation,
                "key": "error",
                "message": message,
                "type": "error",
                "status": number,
            }),
        };
        reply::json(status, &body)
    }

    /// The id of this request in error bodies and headers.
    pub(super) fn correlation_id(&self) -> String {
        dice::uuid_text(Dice::new(0xC044, self.requests).uuid())
    }
}

/// The open-source server's `type`, `code` and the end of its `key`.
fn legacy_words(status: StatusCode) -> (&'static str, u16, &'static str) {
    match status.as_u16() {
        400 => ("BadRequest", 2000, "bad_request"),
        401 => ("Unauthorized", 2010, "unauthorized"),
        403 => ("Forbidden", 2002, "forbidden"),
        404 => ("NotFound", 2005, "not_found"),
        405 => ("MethodNotAllowed", 2004, "method_not_allowed"),
        409 => ("Conflict", 2001, "conflict"),
        422 => ("UnprocessableEntity", 2011, "unprocessable_entity"),
        424 => ("FailedDependency", 2007, "failed_dependency"),
        429 => ("TooManyRequests", 2009, "too_many_requests"),
        501 => ("NotImplemented", 2006, "not_implemented"),
        503 => ("ServiceUnavailable", 2008, "service_unavailable"),
        _ => ("InternalServerError", 2003, "internal_server_error"),
    }
}

/// What the vendor says, where a document says it.
pub(super) fn usual_message(status: StatusCode) -> &'static str {
    match status.as_u16() {
        402 => "Quota exceeded — upgrade plan",
        429 => "Rate limit exceeded",
        502 => "Upstream platform unavailable",
        _ => status.canonical_reason().unwrap_or("An unknown error occurred"),
    }
}
