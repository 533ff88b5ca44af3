//! Drift: whether a vendor's answers still have the shape of the stored ones.

mod compare;
mod shape;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use conjoin_http::{Secret, Transport};
use http::{HeaderValue, Request};
use serde_json::Value;
use url::{Url, form_urlencoded};

use compare::compare;
pub use compare::{Difference, Severity};
use shape::Shape;

use crate::fixture::{Body, Exchange, Fixture, FixtureError, PLACEHOLDER, RecordedRequest, RecordedResponse};

/// Sends stored requests to a vendor again, and compares the shapes of the answers.
///
/// Only GET requests are sent, whose stored answers were successes: the others cannot be had again, or change
/// something.
pub struct Drift {
    transport: Arc<dyn Transport>,
    credential: Secret,
    stored_base: Url,
    base: Url,
    config: BTreeMap<String, String>,
    id: Option<String>,
}

/// What came of sending one stored request again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It was answered; these are the differences, none where the shape is the same.
    Answered(Vec<Difference>),
    /// It was not sent, or its answer says nothing; this is why.
    Skipped(String),
}

impl Drift {
    /// Sends through a transport, with a credential in place of `{credential}`, to `base`. `stored_base` is where
    /// the vendor's API begins in the stored requests.
    pub fn new(
        transport: Arc<dyn Transport>,
        credential: Secret,
        stored_base: &str,
        base: &str,
    ) -> Result<Self, FixtureError> {
        let url = |text: &str| {
            Url::parse(text).map_err(|why| FixtureError::new(format!("`{text}` is no base URL: {why}")))
        };
        let (stored_base, base) = (url(stored_base)?, url(base)?);
        Ok(Self { transport, credential, stored_base, base, config: BTreeMap::new(), id: None })
    }

    /// Sets the adapter's configuration: its values stand in for those that a fixture says.
    #[must_use]
    pub fn config(mut self, config: BTreeMap<String, String>) -> Self {
        self.config = config;
        self
    }

    /// Sets a connection's id that stands in for the one of a fixture's call.
    #[must_use]
    pub fn id(mut self, id: Option<String>) -> Self {
        self.id = id;
        self
    }

    /// Sends what can be sent of a fixture; one result for each exchange.
    pub async fn check(&self, fixture: &Fixture) -> Result<Vec<Compared>, FixtureError> {
        let mut results = Vec::new();
        for exchange in &fixture.exchanges {
            results.push(self.exchange(fixture, exchange).await?);
        }
        Ok(results)
    }

    async fn exchange(&self, fixture: &Fixture, exchange: &Exchange) -> Result<Compared, FixtureError> {
        let Exchange { request, response, .. } = exchange;
        let skipped = |why: &str| Ok(Compared::Skipped(why.to_owned()));
        if fixture.about.config.get("dialect") != self.config.get("dialect") {
            return skipped("of another dialect");
        }
        if request.method != "GET" {
            return skipped("not a GET: it might change something");
        }
        if !(200..300).contains(&response.status) {
            return skipped("the stored answer is no success");
        }
        let Body::Json(stored) = &response.body else { return skipped("the stored answer is no JSON") };
        let stands_in = self.stand_ins(fixture);
        let Some(sent) = self.request(request, &stands_in) else {
            return skipped("its URL is not below the vendor's base URL");
        };
        let answer = self
            .transport
            .send(sent)
            .await
            .map_err(|why| FixtureError::new(format!("{}: {why}", fixture.relative_path().display())))?;
        let status = answer.status().as_u16();
        if status == 404 {
            return skipped("404: this account does not have it; name one that it has with --id");
        }
        if matches!(status, 401 | 402 | 403 | 429 | 500..) {
            let path = fixture.relative_path();
            let message = format!("{}: the vendor answers {status} and nothing to compare", path.display());
            return Err(FixtureError::new(message));
        }
        Ok(Compared::Answered(differences(response, stored, status, answer.body())))
    }

    /// What stands in for what: a text of the fixture, and ours.
    fn stand_ins(&self, fixture: &Fixture) -> BTreeMap<String, String> {
        let config = fixture.about.config.iter();
        let ours = config.filter_map(|(key, value)| Some((value.clone(), self.config.get(key)?.clone())));
        let id = fixture.about.call.id.clone().zip(self.id.clone());
        ours.chain(id).collect()
    }

    fn request(
        &self,
        stored: &RecordedRequest,
        stands_in: &BTreeMap<String, String>,
    ) -> Option<Request<Bytes>> {
        let ours = |text: &str| stands_in.get(text).cloned().unwrap_or_else(|| text.to_owned());
        let path = stored.url.path().strip_prefix(self.stored_base.path().trim_end_matches('/'))?;
        let mut url = self.base.clone();
        {
            let mut segments = url.path_segments_mut().ok()?;
            segments.pop_if_empty();
            for segment in path.split('/').skip(1) {
                let decoded = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
                segments.push(&ours(&decoded));
            }
        }
        if let Some(query) = stored.url.query() {
            let pairs = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name, ours(&value)));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let mut request = Request::get(url.as_str());
        for (name, template) in &stored.headers {
            let mut value =
                HeaderValue::from_str(&template.replace(PLACEHOLDER, self.credential.expose())).ok()?;
            value.set_sensitive(template.contains(PLACEHOLDER));
            request = request.header(name, value);
        }
        request.body(Bytes::new()).ok()
    }
}

impl fmt::Debug for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drift").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

fn differences(response: &RecordedResponse, stored: &Value, status: u16, body: &[u8]) -> Vec<Difference> {
    let whole = |severity, what: String| Difference { severity, place: String::new(), what };
    if !(200..300).contains(&status) {
        return vec![whole(
            Severity::Breaking,
            format!("was answered with {}, and is with {status}", response.status),
        )];
    }
    let Ok(live) = serde_json::from_slice::<Value>(body) else {
        return vec![whole(Severity::Breaking, "was JSON, and is not".to_owned())];
    };
    let mut found = Vec::new();
    if status != response.status {
        let what = format!("was answered with {}, and is with {status}", response.status);
        found.push(whole(Severity::Changed, what));
    }
    compare(&Shape::of(stored), &Shape::of(&live), "", &mut found);
    found.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.place.cmp(&b.place)));
    found
}
