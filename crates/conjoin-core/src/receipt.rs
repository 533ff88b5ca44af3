//! What an answer is worth: per provider, to the row.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Error, Filter, ProviderName, RowError, Text, Timestamp, Vendor};

words! {
    /// How one provider's part of an answer ended.
    pub enum Outcome {
        /// Whole: no error, no row skipped.
        Ok = "ok",
        /// Some rows came; others are missing, because of an error or because they could not be read.
        Partial = "partial",
        /// Nothing came, because of an error.
        Failed = "failed",
        /// Nothing came in time.
        TimedOut = "timed_out",
        /// Not asked, or not to its end, since another provider's failure had decided the answer.
        Skipped = "skipped",
    }
}

/// What one provider gave to an answer.
///
/// The rows add up: `rows` = `returned` + `filtered` + `undetermined` + `duplicates` + `skipped_rows`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProviderReceipt {
    /// The provider.
    pub provider: ProviderName,
    /// Its vendor.
    pub vendor: Vendor,
    /// How it ended.
    pub outcome: Outcome,
    /// Requests sent, retries and followed redirects included.
    pub requests: u32,
    /// Pages received.
    pub pages: u32,
    /// Rows received, unreadable ones and duplicates included.
    pub rows: u64,
    /// Rows that are in the answer.
    pub returned: u64,
    /// Rows that a filter excluded here.
    pub filtered: u64,
    /// Rows that the vendor says there are; summed where it is walked several ways. It may count rows that
    /// it does not send.
    pub declared_total: Option<u64>,
    /// Rows that could not be read.
    pub skipped_rows: u64,
    /// The first thousand of them.
    pub skipped: Vec<SkippedRow>,
    /// Rows that had come before, dropped.
    pub duplicates: u64,
    /// Rows left out because they do not tell a fact that a filter asks for.
    pub undetermined: u64,
    /// Filters that the vendor applied (and that were applied here again).
    pub pushed: Vec<Filter>,
    /// Filters that were applied here alone.
    pub applied_here: Vec<Filter>,
    /// What else is worth knowing of this way of asking, such as facts that it does not bring: the
    /// [notes](crate::Plan::notes) of the plan. Left out of JSON where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Text>,
    /// Requests that repeated an earlier one.
    pub retries: u32,
    /// When the oldest page of it was read from the vendor, where a page comes from a cache; `None` where all
    /// of it was read for this question.
    pub as_of: Option<Timestamp>,
    /// From the question to the end; in JSON as milliseconds, `elapsed_ms`.
    #[serde(rename = "elapsed_ms", with = "millis")]
    pub elapsed: Duration,
    /// What went wrong.
    pub error: Option<Error>,
}

/// A row that could not be read, and the page that it was on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SkippedRow {
    /// Which page of the provider's answer, from 1.
    pub page: u32,
    /// Which row of that page, from 0.
    pub index: usize,
    /// Where in the page's JSON: `rows[3].createdAt`.
    pub path: String,
    /// Why, on one line.
    pub reason: String,
}

impl SkippedRow {
    pub(crate) fn new(page: u32, row: RowError) -> Self {
        Self { page, index: row.index, path: row.path, reason: row.reason }
    }
}

/// A time as a whole number of milliseconds.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

impl ProviderReceipt {
    /// How many skipped rows are kept with their place and reason.
    pub const KEPT_SKIPPED: usize = 1000;

    /// The receipt of a provider that was not asked.
    pub fn skipped(provider: ProviderName, vendor: Vendor) -> Self {
        Self {
            provider,
            vendor,
            outcome: Outcome::Skipped,
            requests: 0,
            pages: 0,
            rows: 0,
            returned: 0,
            filtered: 0,
            declared_total: None,
            skipped_rows: 0,
            skipped: Vec::new(),
            duplicates: 0,
            undetermined: 0,
            pushed: Vec::new(),
            applied_here: Vec::new(),
            notes: Vec::new(),
            retries: 0,
            as_of: None,
            elapsed: Duration::ZERO,
            error: None,
        }
    }

    /// The outcome that follows from the counts and the error.
    pub(crate) fn judge(&self) -> Outcome {
        match &self.error {
            None if self.skipped_rows == 0 => Outcome::Ok,
            None => Outcome::Partial,
            Some(_) if self.rows > self.skipped_rows => Outcome::Partial,
            Some(error) if error.kind() == crate::ErrorKind::Timeout => Outcome::TimedOut,
            Some(_) => Outcome::Failed,
        }
    }
}

/// What a whole answer is worth.
///
/// In JSON `complete` is added; reading ignores it, so that it cannot disagree with the outcomes.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Each provider that was asked, once, in the order of the question.
    pub providers: Vec<ProviderReceipt>,
}

impl Receipt {
    /// A receipt over providers.
    pub fn new(providers: Vec<ProviderReceipt>) -> Self {
        Self { providers }
    }

    /// Whether nothing is missing: every outcome is [`Ok`](Outcome::Ok).
    pub fn is_complete(&self) -> bool {
        self.providers.iter().all(|provider| provider.outcome == Outcome::Ok)
    }

    /// Whether nobody gave anything: every provider failed or timed out.
    pub fn is_failure(&self) -> bool {
        !self.providers.is_empty()
            && self.providers.iter().all(|p| matches!(p.outcome, Outcome::Failed | Outcome::TimedOut))
    }
}

impl Serialize for Receipt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut out = serializer.serialize_struct("Receipt", 2)?;
        out.serialize_field("complete", &self.is_complete())?;
        out.serialize_field("providers", &self.providers)?;
        out.end()
    }
}
