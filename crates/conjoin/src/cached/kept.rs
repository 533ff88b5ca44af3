//! Whole answers, and for how long they hold.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use conjoin_core::{ConnectionId, ConnectorQuery, Query, Timestamp};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::time::Instant;

/// What is asked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    List(Box<Query>),
    ListConnectors(ConnectorQuery),
    Get(ConnectionId),
    GetConnector(String),
}

/// When the vendor was asked: before that, nothing of the answer can have been seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// After how many changes.
    epoch: u64,
    began: Instant,
    pub(super) as_of: Timestamp,
}

impl Reading {
    /// Whether it began when another had, or later.
    pub(super) fn follows(&self, other: &Self) -> bool {
        self.began >= other.began
    }
}

#[derive(Clone)]
struct Answer {
    reading: Reading,
    rows: u32,
    value: Arc<dyn Any + Send + Sync>,
}

/// Whole answers.
pub(super) struct Kept {
    answers: Cache<Question, Answer>,
    time_to_live: Duration,
    max_rows: u64,
    epoch: AtomicU64,
}

/// What a longer time is taken for: a year, which clocks can add to now.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

impl Kept {
    pub(super) fn new(time_to_live: Duration, max_rows: u64) -> Self {
        let time_to_live = time_to_live.min(LONGEST);
        // This cache's own clock only frees memory; what is too old is decided here, by the clock that all else
        // goes by. What was used last stays: what is new is not turned away in favour of what was used often.
        let answers = Cache::builder()
            .max_capacity(max_rows)
            .weigher(|_, answer: &Answer| answer.rows.max(1))
            .time_to_live(time_to_live)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { answers, time_to_live, max_rows, epoch: AtomicU64::new(0) }
    }

    pub(super) fn time_to_live(&self) -> Duration {
        self.time_to_live
    }

    /// How many changes there were.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// A reading that begins now.
    pub(super) fn reading(&self) -> Reading {
        Reading { epoch: self.epoch(), began: Instant::now(), as_of: Timestamp::now() }
    }

    /// Whether what was read then may still be told.
    pub(super) fn is_current(&self, reading: &Reading) -> bool {
        reading.epoch == self.epoch() && reading.began.elapsed() < self.time_to_live
    }

    /// The answer to a question.
    pub(super) fn get<T: Send + Sync + 'static>(&self, question: &Question) -> Option<Arc<T>> {
        let answer = self.answers.get(question).filter(|answer| self.is_current(&answer.reading))?;
        answer.value.downcast().ok()
    }

    /// Keeps an answer, if it holds.
    pub(super) fn put<T: Send + Sync + 'static>(
        &self,
        question: Question,
        reading: Reading,
        rows: u64,
        value: Arc<T>,
    ) {
        // The cache would find room for more until it tidies up.
        if self.is_current(&reading) && rows <= self.max_rows {
            let rows = u32::try_from(rows).unwrap_or(u32::MAX);
            self.answers.insert(question, Answer { reading, rows, value });
        }
    }

    /// Forgets everything, also what is being read.
    pub(super) fn invalidate(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.answers.invalidate_all();
    }

    /// A change, which ends when this is dropped: what was read before may show the state before it.
    pub(super) fn change(&self) -> ChangeGuard<'_> {
        ChangeGuard(self)
    }
}

/// A change that goes on.
#[must_use = "a change ends when this is dropped"]
pub(super) struct ChangeGuard<'a>(&'a Kept);

impl Drop for ChangeGuard<'_> {
    fn drop(&mut self) {
        self.0.invalidate();
    }
}
