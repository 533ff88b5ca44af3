//! The one error: a kind for each thing that a caller can do about it, and the facts around it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::words;
use crate::{Operation, ProviderName};

/// Results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

words! {
    /// What went wrong, by what can be done about it.
    pub enum ErrorKind {
        /// The vendor has no such operation. Nothing was sent.
        Unsupported = "unsupported",
        /// The configuration cannot work. Change it.
        Config = "config",
        /// The vendor does not accept the credential.
        Unauthenticated = "unauthenticated",
        /// The vendor knows the credential and refuses the call.
        PermissionDenied = "permission_denied",
        /// There is no such thing, or the credential may not see it.
        NotFound = "not_found",
        /// The thing has changed meanwhile, or exists already.
        Conflict = "conflict",
        /// The vendor does not accept the request as it is.
        InvalidRequest = "invalid_request",
        /// Too many requests; later it may work.
        RateLimited = "rate_limited",
        /// The plan at the vendor is used up; waiting alone does not help.
        QuotaExceeded = "quota_exceeded",
        /// The vendor cannot answer now.
        Unavailable = "unavailable",
        /// No answer came in time.
        Timeout = "timeout",
        /// The vendor could not be reached, or the line broke.
        Network = "network",
        /// An answer came, and it is not what the vendor documents.
        Decode = "decode",
        /// The answer is larger than is read.
        TooLarge = "too_large",
        /// A mistake in Conjoin or in an adapter.
        Internal = "internal",
    }
}

impl ErrorKind {
    /// Whether the same call may work later, unchanged.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable | Self::Timeout | Self::Network)
    }
}

