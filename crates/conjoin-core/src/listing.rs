//! Whole answers.

use std::fmt;

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde::Serialize;

use crate::{
    Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery, Error, ErrorKind, Operation,
    Outcome, Query, Receipt, Result, Row, Walk,
};

/// An answer: the rows, and the receipt that says what they are worth.
#[derive(Clone, Debug, Serialize)]
#[must_use = "look at the receipt, or ask for `complete`: an answer may be partial"]
#[non_exhaustive]
pub struct Listing<T> {
    /// The rows, each provider's in the vendor's order.
    pub items: Vec<T>,
    /// What they are worth.
    pub receipt: Receipt,
}

impl<T> Listing<T> {
    /// Joins rows and their receipt.
    pub fn new(items: Vec<T>, receipt: Receipt) -> Self {
        Self { items, receipt }
    }

    /// The rows, if none is missing.
    pub fn complete(self) -> Result<Vec<T>, Incomplete> {
        if self.receipt.is_complete() { Ok(self.items) } else { Err(Incomplete { receipt: self.receipt }) }
    }
}

/// An answer with something missing, where all or nothing was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Incomplete {
    /// Who gave what.
    pub receipt: Receipt,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is not complete")?;
        let missing = self.receipt.providers.iter().filter(|p| p.outcome != Outcome::Ok);
        for (at, provider) in missing.enumerate() {
            f.write_str(if at == 0 { ": " } else { "; " })?;
            match &provider.error {
                Some(error) => write!(f, "{error}")?,
                None if provider.skipped_rows > 0 => {
                    write!(f, "{}: {} rows could not be read", provider.provider, provider.skipped_rows)?;
                }
                None => write!(f, "{}: {}", provider.provider, provider.outcome)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Incomplete {}

/// Whole answers from one provider. Implemented for every provider, never by hand.
#[async_trait]
pub trait ConnectionProviderExt: ConnectionProvider {
    /// All connections that satisfy a query, with the receipt.
    ///
    /// There is no deadline over the whole but the provider's own; a [hub] has one.
    ///
    /// [hub]: https://docs.rs/conjoin
    async fn list(&self, query: &Query) -> Listing<Connection>;

    /// All connectors that satisfy a query, with the receipt.
    async fn list_connectors(&self, query: &ConnectorQuery) -> Listing<Connector>;

    /// The connections that satisfy a query, as they come. What is missing at the end is an error, the
    /// stream's last item: a stream that ends without one was complete.
    fn stream<'a>(&'a self, query: &'a Query) -> BoxStream<'a, Result<Connection>>;

    /// One connection by listing and looking: what an adapter uses whose vendor cannot read one.
    /// [`NotFound`](ErrorKind::NotFound) only where the list was complete.
    async fn find(&self, id: &ConnectionId) -> Result<Connection>;

    /// One connector by listing and looking, likewise.
    async fn find_connector(&self, slug: &str) -> Result<Connector>;
}

#[async_trait]
impl<P: ConnectionProvider> ConnectionProviderExt for P {
    async fn list(&self, query: &Query) -> Listing<Connection> {
        collect(Walk::new(self, query)).await
    }

    async fn list_connectors(&self, query: &ConnectorQuery) -> Listing<Connector> {
        collect(Walk::new(self, query)).await
    }

    fn stream<'a>(&'a self, query: &'a Query) -> BoxStream<'a, Result<Connection>> {
        rows(Walk::new(self, query))
    }

    async fn find(&self, id: &ConnectionId) -> Result<Connection> {
        let query = Query::new().id(id.clone());
        let found = first(Walk::new(self, &query), "connection", id.as_str(), |_| true).await;
        found.map_err(|error| error.with_provider(&self.info().name).with_operation(Operation::Get))
    }

    async fn find_connector(&self, slug: &str) -> Result<Connector> {
        let query = ConnectorQuery::new();
        let passes = |connector: &Connector| connector.slug == slug;
        let found = first(Walk::new(self, &query), "connector", slug, passes).await;
        found.map_err(|error| error.with_provider(&self.info().name).with_operation(Operation::GetConnector))
    }
}

/// The first row that passes; where none does, what keeps the walk from being complete, or else that there
/// is none of this name.
async fn first<T: Row>(
    mut walk: Walk<'_, T>,
    what: &str,
    name: &str,
    passes: impl Fn(&T) -> bool,
) -> Result<T> {
    while let Some(rows) = walk.next_rows().await {
        if let Some(found) = rows.into_iter().find(&passes) {
            return Ok(found);
        }
    }
    let requests = walk.requests();
    Err(missing(walk).unwrap_or_else(|| Error::not_found(what, name).with_attempts(requests)))
}

async fn collect<T: Row>(mut walk: Walk<'_, T>) -> Listing<T> {
    let mut items = Vec::new();
    while let Some(rows) = walk.next_rows().await {
        items.extend(rows);
    }
    Listing::new(items, Receipt::new(vec![walk.finish()]))
}

fn rows<T: Row>(walk: Walk<'_, T>) -> BoxStream<'_, Result<T>> {
    stream::unfold(Some(walk), |walk| async {
        let mut walk = walk?;
        match walk.next_rows().await {
            Some(rows) => Some((rows.into_iter().map(Ok).collect::<Vec<_>>(), Some(walk))),
            None => missing(walk).map(|error| (vec![Err(error)], None)),
        }
    })
    .flat_map(stream::iter)
    .boxed()
}

/// What keeps an ended walk from being complete.
fn missing<T: Row>(walk: Walk<'_, T>) -> Option<Error> {
    let receipt = walk.finish();
    if receipt.outcome == Outcome::Ok {
        return None;
    }
    Some(receipt.error.unwrap_or_else(|| {
        let first =
            receipt.skipped.first().map(|row| format!("{}: {}", row.path, row.reason)).unwrap_or_default();
        let message = format!("{} rows could not be read, first {first}", receipt.skipped_rows);
        Error::new(ErrorKind::Decode, message).with_provider(&receipt.provider).with_operation(T::OPERATION)
    }))
}
