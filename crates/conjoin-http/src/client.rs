//! Sending: the fixed order of policies around a transport.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use bytes::Bytes;
use conjoin_core::{Error, ErrorKind, Meter, Operation, ProviderName, Result};
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use crate::failure::Failure;
use crate::redirect::Redirect;
use crate::retry_after::Wait;
use crate::setup::{LONGEST, Limits};
use crate::{
    Answer, ApiRequest, Auth, BaseUrl, Fault, RateLimit, Secret, Setup, Transport, TransportError, trace,
};

/// A client for one account at one vendor. Cheap to share; meant to live long.
///
/// Everything is bounded: each attempt and the whole call in time, retries in number and in the wait that a
/// server may ask for, redirects, answers in size, requests in flight.
pub struct ApiClient {
    provider: ProviderName,
    vendor: &'static str,
    base_url: BaseUrl,
    auth: Auth,
    headers: HeaderMap,
    transport: Arc<dyn Transport>,
    limits: Limits,
    permits: Semaphore,
    rate_limit: Option<RateLimit>,
}

/// Before a request is repeated, unless the server says otherwise.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// Followed redirects a request.
const MAX_REDIRECTS: u32 = 5;
/// Requests of one listing without a good answer, after which nothing is sent again: many pages asked for at
/// once do not multiply the attempts on a vendor that is down.
///
/// With the first page, which is asked for alone, a dozen.
const MAX_UNANSWERED: u32 = 11;
impl ApiClient {
    /// Checks what can be checked without a request.
    pub(crate) fn new(
        setup: Setup,
        vendor: &'static str,
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
            vendor,
            base_url,
            auth,
            headers,
            transport: setup.transport,
            limits: setup.limits,
            permits: Semaphore::new(setup.concurrency),
            rate_limit: setup.rate_limit,
        })
    }

    /// Where the vendor's API begins.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// A GET of a path, given as segments, each encoded here.
    pub fn get<'a>(&'a self, operation: Operation, segments: &[&str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::GET, segments)
    }

    /// A PATCH. Not repeated where it may have arrived, unless it is said to be idempotent.
    pub fn patch<'a>(&'a self, operation: Operation, segments: &[&str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::PATCH, segments)
    }

    /// A PUT.
    pub fn put<'a>(&'a self, operation: Operation, segments: &[&str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::PUT, segments)
    }

    /// A DELETE. Not repeated where it may have arrived: the second would find nothing.
    pub fn delete<'a>(&'a self, operation: Operation, segments: &[&str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::DELETE, segments)
    }

    /// A POST. Not repeated where it may have arrived, unless it is said to be idempotent.
    pub fn post<'a>(&'a self, operation: Operation, segments: &[&str]) -> ApiRequest<'a> {
        ApiRequest::new(self, operation, Method::POST, segments)
    }

    /// Waits before a request that failed is made anew by the caller: as long as the server asked for, or a
    /// moment. False, at once, where that is longer than is ever waited or than there is time left.
    pub async fn pause(&self, error: &Error) -> bool {
        let wait = error.retry_after().unwrap_or(SHORTEST_WAIT);
        let until = Instant::now() + wait.min(self.limits.longest_wait);
        let deadline = Meter::current().and_then(|meter| meter.deadline()).map(Instant::from_std);
        if wait > self.limits.longest_wait || deadline.is_some_and(|deadline| until >= deadline) {
            return false;
        }
        sleep(wait).await;
        true
    }

    pub(crate) async fn send(&self, request: ApiRequest<'_>) -> Result<Answer> {
        let operation = request.operation;
        let span = trace::operation(&self.provider, self.vendor, operation);
        let result = self.in_time(&request).instrument(span.clone()).await;
        trace::ended(&span, &result);
        result.map_err(|error| error.with_provider(&self.provider).with_operation(operation))
    }

    async fn in_time(&self, request: &ApiRequest<'_>) -> Result<Answer> {
        let meter = Meter::current().unwrap_or_default();
        let own = Instant::now() + self.limits.timeout;
        let deadline = meter.deadline().map_or(own, |outer| own.min(Instant::from_std(outer)));
        let mut call = Call {
            request,
            uri: request.uri()?,
            body: request.body()?.map(Bytes::copy_from_slice),
            meter,
            deadline,
            attempts: 0,
            requests: 0,
        };
        let result = timeout_at(deadline, self.attempts(&mut call)).await.unwrap_or_else(|_| {
            // Somebody else's time tells nobody here how long it was.
            let within = format!("within {:.1?}", self.limits.timeout);
            let message = format!("no whole answer {}", if deadline == own { &*within } else { "in time" });
            Err(Error::new(ErrorKind::Timeout, message))
        });
        match result {
            Ok(answer) => Ok(answer.after(call.attempts)),
            Err(error) => Err(error.with_attempts(call.attempts)),
        }
    }

    async fn attempts(&self, call: &mut Call<'_>) -> Result<Answer> {
        let mut backoff = ExponentialBuilder::default()
            .with_min_delay(SHORTEST_WAIT)
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(usize::MAX)
            .with_jitter()
            .build();
        let mut earlier: Option<Error> = None;
        loop {
            if let Err(late) = self.turn(call).await {
                // What the vendor said tells more than what we did about it.
                return Err(earlier.unwrap_or(late));
            }
            if let Some(error) = earlier
                && !call.meter.count_retry(MAX_UNANSWERED)
            {
                return Err(error);
            }
            let failure = match self.attempt(call).await {
                Ok(answer) => {
                    call.meter.count_answer();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if failure.error.kind() == ErrorKind::RateLimited {
                let pause = match failure.wait {
                    Some(Wait::Demanded(wait)) => Some((Instant::now() + wait.min(LONGEST)).into_std()),
                    _ => None,
                };
                call.meter.count_limited(pause);
            }
            if !failure.again || call.request.once || call.attempts >= self.limits.attempts {
                return Err(failure.error);
            }
            let own = backoff.next().unwrap_or(Duration::from_secs(5));
            let wait = match failure.wait {
                Some(Wait::Demanded(wait)) if wait > self.limits.longest_wait => return Err(failure.error),
                Some(Wait::Demanded(wait)) => wait,
                Some(Wait::Hinted(wait)) if wait <= self.limits.longest_wait => wait.max(own),
                Some(Wait::Hinted(_)) | None => own,
            };
            // An answer now is better than a timeout later.
            if Instant::now() + wait >= call.deadline {
                return Err(failure.error);
            }
            tracing::debug!(wait_ms = wait.as_millis(), kind = failure.error.kind().as_str(), "trying again");
            sleep(wait).await;
            earlier = Some(failure.error);
        }
    }

    /// Waits until the vendor and our own limit let the next request go.
    async fn turn(&self, call: &Call<'_>) -> Result<()> {
        self.wait_out(call).await?;
        match &self.rate_limit {
            Some(limit) => limit.turn(call.deadline).await,
            None => Ok(()),
        }
    }

    /// Waits where the vendor wants no requests of this listing for now. Where that is too long, nothing is sent.
    async fn wait_out(&self, call: &Call<'_>) -> Result<()> {
        let Some(until) = call.meter.pause().map(Instant::from_std) else { return Ok(()) };
        let wait = until.saturating_duration_since(Instant::now());
        if wait > self.limits.longest_wait || until >= call.deadline {
            let message = format!("the vendor limits the rate of requests, and wants none for {wait:.0?}");
            return Err(Error::new(ErrorKind::RateLimited, message).with_retry_after(Some(wait)));
        }
        sleep(wait).await;
        Ok(())
    }

    /// One attempt: a request and the redirects that it leads to.
    async fn attempt(&self, call: &mut Call<'_>) -> Result<Answer, Failure> {
        let request = call.request;
        let (mut uri, mut status) = (call.uri.clone(), None);
        for redirects in 0..=MAX_REDIRECTS {
            if redirects > 0 {
                self.turn(call).await.map_err(Failure::last)?;
            }
            let message = self.message(request, &uri, call.body.as_ref());
            let permit = self.permits.acquire().await;
            // A retry was counted when it was decided on.
            if redirects > 0 || call.attempts == 0 {
                call.meter.count_request();
            }
            call.attempts += u32::from(redirects == 0);
            let response = self.exchange(call, &uri, message).await;
            drop(permit);
            let response = response
                .map_err(|error| Failure::of_fault(&error, request.idempotent, self.auth.secret()))?;
            let response = self.scrubbed(response, request);
            status = Some(response.status().as_u16());
            match Redirect::of(&request.method, &uri, &response) {
                Redirect::No if response.status().is_success() => {
                    let (provider, secret) = (self.provider.clone(), Arc::clone(self.auth.secret()));
                    return Ok(Answer::new(response, provider, request.operation, secret));
                }
                Redirect::No => {
                    return Err(Failure::of_answer(&response, request.idempotent, self.auth.secret()));
                }
                Redirect::To(next) => uri = next,
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

    /// One request and its answer, each within the time that an attempt has.
    async fn exchange(
        &self,
        call: &mut Call<'_>,
        uri: &Uri,
        message: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let span = trace::request(message.method(), uri, call.requests, self.auth.secret());
        call.requests += 1;
        let sending = self.transport.send(message).instrument(span.clone());
        let answer = match self.limits.attempt_timeout {
            Some(limit) => tokio::time::timeout(limit, sending).await.unwrap_or_else(|_| {
                Err(TransportError::new(Fault::Timeout, format!("no whole answer within {limit:.1?}")))
            }),
            None => sending.await,
        };
        trace::answered(&span, &answer);
        answer
    }

    fn message(&self, request: &ApiRequest<'_>, uri: &Uri, body: Option<&Bytes>) -> Request<Bytes> {
        let mut message = Request::new(body.cloned().unwrap_or_default());
        *message.method_mut() = request.method.clone();
        *message.uri_mut() = uri.clone();
        message.headers_mut().clone_from(&self.headers);
        if body.is_some() {
            message.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        message
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

/// A request, and what has become of it so far.
struct Call<'a> {
    request: &'a ApiRequest<'a>,
    uri: Uri,
    body: Option<Bytes>,
    meter: Arc<Meter>,
    deadline: Instant,
    /// How often it was sent.
    attempts: u32,
    /// The same, with what followed redirects.
    requests: u32,
}
