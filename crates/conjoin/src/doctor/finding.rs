//! What was found.

use std::fmt;

use conjoin_core::{Error, ProviderName};
use serde::Serialize;

/// What was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// The configuration: that it is there, can be read, and holds what it must and no more.
    Configuration,
    /// The trusted roots that TLS needs.
    Tls,
    /// The proxies that the environment names.
    Proxy,
    /// That a credential is there, and who else can read it.
    Credential,
    /// What the vendor answers.
    Answer,
    /// Which of its dialects a server speaks.
    Dialect,
    /// This machine's clock, against the vendor's.
    Clock,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingVerdict {
    /// Well.
    Ok,
    /// Not examined, since it was not asked for or has no part in this configuration.
    Skipped,
    /// It works, and should be mended all the same.
    Warning,
    /// It does not work.
    Failed,
}

/// What was found of one thing.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was examined.
    pub check: Check,
    /// Of which provider; `None` where it is of all.
    pub provider: Option<ProviderName>,
    /// How it is.
    pub verdict: FindingVerdict,
    /// In words, on one line.
    pub what: String,
    /// What to do about it, where that is known here; the error's kind tells otherwise.
    pub fix: Option<String>,
    /// What went wrong.
    pub error: Option<Error>,
}

impl Finding {
    pub(super) fn new(check: Check, verdict: FindingVerdict, what: impl Into<String>) -> Self {
        Self { check, provider: None, verdict, what: what.into(), fix: None, error: None }
    }

    pub(super) fn ok(check: Check, what: impl Into<String>) -> Self {
        Self::new(check, FindingVerdict::Ok, what)
    }

    pub(super) fn warning(check: Check, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..Self::new(check, FindingVerdict::Warning, what) }
    }

    pub(super) fn failed(check: Check, error: Error) -> Self {
        let what = error.to_string();
        let prefix = error.provider().map(|name| format!("{name}: ")).unwrap_or_default();
        let what = what.strip_prefix(&prefix).unwrap_or(&what).to_owned();
        Self { error: Some(error), ..Self::new(check, FindingVerdict::Failed, what) }
    }

    pub(super) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub(super) fn of(mut self, provider: &ProviderName) -> Self {
        self.provider = Some(provider.clone());
        self
    }
}

impl Check {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Credential => "credential",
            Self::Answer => "answer",
            Self::Dialect => "dialect",
            Self::Clock => "clock",
        }
    }
}

impl FindingVerdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for FindingVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
