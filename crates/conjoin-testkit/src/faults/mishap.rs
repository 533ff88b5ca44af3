//! The mishaps, by name.

use std::fmt;

/// Something that goes wrong between a request and its whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mishap {
    /// An error of this status, as JSON whose message repeats every header of the request: a vendor that
    /// gives the credential back.
    Status(u16),
    /// 429 with this `Retry-After`.
    Limited(RetryAfter),
    /// 503 with a gateway's HTML page.
    HtmlPage,
    /// 302 to another origin.
    RedirectElsewhere,
    /// The line is reset before a byte of an answer came.
    ResetBeforeHeaders,
    /// The line is closed, in order, without an answer.
    CloseWithoutAnswer,
    /// What comes is another protocol's greeting.
    NotHttp,
    /// The body ends before its announced length.
    TruncatedByLength,
    /// The body ends within a chunk.
    TruncatedChunk,
    /// The line is reset in the middle of the body.
    ResetMidBody,
    /// Nothing ever comes.
    NoAnswer,
    /// The body comes, a byte now and then, and does not end.
    SlowBody,
    /// The body comes as fast as it is read, and does not end.
    EndlessBody,
    /// The body is JSON, but for a text that is no UTF-8.
    InvalidUtf8,
    /// Plain text under a label that says gzip.
    MislabelledGzip,
    /// The first answer again, whatever is asked: a page that follows itself.
    RepeatedPage,
    /// The first answer again without its rows: pages that claim more and bring nothing.
    EmptyPages,
}

/// What a 429 says about coming back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAfter {
    /// Nothing.
    Absent,
    /// One second.
    Seconds,
    /// An HTTP date, up to two seconds from now.
    Date,
    /// A word.
    Garbage,
    /// A billion seconds.
    Billion,
}

impl RetryAfter {
    /// The header's value at this instant.
    pub(super) fn value(self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Seconds => Some("1".to_owned()),
            Self::Date => {
                let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
                Some(then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
            Self::Garbage => Some("soon".to_owned()),
            Self::Billion => Some("1000000000".to_owned()),
        }
    }
}

impl Mishap {
    /// All of them, with the statuses that vendors use.
    pub const ALL: &[Self] = &[
        Self::Status(401),
        Self::Status(402),
        Self::Status(403),
        Self::Status(404),
        Self::Status(409),
        Self::Status(422),
        Self::Limited(RetryAfter::Absent),
        Self::Limited(RetryAfter::Seconds),
        Self::Limited(RetryAfter::Date),
        Self::Limited(RetryAfter::Garbage),
        Self::Limited(RetryAfter::Billion),
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::HtmlPage,
        Self::RedirectElsewhere,
        Self::ResetBeforeHeaders,
        Self::CloseWithoutAnswer,
        Self::NotHttp,
        Self::TruncatedByLength,
        Self::TruncatedChunk,
        Self::ResetMidBody,
        Self::NoAnswer,
        Self::SlowBody,
        Self::EndlessBody,
        Self::InvalidUtf8,
        Self::MislabelledGzip,
        Self::RepeatedPage,
        Self::EmptyPages,
    ];
}

impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Status(status) => return write!(f, "{status}"),
            Self::Limited(RetryAfter::Absent) => "429",
            Self::Limited(RetryAfter::Seconds) => "429, retry-after in seconds",
            Self::Limited(RetryAfter::Date) => "429, retry-after as a date",
            Self::Limited(RetryAfter::Garbage) => "429, retry-after as garbage",
            Self::Limited(RetryAfter::Billion) => "429, retry-after of a billion",
            Self::HtmlPage => "503 with HTML",
            Self::RedirectElsewhere => "redirect to another origin",
            Self::ResetBeforeHeaders => "reset before headers",
            Self::CloseWithoutAnswer => "close without an answer",
            Self::NotHttp => "garbage instead of HTTP",
            Self::TruncatedByLength => "truncated by length",
            Self::TruncatedChunk => "truncated chunk",
            Self::ResetMidBody => "reset mid-body",
            Self::NoAnswer => "no answer",
            Self::SlowBody => "slow body",
            Self::EndlessBody => "endless body",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::MislabelledGzip => "gzip label on plain text",
            Self::RepeatedPage => "repeated page",
            Self::EmptyPages => "endless empty pages",
        })
    }
}
