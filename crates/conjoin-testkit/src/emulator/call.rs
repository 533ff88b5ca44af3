//! A request as the vendors' handlers read it.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

/// One request to a known route.
#[derive(Debug)]
pub(super) struct Call<'a> {
    request: &'a Request<Bytes>,
    parameters: Vec<String>,
    query: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    pub(super) fn new(request: &'a Request<Bytes>, parameters: Vec<String>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { request, parameters, query }
    }

    pub(super) fn path(&self) -> &'a str {
        self.request.uri().path()
    }

    /// The decoded path segment of the route's parameter with this number, from 0.
    pub(super) fn parameter(&self, number: usize) -> &str {
        self.parameters.get(number).map_or("", String::as_str)
    }

    /// How many parameters the route has.
    pub(super) fn parameters(&self) -> usize {
        self.parameters.len()
    }

    /// The decoded query parameters, in the order sent.
    pub(super) fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// The first query parameter of this name.
    pub(super) fn asks(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first query parameter of this name as a number; `None` if it is absent or none.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.asks(name)?.trim().parse().ok()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(self.request, name)
    }

    /// The body as JSON; `None` if it is none.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.request.body()).ok()
    }

    pub(super) fn has_body(&self) -> bool {
        !self.request.body().is_empty()
    }

    /// Scheme and host that the caller reached the emulator under.
    pub(super) fn origin(&self) -> String {
        let uri = self.request.uri();
        let scheme = uri.scheme_str().unwrap_or("http");
        let host = uri.authority().map(http::uri::Authority::as_str).or_else(|| self.header("host"));
        format!("{scheme}://{}", host.unwrap_or("127.0.0.1"))
    }
}

/// A header's text.
pub(super) fn header<'a>(request: &'a Request<Bytes>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// The token of an `Authorization: Bearer` header.
pub(super) fn bearer(request: &Request<Bytes>) -> Option<&str> {
    let (scheme, token) = header(request, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether an emulator lets this credential in: everything but none at all and the word `invalid`.
pub(super) fn admits(credential: Option<&str>) -> bool {
    credential.is_some_and(|credential| !credential.is_empty() && credential != "invalid")
}
