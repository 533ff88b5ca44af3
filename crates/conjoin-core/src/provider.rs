//! The trait that an adapter implements.

use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use crate::status::Facts;
use crate::{
    Authorization, BlockedBy, Capabilities, Connection, ConnectionId, Connector, ConnectorQuery, Cursor,
    Enabled, Error, Evidence, Explanation, Health, Operation, Page, Plan, ProviderName, Query, Reason,
    Result, Rule, Sources, Status, Tags, Text, Timestamp, Vendor,
};

/// What a provider is. Cheap, and the same for its whole life.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProviderInfo {
    /// The name that the user gave it.
    pub name: ProviderName,
    /// The vendor behind it.
    pub vendor: Vendor,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The documentation that the adapter was written from.
    pub documentation: Option<&'static str>,
    /// Which account it is, as far as its configuration tells without the credential: where it asks, and
    /// within which organization, unit or the like. Two providers of equal scope may still be two accounts.
    pub scope: Option<String>,
}

impl ProviderInfo {
    /// Describes a provider.
    pub fn new(name: ProviderName, vendor: &str, capabilities: Capabilities) -> Self {
        Self { name, vendor: Vendor::new(vendor), capabilities, documentation: None, scope: None }
    }

    /// Adds the documentation that the adapter was written from.
    #[must_use]
    pub fn with_documentation(mut self, page: &'static str) -> Self {
        self.documentation = Some(page);
        self
    }

    /// Adds which account it is. Not a secret.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// A connection of this provider of which nothing but its id is known.
    pub fn connection(&self, id: ConnectionId) -> Connection {
        Connection::new(self.name.clone(), self.vendor.clone(), id)
    }

    /// A connector of this provider of which nothing but its slug is known.
    pub fn connector(&self, slug: impl Into<String>) -> Connector {
        Connector::new(self.name.clone(), self.vendor.clone(), slug)
    }
}

/// What a change did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The connection's id.
    pub id: ConnectionId,
    /// Whether anything was different before; `None` where the vendor does not tell.
    pub changed: Option<bool>,
    /// The connection as it is now, where the vendor's answer holds it.
    pub connection: Option<Connection>,
}

impl Change {
    /// A change that the vendor has confirmed, without a word on what was before.
    pub fn confirmed(id: ConnectionId) -> Self {
        Self { id, changed: None, connection: None }
    }

    /// Sets whether anything was different before.
    #[must_use]
    pub fn with_changed(mut self, changed: bool) -> Self {
        self.changed = Some(changed);
        self
    }

    /// Adds the connection as it is now.
    #[must_use]
    pub fn with_connection(mut self, connection: Connection) -> Self {
        self.connection = Some(connection);
        self
    }
}

/// What a vendor answers when it is asked whether a connection works: the facts that it tells anew.
///
/// The facts stay apart here as they do in a [`Connection`], because vendors answer this question with more
/// than health: that the grant has expired, that the switch is off.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Checkup {
    /// The connection's id.
    pub id: ConnectionId,
    /// Its switch.
    pub enabled: Enabled,
    /// Who keeps it from being used, if anybody does.
    pub blocked_by: Option<BlockedBy>,
    /// Whether the third party honours it.
    pub authorization: Authorization,
    /// How well it works.
    pub health: Health,
    /// Why.
    pub reason: Option<Reason>,
    /// The vendor's own word, unchanged.
    pub raw_status: Option<Text>,
    /// Whether the vendor says that it is deleted or archived.
    pub removed: bool,
    /// When the vendor was asked.
    pub checked_at: Option<Timestamp>,
    /// Which field of the vendor each fact was read from. Not in JSON.
    #[serde(skip)]
    pub sources: Sources,
}

impl Checkup {
    /// An answer that tells nothing yet.
    pub fn new(id: ConnectionId) -> Self {
        Self {
            id,
            enabled: Enabled::Unknown,
            blocked_by: None,
            authorization: Authorization::Unknown,
            health: Health::default(),
            reason: None,
            raw_status: None,
            removed: false,
            checked_at: None,
            sources: &[],
        }
    }

    /// The facts of a connection that was read for this purpose: what it reports counts as probed.
    pub fn of(connection: Connection) -> Self {
        let mut health = connection.health;
        if health.evidence.is_some() {
            health.evidence = Some(Evidence::Probed);
        }
        Self {
            id: connection.id,
            enabled: connection.enabled,
            blocked_by: connection.blocked_by,
            authorization: connection.authorization,
            health,
            reason: connection.reason,
            raw_status: connection.raw_status,
            removed: connection.removed,
            checked_at: connection.fetched_at,
            sources: connection.sources,
        }
    }

