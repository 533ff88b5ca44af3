//! What a query will do, before it does it.

use serde::Serialize;

use crate::{Filter, Query};

/// How a provider will answer a query: what it asks the vendor to filter, what is filtered here, and how it
/// pages. Free of side effects, and in agreement with what is really sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The first requests, as `GET /path?query`, without what the configuration keeps secret.
    pub requests: Vec<String>,
    /// Filters that the vendor applies.
    pub pushed: Vec<Filter>,
    /// Filters that are applied here alone.
    pub applied_here: Vec<Filter>,
    /// How it pages, in words.
    pub paging: &'static str,
    /// What else is worth knowing: facts that this way of asking does not bring, and how to get them.
    pub notes: Vec<&'static str>,
}

impl Plan {
    /// A plan for the filters of a query, of which the vendor applies some.
    pub fn new(query: &Query, pushed: &[Filter]) -> Self {
        let (pushed, applied_here) = query.filters().into_iter().partition(|filter| pushed.contains(filter));
        Self { requests: Vec::new(), pushed, applied_here, paging: "one request", notes: Vec::new() }
    }

    /// Adds a request, `GET /path?query`.
    #[must_use]
    pub fn with_request(mut self, request: impl Into<String>) -> Self {
        self.requests.push(request.into());
        self
    }

    /// Says how it pages.
    #[must_use]
    pub fn with_paging(mut self, paging: &'static str) -> Self {
        self.paging = paging;
        self
    }

    /// Adds what else is worth knowing.
    #[must_use]
    pub fn with_note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }
}
