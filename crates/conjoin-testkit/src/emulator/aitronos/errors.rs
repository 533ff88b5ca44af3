//! Aitronos' refusals: its own envelope, and the two bodies of its framework.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::Aitronos;
use crate::emulator::clock;
use crate::emulator::quirk::Quirk;
use crate::emulator::reply;

/// What an envelope says.
struct Envelope<'a> {
    status: StatusCode,
    code: &'a str,
    message: &'a str,
    system_message: &'a str,
    kind: &'a str,
    details: Value,
}

impl Aitronos {
    /// 401: no credential, or `invalid`.
    pub(super) fn unauthenticated(&self) -> Response<Bytes> {
        self.envelope(&Envelope {
            status: StatusCode::UNAUTHORIZED,
            code: "AUTHENTICATION_REQUIRED",
            message: "Authentication required. Please provide a valid API key.",
            system_message: "Missing or invalid authorization header",
            kind: "authentication_error",
            details: json!({}),
        })
    }

    /// 404: a connection that is not there.
    pub(super) fn no_connection(&self, id: &str) -> Box<Response<Bytes>> {
        self.missing(&format!("Connection {id} not found or not owned by user"), json!({"credential_id": id}))
    }

    /// 404: anything else that is not there.
    pub(super) fn missing(&self, system_message: &str, details: Value) -> Box<Response<Bytes>> {
        Box::new(self.envelope(&Envelope {
            status: StatusCode::NOT_FOUND,
            code: "RESOURCE_NOT_FOUND",
            message: "We couldn't find what you were looking for.",
            system_message,
            kind: "client_error",
            details,
        }))
    }

    /// 403: the organization is closed to the key.
    pub(super) fn wrong_organization(&self, organization: &str) -> Box<Response<Bytes>> {
        Box::new(self.envelope(&Envelope {
            status: StatusCode::FORBIDDEN,
            code: "ORGANIZATION_ACCESS_DENIED",
            message: "You do not have access to this organization.",
            system_message: "API key has no access to the organization",
            kind: "authorization_error",
            details: json!({"organization_id": organization}),
        }))
    }

    /// 422: what was sent does not validate. `place` is where, as the framework tells it: `["query", "organization_id"]`.
    pub(super) fn invalid(&self, place: &[&str], problem: &str, kind: &str) -> Box<Response<Bytes>> {
        let detail = json!({"detail": [{"loc": place, "msg": problem, "type": kind}]});
        let response = if self.recipe.quirks.has(Quirk::ValidationEnvelope) {
            self.envelope(&Envelope {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                code: "VALIDATION_ERROR",
                message: "Please check your input and try again.",
                system_message: problem,
                kind: "validation_error",
                details: json!({"field": place.last()}),
            })
        } else {
            reply::json(StatusCode::UNPROCESSABLE_ENTITY, &detail)
        };
        Box::new(response)
    }

    /// Any other status, for faults and the rate limit.
    pub(super) fn of_status(&self, status: StatusCode) -> Response<Bytes> {
        let title = status.canonical_reason().unwrap_or("Error");
        let code = match status.as_u16() {
            400 | 422 => "VALIDATION_ERROR".to_owned(),
            401 => return self.unauthenticated(),
            403 => "INSUFFICIENT_PERMISSIONS".to_owned(),
            404 => "RESOURCE_NOT_FOUND".to_owned(),
            429 => "RATE_LIMIT_EXCEEDED".to_owned(),
            500 => "INTERNAL_SERVER_ERROR".to_owned(),
            _ => title.to_uppercase().replace([' ', '-'], "_").replace('\'', ""),
        };
        let kind = match status.as_u16() {
            403 => "authorization_error",
            500.. => "server_error",
            _ => "client_error",
        };
        let details = json!({});
        self.envelope(&Envelope { status, code: &code, message: title, system_message: title, kind, details })
    }

    fn envelope(&self, told: &Envelope<'_>) -> Response<Bytes> {
        let body = json!({
            "success": false,
            "error": {
                "code": told.code,
                "message": told.message,
                "system_message": told.system_message,
                "type": told.kind,
                "status": told.status.as_u16(),
                "details": told.details,
                "trace_id": self.request_id(),
                "timestamp": clock::seconds(self.clock.now()),
            },
        });
        reply::json(told.status, &body)
    }
}

/// The framework's own body for an unknown path or a wrong method.
pub(super) fn of_framework(status: StatusCode) -> Response<Bytes> {
    reply::json(status, &json!({"detail": status.canonical_reason()}))
}
