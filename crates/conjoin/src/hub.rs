//! Many providers as one.

use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{
    Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery, Error,
    ErrorKind, Incomplete, Listing, Meter, Outcome, Plan, ProviderInfo, ProviderName, ProviderReceipt, Query,
    Receipt, Result, Row, Tags, Timestamp, Urn, Walk,
};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::time::{Instant, timeout_at};

/// An ordered set of named providers that is asked as one.
///
/// A listing asks all providers at the same time, each within [`with_timeout`](Self::with_timeout). One that
/// fails or hangs delays nobody: it becomes an outcome in the receipt, and the others' rows stand.
#[derive(Clone, Debug)]
pub struct Hub {
    providers: Vec<Arc<dyn ConnectionProvider>>,
    /// Providers that are configured and not asked.
    others: Vec<ProviderInfo>,
    timeout: Duration,
    deadline: Option<Duration>,
    width: usize,
}

/// What a streamed listing yields.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<T> {
    /// Rows of one provider, as they came; never none.
    Rows(Vec<T>),
    /// A provider has ended; this is its receipt. Each provider ends once.
    End(Box<ProviderReceipt>),
}

/// What a longer time is taken for: a year, which clocks can add to now.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// How long each provider has for a listing, unless set otherwise.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// A hub without providers.
    pub fn new() -> Self {
        Self {
            providers: Vec::new(),
            others: Vec::new(),
            timeout: Self::DEFAULT_TIMEOUT,
            deadline: None,
            width: Walk::<Connection>::DEFAULT_WIDTH,
        }
    }

    /// Adds a provider. Its name must be new to the hub; the vendor need not be.
    pub fn with(mut self, provider: impl ConnectionProvider + 'static) -> Result<Self> {
        let provider: Arc<dyn ConnectionProvider> = Arc::new(provider);
        let name = &provider.info().name;
        if self.provider(name).is_some() {
            let message = format!("there are two providers of the name `{name}`");
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.providers.push(provider);
        Ok(self)
    }

    /// Keeps only the providers of these names, all where there are none. Each name must be there. Errors still
    /// name the others where they could do what was asked for.
    pub fn select(mut self, names: &[ProviderName]) -> Result<Self> {
        if let Some(unknown) = names.iter().find(|name| self.provider(name).is_none()) {
            return Err(self.unknown(unknown));
        }
        let kept = |info: &ProviderInfo| names.is_empty() || names.contains(&info.name);
        let left_out = self.providers.iter().map(ConnectionProvider::info).filter(|info| !kept(info));
        self.others.extend(left_out.cloned());
        self.providers.retain(|provider| kept(provider.info()));
        Ok(self)
    }

    /// Tells the hub of providers that are configured and not among its own, to be named by errors where they
    /// could do what was asked for.
    #[must_use]
    pub fn knowing<'i>(mut self, others: impl IntoIterator<Item = &'i ProviderInfo>) -> Self {
        let mine: Vec<_> = self.infos().map(|info| info.name.clone()).collect();
        self.others.extend(others.into_iter().filter(|info| !mine.contains(&info.name)).cloned());
        self
    }

    /// All that is known to be configured: first the hub's own providers.
    pub(crate) fn infos(&self) -> impl Iterator<Item = &ProviderInfo> {
        self.providers.iter().map(ConnectionProvider::info).chain(&self.others)
    }

    /// A provider by its name, or the error that says which there are.
    pub(crate) fn known(&self, name: &ProviderName) -> Result<&Arc<dyn ConnectionProvider>> {
        self.provider(name).ok_or_else(|| self.unknown(name))
    }

    /// Keeps only the providers whose name passes.
    pub(crate) fn keep(mut self, passes: impl Fn(&ProviderName) -> bool) -> Self {
        self.providers.retain(|provider| passes(&provider.info().name));
        self
    }

    fn unknown(&self, name: &ProviderName) -> Error {
        let known: Vec<_> = self.providers.iter().map(|provider| provider.info().name.as_str()).collect();
        Error::new(
            ErrorKind::Config,
            format!("there is no provider `{name}`; there are: {}", known.join(", ")),
        )
    }

    /// Sets how long each provider has for a listing, and each other call for its end.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(LONGEST);
        self
    }

    /// Sets how long a listing may take in all. Unless set, as long as its slowest provider.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline.min(LONGEST));
        self
    }

    /// Sets how many pages of one provider are in flight at most. 8 unless set.
    #[must_use]
    pub fn with_width(mut self, pages: usize) -> Self {
        self.width = pages;
        self
    }

    /// The providers, in order.
    pub fn providers(&self) -> &[Arc<dyn ConnectionProvider>] {
        &self.providers
    }

    /// A provider by its name.
    pub fn provider(&self, name: &ProviderName) -> Option<&Arc<dyn ConnectionProvider>> {
        self.providers.iter().find(|provider| provider.info().name == *name)
    }

    /// How each provider will answer a query. Sends nothing.
    pub fn plan(&self, query: &Query) -> Vec<(ProviderName, Plan)> {
        let query = query.narrowed();
        self.providers.iter().map(|provider| (provider.info().name.clone(), provider.plan(&query))).collect()
    }

    /// All connections that satisfy a query: what came, and the receipt that says what is missing.
    pub async fn list(&self, query: &Query) -> Listing<Connection> {
        self.collect(self.stream(query)).await
    }

    /// All connections that satisfy a query, or none: the first provider that does not answer in full ends
    /// it. Providers that had not ended by then are [`Skipped`](Outcome::Skipped) in the receipt.
    pub async fn list_all_or_nothing(&self, query: &Query) -> Result<Vec<Connection>, Incomplete> {
        let (mut items, mut ended) = (Vec::new(), Vec::new());
        let mut events = self.stream(query);
        while let Some(event) = events.next().await {
            match event {
                Event::Rows(rows) => items.extend(rows),
                Event::End(receipt) => {
                    let whole = receipt.outcome == Outcome::Ok;
                    ended.push(*receipt);
                    if !whole {
                        break;
                    }
                }
            }
        }
        Listing::new(items, self.receipt(ended)).complete()
    }

    /// The connections that satisfy a query, from whoever answers first. Rows of one provider stay in the
    /// vendor's order.
    pub fn stream<'a>(&'a self, query: &'a Query) -> BoxStream<'a, Event<Connection>> {
        self.events(query)
    }

    /// All connectors that satisfy a query.
    pub async fn list_connectors(&self, query: &ConnectorQuery) -> Listing<Connector> {
        self.collect(self.events(query)).await
    }

    /// One connection.
    pub async fn get(&self, urn: &Urn) -> Result<Connection> {
        let mut connection = self.at(urn, |provider, id| provider.get(id)).await?;
        connection.fetched_at.get_or_insert_with(Timestamp::now);
        Ok(connection)
    }

    /// Switches a connection on or off.
    pub async fn set_enabled(&self, urn: &Urn, enabled: bool) -> Result<Change> {
        self.at(urn, |provider, id| provider.set_enabled(id, enabled)).await
    }

    /// Gives a connection another name.
    pub async fn rename(&self, urn: &Urn, name: &str) -> Result<Change> {
        self.at(urn, |provider, id| provider.rename(id, name)).await
    }

    /// Replaces all tags of a connection.
    pub async fn set_tags(&self, urn: &Urn, tags: &Tags) -> Result<Change> {
        self.at(urn, |provider, id| provider.set_tags(id, tags)).await
    }

    /// Deletes a connection and its credential at the vendor.
    pub async fn delete(&self, urn: &Urn) -> Result<()> {
        self.at(urn, |provider, id| provider.delete(id)).await
    }

    /// Asks the vendor whether a connection works.
    pub async fn check(&self, urn: &Urn) -> Result<Checkup> {
        let mut checkup = self.at(urn, |provider, id| provider.check(id)).await?;
        checkup.checked_at.get_or_insert_with(Timestamp::now);
        Ok(checkup)
    }

    /// Has the vendor use a connection, as proof that it works.
    pub async fn test(&self, urn: &Urn) -> Result<Checkup> {
        let mut checkup = self.at(urn, |provider, id| provider.test(id)).await?;
        checkup.checked_at.get_or_insert_with(Timestamp::now);
        Ok(checkup)
    }

    pub(crate) async fn at<'a, T>(
        &'a self,
        urn: &'a Urn,
        call: impl FnOnce(
            &'a dyn ConnectionProvider,
            &'a ConnectionId,
        ) -> futures_util::future::BoxFuture<'a, Result<T>>,
    ) -> Result<T> {
        let provider = self.known(&urn.provider)?;
        let deadline = Instant::now() + self.timeout;
        let call = Meter::new(Some(deadline.into_std())).around(call(&**provider, &urn.id));
        match timeout_at(deadline, call).await {
            Ok(result) => result.map_err(|error| error.with_provider(&urn.provider)),
            Err(_) => Err(late(self.timeout).with_provider(&urn.provider)),
        }
    }

    fn events<'a, T: Row>(&'a self, query: &'a T::Query) -> BoxStream<'a, Event<T>> {
        let now = Instant::now();
        let limit = self.deadline.map_or(self.timeout, |deadline| deadline.min(self.timeout));
        let walks = self.providers.iter().map(|provider| {
            let walk = Walk::<T>::new(&**provider, query)
                .with_width(self.width)
                .with_deadline((now + limit).into_std());
            stream::unfold(Some(walk), move |walk| async move {
                let mut walk = walk?;
                match timeout_at(now + limit, walk.next_rows()).await {
                    Ok(Some(rows)) => return Some((Event::Rows(rows), Some(walk))),
                    Ok(None) => {}
                    Err(_) => walk.fail(late(limit)),
                }
                Some((Event::End(Box::new(walk.finish())), None))
            })
            .boxed()
        });
        stream::select_all(walks).boxed()
    }

    async fn collect<T>(&self, mut events: BoxStream<'_, Event<T>>) -> Listing<T> {
        let (mut items, mut ended) = (Vec::new(), Vec::new());
        while let Some(event) = events.next().await {
            match event {
                Event::Rows(rows) => items.extend(rows),
                Event::End(receipt) => ended.push(*receipt),
            }
        }
        Listing::new(items, self.receipt(ended))
    }

    /// The receipt over all providers, in the hub's order. Whoever has not ended is skipped.
    pub fn receipt(&self, ended: Vec<ProviderReceipt>) -> Receipt {
        let mut ended: std::collections::HashMap<_, _> =
            ended.into_iter().map(|receipt| (receipt.provider.clone(), receipt)).collect();
        let of = |provider: &Arc<dyn ConnectionProvider>| {
            let info = provider.info();
            ended
                .remove(&info.name)
                .unwrap_or_else(|| ProviderReceipt::skipped(info.name.clone(), info.vendor.clone()))
        };
        Receipt::new(self.providers.iter().map(of).collect())
    }
}

fn late(limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("no whole answer within {limit:.1?}"))
}
