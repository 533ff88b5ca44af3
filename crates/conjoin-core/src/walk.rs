//! The driver: from pages to an answer, with everything counted.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use crate::known::{Fingerprints, Known};
use crate::receipt::SkippedRow;
use crate::width::Width;
use crate::{
    Connection, ConnectionProvider, Connector, ConnectorQuery, Cursor, Error, ErrorKind, Match, Meter,
    Metered, Operation, Page, ProviderInfo, ProviderReceipt, Query, Result, RowError, Text, Timestamp,
};

/// What can be listed: [`Connection`] and [`Connector`].
pub trait Row: Send + Sized + 'static {
    /// What selects rows.
    type Query: Clone + Send + Sync + 'static;
    /// The operation that lists them.
    const OPERATION: Operation;

    /// What tells two rows of one provider apart.
    fn key(&self) -> &str;
    /// Notes when the row was read, unless the provider did.
    fn seen(&mut self, at: Timestamp);
    /// Whether a row satisfies a query.
    fn judge(&self, query: &Self::Query) -> Match;
    /// What a provider is asked for a query.
    fn asked(query: &Self::Query) -> Self::Query;
    /// Asks a provider for a page.
    fn page<'a>(
        provider: &'a dyn ConnectionProvider,
        query: &'a Self::Query,
        cursor: Option<&'a Cursor>,
    ) -> BoxFuture<'a, Result<Page<Self>>>;
    /// Starts the receipt.
    fn receipt(provider: &dyn ConnectionProvider, query: &Self::Query) -> ProviderReceipt;
}

impl Row for Connection {
    type Query = Query;
    const OPERATION: Operation = Operation::List;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn seen(&mut self, at: Timestamp) {
        self.fetched_at.get_or_insert(at);
    }

    fn judge(&self, query: &Query) -> Match {
        query.judge(self)
    }

    fn asked(query: &Query) -> Query {
        query.narrowed()
    }

    fn page<'a>(
        provider: &'a dyn ConnectionProvider,
        query: &'a Query,
        cursor: Option<&'a Cursor>,
    ) -> BoxFuture<'a, Result<Page<Self>>> {
        provider.list_page(query, cursor)
    }

    fn receipt(provider: &dyn ConnectionProvider, query: &Query) -> ProviderReceipt {
        let plan = provider.plan(query);
        let notes = plan.notes.into_iter().map(Text::from_static).collect();
        let (pushed, applied_here) = (plan.pushed, plan.applied_here);
        ProviderReceipt { pushed, applied_here, notes, ..blank(provider.info()) }
    }
}

impl Row for Connector {
    type Query = ConnectorQuery;
    const OPERATION: Operation = Operation::ListConnectors;

    fn key(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.slug)
    }

    fn seen(&mut self, at: Timestamp) {
        self.fetched_at.get_or_insert(at);
    }

    fn judge(&self, query: &ConnectorQuery) -> Match {
        query.judge(self)
    }

    fn asked(query: &ConnectorQuery) -> ConnectorQuery {
        query.clone()
    }

    fn page<'a>(
        provider: &'a dyn ConnectionProvider,
        query: &'a ConnectorQuery,
        cursor: Option<&'a Cursor>,
    ) -> BoxFuture<'a, Result<Page<Self>>> {
        provider.list_connectors_page(query, cursor)
    }

    fn receipt(provider: &dyn ConnectionProvider, _: &ConnectorQuery) -> ProviderReceipt {
        blank(provider.info())
    }
}

fn blank(info: &ProviderInfo) -> ProviderReceipt {
    ProviderReceipt::skipped(info.name.clone(), info.vendor.clone())
}

/// One provider's answer to one query, page by page.
///
/// Pages that are known to follow are fetched ahead, at most [`with_width`](Self::with_width) at once, and
/// the rows of a lane come in the vendor's order. Rows that came before are dropped, filters are applied
/// whatever the vendor did, and all of it is counted for the [`ProviderReceipt`].
///
/// Where the vendor limits the rate, half as many pages are asked for at once; then one more for each round of
/// pages that it does not limit. A page that it refused for its rate alone is asked for again, as long as
/// others come.
///
/// Of the rows that came only fingerprints of 96 bits are kept, under a key drawn by chance: a walk over a
/// million rows takes one for another with odds of 6 × 10⁻¹⁸.
///
/// Ends as an error, not as a loop: a cursor that comes again, a page that brings only rows of its own lane
/// that were there before while it claims more, and a hundred empty pages in a row.
pub struct Walk<'a, T: Row> {
    provider: &'a dyn ConnectionProvider,
    query: &'a T::Query,
    asked: Arc<T::Query>,
    width: Width,
    meter: Arc<Meter>,
    started: Instant,
    receipt: ProviderReceipt,
    waiting: VecDeque<Option<Cursor>>,
    in_flight: FuturesOrdered<Metered<'a, Answer<T>>>,
    fingerprints: Fingerprints,
    scheduled: Known,
    answered: Known,
    /// The places of rows that could not be read: page of the lane, index, path.
    unread: HashSet<(u32, usize, String)>,
    lanes: Vec<Lane>,
    empty_pages: u32,
    /// Pages asked for again since one came.
    repeats: u32,
}

