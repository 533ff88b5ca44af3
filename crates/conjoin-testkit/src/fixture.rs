//! Fixtures: exchanges with a vendor, kept as HAR 1.2 files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use conjoin_core::Operation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::call::{Call, CallArgs};
use crate::har;

/// Stands in a request header of a fixture where the credential is to arrive.
pub const PLACEHOLDER: &str = "{credential}";

/// What a vendor answers to one call of a provider: the exchanges, in order, and where they are from.
///
/// A fixture is a HAR 1.2 file. Reading is lenient: what follows from other fields may be missing, and what
/// does not matter to a replay (clocks, cookies, sizes) is dropped. Writing is strict and stable: the same
/// fixture is always the same bytes, with a fixed clock.
///
/// ```
/// use conjoin_testkit::{Fixture, Provenance};
/// let fixture: Fixture = r#"{"log": {
///     "_conjoin": {"provenance": "synthetic", "source": "an example", "date": "2026-11-21", "vendor": "acme",
///                  "operation": "delete", "scenario": "gone", "call": {"id": "c1"}},
///     "entries": [{"request": {"method": "DELETE", "url": "https://api.example.com/connections/c1"},
///                  "response": {"status": 404, "content": {"mimeType": "application/json", "_json": {}}}}]
/// }}"#.parse()?;
/// assert_eq!(fixture.about.provenance, Provenance::Synthetic);
/// assert_eq!(fixture.relative_path().to_str(), Some("acme/delete/gone.har"));
/// assert!(fixture.to_pretty_json().contains(r#""statusText": "Not Found""#));
/// # Ok::<_, conjoin_testkit::FixtureError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fixture {
    /// What it is, and where it is from.
    pub about: About,
    /// The exchanges, in order.
    pub exchanges: Vec<Exchange>,
}

/// What a fixture is, and where it is from: the file's `log._conjoin`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// How far the answers can be trusted.
    pub provenance: Provenance,
    /// The page, file or recording that they are from; for synthetic ones, what they were assembled from.
    pub source: String,
    /// The day on which the source was read, recorded or assembled: `2026-11-21`.
    pub date: String,
    /// The vendor: the folder's name.
    pub vendor: String,
    /// The operation that it answers.
    pub operation: Operation,
    /// What it shows: the file's name, in lower case with hyphens.
    pub scenario: String,
    /// What a reader should know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The adapter's configuration that the exchanges fit.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// The arguments of the call that it answers.
    #[serde(default)]
    pub call: CallArgs,
}

/// How far a fixture's answers can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Every body is printed in a vendor's document.
    Documented,
    /// Every answer came from the vendor's service, and was redacted.
    Recorded,
    /// At least one body was put together by hand.
    Synthetic,
}

impl Provenance {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Recorded, Self::Synthetic];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Recorded => "recorded",
            Self::Synthetic => "synthetic",
        }
    }

    /// How many fixtures there are of each. All three are in the answer.
    pub fn count<'a>(fixtures: impl IntoIterator<Item = &'a Fixture>) -> BTreeMap<Self, usize> {
        let mut counts: BTreeMap<_, _> = Self::ALL.into_iter().map(|provenance| (provenance, 0)).collect();
        for fixture in fixtures {
            *counts.entry(fixture.about.provenance).or_default() += 1;
        }
        counts
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One request, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// What a reader should know of it.
    pub comment: Option<String>,
    /// What is asked.
    pub request: RecordedRequest,
    /// What comes back.
    pub response: RecordedResponse,
}

/// The request of an [`Exchange`].
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// The whole URL, query included.
    pub url: Url,
    /// Headers, names in lower case, by name. One that holds [`PLACEHOLDER`] says where the credential is to
    /// arrive; the others are for the reader.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// The answer of an [`Exchange`].
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedResponse {
    /// The status line's code.
    pub status: u16,
    /// Headers, names in lower case, by name. None tells how the body was packed on the wire.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Body,
}

/// A body.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// JSON. It is sent without white space, with its keys in the file's order.
    Json(Value),
    /// Text, unchanged.
    Text(String),
    /// What is no text.
    Bytes(Vec<u8>),
}

impl Body {
    /// The bytes that are sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }

    /// Text under a JSON label that is JSON is kept as JSON; what only claims to be stays text.
    pub(crate) fn from_text(text: String, media_type: Option<&str>) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        let claims_json = media_type.is_some_and(|label| {
            let essence = label.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
        });
        match serde_json::from_str(&text) {
            Ok(value) if claims_json => Self::Json(value),
            _ => Self::Text(text),
        }
    }
}

