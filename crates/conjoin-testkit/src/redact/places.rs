//! Where values stand in a fixture: the call, URLs, headers and bodies.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Url, form_urlencoded};

use super::{Redactor, is_name, placeholder, secrets_stand_under};
use crate::fixture::{Body, Exchange, Fixture, FixtureError, PLACEHOLDER, RecordedRequest, RecordedResponse};

/// Arguments of a call that are words of a vendor, or of this project.
const ARGUMENTS: [&str; 9] = [
    "category",
    "connected",
    "connector",
    "detail",
    "enabled",
    "environment",
    "owner_kind",
    "slug",
    "status",
];
/// Keys of an adapter's configuration that are words.
const CONFIGURATION: [&str; 1] = ["dialect"];
/// What stands for itself in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn redact(redactor: &mut Redactor<'_>, fixture: &Fixture) -> Result<Fixture, FixtureError> {
    let mut about = fixture.about.clone();
    about.call = redactor.record(&about.call, &ARGUMENTS)?;
    about.config = redactor.record(&about.config, &CONFIGURATION)?;
    let exchanges = fixture.exchanges.iter().map(|exchange| {
        Ok(Exchange {
            comment: exchange.comment.clone(),
            request: redactor.request(&exchange.request)?,
            response: redactor.response(&exchange.response),
        })
    });
    Ok(Fixture { exchanges: exchanges.collect::<Result<_, FixtureError>>()?, about })
}

