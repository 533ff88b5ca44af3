//! Replay: a fixture as a transport.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Fault, Transport, TransportError};
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::Value;
use url::form_urlencoded;

use crate::fixture::{Body, Exchange, Fixture, PLACEHOLDER, RecordedRequest, RecordedResponse};

/// Answers requests from a fixture, and from nothing else.
///
/// A request fits an exchange when method, path, query and body are the same: the path segment by segment
/// however it is encoded, the query in any order, the body as JSON. Scheme and host are not compared.
/// Headers are not compared either, except for one: where the fixture writes `{credential}`, the credential
/// must arrive, and it must stand nowhere else. Equal requests are answered in the fixture's order, each
/// exchange once.
///
/// What fits nothing is answered with [`Fault::Unsendable`]; its message names the nearest exchanges and
/// what differs. An adapter may swallow that error, so a test ends with [`verify`](Self::verify).
pub struct Replay {
    exchanges: Vec<Exchange>,
    credential: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    answered: Vec<bool>,
    sent: Vec<SentRequest>,
    misses: Vec<String>,
}

/// A request that was sent, as tests compare it. The credential is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SentRequest {
    /// The method.
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    /// The header in which the credential came; `None` where it did not come.
    pub auth: Option<String>,
    /// The body: as JSON, or as text where it is none. `None` where there was none.
    pub body: Option<Value>,
}

/// What a replay and its caller disagree on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayError {
    /// Requests that fit nothing, and what differs.
    pub misses: Vec<String>,
    /// Exchanges that nobody asked for.
    pub leftovers: Vec<String>,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leftovers = self.leftovers.iter().map(|leftover| format!("nobody asked for {leftover}"));
        let lines: Vec<_> = self.misses.iter().cloned().chain(leftovers).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ReplayError {}

impl Replay {
    /// The credential that is expected, unless another is set. A dummy, for the adapter's configuration.
    pub const CREDENTIAL: &str = "dummy-credential-of-the-replay";

    /// How many exchanges a miss names.
    const NEAREST: usize = 3;

    /// Answers from a fixture.
    pub fn new(fixture: Fixture) -> Self {
        let state = State { answered: vec![false; fixture.exchanges.len()], ..State::default() };
        Self {
            exchanges: fixture.exchanges,
            credential: Self::CREDENTIAL.to_owned(),
            state: Mutex::new(state),
        }
    }

    /// Sets the credential that is expected.
    #[must_use]
    pub fn with_credential(mut self, credential: impl Into<String>) -> Self {
        self.credential = credential.into();
        self
    }

    /// The requests that came, in order, those that fit nothing included.
    pub fn requests(&self) -> Vec<SentRequest> {
        self.state().sent.clone()
    }

    /// The requests that fit nothing, and what differs, each on one line.
    pub fn misses(&self) -> Vec<String> {
        self.state().misses.clone()
    }

    /// The exchanges that nobody asked for: `entry 2 (GET /v1/x?page=2)`.
    pub fn leftovers(&self) -> Vec<String> {
        let state = self.state();
        let unasked = state.answered.iter().enumerate().filter(|(_, answered)| !**answered);
        unasked.map(|(at, _)| self.name(at)).collect()
    }

