//! Where a vendor's API begins.

use std::fmt::{self, Display, Write as _};

use conjoin_core::{Error, ErrorKind, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

/// The address that an adapter's paths are added to. Keeps a path prefix, may end in a slash.
///
/// `https` only, except for this machine and where [`allow_http`](Self::allow_http) says otherwise: a
/// credential does not travel in the clear by accident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    allow_http: bool,
}

/// What paths and queries take, mostly.
const ROOM: usize = 96;
/// What stands for itself in a path segment (RFC 3986 `pchar`, less what some servers read specially).
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'@');
/// What stands for itself in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl BaseUrl {
    /// Reads an absolute URL.
    pub fn new(text: &str) -> Result<Self> {
        let wrong = |why: String| Error::new(ErrorKind::Config, why);
        let url = Url::parse(text.trim()).map_err(|e| {
            wrong(format!("`{}` is not a URL ({e}); write it like https://api.example.com", shown(text)))
        })?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong(format!("the URL must begin with https://, not with `{}:`", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "the URL holds a user name or password; credentials are configured apart".into(),
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(
                "the URL holds a `?` or `#` part; it ends where the vendor's paths begin".into(),
            ));
        }
        Ok(Self { url, allow_http: false })
    }

    /// Lets plain `http` reach other machines than this one.
    #[must_use]
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Whether it is reached without TLS.
    pub fn is_http(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.url.scheme() == "https" || self.allow_http || self.is_loopback() {
            return Ok(());
        }
        let message = format!(
            "base_url {self} would carry the credential in the clear; use https, or say allow_http = true"
        );
        Err(Error::new(ErrorKind::Config, message))
    }

    /// The address of a path below, whose segments are encoded here. A segment that URLs resolve away is refused.
    pub(crate) fn below(&self, segments: &[&str]) -> Result<String> {
        let base = self.url.as_str().trim_end_matches('/');
        let mut address = String::with_capacity(base.len() + ROOM);
        address.push_str(base);
        for segment in segments {
            if matches!(*segment, "" | "." | "..") {
                let message = format!("`{segment}` cannot be sent as a part of a path");
                return Err(Error::new(ErrorKind::InvalidRequest, message));
            }
            address.push('/');
            address.extend(utf8_percent_encode(segment, SEGMENT));
        }
        Ok(address)
    }
}

/// Adds a parameter to an address; both name and value are encoded here.
pub(crate) fn add_parameter(address: &mut String, name: &str, value: impl Display) -> fmt::Result {
    /// Encodes what is written.
    struct Encoding<'a>(&'a mut String);
    impl fmt::Write for Encoding<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.extend(utf8_percent_encode(text, QUERY));
            Ok(())
        }
    }
    // Whatever else holds a question mark is encoded.
    address.push(if address.contains('?') { '&' } else { '?' });
    address.extend(utf8_percent_encode(name, QUERY));
    address.push('=');
    write!(Encoding(address), "{value}")
}

/// A text for a message: without what stands before an `@`, which may be a password.
fn shown(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, after)| after)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(base: &str, segments: &[&str]) -> String {
        BaseUrl::new(base).unwrap().below(segments).unwrap()
    }

    #[test]
    fn a_prefix_is_kept_and_segments_are_encoded() {
        assert_eq!(below("https://x.test/api/v1/", &["a", "b"]), "https://x.test/api/v1/a/b");
        assert_eq!(
            below("https://x.test", &["conn::a", "x/y?z#ü %2e"]),
            "https://x.test/conn::a/x%2Fy%3Fz%23%C3%BC%20%252e"
        );
    }

    #[test]
    fn a_segment_that_urls_resolve_away_is_refused() {
        for segment in ["", ".", ".."] {
            assert!(BaseUrl::new("https://x.test").unwrap().below(&["a", segment]).is_err());
        }
    }

    #[test]
    fn queries_are_encoded() {
        let mut address = below("https://x.test", &["a?"]);
        add_parameter(&mut address, "key", "a::b|c,d e&f").unwrap();
        add_parameter(&mut address, "nü?", 1.5).unwrap();
        assert_eq!(address, "https://x.test/a%3F?key=a%3A%3Ab%7Cc%2Cd%20e%26f&n%C3%BC%3F=1.5");
        // As a URL parser would write it: what is sent is what was meant.
        assert_eq!(Url::parse(&address).unwrap().as_str(), address);
    }

    #[test]
    fn what_cannot_work_is_a_configuration_error() {
        for text in
            ["", "api.test", "ftp://x.test", "https://u:p@x.test", "https://x.test?a=b", "https://x.test#a"]
        {
            let error = BaseUrl::new(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{text}");
            assert!(!error.to_string().contains("u:p"), "{error}");
        }
        assert!(BaseUrl::new("http://x.test").unwrap().check().is_err());
        for text in ["http://127.0.0.1:1", "http://[::1]:1/a", "http://localhost", "https://x.test"] {
            BaseUrl::new(text).unwrap().check().unwrap();
        }
        BaseUrl::new("http://x.test").unwrap().allow_http(true).check().unwrap();
    }
}
