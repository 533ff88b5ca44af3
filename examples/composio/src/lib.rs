//! The adapter for [Composio](https://docs.composio.dev): connected accounts of a project.
//!
//! One list tells of all of them, by cursor; nothing is hidden by default. It filters by toolkit, user, auth config and
//! the vendor's status words. The last are not pushed: the switch and the auth config's switch are facts beside the word,
//! and the derived status is made of all three.
//!
//! An account's `state` and `data` (and `params`, where one is read) hold the credential: they are never decoded.
//!
//! Sources: the vendor's OpenAPI specification (version 3.0.0, github ComposioHQ/composio at 3e989ec,
//! `docs/public/openapi.json`), and its pages `reference/errors`, `reference/v3/rate-limits` and
//! `docs/connected-accounts` at docs.composio.dev.

mod mapping;
mod wire;

use std::collections::HashMap;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery,
    Cursor, Filter, Operation, OwnerKind, Page, Plan, ProviderInfo, Query, Result, Support,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, Setup, Tokens};

use wire::{Account, Toolkit};

/// The vendor's name in [`ProviderInfo::vendor`].
pub const VENDOR: &str = "composio";
/// Where the vendor's API begins unless configured otherwise.
pub const BASE_URL: &str = "https://backend.composio.dev";

const HERE: Support = Support::Emulated("applied here");
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(&[Operation::List, Operation::Get, Operation::SetEnabled, Operation::Delete], Support::Native)
    .operations(&[Operation::ListConnectors, Operation::GetConnector], Support::Native)
    .operations(&[Operation::Check], Support::Emulated("read, and take the word that is told"))
    .filters(&[Filter::Connector, Filter::Instance, Filter::Owner], Support::Native)
    .filters(&[Filter::Id, Filter::Enabled, Filter::Status, Filter::Created], HERE);

const ACCOUNTS: [&str; 3] = ["api", "v3", "connected_accounts"];
const TOOLKITS: [&str; 3] = ["api", "v3", "toolkits"];
const TOKENS: Tokens =
    Tokens { format: "composio.1", parameter: "cursor", next: "next_cursor", total: Some("total_items") };
/// Rows a page; the vendor names no largest one for accounts.
const LIMIT: u64 = 100;

/// One project at Composio: what an API key sees.
#[derive(Debug)]
pub struct Composio {
    info: ProviderInfo,
    client: ApiClient,
}

impl Composio {
    /// A provider for what one API key sees.
    pub fn new(setup: Setup) -> Result<Self> {
        let info = ProviderInfo::new(setup.name().clone(), VENDOR, CAPABILITIES).with_documentation(
            "https://docs.composio.dev/reference/api-reference/connected-accounts/getConnectedAccounts",
        );
        let client = setup.client(VENDOR, BASE_URL, |secret| Auth::header("x-api-key", secret))?;
        Ok(Self { info, client })
    }

    fn list_request<'a>(&'a self, query: &'a Query) -> ApiRequest<'a> {
        self.client
            .get(Operation::List, &ACCOUNTS)
            .query("limit", LIMIT)
            .query_if("toolkit_slugs", query.only_connector())
            .query_if("auth_config_ids", query.only_instance())
            .query_if("user_ids", pushed_user(query))
    }
}

/// Accounts belong to users, and to no other kind of owner.
fn pushed_user(query: &Query) -> Option<&str> {
    let user = query.owner_kind.as_ref().is_none_or(|kind| *kind == OwnerKind::User);
    query.owner_id.as_deref().filter(|id| user && !id.is_empty())
}

/// The path to one thing of a collection.
fn one<'a>(collection: [&'a str; 3], id: &'a str) -> [&'a str; 4] {
    [collection[0], collection[1], collection[2], id]
}

#[async_trait]
impl ConnectionProvider for Composio {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let pushed = [
            query.only_connector().map(|_| Filter::Connector),
            query.only_instance().map(|_| Filter::Instance),
            pushed_user(query).map(|_| Filter::Owner),
        ];
        Plan::new(query, &pushed.into_iter().flatten().collect::<Vec<_>>())
            .with_request(self.list_request(query).line())
            .with_paging("up to 100 rows a page, by cursor")
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let answer = TOKENS.ask(self.list_request(query), cursor)?.send().await?;
        TOKENS.page(&answer, &["items"], |row: Account<'_>, _| mapping::connection(&self.info, &row))
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        let answer = self.client.get(Operation::Get, &one(ACCOUNTS, id.as_str())).send().await?;
        match mapping::connection(&self.info, &answer.object()?) {
            Ok(connection) if connection.id == *id => Ok(connection),
            Ok(_) => Err(answer.wrong("the vendor answers with another connection")),
            Err((_, why)) => Err(answer.wrong(format!("the answer is no connection: {why}"))),
        }
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        let path = [ACCOUNTS[0], ACCOUNTS[1], ACCOUNTS[2], id.as_str(), "status"];
        let request =
            self.client.patch(Operation::SetEnabled, &path).json(&HashMap::from([("enabled", enabled)]));
        request.idempotent().send().await?.accepted()?;
        Ok(Change::confirmed(id.clone()))
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        self.client.delete(Operation::Delete, &one(ACCOUNTS, id.as_str())).send().await?.accepted()
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.get(id).await.map(Checkup::of).map_err(|error| error.with_operation(Operation::Check))
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        let request = self.client.get(Operation::ListConnectors, &TOOLKITS).query("limit", 1000);
        let request = request.query_if("category", query.category.as_deref());
        let answer = TOKENS.ask(request, cursor)?.send().await?;
        TOKENS.page(&answer, &["items"], |row: Toolkit<'_>, _| mapping::connector(&self.info, &row))
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let answer = self.client.get(Operation::GetConnector, &one(TOOLKITS, slug)).send().await?;
        match mapping::connector(&self.info, &answer.object()?) {
            Ok(connector) if connector.slug == slug => Ok(connector),
            Ok(_) => Err(answer.wrong("the vendor answers with another connector")),
            Err((_, why)) => Err(answer.wrong(format!("the answer is no connector: {why}"))),
        }
    }
}