    /// Whether every request was answered, and every exchange was asked for.
    pub fn verify(&self) -> Result<(), ReplayError> {
        let error = ReplayError { misses: self.misses(), leftovers: self.leftovers() };
        if error.misses.is_empty() && error.leftovers.is_empty() { Ok(()) } else { Err(error) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, at: usize) -> String {
        let request = &self.exchanges[at].request;
        format!("entry {} ({} {})", at + 1, request.method, target(request))
    }

    fn scrub(&self, text: &str) -> String {
        text.replace(&self.credential, PLACEHOLDER)
    }

    fn log(&self, request: &Request<Bytes>) -> SentRequest {
        let auth = request
            .headers()
            .iter()
            .find(|(_, value)| contains(value.as_bytes(), &self.credential))
            .map(|(name, _)| name.to_string());
        let body = (!request.body().is_empty()).then(|| {
            serde_json::from_str(&self.scrub(&String::from_utf8_lossy(request.body())))
                .unwrap_or_else(|_| self.scrub(&String::from_utf8_lossy(request.body())).into())
        });
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        SentRequest { method: request.method().to_string(), target: self.scrub(target), auth, body }
    }

    /// Where the credential stands although it must not: anywhere but in one header.
    fn strays(&self, request: &Request<Bytes>) -> Vec<String> {
        let mut strays = Vec::new();
        if contains(request.uri().to_string().as_bytes(), &self.credential) {
            strays.push("the credential stands in the URL".to_owned());
        }
        if contains(request.body(), &self.credential) {
            strays.push("the credential stands in the body".to_owned());
        }
        let carriers =
            request.headers().iter().filter(|(_, value)| contains(value.as_bytes(), &self.credential));
        let carriers: Vec<_> = carriers.map(|(name, _)| format!("`{name}`")).collect();
        if carriers.len() > 1 {
            strays.push(format!("the credential stands in several headers: {}", carriers.join(", ")));
        }
        strays
    }

    fn miss(
        &self,
        sent: &SentRequest,
        request: &Request<Bytes>,
        strays: &[String],
        answered: &[bool],
    ) -> String {
        let headline = format!("no entry answers {} {}", sent.method, sent.target);
        if !strays.is_empty() {
            return format!("{headline}: {}", strays.join(", "));
        }
        if self.exchanges.is_empty() {
            return format!("{headline}: the fixture has none");
        }
        let mut nearest: Vec<_> = self
            .exchanges
            .iter()
            .enumerate()
            .map(|(at, exchange)| (differences(&exchange.request, request, &self.credential), at))
            .collect();
        nearest.sort_by_key(|(differences, _)| differences.iter().map(|(weight, _)| weight).sum::<usize>());
        let mut parts = vec![headline];
        for (differences, at) in nearest.into_iter().take(Self::NEAREST) {
            let mut texts: Vec<_> = differences.into_iter().map(|(_, text)| text).collect();
            if texts.is_empty() && answered[at] {
                texts.push("it fits, but has been used up by an earlier request".to_owned());
            }
            parts.push(format!("{}: {}", self.name(at), texts.join(", ")));
        }
        self.scrub(&parts.join("; "))
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("exchanges", &self.exchanges.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let sent = self.log(&request);
        let strays = self.strays(&request);
        let mut state = self.state();
        state.sent.push(sent.clone());
        let fits = |at: &usize| {
            strays.is_empty()
                && !state.answered[*at]
                && differences(&self.exchanges[*at].request, &request, &self.credential).is_empty()
        };
        if let Some(at) = (0..self.exchanges.len()).find(fits) {
            state.answered[at] = true;
            return answer(&self.exchanges[at].response).map_err(|why| {
                TransportError::never_sent(Fault::Unsendable, format!("{}: {why}", self.name(at)))
            });
        }
        let message = self.miss(&sent, &request, &strays, &state.answered);
        state.misses.push(message.clone());
        Err(TransportError::never_sent(Fault::Unsendable, message))
    }
}

fn answer(response: &RecordedResponse) -> Result<Response<Bytes>, http::Error> {
    let mut answer = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        answer = answer.header(name, value);
    }
    answer.body(Bytes::from(response.body.to_bytes()))
}

fn target(request: &RecordedRequest) -> &str {
    &request.url[url::Position::BeforePath..]
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// What keeps a request from fitting an exchange, each with how far apart it puts them.
fn differences(wanted: &RecordedRequest, sent: &Request<Bytes>, credential: &str) -> Vec<(usize, String)> {
    let mut differences = Vec::new();
    if wanted.method != sent.method().as_str() {
        differences.push((4, format!("method is {}, not {}", wanted.method, sent.method())));
    }
    let (here, there) = (segments(wanted.url.path()), segments(sent.uri().path()));
    if here != there {
        let apart =
            here.iter().zip(&there).filter(|(a, b)| a != b).count() + here.len().abs_diff(there.len());
        differences.push((1 + 2 * apart, format!("path is `{}`", wanted.url.path())));
    }
    let (missing, surplus) = query_difference(wanted.url.query(), sent.uri().query());
    differences.extend(missing.into_iter().map(|pair| (1, format!("the request lacks `{pair}`"))));
    differences.extend(surplus.into_iter().map(|pair| (1, format!("the request has `{pair}` besides"))));
    if !same_body(&wanted.body, sent.body()) {
        let show = |bytes: &[u8]| match bytes {
            [] => "nothing".to_owned(),
            bytes => format!("`{}`", String::from_utf8_lossy(bytes)),
        };
        differences
            .push((1, format!("body is {}, not {}", show(&wanted.body.to_bytes()), show(sent.body()))));
    }
    for (name, template) in wanted.headers.iter().filter(|(_, value)| value.contains(PLACEHOLDER)) {
        let expected = template.replace(PLACEHOLDER, credential);
        let mut values = sent.headers().get_all(name).iter();
        if !values.any(|value| value.as_bytes() == expected.as_bytes()) {
            differences.push((1, format!("header `{name}` must be `{template}`")));
        }
    }
    differences
}

fn segments(path: &str) -> Vec<Vec<u8>> {
    path.split('/').map(|segment| percent_decode_str(segment).collect()).collect()
}

/// The pairs that the sent query lacks, and those that it has besides.
fn query_difference(wanted: Option<&str>, sent: Option<&str>) -> (Vec<String>, Vec<String>) {
    let pairs = |query: Option<&str>| -> Vec<String> {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        pairs.map(|(name, value)| format!("{name}={value}")).collect()
    };
    let (wanted, sent) = (pairs(wanted), pairs(sent));
    let mut balance: HashMap<&str, i64> = HashMap::new();
    for pair in &wanted {
        *balance.entry(pair).or_default() += 1;
    }
    for pair in &sent {
        *balance.entry(pair).or_default() -= 1;
    }
    let mut off: Vec<_> = balance.into_iter().filter(|(_, count)| *count != 0).collect();
    off.sort_unstable();
    let (missing, surplus): (Vec<_>, Vec<_>) = off.into_iter().partition(|(_, count)| *count > 0);
    let names = |pairs: Vec<(&str, i64)>| pairs.into_iter().map(|(pair, _)| pair.to_owned()).collect();
    (names(missing), names(surplus))
}

fn same_body(wanted: &Body, sent: &[u8]) -> bool {
    match wanted {
        Body::Json(wanted) => serde_json::from_slice::<Value>(sent).is_ok_and(|sent| sent == *wanted),
        other => other.to_bytes() == sent,
    }
}

#[cfg(test)]
mod tests;