/// Why a file is no fixture, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixtureError {
    path: Option<PathBuf>,
    what: String,
}

impl FixtureError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { path: None, what: what.into() }
    }

    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        self.path.get_or_insert_with(|| path.to_owned());
        self
    }
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for FixtureError {}

/// All files that end in `.har` in a directory and below, sorted.
pub fn fixtures(dir: impl AsRef<Path>) -> Result<Vec<PathBuf>, FixtureError> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.as_ref().to_owned()];
    while let Some(dir) = waiting.pop() {
        let unreadable = |why: std::io::Error| FixtureError::new(why.to_string()).in_file(&dir);
        for entry in std::fs::read_dir(&dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if entry.file_type().map_err(unreadable)?.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "har") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

impl Fixture {
    /// Reads a file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FixtureError> {
        let path = path.as_ref();
        std::fs::read_to_string(path)
            .map_err(|why| FixtureError::new(why.to_string()))
            .and_then(|text| text.parse())
            .map_err(|error: FixtureError| error.in_file(path))
    }

    /// The call of a provider that it answers.
    pub fn call(&self) -> Result<Call, FixtureError> {
        Call::new(self.about.operation, &self.about.call)
    }

    /// Where its file belongs, from the directory of fixtures on: `<vendor>/<operation>/<scenario>.har`.
    pub fn relative_path(&self) -> PathBuf {
        let about = &self.about;
        [&about.vendor, about.operation.as_str(), &format!("{}.har", about.scenario)].iter().collect()
    }

    /// The file's text: HAR 1.2 with every field that its schema requires, in a fixed order.
    pub fn to_pretty_json(&self) -> String {
        let started = format!("{}T00:00:00.000Z", self.about.date);
        let log = har::Log {
            version: "1.2",
            creator: har::Creator { name: "conjoin", version: "1" },
            about: Some(self.about.clone()),
            entries: self.exchanges.iter().map(|exchange| exchange.to_har(&started)).collect(),
        };
        // Maps with other keys than text, the only thing that JSON cannot hold, do not occur here.
        let mut text = serde_json::to_string_pretty(&har::Har { log }).unwrap_or_default();
        text.push('\n');
        text
    }

    pub(crate) fn check(self) -> Result<Self, FixtureError> {
        let about = &self.about;
        let word = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        let date = |text: &str| {
            text.len() == 10
                && text
                    .char_indices()
                    .all(|(at, c)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() })
        };
        for (key, fits, wish) in [
            ("vendor", word(&about.vendor), "lower case letters, digits and hyphens"),
            ("scenario", word(&about.scenario), "lower case letters, digits and hyphens"),
            ("date", date(&about.date), "a day, as in 2026-11-21"),
            ("source", !about.source.trim().is_empty(), "the page or file that it is from"),
        ] {
            if !fits {
                return Err(FixtureError::new(format!("`log._conjoin.{key}` must be {wish}")));
            }
        }
        self.call()?;
        Ok(self)
    }
}

impl FromStr for Fixture {
    type Err = FixtureError;

    fn from_str(text: &str) -> Result<Self, FixtureError> {
        // Browsers begin the file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let har: har::Har = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text))
            .map_err(|why| FixtureError::new(format!("`{}`: {}", why.path(), why.inner())))?;
        let about = har.log.about.ok_or_else(|| {
            FixtureError::new(
                "`log._conjoin` is missing: it says where the answers are from, and which call they answer",
            )
        })?;
        let exchanges = har
            .log
            .entries
            .into_iter()
            .enumerate()
            .map(|(at, entry)| {
                Exchange::from_har(entry)
                    .map_err(|why| FixtureError::new(format!("`log.entries[{at}]`: {why}")))
            })
            .collect::<Result<_, _>>()?;
        Self { about, exchanges }.check()
    }
}

