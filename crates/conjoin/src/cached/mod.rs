//! A provider whose answers are kept for a while.

mod flights;
mod kept;

mod recording;
mod replayed;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use conjoin_core::{
    Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery, Cursor, Page,
    Plan, ProviderInfo, Query, Result, Row, Tags,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use self::flights::Flights;
use self::kept::{Kept, Question, Reading};
use self::recording::{Pages, Recordings};
use self::replayed::Replayed;

/// Any provider, whose answers are kept for a while: lists of connections and of connectors, and single ones.
///
/// - **Its age is seen.** [`Connection::fetched_at`] and [`Connector::fetched_at`] stay the time at which the
///   vendor was asked, and a list's receipt says so too
///   ([`ProviderReceipt::as_of`](conjoin_core::ProviderReceipt::as_of), and no requests).
/// - **A list is kept whole or not at all**, and answered as one page, so that no answer is put together of
///   pages from different times. It is kept once all of its pages have been read.
/// - **A change through it forgets everything**, whether it succeeds, fails or is dropped, as does
///   [`invalidate`](Self::invalidate). Changes made elsewhere show when the time to live is over.
/// - Errors are never kept. A row that could not be read is kept as such.
/// - Equal questions at the same time are asked once. [`check`](ConnectionProvider::check) always asks the vendor.
///
/// Clones share what they keep: put one into a hub, and hold another to invalidate.
///
/// ```
/// use std::time::Duration;
/// use conjoin::{Cached, ConnectionProviderExt as _, MemoryProvider, Query};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let crm = Cached::new(MemoryProvider::new("crm").with("c1", |_| {}), Duration::from_secs(60));
/// let fresh = crm.list(&Query::new()).await;
/// let again = crm.list(&Query::new()).await;
/// assert_eq!(fresh.receipt.providers[0].as_of, None);
/// assert_eq!(again.receipt.providers[0].as_of, fresh.items[0].fetched_at);
/// # }
/// ```
#[derive(Clone)]
pub struct Cached(Arc<Inner>);

struct Inner {
    provider: Arc<dyn ConnectionProvider>,
    kept: Kept,
    connections: Lists<Connection>,
    connectors: Lists<Connector>,
    single_connections: Flights<Connection>,
    single_connectors: Flights<Connector>,
}

/// Pages that are being read, and lists of which not all pages have been.
struct Lists<T> {
    flights: Flights<(Reading, Page<T>)>,
    recordings: Recordings<T>,
}

impl Cached {
    /// How many rows are kept, unless set otherwise.
    pub const DEFAULT_MAX_ROWS: u64 = 100_000;

    /// Keeps the answers of a provider for a time.
    pub fn new(provider: impl ConnectionProvider + 'static, time_to_live: Duration) -> Self {
        Self::of(Arc::new(provider), time_to_live, Self::DEFAULT_MAX_ROWS)
    }

    /// Sets how many rows are kept at most, over all questions; what was not used for longest goes first. A
    /// longer list is passed on, and not kept.
    #[must_use]
    pub fn with_max_rows(self, rows: u64) -> Self {
        Self::of(Arc::clone(&self.0.provider), self.0.kept.time_to_live(), rows)
    }

    fn of(provider: Arc<dyn ConnectionProvider>, time_to_live: Duration, max_rows: u64) -> Self {
        Self(Arc::new(Inner {
            provider,
            kept: Kept::new(time_to_live, max_rows),
            connections: Lists::new(max_rows),
            connectors: Lists::new(max_rows),
            single_connections: Flights::default(),
            single_connectors: Flights::default(),
        }))
    }

    /// Forgets everything. What is being read now is passed on, and not kept.
    pub fn invalidate(&self) {
        self.0.kept.invalidate();
    }

    /// One page: the whole list, where it is kept; else from the vendor.
    async fn page<T: Listed>(&self, query: &T::Query, cursor: Option<&Cursor>) -> Result<Page<T>> {
        let (inner, question) = (&self.0, T::question(query));
        if cursor.is_none()
            && let Some(list) = inner.kept.get::<Page<T>>(&question)
        {
            return Ok((*list).clone());
        }
        let lists = T::lists(inner);
        let read = lists.flights.join((inner.kept.epoch(), question.clone(), cursor.cloned()), || {
            let (inner, query, cursor) = (Arc::clone(inner), query.clone(), cursor.cloned());
            async move {
                let reading = inner.kept.reading();
                let mut page = T::page(&*inner.provider, &query, cursor.as_ref()).await?;
                page.items.iter_mut().for_each(|row| row.seen(reading.as_of));
                Ok((reading, page))
            }
            .boxed()
        });
        let read = read.await?;
        let is_current = |reading: &Reading| inner.kept.is_current(reading);
        if let Some(pages) = lists.recordings.take(&question, cursor, &read, is_current)
            && let Some(first) = pages.get(&None).map(|first| first.0)
            && let Some(list) = T::replayed(inner.provider.info().clone(), pages).list::<T>().await
        {
            let rows = (list.items.len() + list.skipped.len()) as u64;
            // What is kept below may have been kept there for a while as well.
            let as_of = list.as_of.into_iter().chain([first.as_of]).min().unwrap_or(first.as_of);
            inner.kept.put(question, first, rows, Arc::new(list.with_as_of(as_of)));
        }
        Ok(read.1.clone())
    }