impl Redactor<'_> {
    /// What is known by its keys, and stays of its type.
    fn record<T: Serialize + DeserializeOwned>(
        &mut self,
        record: &T,
        allowed: &[&str],
    ) -> Result<T, FixtureError> {
        let names: BTreeSet<String> = allowed.iter().map(|&name| name.to_owned()).collect();
        let value = serde_json::to_value(record).map_err(|why| FixtureError::new(why.to_string()))?;
        let value = self.json(&value, false, &names);
        serde_json::from_value(value)
            .map_err(|why| FixtureError::new(format!("the call cannot be redacted: {why}")))
    }

    fn request(&mut self, request: &RecordedRequest) -> Result<RecordedRequest, FixtureError> {
        let url = self.target(&request.url).ok_or_else(|| {
            FixtureError::new(format!("the URL of a {} request cannot be redacted", request.method))
        })?;
        let headers = request.headers.iter().filter_map(|(name, value)| {
            let value = if self.allow.credential_headers.contains(name) || value.contains(PLACEHOLDER) {
                self.credential(value)
            } else if self.allow.request_headers.contains(name) {
                self.word(value)
            } else {
                if !self.looking && secrets_stand_under(name) {
                    self.cookies(value);
                }
                return None;
            };
            Some((name.clone(), value))
        });
        let headers = headers.collect();
        Ok(RecordedRequest { method: request.method.clone(), url, headers, body: self.body(&request.body) })
    }

    fn response(&mut self, response: &RecordedResponse) -> RecordedResponse {
        let headers = response.headers.iter().map(|(name, value)| {
            if !self.looking && secrets_stand_under(name) {
                self.cookies(value);
            }
            let value = if self.allow.response_headers.contains(name) {
                self.word(value)
            } else if name == "location" {
                self.location(value)
            } else {
                self.text(value)
            };
            (name.clone(), value)
        });
        let headers = headers.collect();
        RecordedResponse { status: response.status, headers, body: self.body(&response.body) }
    }

    /// A header that carries the credential: its scheme, and where the credential stood.
    fn credential(&mut self, value: &str) -> String {
        let (scheme, secret) = match value.split_once(' ') {
            Some((scheme, secret)) if scheme.len() <= 10 && is_name(scheme) => (scheme, secret),
            _ => ("", value),
        };
        if !self.looking && secret != PLACEHOLDER {
            self.secrets.add("the credential of a request", secret);
        }
        if scheme.is_empty() { PLACEHOLDER.to_owned() } else { format!("{scheme} {PLACEHOLDER}") }
    }

    /// Notes the values of a cookie header, or of one that only sounds like it.
    fn cookies(&mut self, value: &str) {
        for part in value.split(';') {
            self.note_secret(part.split_once('=').map_or(part, |(_, value)| value).trim());
        }
    }

    fn body(&mut self, body: &Body) -> Body {
        match body {
            Body::Empty => Body::Empty,
            Body::Json(value) => {
                let allow = self.allow;
                Body::Json(self.json(value, false, &allow.keys))
            }
            Body::Text(text) => Body::Text(self.text(text)),
            Body::Bytes(bytes) => {
                // The first byte can begin no text, so that it is read as what it is.
                let shown: String = bytes.iter().skip(1).map(|byte| char::from(*byte)).collect();
                let mut redacted = vec![0xff];
                redacted.extend(self.text(&shown).chars().map(|c| u8::try_from(c).unwrap_or(b'?')));
                if self.looking { body.clone() } else { Body::Bytes(redacted) }
            }
        }
    }

    /// A text that is a URL of the vendor's API; `None` for any other.
    pub(super) fn url(&mut self, text: &str) -> Option<String> {
        if !text.starts_with("http") || self.is_public(text) {
            return None;
        }
        let url = Url::parse(text)
            .ok()
            .filter(|url| url.host_str().is_some_and(|host| self.allow.has_host(host)))?;
        let redacted = self.target(&url)?;
        Some(if redacted == url { text.to_owned() } else { redacted.into() })
    }

    /// Where a redirect leads: to the vendor's API, or to a path of it.
    fn location(&mut self, value: &str) -> String {
        if let Some(url) = self.url(value) {
            return url;
        }
        let path = value.starts_with('/') && !self.is_public(value);
        let url = path.then(|| Url::parse("https://example.com").ok()?.join(value).ok()).flatten();
        let redacted = url.and_then(|url| self.target(&url));
        redacted.map_or_else(|| self.text(value), |url| url[url::Position::BeforePath..].to_owned())
    }

    /// A URL whose path and query are known by their parts.
    fn target(&mut self, url: &Url) -> Option<Url> {
        let host = url.host_str().unwrap_or_default();
        let own = self.allow.has_host(host) || is_reserved(host);
        let origin =
            if own { url.origin().ascii_serialization() } else { format!("https://{}", placeholder::host()) };
        let segments = url.path().split('/').map(|segment| self.segment(segment));
        let path = segments.collect::<Vec<_>>().join("/");
        let query = url.query().map(|query| format!("?{}", self.query(query))).unwrap_or_default();
        Url::parse(&format!("{origin}{path}{query}")).ok()
    }

    fn segment(&mut self, segment: &str) -> String {
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        if self.allow.path.contains(&*decoded) || self.words.contains(&*decoded) {
            return segment.to_owned();
        }
        let redacted = self.text(&decoded);
        if redacted == decoded {
            segment.to_owned()
        } else {
            utf8_percent_encode(&redacted, SEGMENT).to_string()
        }
    }

    fn query(&mut self, query: &str) -> String {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let redacted: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| {
                if !self.looking && secrets_stand_under(name) {
                    self.note_secret(value);
                }
                let value = if self.allow.query.contains(name) { self.word(value) } else { self.text(value) };
                (self.key(name), value)
            })
            .collect();
        if redacted == pairs {
            return query.to_owned();
        }
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&redacted).finish()
    }
}

/// Whether a host belongs to nobody (RFC 2606, RFC 6761).
pub(super) fn is_reserved(host: &str) -> bool {
    const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];
    const TOP: [&str; 3] = [".example", ".test", ".invalid"];
    let host = host.to_ascii_lowercase();
    DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
        || TOP.iter().any(|top| host.ends_with(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_hosts_belong_to_nobody() {
        for (host, expected) in [
            ("example.com", true),
            ("api.example.org", true),
            ("elsewhere.example", true),
            ("notexample.com", false),
            ("example.com.evil.io", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(is_reserved(host), expected, "{host}");
        }
    }

    #[test]
    fn arguments_of_calls_are_keys_that_exist() {
        let text = include_str!("../call.rs");
        for name in ARGUMENTS {
            assert!(text.contains(&format!("pub {name}: ")), "{name}");
        }
    }
}
