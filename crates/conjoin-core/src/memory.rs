//! A provider that keeps its connections in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery,
    Cursor, Error, Filter, Match, Operation, Page, Plan, ProviderInfo, ProviderName, Query, Result, Support,
    Tags,
};

/// A provider that keeps its connections in memory and does everything that the trait has: for tests of
/// apps, and as the yardstick that adapters are held against.
///
/// ```
/// use conjoin_core::{MemoryProvider, Enabled};
/// let provider = MemoryProvider::new("crm")
///     .with("c1", |c| c.enabled = Enabled::Enabled)
///     .with("c2", |c| c.name = Some("second".into()));
/// # let _ = provider;
/// ```
#[derive(Debug)]
pub struct MemoryProvider {
    info: ProviderInfo,
    page_size: usize,
    pushes: bool,
    connections: Mutex<Vec<Connection>>,
    connectors: Vec<Connector>,
}

const CURSOR: &str = "memory.1";

impl MemoryProvider {
    /// An empty provider of the vendor `memory`.
    ///
    /// # Panics
    /// Where the name is not a [`ProviderName`].
    #[expect(clippy::expect_used, reason = "a name written in a program is right or is a mistake to be seen")]
    pub fn new(name: &str) -> Self {
        let capabilities = Capabilities::NONE
            .operations(Operation::ALL, Support::Native)
            .filters(Filter::ALL, Support::Native);
        let name = ProviderName::new(name).expect("a provider name");
        Self {
            info: ProviderInfo::new(name, "memory", capabilities),
            page_size: 100,
            pushes: true,
            connections: Mutex::default(),
            connectors: Vec::new(),
        }
    }

    /// Adds a connection, after `fill` has set its facts.
    ///
    /// # Panics
    /// Where the id is not a [`ConnectionId`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "an id written in a program is right or is a mistake to be seen")]
    pub fn with(self, id: &str, fill: impl FnOnce(&mut Connection)) -> Self {
        let mut connection = self.info.connection(ConnectionId::new(id).expect("a connection id"));
        fill(&mut connection);
        self.lock().push(connection);
        self
    }

    /// Adds connections of any provider, which become this one's.
    #[must_use]
    pub fn with_connections(self, connections: impl IntoIterator<Item = Connection>) -> Self {
        self.lock().extend(connections.into_iter().map(|mut connection| {
            connection.provider = self.info.name.clone();
            connection.vendor = self.info.vendor.clone();
            connection
        }));
        self
    }

    /// Adds a connector to the catalogue, after `fill` has set its facts.
    #[must_use]
    pub fn with_connector(mut self, slug: &str, fill: impl FnOnce(&mut Connector)) -> Self {
        let mut connector = self.info.connector(slug);
        fill(&mut connector);
        self.connectors.push(connector);
        self
    }

    /// Sets how many rows a page has; at least 1.
    #[must_use]
    pub fn with_page_size(mut self, rows: usize) -> Self {
        self.page_size = rows.max(1);
        self
    }

    /// Sets whether this provider applies filters itself, or leaves them to the driver.
    #[must_use]
    pub fn pushing_filters(mut self, pushes: bool) -> Self {
        self.pushes = pushes;
        let support = if pushes { Support::Native } else { Support::Emulated("applied here") };
        self.info.capabilities = self.info.capabilities.filters(Filter::ALL, support);
        self
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page<T: Clone>(&self, rows: &[&T], cursor: Option<&Cursor>) -> Result<Page<T>> {
        let start: usize = cursor.map_or(Ok(0), |cursor| cursor.unpack(CURSOR))?;
        let end = start.saturating_add(self.page_size).min(rows.len());
        let items = rows.get(start..end).unwrap_or_default().iter().map(|&row| row.clone()).collect();
        let pack = |start: usize| Cursor::pack(CURSOR, "", &start);
        let mut later = (end..rows.len()).step_by(self.page_size).map(pack).take(32);
        let next = later.next().transpose()?;
        let upcoming = later.collect::<Result<_>>()?;
        Ok(Page::last(items)
            .with_next(next)
            .with_upcoming(upcoming)
            .with_declared_total(Some(rows.len() as u64)))
    }

    fn change(
        &self,
        operation: Operation,
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection),
    ) -> Result<Change> {
        let mut connections = self.lock();
        let connection = connections
            .iter_mut()
            .find(|connection| connection.id == *id)
            .ok_or_else(|| self.not_found(operation, id.as_str()))?;
        let before = connection.clone();
        change(connection);
        let changed = *connection != before;
        Ok(Change::confirmed(id.clone()).with_changed(changed).with_connection(connection.clone()))
    }

    fn not_found(&self, operation: Operation, what: &str) -> Error {
        let kind = if operation == Operation::GetConnector { "connector" } else { "connection" };
        Error::not_found(kind, what).with_provider(&self.info.name).with_operation(operation)
    }
}

#[async_trait]
impl ConnectionProvider for MemoryProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let pushed = if self.pushes { query.filters() } else { Vec::new() };
        Plan::new(query, &pushed).with_paging("by offset, pages known from the first")
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let connections = self.lock();
        let keep = |c: &&Connection| !self.pushes || query.judge(c) == Match::Yes;
        self.page(&connections.iter().filter(keep).collect::<Vec<_>>(), cursor)
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        let found = self.lock().iter().find(|connection| connection.id == *id).cloned();
        found.ok_or_else(|| self.not_found(Operation::Get, id.as_str()))
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        self.change(Operation::SetEnabled, id, |connection| connection.enabled = enabled.into())
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        self.change(Operation::Rename, id, |connection| connection.name = Some(name.into()))
    }

    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        self.change(Operation::SetTags, id, |connection| connection.tags = Some(tags.clone()))
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        let mut connections = self.lock();
        let at = connections.iter().position(|connection| connection.id == *id);
        connections.remove(at.ok_or_else(|| self.not_found(Operation::Delete, id.as_str()))?);
        Ok(())
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        let found = self.lock().iter().find(|connection| connection.id == *id).cloned();
        found.map(Checkup::of).ok_or_else(|| self.not_found(Operation::Check, id.as_str()))
    }

    async fn test(&self, id: &ConnectionId) -> Result<Checkup> {
        self.check(id).await.map_err(|error| error.with_operation(Operation::Test))
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        let keep = |c: &&Connector| query.judge(c) == Match::Yes;
        self.page(&self.connectors.iter().filter(keep).collect::<Vec<_>>(), cursor)
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let found = self.connectors.iter().find(|connector| connector.slug == slug).cloned();
        found.ok_or_else(|| self.not_found(Operation::GetConnector, slug))
    }
}
