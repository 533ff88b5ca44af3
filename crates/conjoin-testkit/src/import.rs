//! A browser's export as a fixture.

use std::collections::BTreeMap;

use conjoin_core::Operation;
use serde_json::Value;
use url::Url;

use crate::call::CallArgs;
use crate::fixture::{About, Exchange, Fixture, FixtureError, Provenance};
use crate::har;
use crate::redact::{Allow, redact};
use crate::secrets::Secrets;

/// What a HAR file from elsewhere does not say of itself.
#[derive(Clone, Debug)]
pub struct Import {
    /// The vendor: the folder's name.
    pub vendor: String,
    /// The operation that the exchanges are.
    pub operation: Operation,
    /// What they show: the file's name.
    pub scenario: String,
    /// Where the file is from.
    pub source: String,
    /// The adapter's configuration that the exchanges fit.
    pub config: BTreeMap<String, String>,
    /// The arguments of the call.
    pub call: CallArgs,
}

/// A fixture made of a HAR file from elsewhere, redacted.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// The fixture.
    pub fixture: Fixture,
    /// What must not stand in it when it is written.
    pub secrets: Secrets,
    /// Entries that were left out, by why: `host cdn.example.com`, `no web address`, `preflight`, `no answer`.
    pub left_out: BTreeMap<String, usize>,
}

impl Import {
    /// Reads a HAR 1.2 file. Only what went to the vendor's hosts is taken.
    pub fn read(self, text: &str, allow: &Allow) -> Result<Imported, FixtureError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let raw: Value = serde_json::from_str(text)
            .map_err(|why| FixtureError::new(format!("this is no JSON, so no HAR file: {why}")))?;
        let entries = raw["log"]["entries"].as_array().ok_or_else(|| {
            FixtureError::new(
                "`log.entries` is missing: this is no HAR file; export one as \"HAR with content\"",
            )
        })?;

        let mut secrets = Secrets::default();
        let mut left_out = BTreeMap::new();
        let mut exchanges = Vec::new();
        let mut date = None;
        for (at, entry) in entries.iter().enumerate() {
            if let Some(why) = unwanted(entry, allow) {
                *left_out.entry(why).or_default() += 1;
                continue;
            }
            let content = &entry["response"]["content"];
            if content["size"].as_u64().is_some_and(|size| size > 0) && content["text"].is_null() {
                return Err(FixtureError::new(format!(
                    "`log.entries[{at}]` has lost its body; export it again as \"HAR with content\""
                )));
            }
            note_cookies(entry, &mut secrets);
            let parsed: har::Entry = serde_path_to_error::deserialize(entry).map_err(|why| {
                FixtureError::new(format!("`log.entries[{at}].{}`: {}", why.path(), why.inner()))
            })?;
            let exchange = Exchange::from_har(parsed)
                .map_err(|why| FixtureError::new(format!("`log.entries[{at}]`: {why}")))?;
            date = date.or_else(|| entry["startedDateTime"].as_str()?.get(..10).map(str::to_owned));
            // A comment may be anything, and nothing can be told of it.
            exchanges.push(Exchange { comment: None, ..exchange });
        }
        if exchanges.is_empty() {
            return Err(nothing_left(&self.vendor, &left_out, allow));
        }
        let date =
            date.ok_or_else(|| FixtureError::new("no entry says when it was recorded (`startedDateTime`)"))?;

        let about = About {
            provenance: Provenance::Recorded,
            source: self.source,
            date,
            vendor: self.vendor,
            operation: self.operation,
            scenario: self.scenario,
            note: None,
            config: self.config,
            call: self.call,
        };
        let (fixture, found) = redact(&Fixture { about, exchanges }.check()?, allow)?;
        secrets.extend(found);
        Ok(Imported { fixture, secrets, left_out })
    }
}

/// Why an entry is none of the vendor's answers.
fn unwanted(entry: &Value, allow: &Allow) -> Option<String> {
    let url = entry["request"]["url"].as_str().and_then(|url| Url::parse(url).ok());
    // `blob:`, `data:` and extensions' own schemes have no host.
    let Some(host) = url.as_ref().and_then(Url::host_str) else { return Some("no web address".to_owned()) };
    if !allow.has_host(host) {
        Some(format!("host {host}"))
    } else if entry["request"]["method"].as_str().is_some_and(|method| method.eq_ignore_ascii_case("options"))
    {
        Some("preflight".to_owned())
    } else {
        (entry["response"]["status"].as_u64().unwrap_or(0) == 0).then(|| "no answer".to_owned())
    }
}

fn note_cookies(entry: &Value, secrets: &mut Secrets) {
    for side in ["request", "response"] {
        for cookie in entry[side]["cookies"].as_array().into_iter().flatten() {
            secrets.add("a cookie", cookie["value"].as_str().unwrap_or_default());
        }
    }
}

fn nothing_left(vendor: &str, left_out: &BTreeMap<String, usize>, allow: &Allow) -> FixtureError {
    let list = |words: Vec<&str>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let found = list(left_out.keys().map(String::as_str).collect());
    if !left_out.keys().any(|why| why.starts_with("host ")) {
        return FixtureError::new(format!("no entry is an answer of {vendor}; there is: {found}"));
    }
    FixtureError::new(format!(
        "no entry is an answer of {vendor}: its hosts are {}, the file has {found}; name another host of the vendor \
         with --host",
        list(allow.hosts().collect()),
    ))
}
