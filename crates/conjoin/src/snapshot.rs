//! All connections at one time, as a file.
//!
//! A snapshot is JSON Lines: a first line that says what was asked, a line for each [`Connection`] as
//! everywhere else, and a last line with the [`Receipt`], so that it is known of each provider whether
//! everything is there. The receipt comes last because it is known last: rows are written as they arrive,
//! and a file without it was cut off. No secret is in it, since none is in a connection; accounts and owners
//! are personal data, so that a new file is readable by its owner alone.
//!
//! ```text
//! {"conjoin_snapshot":1,"taken_at":"2026-03-01T12:00:00Z","query":{"detail":"summary"},"providers":[{"name":"crm","vendor":"pica"}]}
//! {"urn":"crm:c1","status":"active","provider":"crm",…}
//! {"end":{"rows":1,"receipt":{"complete":true,"providers":[…]}}}
//! ```

mod file;
mod read;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use conjoin_core::{ProviderName, ProviderReceipt, Query, Receipt, Timestamp, Vendor};
use serde::{Deserialize, Serialize};

pub use file::SnapshotFile;
pub(crate) use file::folder;
pub use read::SnapshotReader;
pub use write::SnapshotWriter;

/// The format that is written, and the newest that is read.
const FORMAT: u64 = 1;

/// The first line of a snapshot: what was asked, of whom, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SnapshotHeader {
    #[serde(rename = "conjoin_snapshot")]
    format: u64,
    /// When the question was asked.
    pub taken_at: Timestamp,
    /// The question.
    pub query: Query,
    /// The providers that were asked, in order.
    pub providers: Vec<SnapshotProvider>,
}

/// A provider that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SnapshotProvider {
    /// Its name.
    pub name: ProviderName,
    /// Its vendor.
    pub vendor: Vendor,
}

impl SnapshotHeader {
    /// A question that is asked now.
    pub fn now(query: Query, providers: impl IntoIterator<Item = (ProviderName, Vendor)>) -> Self {
        Self::at(Timestamp::now(), query, providers)
    }

    pub(crate) fn at(
        taken_at: Timestamp,
        query: Query,
        providers: impl IntoIterator<Item = (ProviderName, Vendor)>,
    ) -> Self {
        let providers = providers.into_iter().map(|(name, vendor)| SnapshotProvider { name, vendor });
        Self { format: FORMAT, taken_at, query, providers: providers.collect() }
    }
}

/// The last line of a snapshot: how many rows there are, and what they are worth.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SnapshotEnd {
    /// The rows between the first line and this one.
    pub rows: u64,
    /// What they are worth.
    pub receipt: Receipt,
    /// Where a [`Watch`](crate::Watch) keeps its state: the providers that did not answer in full when last
    /// asked, with the receipt of that. Their rows are those of the time before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub down: Down,
}

/// Receipts of providers that did not answer in full.
type Down = BTreeMap<ProviderName, ProviderReceipt>;

/// Why a file cannot be used as a snapshot, or be written as one. One line, which names the file and where
/// there is one the line in it.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {what}", path.display(), line.map(|line| format!(": line {line}")).unwrap_or_default())]
pub struct SnapshotError {
    path: PathBuf,
    line: Option<u64>,
    what: String,
}

impl SnapshotError {
    pub(crate) fn new(path: &Path, line: Option<u64>, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line that cannot be read, from 1; `None` where it is the file as a whole.
    pub fn line(&self) -> Option<u64> {
        self.line
    }
}