    /// One row, kept or from the vendor.
    async fn one<T: Listed>(
        &self,
        flights: &Flights<T>,
        question: Question,
        ask: impl Fn(Arc<dyn ConnectionProvider>) -> BoxFuture<'static, Result<T>>,
    ) -> Result<T> {
        let inner = &self.0;
        if let Some(row) = inner.kept.get::<T>(&question) {
            return Ok((*row).clone());
        }
        let read = flights.join((inner.kept.epoch(), question.clone(), None), || {
            let (inner, question) = (Arc::clone(inner), question.clone());
            let asked = ask(Arc::clone(&inner.provider));
            async move {
                let reading = inner.kept.reading();
                let mut row = asked.await?;
                row.seen(reading.as_of);
                inner.kept.put(question, reading, 1, Arc::new(row.clone()));
                Ok(row)
            }
            .boxed()
        });
        Ok((*read.await?).clone())
    }
}

impl<T> Lists<T> {
    fn new(max_rows: u64) -> Self {
        Self { flights: Flights::default(), recordings: Recordings::new(max_rows) }
    }
}

/// Rows whose lists are kept.
trait Listed: Row<Query: Default> + Clone + Sync {
    fn question(query: &Self::Query) -> Question;
    fn lists(inner: &Inner) -> &Lists<Self>;
    fn replayed(info: ProviderInfo, pages: Pages<Self>) -> Replayed;
}

impl Listed for Connection {
    fn question(query: &Query) -> Question {
        Question::List(Box::new(query.clone()))
    }

    fn lists(inner: &Inner) -> &Lists<Self> {
        &inner.connections
    }

    fn replayed(info: ProviderInfo, pages: Pages<Self>) -> Replayed {
        Replayed { info, connections: pages, connectors: Pages::default() }
    }
}

impl Listed for Connector {
    fn question(query: &ConnectorQuery) -> Question {
        Question::ListConnectors(query.clone())
    }

    fn lists(inner: &Inner) -> &Lists<Self> {
        &inner.connectors
    }

    fn replayed(info: ProviderInfo, pages: Pages<Self>) -> Replayed {
        Replayed { info, connections: Pages::default(), connectors: pages }
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("provider", &self.0.provider)
            .field("time_to_live", &self.0.kept.time_to_live())
            .finish_non_exhaustive()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ConnectionProvider for Cached {
    fn info(&self) -> &ProviderInfo {
        self.0.provider.info()
    }

    fn fresh(&self) -> Option<&dyn ConnectionProvider> {
        Some(self.0.provider.fresh().unwrap_or(&*self.0.provider))
    }

    fn plan(&self, query: &Query) -> Plan {
        let mut plan = self.0.provider.plan(query);
        if self.0.kept.get::<Page<Connection>>(&Connection::question(query)).is_none() {
            return plan;
        }
        plan.requests.clear();
        plan.with_paging("the answer is kept from before, and nothing is sent")
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        self.page(query, cursor).await
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        let ask = |provider: Arc<dyn ConnectionProvider>| {
            let id = id.clone();
            async move { provider.get(&id).await }.boxed()
        };
        self.one(&self.0.single_connections, Question::Get(id.clone()), ask).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        let _change = self.0.kept.change();
        self.0.provider.set_enabled(id, enabled).await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        let _change = self.0.kept.change();
        self.0.provider.rename(id, name).await
    }

    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        let _change = self.0.kept.change();
        self.0.provider.set_tags(id, tags).await
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        let _change = self.0.kept.change();
        self.0.provider.delete(id).await
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.0.provider.check(id).await
    }

    async fn test(&self, id: &ConnectionId) -> Result<Checkup> {
        self.0.provider.test(id).await
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        self.page(query, cursor).await
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let ask = |provider: Arc<dyn ConnectionProvider>| {
            let slug = slug.to_owned();
            async move { provider.get_connector(&slug).await }.boxed()
        };
        self.one(&self.0.single_connectors, Question::GetConnector(slug.to_owned()), ask).await
    }
}
