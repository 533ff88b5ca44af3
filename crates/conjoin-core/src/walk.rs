//! The driver: from pages to an answer, with everything counted.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use crate::receipt::SkippedRow;
use crate::{
    Connection, ConnectionProvider, Connector, ConnectorQuery, Cursor, Error, ErrorKind, Match, Meter,
    Metered, Operation, Page, ProviderInfo, ProviderReceipt, Query, Result, Timestamp,
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

    fn page<'a>(
        provider: &'a dyn ConnectionProvider,
        query: &'a Query,
        cursor: Option<&'a Cursor>,
    ) -> BoxFuture<'a, Result<Page<Self>>> {
        provider.list_page(query, cursor)
    }

    fn receipt(provider: &dyn ConnectionProvider, query: &Query) -> ProviderReceipt {
        let plan = provider.plan(query);
        ProviderReceipt { pushed: plan.pushed, applied_here: plan.applied_here, ..blank(provider.info()) }
    }
}

impl Row for Connector {
    type Query = ConnectorQuery;
    const OPERATION: Operation = Operation::ListConnectors;

    fn key(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.slug)
    }

    fn seen(&mut self, _: Timestamp) {}

    fn judge(&self, query: &ConnectorQuery) -> Match {
        query.judge(self)
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
/// their rows come in the vendor's order. Rows that came before are dropped, filters are applied whatever
/// the vendor did, and all of it is counted for the [`ProviderReceipt`].
///
/// Ends as an error, not as a loop: a cursor that comes again, a page that brings only rows of its own lane
/// that were there before while it claims more, and a hundred pages in a row without a new row that can be
/// read.
pub struct Walk<'a, T: Row> {
    provider: &'a dyn ConnectionProvider,
    query: &'a T::Query,
    width: usize,
    meter: Arc<Meter>,
    started: Instant,
    receipt: ProviderReceipt,
    waiting: VecDeque<Option<Cursor>>,
    in_flight: FuturesOrdered<Metered<'a, Answer<T>>>,
    scheduled: HashSet<Cursor>,
    answered: HashSet<Cursor>,
    seen: HashMap<Box<str>, Lanes>,
    lanes: Vec<Lane>,
    fruitless_pages: u32,
}

type Answer<T> = (Option<Cursor>, Result<Page<T>>);

/// The lanes in which a row was seen, a bit each; all lanes from the 63rd on share one.
type Lanes = u64;

struct Lane {
    name: String,
    declared_total: Option<u64>,
}

/// Pages in a row without a new row that can be read, each with a cursor, after which a walk gives up.
const MAX_FRUITLESS_PAGES: u32 = 100;

impl<'a, T: Row> Walk<'a, T> {
    /// How many pages are in flight at most, unless set otherwise.
    pub const DEFAULT_WIDTH: usize = 4;

    /// A walk that has not begun.
    pub fn new(provider: &'a dyn ConnectionProvider, query: &'a T::Query) -> Self {
        let receipt = T::receipt(provider, query);
        Self {
            provider,
            query,
            width: Self::DEFAULT_WIDTH,
            meter: Meter::new(None),
            started: Instant::now(),
            receipt,
            waiting: VecDeque::from([None]),
            in_flight: FuturesOrdered::new(),
            scheduled: HashSet::new(),
            answered: HashSet::new(),
            seen: HashMap::new(),
            lanes: Vec::new(),
            fruitless_pages: 0,
        }
    }

