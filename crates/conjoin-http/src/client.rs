//! Sending: the fixed order of policies around a transport.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bytes::Bytes;
use conjoin_core::{Error, ErrorKind, Meter, Operation, ProviderName, Result};
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;
use url::Url;

use crate::pace::Pace;
use crate::problem::{self, Problem};
use crate::retry_after::{self, Wait};
use crate::setup::Limits;
use crate::{
    Answer, ApiRequest, Auth, BaseUrl, Secret, Setup, Transport, TransportError, kind_of_status, policy,
};

/// A client for one account at one vendor. Cheap to share; meant to live long.
///
/// Everything is bounded: each attempt and the whole call in time, retries in number and in the wait that a
/// server may ask for, redirects, answers in size, requests in flight.
pub struct ApiClient {
    provider: ProviderName,
    base_url: BaseUrl,
    auth: Auth,
    headers: HeaderMap,
    transport: Arc<dyn Transport>,
    limits: Limits,
    permits: Semaphore,
    pace: Option<Pace>,
}

/// Followed redirects a request.
const MAX_REDIRECTS: u32 = 5;
/// Requests of one listing without a good answer, after which nothing is sent again: many pages asked for at
/// once do not multiply the attempts on a vendor that is down.
const MAX_UNANSWERED: u32 = 8;
impl ApiClient {
    /// Checks what can be checked without a request.
    pub(crate) fn new(
        setup: Setup,
        default_base_url: &str,
        auth: impl FnOnce(Secret) -> Auth,
    ) -> Result<Self> {
        let check = || {
            let base_url = setup.base_url.map_or_else(|| BaseUrl::new(default_base_url), Ok)?;
            base_url.check()?;
            if setup.credential.is_empty() {
                return Err(Error::new(ErrorKind::Config, "the credential is empty"));
            }
            let auth = auth(setup.credential);
            let headers = auth.headers()?;
            Ok((base_url, auth, headers))
        };
        let (base_url, auth, mut headers) =
            check().map_err(|error: Error| error.with_provider(&setup.name))?;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("conjoin/", env!("CARGO_PKG_VERSION"))));
        Ok(Self {
            provider: setup.name,
            base_url,
            auth,
            headers,
            transport: setup.transport,
            limits: setup.limits,
            permits: Semaphore::new(setup.concurrency),
            pace: setup.interval.map(Pace::new),
        })
    }

    /// Where the vendor's API begins.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// A GET of a path, given as segments, each encoded here.
    pub fn get<'a>(&'a self, operation: Operation, segments: &[&'a str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::GET, segments)
    }

    /// A PATCH. Not repeated where it may have arrived, unless it is said to be idempotent.
    pub fn patch<'a>(&'a self, operation: Operation, segments: &[&'a str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::PATCH, segments)
    }

    /// A PUT.
    pub fn put<'a>(&'a self, operation: Operation, segments: &[&'a str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::PUT, segments)
    }

    /// A DELETE. Not repeated where it may have arrived: the second would find nothing.
    pub fn delete<'a>(&'a self, operation: Operation, segments: &[&'a str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::DELETE, segments)
    }

    /// A POST. Not repeated where it may have arrived, unless it is said to be idempotent.
    pub fn post<'a>(&'a self, operation: Operation, segments: &[&'a str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::POST, segments)
    }

    pub(crate) async fn send(&self, request: ApiRequest<'_>) -> Result<Answer> {
        let operation = request.operation;
        let span = tracing::debug_span!(
            "conjoin.request",
            provider = self.provider.as_str(),
            operation = operation.as_str(),
            http.request.method = request.method.as_str(),
            http.response.status_code = tracing::field::Empty,
            http.request.resend_count = tracing::field::Empty,
            error.type = tracing::field::Empty,
        );
        let result = self.in_time(&request).instrument(span.clone()).await;
        match &result {
            Ok(answer) => span.record("http.response.status_code", answer.status()),
            Err(error) => span.record("error.type", error.kind().as_str()),
        };
        result.map_err(|error| error.with_provider(&self.provider).with_operation(operation))
    }

    async fn in_time(&self, request: &ApiRequest<'_>) -> Result<Answer> {
        let meter = Meter::current().unwrap_or_default();
        let start = Instant::now();
        let own = start + self.limits.timeout;
        let deadline = match meter.deadline() {
            Some(outer) => own.min(Instant::from_std(outer)),
            None => own,
        };
        let mut attempt = 0;
        match timeout_at(deadline, self.attempts(request, &meter, deadline, &mut attempt)).await {
            Ok(Ok(answer)) => Ok(answer.after(attempt)),
            Ok(Err(error)) => Err(error.with_attempts(attempt)),
            Err(_) => {
                let message = format!("no whole answer within {:.1?}", deadline - start);
                Err(Error::new(ErrorKind::Timeout, message).with_attempts(attempt))
            }
        }
    }

    async fn attempts(
        &self,
        request: &ApiRequest<'_>,
        meter: &Meter,
        deadline: Instant,
        attempt: &mut u32,
    ) -> Result<Answer> {
        let url = request.url()?;
        let body = request.body()?.map(Bytes::copy_from_slice);
        let mut backoff = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(usize::MAX)
            .with_jitter()
            .build();
        loop {
            *attempt += 1;
            let failure = match self.attempt(request, &url, body.as_ref(), meter, *attempt > 1).await {
                Ok(answer) => {
                    meter.count_answer();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if !failure.again || *attempt >= self.limits.attempts {
                return Err(failure.error);
            }
            let own = backoff.next().unwrap_or(Duration::from_secs(5));
            let wait = match failure.wait {
                Some(Wait::Demanded(wait)) if wait > self.limits.longest_wait => return Err(failure.error),
                Some(Wait::Demanded(wait)) => wait,
                Some(Wait::Hinted(wait)) if wait <= self.limits.longest_wait => wait,
                Some(Wait::Hinted(_)) | None => own,
            };
            // An answer now is better than a timeout later.
            if Instant::now() + wait >= deadline {
                return Err(failure.error);
            }
            tracing::debug!(wait_ms = wait.as_millis(), kind = failure.error.kind().as_str(), "trying again");
            sleep(wait).await;
            if !meter.count_retry(MAX_UNANSWERED) {
                return Err(failure.error);
            }
        }
    }

    /// One attempt: a request and the redirects that it leads to.
    async fn attempt(
        &self,
        request: &ApiRequest<'_>,
        url: &Url,
        body: Option<&Bytes>,
        meter: &Meter,
        retry: bool,
    ) -> Result<Answer, Failure> {
        let (mut url, mut status) = (url.clone(), None);
        for redirects in 0..=MAX_REDIRECTS {
            if let Some(pace) = &self.pace {
                pace.turn().await;
            }
            let permit = self.permits.acquire().await;
            // A retry was counted when it was decided on.
            if !retry || redirects > 0 {
                meter.count_request();
            }
            let sending = self.transport.send(self.message(request, &url, body)?);
            let response = match self.limits.attempt_timeout {
                Some(limit) => tokio::time::timeout(limit, sending).await.unwrap_or_else(|_| {
                    let message = format!("no whole answer within {limit:.1?}");
                    Err(TransportError::new(crate::Fault::Timeout, message))
                }),
                None => sending.await,
            };
            drop(permit);
            let response = response.map_err(|error| self.broken(&error, request.idempotent))?;
            let response = self.scrubbed(response, request);
            status = Some(response.status().as_u16());
            match redirect(&request.method, &url, &response) {
                Redirect::No => return self.answer(response, request),
                Redirect::To(next) => url = next,
                Redirect::Refused(kind, message) => {
                    let message = self.auth.secret().scrub(&message).into_owned();
                    let error = Error::new(kind, message).with_status(response.status().as_u16());
                    return Err(Failure::last(error));
                }
            }
        }
        let error = Error::new(ErrorKind::Decode, "the vendor redirects again and again");
        Err(Failure::last(status.into_iter().fold(error, Error::with_status)))
    }

    fn message(
        &self,
        request: &ApiRequest<'_>,
        url: &Url,
        body: Option<&Bytes>,
    ) -> Result<Request<Bytes>, Failure> {
        let mut message = Request::new(body.cloned().unwrap_or_default());
        *message.method_mut() = request.method.clone();
        *message.uri_mut() = url.as_str().parse().map_err(|_| {
            Failure::last(Error::new(ErrorKind::InvalidRequest, "the address is too long or cannot be sent"))
        })?;
        message.headers_mut().clone_from(&self.headers);
        if body.is_some() {
            message.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(message)
    }

    /// An answer that does not give a secret back, in its body or in a header.
    fn scrubbed(&self, mut response: Response<Bytes>, request: &ApiRequest<'_>) -> Response<Bytes> {
        for secret in std::iter::once(&**self.auth.secret()).chain(&request.hidden) {
            if let Some(clean) = secret.scrub_bytes(response.body()) {
                *response.body_mut() = clean.into();
            }
            for value in response.headers_mut().values_mut() {
                let clean = secret.scrub_bytes(value.as_bytes());
                if let Some(clean) = clean.and_then(|clean| HeaderValue::from_bytes(&clean).ok()) {
                    *value = clean;
                }
            }
        }
        response
    }

    fn answer(&self, response: Response<Bytes>, request: &ApiRequest<'_>) -> Result<Answer, Failure> {
        let (operation, idempotent) = (request.operation, request.idempotent);
        if response.status().is_success() {
            return Ok(Answer::new(
                response,
                self.provider.clone(),
                operation,
                Arc::clone(self.auth.secret()),
            ));
        }
        let status = response.status().as_u16();
        let kind = kind_of_status(status);
        let body = problem::json(response.body());
        let problem = Problem::read(response.headers(), body.as_ref(), self.auth.secret());
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
        Err(Failure { error, again: policy::retry_status(status, idempotent, demanded), wait })
    }

    fn broken(&self, error: &TransportError, idempotent: bool) -> Failure {
        let message = self.auth.secret().scrub(&error.message).into_owned();
        let again = policy::retry_fault(error.fault, error.sent, idempotent);
        let mut broken = Error::new(policy::kind_of_fault(error.fault), message);
        if let Some(status) = error.status {
            broken = broken.with_status(status);
        }
        Failure { error: broken, again, wait: None }
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient")
            .field("provider", &self.provider)
            .field("base_url", &self.base_url.to_string())
            .field("auth", &self.auth)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// An attempt that failed, and whether another may follow.
struct Failure {
    error: Error,
    again: bool,
    wait: Option<Wait>,
}

impl Failure {
    fn last(error: Error) -> Self {
        Self { error, again: false, wait: None }
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

enum Redirect {
    No,
    To(Url),
    Refused(ErrorKind, String),
}

/// Where an answer sends us: only within the origin, which alone may see the credential.
fn redirect(method: &Method, from: &Url, response: &Response<Bytes>) -> Redirect {
    let keeps_method = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => *method == Method::GET,
        _ => return Redirect::No,
    };
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let Some(to) = location.and_then(|location| from.join(location).ok()) else {
        let message = "the vendor redirects without an address that can be read";
        return Redirect::Refused(ErrorKind::Decode, message.to_owned());
    };
    if to.origin() != from.origin() {
        let message = format!(
            "the vendor redirects to another origin ({}), which must not see the credential; \
             if it has moved, change base_url",
            to.origin().ascii_serialization()
        );
        return Redirect::Refused(ErrorKind::Config, message);
    }
    if !keeps_method {
        let message = "the vendor redirects a change in a way that would turn it into a read";
        return Redirect::Refused(ErrorKind::Decode, message.to_owned());
    }
    Redirect::To(to)
}
