//! One page of an answer, and where the next one is.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result, Timestamp};

/// One page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows that could be read.
    pub items: Vec<T>,
    /// The rows that could not.
    pub skipped: Vec<RowError>,
    /// Where the list goes on; `None` at its end. An empty page with a cursor goes on.
    pub next: Option<Cursor>,
    /// Cursors that are known to follow later, in order, so that they can be fetched ahead. They may stand
    /// here again on later pages, and need not be complete.
    pub upcoming: Vec<Cursor>,
    /// Whether this may be the last page of its lane in spite of `next`: the vendor's numbers leave it open.
    /// If the page then brings nothing that its lane has not brought before, it is the end, and no error.
    pub may_be_last: bool,
    /// How many rows the vendor says there are in this walk (see [`Cursor::lane`]).
    pub declared_total: Option<u64>,
    /// The HTTP status line's code of the answer, for errors about the page.
    pub status: Option<u16>,
    /// When it was read from the vendor, where that was not for this question: it comes from a cache.
    pub as_of: Option<Timestamp>,
}

impl<T> Page<T> {
    /// A page that is the last one.
    pub fn last(items: Vec<T>) -> Self {
        Self {
            items,
            skipped: Vec::new(),
            next: None,
            upcoming: Vec::new(),
            may_be_last: false,
            declared_total: None,
            status: None,
            as_of: None,
        }
    }

    /// Adds where the list goes on.
    #[must_use]
    pub fn with_next(mut self, next: Option<Cursor>) -> Self {
        self.next = next;
        self
    }

    /// Adds cursors that are known to follow later.
    #[must_use]
    pub fn with_upcoming(mut self, upcoming: Vec<Cursor>) -> Self {
        self.upcoming = upcoming;
        self
    }

    /// Says that it may be the last one in spite of `next`.
    #[must_use]
    pub fn with_may_be_last(mut self) -> Self {
        self.may_be_last = true;
        self
    }

    /// Adds rows that could not be read.
    #[must_use]
    pub fn with_skipped(mut self, skipped: Vec<RowError>) -> Self {
        self.skipped = skipped;
        self
    }

    /// Adds the HTTP status line's code of the answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Says that it comes from a cache, and when it was read from the vendor.
    #[must_use]
    pub fn with_as_of(mut self, at: Timestamp) -> Self {
        self.as_of = Some(at);
        self
    }

    /// Adds the vendor's count.
    #[must_use]
    pub fn with_declared_total(mut self, total: Option<u64>) -> Self {
        self.declared_total = total;
        self
    }
}

/// A row that could not be read. The others of its page stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowError {
    /// Which row of its answer, from 0.
    pub index: usize,
    /// Where in the answer: `rows[3].createdAt`.
    pub path: String,
    /// Why, on one line.
    pub reason: String,
}

impl RowError {
    /// Names a row and what is wrong with it.
    pub fn new(index: usize, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { index, path: path.into(), reason: reason.into() }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// Where a list goes on. Opaque text that carries the whole scan, so that another process can resume it.
///
/// A provider may walk several ways through its data for one query (Pica: the active connections, then the
/// inactive ones). Each such way is a *lane*: within one lane every row is expected once, across lanes the
/// same row may come again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Packs an adapter's state. The format names the adapter and the version of its state (`pica.1`), and
    /// holds neither `/` nor `:`, as neither does the lane.
    pub fn pack(format: &str, lane: &str, state: &impl Serialize) -> Result<Self> {
        let state = serde_json::to_string(state)
            .map_err(|e| Error::new(ErrorKind::Internal, "a cursor cannot be written").with_source(e))?;
        Ok(Self(format!("{format}/{lane}:{state}")))
    }

    /// Unpacks an adapter's own state. A cursor of another adapter or version is refused as
    /// [`InvalidRequest`](ErrorKind::InvalidRequest).
    pub fn unpack<S: DeserializeOwned>(&self, format: &str) -> Result<S> {
        self.0
            .split_once(':')
            .filter(|(head, _)| head.split_once('/').is_some_and(|(f, _)| f == format))
            .and_then(|(_, state)| serde_json::from_str(state).ok())
            .ok_or_else(|| {
                let message =
                    "the cursor is not of this provider or version; start the list again without it";
                Error::new(ErrorKind::InvalidRequest, message)
            })
    }

    /// Refuses a cursor, where one request is the whole list and no cursor can be of the provider.
    pub fn refuse(cursor: Option<&Self>) -> Result<()> {
        cursor.map_or(Ok(()), |cursor| cursor.unpack(""))
    }

    /// The lane that it continues. The page that is asked for without a cursor starts the lane `""`.
    pub fn lane(&self) -> &str {
        self.0.split_once(':').and_then(|(head, _)| head.split_once('/')).map_or("", |(_, lane)| lane)
    }

    /// The text, for keeping it outside this process.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_carries_state_and_refuses_strangers() {
        let cursor = Cursor::pack("pica.1", "inactive", &(7, "a:b/c")).unwrap();
        assert_eq!(cursor.lane(), "inactive");
        assert_eq!(cursor.unpack::<(u32, String)>("pica.1").unwrap(), (7, "a:b/c".into()));
        for (cursor, format) in [(cursor, "pica.2"), (Cursor::from("x".to_owned()), "pica.1")] {
            let error = cursor.unpack::<(u32, String)>(format).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        }
    }
}