    /// One word for the state, by the same [`Rule`](crate::Rule) as a connection's.
    pub fn status(&self) -> Status {
        Rule::decide(Facts {
            removed: self.removed,
            enabled: self.enabled,
            blocked_by: self.blocked_by,
            authorization: self.authorization,
            health: self.health,
        })
        .1
    }

    /// Why it has this status, and what to do next: as a connection explains itself.
    pub fn explain(&self, provider: &ProviderInfo) -> Explanation {
        let mut connection = provider.connection(self.id.clone());
        connection.removed = self.removed;
        connection.enabled = self.enabled;
        connection.blocked_by = self.blocked_by;
        connection.authorization = self.authorization;
        connection.health = self.health;
        connection.reason.clone_from(&self.reason);
        connection.raw_status.clone_from(&self.raw_status);
        connection.sources = self.sources;
        connection.fetched_at = self.checked_at;
        connection.explain()
    }
}

/// One configured account at one vendor.
///
/// An adapter implements [`info`](Self::info), [`list_page`](Self::list_page) and what else its vendor can
/// do; the rest answers [`Unsupported`](crate::ErrorKind::Unsupported) and sends nothing. What an adapter
/// implements, its [`Capabilities`] declare, and the other way round.
///
/// Callers rather use [`ConnectionProviderExt`](crate::ConnectionProviderExt) (lists, whole answers).
///
/// All methods are cancel safe: dropping the future stops the work. A change whose future is dropped may
/// still have reached the vendor.
#[async_trait]
pub trait ConnectionProvider: fmt::Debug + Send + Sync {
    /// What this provider is. Constant, and free of work.
    fn info(&self) -> &ProviderInfo;

    /// Whom to ask where an answer that is kept from before will not do, as before a change: for wrappers that
    /// keep answers. `None`: this provider keeps none.
    fn fresh(&self) -> Option<&dyn ConnectionProvider> {
        None
    }

    /// How [`list_page`](Self::list_page) will answer a query, which the caller has
    /// [narrowed](Query::narrowed) if it has an expression. Free of side effects.
    fn plan(&self, query: &Query) -> Plan {
        Plan::new(query, &[])
    }

    /// One page of the connections, from the start or from a cursor of this provider and the same query.
    ///
    /// - Rows may come back that the query's filters exclude: the driver applies every filter again. Rows
    ///   that they include must come back. An expression need not be looked at: the driver narrows the query, so
    ///   that what a vendor can be asked for of it stands in the other filters.
    /// - Without a filter everything that the credential may see comes back, disabled and broken
    ///   connections included, whatever the vendor's own default hides.
    /// - No connections is an empty page, not an error.
    /// - A row that cannot be read stands in [`Page::skipped`]; the others come back.
    /// - A cursor of another provider is [`InvalidRequest`](crate::ErrorKind::InvalidRequest).
    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>>;

    /// One connection, with all that can be told. A missing id, and one that the credential may not see, is
    /// [`NotFound`](crate::ErrorKind::NotFound).
    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        let _ = id;
        Err(unsupported(self.info(), Operation::Get))
    }

    /// Switches a connection on or off. The credential is kept. What is already so is a success.
    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        let _ = (id, enabled);
        Err(unsupported(self.info(), Operation::SetEnabled))
    }

    /// Gives a connection another name. The name that it already has is a success.
    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        let _ = (id, name);
        Err(unsupported(self.info(), Operation::Rename))
    }

    /// Replaces all tags of a connection. An empty set takes all away.
    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        let _ = (id, tags);
        Err(unsupported(self.info(), Operation::SetTags))
    }

    /// Deletes a connection and its credential at the vendor, for good. A second time is
    /// [`NotFound`](crate::ErrorKind::NotFound).
    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        let _ = id;
        Err(unsupported(self.info(), Operation::Delete))
    }

    /// Asks the vendor whether a connection works. An unhealthy connection is an answer, not an error.
    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        let _ = id;
        Err(unsupported(self.info(), Operation::Check))
    }

    /// Has the vendor use a connection, as proof that it works: a call to the third party that reads, and that
    /// may count against a quota. A connection that fails the test is an answer, not an error.
    async fn test(&self, id: &ConnectionId) -> Result<Checkup> {
        let _ = id;
        Err(unsupported(self.info(), Operation::Test))
    }

    /// One page of the catalogue, with the rules of [`list_page`](Self::list_page).
    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        let _ = (query, cursor);
        Err(unsupported(self.info(), Operation::ListConnectors))
    }

    /// One connector by its slug. A missing one is [`NotFound`](crate::ErrorKind::NotFound).
    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let _ = slug;
        Err(unsupported(self.info(), Operation::GetConnector))
    }
}

fn unsupported(info: &ProviderInfo, operation: Operation) -> Error {
    Error::unsupported(operation).with_provider(&info.name)
}
