//! An attempt that failed: what the caller is told, and whether another may follow.

use std::time::SystemTime;

use bytes::Bytes;
use conjoin_core::{Error, ErrorKind};
use http::Response;

use crate::problem::{self, Problem};
use crate::retry_after::{self, Wait};
use crate::{Secret, TransportError, kind_of_status, policy};

/// An attempt that failed, and whether another may follow.
pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) again: bool,
    pub(crate) wait: Option<Wait>,
}

impl Failure {
    /// One after which there is no other.
    pub(crate) fn last(error: Error) -> Self {
        Self { error, again: false, wait: None }
    }

    /// An answer of a status that is no success.
    pub(crate) fn of_answer(response: &Response<Bytes>, idempotent: bool, secret: &Secret) -> Self {
        let status = response.status().as_u16();
        let kind = kind_of_status(status);
        let body = problem::json(response.body());
        let problem = Problem::read(response.headers(), body.as_ref(), secret);
        let wait = kind
            .is_retryable()
            .then(|| retry_after::wait(response.headers(), body.as_ref(), SystemTime::now()))
            .flatten();
        let mut message = said(kind).to_owned();
        if let Some(text) = &problem.message {
            message = format!("{message}: {text}");
        }
        let error = Error::new(kind, message)
            .with_status(status)
            .with_retryable(policy::is_passing(status))
            .with_code(problem.code)
            .with_request_id(problem.request_id)
            .with_retry_after(wait.map(Wait::duration));
        let demanded = matches!(wait, Some(Wait::Demanded(_)));
        Self { error, again: policy::retry_status(status, idempotent, demanded), wait }
    }

    /// An exchange that broke.
    pub(crate) fn of_fault(error: &TransportError, idempotent: bool, secret: &Secret) -> Self {
        let message = secret.scrub(&error.message).into_owned();
        let again = policy::retry_fault(error.fault, error.sent, idempotent);
        let broken = Error::new(policy::kind_of_fault(error.fault), message);
        Self { error: error.status.into_iter().fold(broken, Error::with_status), again, wait: None }
    }
}

fn said(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unauthenticated => "the vendor does not accept the credential",
        ErrorKind::QuotaExceeded => "the quota at the vendor is used up",
        ErrorKind::PermissionDenied => "the vendor refuses this to the credential",
        ErrorKind::NotFound => "the vendor does not know it",
        ErrorKind::Conflict => "the vendor reports a conflict",
        ErrorKind::RateLimited => "the vendor limits the rate of requests",
        ErrorKind::Timeout => "the vendor gave up waiting",
        ErrorKind::Unavailable => "the vendor cannot answer now",
        ErrorKind::InvalidRequest => "the vendor does not accept the request",
        _ => "the vendor answered with an unexpected status",
    }
}