impl Exchange {
    pub(crate) fn from_har(entry: har::Entry) -> Result<Self, FixtureError> {
        let har::Entry { comment, request, response, .. } = entry;

        let mut url = Url::parse(&request.url)
            .map_err(|why| FixtureError::new(format!("`request.url` is no absolute URL: {why}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FixtureError::new("`request.url` begins with neither https:// nor http://"));
        }
        url.set_fragment(None);
        if url.query().is_none() && !request.query_string.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query_string.iter().map(|p| (&p.name, &p.value)));
        }
        let post = request.post_data.unwrap_or_default();
        let request_headers = headers(request.headers, &post.mime_type);
        let request = RecordedRequest {
            method: request.method.to_ascii_uppercase(),
            url,
            body: match (post.json, post.text) {
                (Some(json), _) => Body::Json(json),
                (None, text) => Body::from_text(text.unwrap_or_default(), content_type(&request_headers)),
            },
            headers: request_headers,
        };

        let content = response.content;
        let response_headers = headers(response.headers, &content.mime_type);
        let response = RecordedResponse {
            status: response.status,
            body: match (content.json, content.text, content.encoding.as_deref()) {
                (Some(json), ..) => Body::Json(json),
                (None, Some(text), Some("base64")) => {
                    let bytes = BASE64_STANDARD.decode(text).map_err(|why| {
                        FixtureError::new(format!("`response.content.text` is no base64: {why}"))
                    })?;
                    match String::from_utf8(bytes) {
                        Ok(text) => Body::from_text(text, content_type(&response_headers)),
                        Err(no_text) => Body::Bytes(no_text.into_bytes()),
                    }
                }
                (None, Some(_), Some(other)) => {
                    return Err(FixtureError::new(format!(
                        "`response.content.encoding` is `{other}`, not `base64`"
                    )));
                }
                (None, text, _) => Body::from_text(text.unwrap_or_default(), content_type(&response_headers)),
            },
            headers: response_headers,
        };
        Ok(Self { comment, request, response })
    }

    fn to_har(&self, started: &str) -> har::Entry {
        let Self { comment, request, response } = self;
        har::Entry {
            started_date_time: started.to_owned(),
            time: 0,
            request: request.to_har(),
            response: response.to_har(),
            cache: har::Cache {},
            timings: har::Timings::default(),
            comment: comment.clone(),
        }
    }
}

impl RecordedRequest {
    fn to_har(&self) -> har::Request {
        let (json, text) = match &self.body {
            Body::Json(value) => (Some(value.clone()), None),
            Body::Empty => (None, None),
            other => (None, Some(String::from_utf8_lossy(&other.to_bytes()).into_owned())),
        };
        let post_data = (self.body != Body::Empty).then(|| har::PostData {
            mime_type: content_type(&self.headers).unwrap_or(har::UNKNOWN_TYPE).to_owned(),
            json,
            text,
        });
        har::Request {
            method: self.method.clone(),
            url: self.url.to_string(),
            http_version: "HTTP/1.1",
            cookies: [],
            headers: pairs(&self.headers),
            query_string: self
                .url
                .query_pairs()
                .map(|(name, value)| har::Pair { name: name.into_owned(), value: value.into_owned() })
                .collect(),
            post_data,
            headers_size: -1,
            body_size: -1,
        }
    }
}

impl RecordedResponse {
    fn to_har(&self) -> har::Response {
        let (json, text, encoding) = match &self.body {
            Body::Empty => (None, None, None),
            Body::Json(value) => (Some(value.clone()), None, None),
            Body::Text(text) => (None, Some(text.clone()), None),
            Body::Bytes(bytes) => (None, Some(BASE64_STANDARD.encode(bytes)), Some("base64".to_owned())),
        };
        har::Response {
            status: self.status,
            status_text: http::StatusCode::from_u16(self.status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or_default(),
            http_version: "HTTP/1.1",
            cookies: [],
            headers: pairs(&self.headers),
            content: har::Content {
                size: self.body.to_bytes().len(),
                mime_type: content_type(&self.headers).unwrap_or(har::UNKNOWN_TYPE).to_owned(),
                json,
                text,
                encoding,
            },
            redirect_url: find(&self.headers, "location").unwrap_or_default().to_owned(),
            headers_size: -1,
            body_size: -1,
        }
    }
}

/// Headers in their fixed form, without those that describe the wire and not the message.
fn headers(given: Vec<har::Pair>, mime_type: &str) -> Vec<(String, String)> {
    const OF_THE_WIRE: [&str; 4] = ["connection", "content-encoding", "content-length", "transfer-encoding"];
    let mut headers: Vec<_> = given
        .into_iter()
        .map(|pair| (pair.name.to_ascii_lowercase(), pair.value))
        // HTTP/2 writes the request line as headers that begin with a colon.
        .filter(|(name, _)| !name.starts_with(':') && !OF_THE_WIRE.contains(&name.as_str()))
        .collect();
    if content_type(&headers).is_none() && !mime_type.is_empty() && mime_type != har::UNKNOWN_TYPE {
        headers.push(("content-type".to_owned(), mime_type.to_owned()));
    }
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    headers
}

fn pairs(headers: &[(String, String)]) -> Vec<har::Pair> {
    headers.iter().map(|(name, value)| har::Pair { name: name.clone(), value: value.clone() }).collect()
}

fn content_type(headers: &[(String, String)]) -> Option<&str> {
    find(headers, "content-type")
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests;