type Answer<T> = (Option<Cursor>, Result<Page<T>>);

struct Lane {
    name: String,
    /// The rows that came in it.
    known: Known,
    pages: u32,
    declared_total: Option<u64>,
    /// Whether rows came in it, and whether one of them was new to the whole walk.
    came: bool,
    new: bool,
}

/// What a page brought that was not there before.
struct New<T> {
    /// Rows that satisfy the query.
    rows: Vec<T>,
    /// Whether any row, of whatever query, was new to its lane, and to the whole walk.
    to_lane: bool,
    to_walk: bool,
}

impl Lane {
    /// What it adds to the vendor's count: nothing, where it only repeats other lanes.
    fn adds(&self) -> Option<u64> {
        self.declared_total.filter(|_| self.new || !self.came)
    }
}

/// Empty pages in a row, each with a cursor, after which a walk gives up.
const MAX_EMPTY_PAGES: u32 = 100;
/// Pages in a row that were refused for the rate of requests, each after the client's own attempts, after which
/// a walk gives up.
const MAX_REPEATS: u32 = 3;

impl<'a, T: Row> Walk<'a, T> {
    /// How many pages are in flight at most, unless set otherwise.
    pub const DEFAULT_WIDTH: usize = 8;

    /// A walk that has not begun.
    pub fn new(provider: &'a dyn ConnectionProvider, query: &'a T::Query) -> Self {
        let asked = T::asked(query);
        let receipt = T::receipt(provider, &asked);
        Self {
            provider,
            query,
            asked: Arc::new(asked),
            width: Width::new(Self::DEFAULT_WIDTH),
            meter: Meter::new(Meter::current().and_then(|outer| outer.deadline())),
            started: Instant::now(),
            receipt,
            waiting: VecDeque::from([None]),
            in_flight: FuturesOrdered::new(),
            fingerprints: Fingerprints::default(),
            scheduled: Known::default(),
            answered: Known::default(),
            unread: HashSet::new(),
            lanes: Vec::new(),
            empty_pages: 0,
            repeats: 0,
        }
    }

    /// Sets how many pages are in flight at most; at least 1.
    #[must_use]
    pub fn with_width(mut self, width: usize) -> Self {
        self.width = Width::new(width);
        self
    }

