//! A vendor made of a list of answers.

use std::borrow::Cow;
use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{Exchange, Fixture};

/// Answers by method, path and query, each as often as it is asked for: what documents and fixtures show,
/// without a server that remembers.
///
/// A route is written `GET /v1/accounts?page=2`. A segment in braces fits any, the pairs of the query must be
/// among those that are sent, and of several routes that fit the one with most pairs answers, then the first.
/// What fits none is a 404.
#[derive(Clone, Default)]
pub struct Canned {
    answers: Vec<Answer>,
}

#[derive(Clone)]
struct Answer {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    status: u16,
    body: Bytes,
}

impl Canned {
    /// No answer at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer to a route.
    #[must_use]
    pub fn on(mut self, route: &str, status: u16, body: impl Into<Bytes>) -> Self {
        let (method, target) = route.split_once(' ').unwrap_or(("GET", route));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.answers.push(Answer {
            method: method.to_owned(),
            path: path.to_owned(),
            query: pairs(query),
            status,
            body: body.into(),
        });
        self
    }

    /// Adds an answer for each row of a list, for a route that reads one: `each("GET /v1/accounts/{id}", …)`. The
    /// rows stand under a name of the answer (the empty name where it is a bare array), and their ids under one
    /// of theirs, or under a path such as `/app/slug`. What is no such list adds nothing.
    #[must_use]
    pub fn each(mut self, route: &str, list: &[u8], rows: &str, id: &str) -> Self {
        let list: Value = serde_json::from_slice(list).unwrap_or_default();
        let rows = if rows.is_empty() { &list } else { &list[rows] };
        for row in rows.as_array().into_iter().flatten() {
            let id = if id.starts_with('/') { row.pointer(id) } else { row.get(id) };
            let id =
                id.and_then(|id| id.as_str().map(str::to_owned).or_else(|| Some(id.as_i64()?.to_string())));
            if let (Some(id), Some((before, after))) = (id, route.split_once("{id}")) {
                let id = utf8_percent_encode(&id, NON_ALPHANUMERIC).to_string();
                self = self.on(&format!("{before}{id}{after}"), 200, row.to_string());
            }
        }
        self
    }

    /// Adds every exchange of a fixture.
    #[must_use]
    pub fn fixture(self, fixture: &Fixture) -> Self {
        fixture.exchanges.iter().fold(self, |canned, Exchange { request, response, .. }| {
            let route = format!("{} {}", request.method, &request.url[url::Position::BeforePath..]);
            canned.on(&route, response.status, response.body.to_bytes())
        })
    }

    fn find(&self, request: &Request<Bytes>) -> Option<&Answer> {
        let sent = pairs(request.uri().query().unwrap_or_default());
        let fits = self.answers.iter().filter(|answer| {
            answer.method == request.method().as_str()
                && same_path(&answer.path, request.uri().path())
                && answer.query.iter().all(|pair| sent.contains(pair))
        });
        fits.rev().max_by_key(|answer| (answer.query.len(), !answer.path.contains('{')))
    }
}

impl fmt::Debug for Canned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canned").field("answers", &self.answers.len()).finish()
    }
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let found = self.find(&request).map(|answer| (answer.status, answer.body.clone()));
        let (status, body) = found.unwrap_or_else(|| {
            let message = format!("no answer is canned for {} {}", request.method(), request.uri().path());
            (404, json!({ "error": { "code": "NOT_FOUND", "message": message } }).to_string().into())
        });
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(response)
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

fn same_path(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(sent)) if wanted.starts_with('{') || decoded(wanted) == decoded(sent) => {}
            _ => return false,
        }
    }
}