    /// Sets how many pages are in flight at most; at least 1.
    #[must_use]
    pub fn with_width(mut self, width: usize) -> Self {
        self.width = width.max(1);
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
            while self.in_flight.len() < self.width
                && let Some(cursor) = self.waiting.pop_front()
            {
                self.ask(cursor);
            }
            let (cursor, answer) = self.in_flight.next().await?;
            match answer.and_then(|page| self.take(cursor, page)) {
                Ok(rows) if rows.is_empty() => {}
                Ok(rows) => return Some(rows),
                Err(error) => self.fail(error),
            }
        }
    }

    /// Ends the walk with an error; what is in flight is dropped.
    pub fn fail(&mut self, error: Error) {
        self.waiting.clear();
        self.in_flight = FuturesOrdered::new();
        let info = self.provider.info();
        self.receipt.error = Some(error.with_provider(&info.name).with_operation(T::OPERATION));
    }

    /// The receipt of what came so far.
    pub fn finish(self) -> ProviderReceipt {
        let mut receipt = self.receipt;
        receipt.requests = self.meter.requests();
        receipt.retries = self.meter.retries();
        receipt.elapsed = self.started.elapsed();
        receipt.declared_total =
            self.lanes.iter().filter_map(|lane| lane.declared_total).reduce(u64::saturating_add);
        receipt.outcome = receipt.judge();
        receipt
    }

    fn ask(&mut self, cursor: Option<Cursor>) {
        let (provider, query) = (self.provider, self.query);
        self.in_flight.push_back(self.meter.around(Box::pin(async move {
            let page = T::page(provider, query, cursor.as_ref()).await;
            (cursor, page)
        })));
    }

    fn take(&mut self, cursor: Option<Cursor>, page: Page<T>) -> Result<Vec<T>> {
        self.receipt.pages += 1;
        let name = cursor.as_ref().map_or("", Cursor::lane).to_owned();
        let lane = self.lane(&name, page.declared_total);
        self.answered.extend(cursor);

        let (came, unread) = (page.items.len() as u64, page.skipped.len() as u64);
        self.receipt.rows += came + unread;
        self.receipt.skipped_rows += unread;
        let room = ProviderReceipt::KEPT_SKIPPED.saturating_sub(self.receipt.skipped.len());
        let number = self.receipt.pages;
        let kept = page.skipped.into_iter().take(room).map(|row| SkippedRow::new(number, row));
        self.receipt.skipped.extend(kept);

        let mut new_in_lane = false;
        let mut rows = Vec::with_capacity(page.items.len());
        let now = Timestamp::now();
        for mut row in page.items {
            row.seen(now);
            let lanes = match self.seen.get_mut(row.key()) {
                Some(lanes) => lanes,
                None => self.seen.entry(row.key().into()).or_default(),
            };
            let (first, first_in_lane) = (*lanes == 0, *lanes & lane == 0);
            *lanes |= lane;
            new_in_lane |= first_in_lane;
            if first {
                match row.judge(self.query) {
                    Match::Yes => rows.push(row),
                    Match::No => self.receipt.filtered += 1,
                    Match::Undetermined => self.receipt.undetermined += 1,
                }
            } else {
                self.receipt.duplicates += 1;
            }
        }
        self.receipt.returned += rows.len() as u64;

        self.fruitless_pages = if new_in_lane { 0 } else { self.fruitless_pages + 1 };
        let stuck = match &page.next {
            None => None,
            Some(next) if next.lane() == name && self.answered.contains(next) => {
                Some("sends the list back to a page already given")
            }
            Some(_) if came > 0 && unread == 0 && !new_in_lane => {
                Some("repeats rows already given while it claims more")
            }
            Some(_) if self.fruitless_pages >= MAX_FRUITLESS_PAGES && came + unread == 0 => {
                Some("sends empty pages while it claims more")
            }
            Some(_) if self.fruitless_pages >= MAX_FRUITLESS_PAGES => {
                Some("sends no new row that can be read while it claims more")
            }
            Some(_) => None,
        };
        if let Some(stuck) = stuck {
            // The rows of this page were new at least in part, or there are none: they are kept.
            let message =
                format!("the vendor {stuck} (page {}); the list cannot be finished", self.receipt.pages);
            self.fail(Error::new(ErrorKind::Decode, message));
            return Ok(rows);
        }
        for cursor in page.next.into_iter().chain(page.upcoming) {
            if !self.answered.contains(&cursor) && self.scheduled.insert(cursor.clone()) {
                self.waiting.push_back(Some(cursor));
            }
        }
        Ok(rows)
    }

    /// The bit of a lane, whose declared total is noted.
    fn lane(&mut self, name: &str, declared_total: Option<u64>) -> Lanes {
        let at = self.lanes.iter().position(|lane| lane.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane { name: name.to_owned(), declared_total: None });
            self.lanes.len() - 1
        });
        if declared_total.is_some() {
            self.lanes[at].declared_total = declared_total;
        }
        1 << at.min(63)
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