    /// Tells the provider's client until when the answer is awaited, so that it does not wait for a retry
    /// that would come too late. Ending the walk at that instant is the caller's part.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.meter = Meter::new(Some(deadline));
        self
    }

    /// The next rows that satisfy the query: those of one page, never none. `None` at the end, whether it
    /// was reached or an error ended the walk: [`finish`](Self::finish) tells.
    ///
    /// Cancel safe: what was awaited is awaited again by the next call.
    pub async fn next_rows(&mut self) -> Option<Vec<T>> {
        loop {
            while self.in_flight.len() < self.width.now()
                && let Some(cursor) = self.waiting.pop_front()
            {
                self.in_flight.push_back(self.ask(cursor));
            }
            let (cursor, answer) = self.in_flight.next().await?;
            self.width.page(self.meter.limited(), self.in_flight.len());
            match answer {
                Ok(page) => {
                    let rows = self.take(cursor, page);
                    if !rows.is_empty() {
                        return Some(rows);
                    }
                }
                Err(error) if self.may_repeat(&error) => self.in_flight.push_front(self.ask(cursor)),
                Err(error) => self.stop(error),
            }
        }
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u32 {
        self.meter.requests()
    }

    /// Ends the walk with an error at once; what is in flight is dropped.
    pub fn fail(&mut self, error: Error) {
        self.in_flight = FuturesOrdered::new();
        self.stop(error);
    }

    /// Asks for nothing more. What is in flight has been asked for: its rows still count.
    fn stop(&mut self, error: Error) {
        self.waiting.clear();
        let error = error.with_provider(&self.provider.info().name).with_operation(T::OPERATION);
        self.receipt.error.get_or_insert(error);
    }

    /// The receipt of what came so far.
    pub fn finish(self) -> ProviderReceipt {
        let mut receipt = self.receipt;
        receipt.requests = self.meter.requests();
        receipt.retries = self.meter.retries();
        receipt.elapsed = self.started.elapsed();
        receipt.declared_total = self.lanes.iter().filter_map(Lane::adds).reduce(u64::saturating_add);
        receipt.outcome = receipt.judge();
        receipt
    }

    fn ask(&self, cursor: Option<Cursor>) -> Metered<'a, Answer<T>> {
        let (provider, asked) = (self.provider, Arc::clone(&self.asked));
        self.meter.around(Box::pin(async move {
            let page = T::page(provider, &asked, cursor.as_ref()).await;
            (cursor, page)
        }))
    }

    /// Whether a page that failed is asked for again: where nothing was wrong but too many at once, and as long
    /// as others come. The client waits out what the vendor has asked for, or fails without a request.
    fn may_repeat(&mut self, error: &Error) -> bool {
        self.repeats += 1;
        let going_on = self.receipt.pages > 0 && self.receipt.error.is_none();
        error.kind() == ErrorKind::RateLimited && going_on && self.repeats <= MAX_REPEATS
    }

    /// Counts a page, schedules what follows it, and gives the rows that satisfy the query.
    fn take(&mut self, cursor: Option<Cursor>, page: Page<T>) -> Vec<T> {
        self.receipt.pages += 1;
        self.receipt.as_of = self.receipt.as_of.into_iter().chain(page.as_of).min();
        self.repeats = 0;
        let name = cursor.as_ref().map_or("", Cursor::lane).to_owned();
        let at = self.lane(&name, page.declared_total);
        if let Some(cursor) = cursor {
            self.answered.insert(self.fingerprints.of(cursor.as_str()));
        }
        let came = !page.items.is_empty();
        let New { rows, to_lane: new, to_walk } = self.count_rows(at, page.items);
        self.count_skipped(at, page.skipped, came && !to_walk);

        // Rows that cannot be read cannot be told apart: a page of nothing else counts as an empty one.
        self.empty_pages = if came { 0 } else { self.empty_pages + 1 };
        let ended = page.may_be_last && came && !new;
        let next = page.next.filter(|_| !ended);
        let stuck = next.as_ref().and_then(|next| {
            if next.lane() == name && self.has_answered(next) {
                Some("sends the list back to a page already given")
            } else if came && !new && next.lane() == name {
                Some("repeats rows already given while it claims more")
            } else if self.empty_pages >= MAX_EMPTY_PAGES {
                Some("sends empty pages while it claims more")
            } else {
                None
            }
        });
        if let Some(stuck) = stuck {
            let message =
                format!("the vendor {stuck} (page {}); the list cannot be finished", self.receipt.pages);
            let error = Error::new(ErrorKind::Decode, message);
            self.stop(page.status.into_iter().fold(error, Error::with_status));
            return rows;
        }
        for cursor in next.into_iter().chain(page.upcoming) {
            let fingerprint = self.fingerprints.of(cursor.as_str());
            if self.receipt.error.is_none()
                && !self.answered.contains(fingerprint)
                && self.scheduled.insert(fingerprint)
            {
                self.waiting.push_back(Some(cursor));
            }
        }
        rows
    }

    fn has_answered(&self, cursor: &Cursor) -> bool {
        self.answered.contains(self.fingerprints.of(cursor.as_str()))
    }

    /// Counts rows that could not be read. Where a page repeats another lane's, so do they.
    fn count_skipped(&mut self, at: usize, skipped: Vec<RowError>, repeats: bool) {
        self.lanes[at].pages += 1;
        self.receipt.rows += skipped.len() as u64;
        for row in skipped {
            let place = (self.lanes[at].pages, row.index, row.path.clone());
            if repeats && self.unread.contains(&place) {
                self.receipt.duplicates += 1;
                continue;
            }
            self.receipt.skipped_rows += 1;
            if self.receipt.skipped.len() < ProviderReceipt::KEPT_SKIPPED {
                self.unread.insert(place);
                self.receipt.skipped.push(SkippedRow::new(self.receipt.pages, row));
            }
        }
    }

    /// Counts rows that could be read, and keeps those that are new to the walk and satisfy the query.
    fn count_rows(&mut self, at: usize, items: Vec<T>) -> New<T> {
        let now = Timestamp::now();
        self.receipt.rows += items.len() as u64;
        self.lanes[at].came |= !items.is_empty();
        let mut new = New { rows: items, to_lane: false, to_walk: false };
        new.rows.retain_mut(|row| {
            row.seen(now);
            let fingerprint = self.fingerprints.of(row.key());
            let to_lane = self.lanes[at].known.insert(fingerprint);
            let mut others = self.lanes.iter().enumerate().filter(|(other, _)| *other != at);
            let to_walk = to_lane && !others.any(|(_, lane)| lane.known.contains(fingerprint));
            new.to_lane |= to_lane;
            new.to_walk |= to_walk;
            if !to_walk {
                self.receipt.duplicates += 1;
                return false;
            }
            match row.judge(self.query) {
                Match::Yes => return true,
                Match::No => self.receipt.filtered += 1,
                Match::Undetermined => self.receipt.undetermined += 1,
            }
            false
        });
        self.receipt.returned += new.rows.len() as u64;
        self.lanes[at].new |= new.to_walk;
        new
    }

    /// The place of a lane, whose declared total is noted.
    fn lane(&mut self, name: &str, declared_total: Option<u64>) -> usize {
        let at = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane {
                name: name.to_owned(),
                known: Known::default(),
                pages: 0,
                declared_total: None,
                came: false,
                new: false,
            });
            self.lanes.len() - 1
        });
        if declared_total.is_some() {
            self.lanes[at].declared_total = declared_total;
        }
        at
    }
}

impl<T: Row> fmt::Debug for Walk<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("provider", &self.provider)
            .field("receipt", &self.receipt)
            .finish_non_exhaustive()
    }
}
