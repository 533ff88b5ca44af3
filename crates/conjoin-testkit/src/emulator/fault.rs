//! Faults that an emulator shows on request, and the short text that asks for them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

/// A fault: what happens, how often, and on which paths.
///
/// As text: `KIND[=VALUE][:COUNT][@/PATH/PREFIX]`.
///
/// | kind | what the caller sees | `VALUE` |
/// |---|---|---|
/// | `400` … `599` | that status in the vendor's own error form; nothing was done | the `Retry-After` header, sent as it stands |
/// | `html` | a gateway's HTML page; nothing was done | its status, 502 if absent |
/// | `empty` | a status without a body; nothing was done | the status, 200 if absent |
/// | `redirect` | 302 to another origin; nothing was done | – |
/// | `reset` | the request is carried out, then the connection closes without an answer | – |
/// | `cut` | the request is carried out, then the connection closes in the middle of the body | – |
/// | `hang` | the request is carried out, then nothing comes for ever | – |
/// | `slow` | the request is carried out, its answer dribbles in ten pieces | milliseconds before each piece, 1000 if absent |
///
/// `COUNT` is how many requests are hit before the fault is over; without it, all are. The prefix is compared with the path as
/// the caller sent it. Where several faults fit a request, the first that is not over is shown.
///
/// ```
/// use conjoin_testkit::emulator::{FaultKind, FaultSpec};
///
/// let spec: FaultSpec = "429=2:3@/v1/vault".parse()?;
/// assert_eq!(spec, FaultSpec::new(FaultKind::status(429, Some("2"))).times(3).on("/v1/vault"));
/// assert!("teapot".parse::<FaultSpec>().is_err());
/// # Ok::<(), conjoin_testkit::emulator::InvalidFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpec {
    kind: FaultKind,
    count: Option<u32>,
    prefix: Option<String>,
}

/// What happens instead of the vendor's answer, or to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The vendor's own error of this status.
    Status {
        /// 400 to 599.
        status: StatusCode,
        /// The `Retry-After` header as it is sent, sense or nonsense.
        retry_after: Option<String>,
    },
    /// A gateway's HTML page with this status.
    Html(StatusCode),
    /// No body, with this status.
    Empty(StatusCode),
    /// 302 to another origin.
    Redirect,
    /// The connection closes without an answer, after the request was carried out.
    Reset,
    /// The connection closes in the middle of the body.
    Cut,
    /// No answer, ever.
    Hang,
    /// The body comes in ten pieces, each after this pause.
    Slow(Duration),
}

impl FaultKind {
    /// An error status in the vendor's form; a number that is no status counts as 500.
    pub fn status(status: u16, retry_after: Option<&str>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::Status { status, retry_after: retry_after.map(str::to_owned) }
    }
}

impl FaultSpec {
    /// A fault that hits every request.
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, count: None, prefix: None }
    }

    /// Hits only the first `count` requests that it fits.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Hits only requests whose path starts with this.
    #[must_use]
    pub fn on(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// What happens.
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }

    /// Whether this request is hit, which uses up one of the count.
    pub(super) fn hits(&mut self, path: &str) -> bool {
        if self.count == Some(0) || !self.prefix.as_ref().is_none_or(|prefix| path.starts_with(prefix)) {
            return false;
        }
        self.count = self.count.map(|count| count - 1);
        true
    }
}

const SLOW: Duration = Duration::from_secs(1);

impl FromStr for FaultSpec {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = |problem: &str| InvalidFault { text: text.to_owned(), problem: problem.to_owned() };
        let (rest, prefix) = split(text, '@');
        if prefix.is_some_and(|prefix| !prefix.starts_with('/')) {
            return Err(invalid("what follows `@` must start with `/`"));
        }
        let (rest, count) = split(rest, ':');
        let count = count.map(str::parse).transpose();
        let count = count.map_err(|_| invalid("what follows `:` must be a whole number of requests"))?;
        let (word, value) = split(rest, '=');
        let status = |default| match value {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| invalid("what follows `=` must be a status code")),
        };
        let kind = match (word, value) {
            ("html", _) => FaultKind::Html(status(StatusCode::BAD_GATEWAY)?),
            ("empty", _) => FaultKind::Empty(status(StatusCode::OK)?),
            ("slow", None) => FaultKind::Slow(SLOW),
            ("slow", Some(value)) => match value.parse() {
                Ok(pause) => FaultKind::Slow(Duration::from_millis(pause)),
                Err(_) => return Err(invalid("what follows `=` must be a whole number of milliseconds")),
            },
            ("redirect", None) => FaultKind::Redirect,
            ("reset", None) => FaultKind::Reset,
            ("cut", None) => FaultKind::Cut,
            ("hang", None) => FaultKind::Hang,
            _ => match word.parse() {
                Ok(number @ 400..=599) => FaultKind::status(number, value),
                _ => return Err(invalid(KINDS)),
            },
        };
        Ok(Self { kind, count, prefix: prefix.map(str::to_owned) })
    }
}

const KINDS: &str =
    "it must start with a status from 400 to 599, or with html, empty, redirect, reset, cut, hang or slow";

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

impl fmt::Display for FaultSpec {
    /// The text that reads back as this fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Status { status, retry_after: None } => write!(f, "{}", status.as_u16()),
            FaultKind::Status { status, retry_after: Some(value) } => {
                write!(f, "{}={value}", status.as_u16())
            }
            FaultKind::Html(status) => write!(f, "html={}", status.as_u16()),
            FaultKind::Empty(status) => write!(f, "empty={}", status.as_u16()),
            FaultKind::Redirect => f.write_str("redirect"),
            FaultKind::Reset => f.write_str("reset"),
            FaultKind::Cut => f.write_str("cut"),
            FaultKind::Hang => f.write_str("hang"),
            FaultKind::Slow(pause) => write!(f, "slow={}", pause.as_millis()),
        }?;
        if let Some(count) = self.count {
            write!(f, ":{count}")?;
        }
        self.prefix.as_ref().map_or(Ok(()), |prefix| write!(f, "@{prefix}"))
    }
}

/// A text that is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no fault: {problem}")]
pub struct InvalidFault {
    text: String,
    problem: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_back_from_its_own_text() {
        for text in [
            "503",
            "429=soon:3@/v1",
            "html=200",
            "empty=200:1",
            "redirect",
            "reset:2",
            "cut",
            "hang@/x",
            "slow=5",
        ] {
            assert_eq!(text.parse::<FaultSpec>().unwrap().to_string(), text);
        }
        assert_eq!("html".parse::<FaultSpec>().unwrap().to_string(), "html=502");
        assert_eq!("slow".parse::<FaultSpec>().unwrap().to_string(), "slow=1000");
    }

    #[test]
    fn what_is_no_fault_says_why() {
        for text in ["", "200", "600", "429:", "429:x", "hang=1", "slow=x", "html=x", "503@v1"] {
            assert!(text.parse::<FaultSpec>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_counted_fault_is_over_after_its_count_on_its_path() {
        let mut fault: FaultSpec = "503:1@/a".parse().unwrap();
        assert!(!fault.hits("/b"));
        assert!(fault.hits("/a/b"));
        assert!(!fault.hits("/a/b"));
    }
}
