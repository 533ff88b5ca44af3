//! Toolzz' refusals. None is documented: they have the form of `NestJS`, which its other answers look like.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::emulator::reply;

/// `{statusCode, message, error}` with one message.
pub(super) fn error(status: StatusCode, message: &str) -> Response<Bytes> {
    full(status, &json!(message))
}

/// 400 with a list of messages, one for each field that does not validate.
pub(super) fn invalid(problems: &[String]) -> Box<Response<Bytes>> {
    Box::new(full(StatusCode::BAD_REQUEST, &json!(problems)))
}

/// 404.
pub(super) fn missing(message: &str) -> Box<Response<Bytes>> {
    Box::new(error(StatusCode::NOT_FOUND, message))
}

/// 401, where the framework says no more than this.
pub(super) fn unauthorized() -> Response<Bytes> {
    reply::json(StatusCode::UNAUTHORIZED, &json!({"statusCode": 401, "message": "Unauthorized"}))
}

/// Any other status, for faults and the rate limit.
pub(super) fn of_status(status: StatusCode) -> Response<Bytes> {
    match status.as_u16() {
        401 => unauthorized(),
        429 => {
            let body = json!({"statusCode": 429, "message": "ThrottlerException: Too Many Requests"});
            reply::json(status, &body)
        }
        _ => error(status, status.canonical_reason().unwrap_or("Error")),
    }
}

fn full(status: StatusCode, message: &Value) -> Response<Bytes> {
    let title = status.canonical_reason();
    reply::json(status, &json!({"statusCode": status.as_u16(), "message": message, "error": title}))
}