fn one_line(message: String) -> String {
    if !message.contains(char::is_control) {
        return message;
    }
    let mut line = String::new();
    for c in message.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// A failure, boxed: cheap to pass on, and to clone into a receipt.
///
/// `Display` is one line in lower case that fits after "failed: ". No text in it holds a credential: the
/// HTTP client takes them out of whatever a vendor answers.
///
/// In JSON: `kind`, `message`, `provider`, `operation`, `status` (of the HTTP answer, `null` where none
/// came), `code` (the vendor's), `request_id`, `attempts`, `retryable`, `retry_after` (seconds). The source is
/// not told.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    retryable: bool,
    retry_after: Option<Duration>,
    provider: Option<ProviderName>,
    operation: Option<Operation>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    attempts: u32,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure of a kind. The message is one line in lower case, and says what to do where it can. Control
    /// characters of a text that it quotes are escaped, so that it stays one line.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: one_line(message.into()),
            retryable: kind.is_retryable(),
            retry_after: None,
            provider: None,
            operation: None,
            status: None,
            code: None,
            request_id: None,
            attempts: 0,
            source: None,
        }))
    }

    /// The answer to an operation that a vendor does not have.
    pub fn unsupported(operation: Operation) -> Self {
        Self::new(ErrorKind::Unsupported, format!("the vendor has no way to {}", verb(operation)))
            .with_operation(operation)
    }

    /// The answer to a question for something that is not there, or that the credential may not see.
    pub fn not_found(what: &str, name: &str) -> Self {
        Self::new(ErrorKind::NotFound, format!("there is no {what} `{name}`"))
    }

    /// Sets whether the same call may work later, where the kind alone would tell it wrong.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Adds how long the vendor asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Adds the provider, unless there is one.
    #[must_use]
    pub fn with_provider(mut self, provider: &ProviderName) -> Self {
        self.0.provider.get_or_insert_with(|| provider.clone());
        self
    }

    /// Sets the operation that the caller asked for, whatever calls it is made of.
    #[must_use]
    pub fn with_operation(mut self, operation: Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Adds the HTTP status line's code.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds the vendor's own code.
    #[must_use]
    pub fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
        self
    }

    /// Adds the vendor's id of the request, which its support asks for.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    /// Adds how often the request was sent.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the cause. It must not hold a credential.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, in words, without the facts around it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the same call may work later, unchanged.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the vendor asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The provider that failed.
    pub fn provider(&self) -> Option<&ProviderName> {
        self.0.provider.as_ref()
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The HTTP status line's code; `None` where no answer came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The vendor's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How often the request was sent; 0 where nothing was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    fn retry_after_seconds(&self) -> Option<u64> {
        self.0.retry_after.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}

fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::List => "list connections",
        Operation::Get => "read one connection",
        Operation::SetEnabled => "enable or disable a connection",
        Operation::Rename => "rename a connection",
        Operation::SetTags => "tag a connection",
        Operation::Delete => "delete a connection",
        Operation::Check => "check a connection",
        Operation::Test => "test a connection by using it",
        Operation::ListConnectors => "list connectors",
        Operation::GetConnector => "read one connector",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(provider) = &inner.provider {
            write!(f, "{provider}: ")?;
        }
        f.write_str(&inner.message)?;
        let mut facts = Vec::new();
        facts.extend(inner.status.map(|status| format!("http {status}")));
        facts.extend(inner.code.as_deref().map(|code| format!("code {code}")));
        facts.extend(inner.request_id.as_deref().map(|id| format!("request {id}")));
        facts.extend((inner.attempts > 1).then(|| format!("{} attempts", inner.attempts)));
        facts.extend(self.retry_after_seconds().map(|wait| format!("retry after {wait} s")));
        if facts.is_empty() { Ok(()) } else { write!(f, " ({})", facts.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("provider", &inner.provider)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("code", &inner.code)
            .field("request_id", &inner.request_id)
            .field("attempts", &inner.attempts)
            .field("retryable", &inner.retryable)
            .field("retry_after", &inner.retry_after)
            .field("source", &inner.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Error", 10)?;
        out.serialize_field("kind", &self.kind())?;
        out.serialize_field("message", self.message())?;
        out.serialize_field("provider", &self.provider())?;
        out.serialize_field("operation", &self.operation())?;
        out.serialize_field("status", &self.status())?;
        out.serialize_field("code", &self.code())?;
        out.serialize_field("request_id", &self.request_id())?;
        out.serialize_field("attempts", &self.attempts())?;
        out.serialize_field("retryable", &self.is_retryable())?;
        out.serialize_field("retry_after", &self.retry_after_seconds())?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Error {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Told {
            kind: ErrorKind,
            message: String,
            provider: Option<ProviderName>,
            operation: Option<Operation>,
            status: Option<u16>,
            code: Option<String>,
            request_id: Option<String>,
            attempts: u32,
            retryable: bool,
            retry_after: Option<u64>,
        }
        let told = Told::deserialize(deserializer)?;
        let mut error = Self::new(told.kind, told.message)
            .with_retryable(told.retryable)
            .with_retry_after(told.retry_after.map(Duration::from_secs))
            .with_code(told.code)
            .with_request_id(told.request_id)
            .with_attempts(told.attempts);
        error.0.provider = told.provider;
        error.0.operation = told.operation;
        error.0.status = told.status;
        Ok(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_does_not_break_the_line() {
        let error = Error::new(ErrorKind::Config, "`kind` is `a\nb\u{1b}[2J`");
        assert_eq!(error.to_string(), "`kind` is `a\\nb\\u{1b}[2J`");
    }

    #[test]
    fn an_error_prints_as_one_line_with_its_facts() {
        let error = Error::new(ErrorKind::RateLimited, "too many requests")
            .with_provider(&ProviderName::new("work").unwrap())
            .with_status(429)
            .with_code(Some("RATE_LIMIT_EXCEEDED".into()))
            .with_request_id(Some("req_1".into()))
            .with_attempts(3)
            .with_retry_after(Some(Duration::from_millis(1500)));
        insta::assert_snapshot!(error, @"work: too many requests (http 429, code RATE_LIMIT_EXCEEDED, request req_1, 3 attempts, retry after 2 s)");
    }

    #[test]
    fn later_helps_only_against_passing_trouble() {
        let retryable: Vec<_> =
            ErrorKind::ALL.iter().filter(|kind| kind.is_retryable()).map(|kind| kind.as_str()).collect();
        assert_eq!(retryable, ["rate_limited", "unavailable", "timeout", "network"]);
    }
}
