//! The adapter for [Aitronos](https://docs.aitronos.com) (Freddy API, personal connectors).
//!
//! A connection belongs to the credential's user inside one organization. Two lists tell of it, and they do
//! not tell the same facts:
//!
//! | query | asks | because |
//! |---|---|---|
//! | one connector, nothing of its state, [`Detail::Summary`] | the list by tool | tells the user's name for it and the external id |
//! | one connector, [`Detail::Full`] | both, joined by id | |
//! | anything else | the list of all | the only one that tells that a re-authentication is needed |
//!
//! A connector that is known by several tool keys is asked for by each.
//!
//! The list by tool shows connections of one application alone, by the vendor's default `flowplate`;
//! connections of another one are seen in the list of all only.
//!
//! Sources: the vendor's pages "Get Tool Connections", "Get Connector Details", "Toggle Connection", "Check
//! Credential Health", "Test Credential" and "List" under `api-reference`, and the models of its Python library 0.8.

mod mapping;
mod wire;

use std::collections::HashMap;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _,
    Connector, ConnectorQuery, Cursor, Detail, Filter, Operation, Page, Plan, ProviderInfo, Query, Result,
    Support,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, LIST_NAMES, Paging, Setup};
use wire::{CatalogueRow, Confirmation, HealthAnswer, TestAnswer};

/// The vendor's name in [`ProviderInfo::vendor`].
pub const VENDOR: &str = "aitronos";
/// Where the vendor's API begins unless configured otherwise.
pub const BASE_URL: &str = "https://api.aitronos.com";

const HERE: Support = Support::Emulated("applied here");
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(Operation::ALL, Support::Native)
    .operations(&[Operation::Get], Support::Emulated("list, then find"))
    .operations(&[Operation::SetTags], Support::Unsupported)
    .filters(&[Filter::Connector], Support::Native)
    .filters(
        &[Filter::Id, Filter::Owner, Filter::Enabled, Filter::Status, Filter::Name, Filter::Created],
        HERE,
    );

/// Of the catalogue; the lists of connections are whole. The vendor tells no page size: what has come tells
/// where to go on.
const PAGING: Paging = Paging {
    format: "aitronos.1",
    page: "page",
    pages: "pages",
    skip: "offset",
    limit: "limit",
    total: "total",
    size: 0,
    counts_rows: true,
};
const ROOT: [&str; 2] = ["v1", "personal-connectors"];

/// One organization at Aitronos, through one user's API key.
#[derive(Debug)]
pub struct Aitronos {
    info: ProviderInfo,
    client: ApiClient,
    organization_id: String,
    application_id: Option<String>,
}

/// Which of the two lists a query asks.
enum Lists<'q> {
    All,
    /// A connector's tool keys: one, but for a connector that is known by several.
    ByTool(Vec<&'q str>),
    Both(Vec<&'q str>),
}

impl Lists<'_> {
    fn of(query: &Query) -> Lists<'_> {
        match (query.connector_slugs(), query.detail) {
            (tools, _) if tools.is_empty() => Lists::All,
            (tools, Detail::Full) => Lists::Both(tools),
            (tools, _) if !query.judges_state() => Lists::ByTool(tools),
            _ => Lists::All,
        }
    }
}

impl Aitronos {
    /// A provider for an organization (`org_…`), and for an application if it is not the vendor's default.
    pub fn new(setup: Setup, organization_id: &str, application_id: Option<&str>) -> Result<Self> {
        let info = ProviderInfo::new(setup.name().clone(), VENDOR, CAPABILITIES)
            .with_documentation("https://docs.aitronos.com/docs/api-reference/connectors/introduction");
        let why = "Aitronos lists the connections of one organization (org_…)";
        let organization_id = setup.required("organization_id", organization_id, why)?;
        let client = setup.client(VENDOR, BASE_URL, |secret| Auth::header("x-api-key", secret))?;
        let info = info.with_scope(format!("{} organization {organization_id}", client.base_url()));
        Ok(Self { info, client, organization_id, application_id: application_id.map(str::to_owned) })
    }

    fn list_all(&self) -> ApiRequest<'_> {
        self.client.get(Operation::List, &ROOT).query("organization_id", &self.organization_id)
    }

    fn list_by_tool<'a>(&'a self, tool: &'a str) -> ApiRequest<'a> {
        self.client
            .get(Operation::List, &[ROOT[0], ROOT[1], "connections", tool])
            .query("organization_id", &self.organization_id)
            .query_if("application_id", self.application_id.as_deref())
    }

    async fn connections(&self, request: ApiRequest<'_>, tool: Option<&str>) -> Result<Page<Connection>> {
        let answer = request.send().await?;
        let list = answer.list(&LIST_NAMES, |row, texts| {
            mapping::connection(&self.info, &self.organization_id, tool, &row, texts)
        })?;
        Ok(list.page())
    }

    async fn connections_by_tool(&self, tools: &[&str]) -> Result<Page<Connection>> {
        let asked = tools.iter().map(|tool| self.connections(self.list_by_tool(tool), Some(tool)));
        let pages = futures_util::future::try_join_all(asked).await?;
        let (mut items, mut skipped) = (Vec::new(), Vec::new());
        for page in pages {
            items.extend(page.items);
            skipped.extend(page.skipped);
        }
        Ok(Page::last(items).with_skipped(skipped))
    }

    /// A change of one connection, which the vendor confirms by naming it.
    async fn change(
        &self,
        request: ApiRequest<'_>,
        id: &ConnectionId,
        confirmed: impl Fn(&Confirmation<'_>) -> bool,
    ) -> Result<Change> {
        let answer = request.query("organization_id", &self.organization_id).send().await?;
        if !answer.is_empty() {
            let confirmation: Confirmation<'_> = answer.object()?;
            let same = confirmation.id.text().is_none_or(|told| told == id.as_str());
            if !same || !confirmed(&confirmation) {
                return Err(answer.wrong("the vendor does not confirm the change that was asked for"));
            }
        }
        Ok(Change::confirmed(id.clone()))
    }
}

#[async_trait]
impl ConnectionProvider for Aitronos {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let pushed = Plan::new(query, &[Filter::Connector]);
        let by_tool = |plan: Plan, tools: &[&str]| {
            tools.iter().fold(plan, |plan, tool| plan.with_request(self.list_by_tool(tool).line()))
        };
        match Lists::of(query) {
            Lists::All => Plan::new(query, &[]).with_request(self.list_all().line()),
            Lists::ByTool(tools) => by_tool(pushed, &tools).with_note(
                "the list by tool tells of one application, and not whether a re-authentication is needed; detail full asks both lists",
            ),
            Lists::Both(tools) => by_tool(pushed.with_request(self.list_all().line()), &tools),
        }
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        Cursor::refuse(cursor)?;
        match Lists::of(query) {
            Lists::All => self.connections(self.list_all(), None).await,
            Lists::ByTool(tools) => self.connections_by_tool(&tools).await,
            Lists::Both(tools) => {
                let (all, by_tool) = futures_util::try_join!(
                    self.connections(self.list_all(), None),
                    self.connections_by_tool(&tools),
                )?;
                Ok(joined(all, by_tool))
            }
        }
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.find(id).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        let path = [ROOT[0], ROOT[1], "connections", id.as_str(), "active"];
        let body = HashMap::from([("is_active", enabled)]);
        let request = self.client.patch(Operation::SetEnabled, &path).json(&body).idempotent();
        self.change(request, id, |told| told.is_active.flag() == Some(enabled)).await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        let path = [ROOT[0], ROOT[1], "connections", id.as_str()];
        let body = HashMap::from([("credential_name", name)]);
        let request = self.client.patch(Operation::Rename, &path).json(&body).idempotent();
        self.change(request, id, |told| told.credential_name.text().unwrap_or_default() == name).await
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        let path = [ROOT[0], ROOT[1], "connections", id.as_str()];
        let request = self.client.delete(Operation::Delete, &path);
        self.change(request, id, |told| told.deleted.flag() == Some(true)).await.map(drop)
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        let path = [ROOT[0], ROOT[1], id.as_str(), "health"];
        let answer = self.client.get(Operation::Check, &path).send().await?;
        let health: HealthAnswer<'_> = answer.object()?;
        mapping::checkup(id, &health).ok_or_else(|| answer.wrong("the answer tells nothing about health"))
    }

    async fn test(&self, id: &ConnectionId) -> Result<Checkup> {
        // The test tells neither the switch nor whether the grant has lapsed.
        let known = self.check(id).await.map_err(|error| error.with_operation(Operation::Test))?;
        let path = [ROOT[0], ROOT[1], id.as_str(), "test"];
        let answer = self.client.post(Operation::Test, &path).send().await?;
        let test: TestAnswer<'_> = answer.outcome()?;
        mapping::tested(known, &test)
            .ok_or_else(|| answer.wrong("the answer does not tell how the test went"))
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        let request = self
            .client
            .get(Operation::ListConnectors, &[ROOT[0], ROOT[1], "available"])
            .query("organization_id", &self.organization_id)
            .query_if("q", query.search.as_deref())
            .query_if("category", query.category.as_deref());
        let place = PAGING.place(cursor)?;
        let answer = place.ask(request).send().await?;
        place.page("", &answer, &LIST_NAMES, |row, _| mapping::connector(&self.info, &row))
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let path = [ROOT[0], ROOT[1], "available", slug];
        let request = self.client.get(Operation::GetConnector, &path);
        let answer = request.query("organization_id", &self.organization_id).send().await?;
        let row: CatalogueRow<'_> = answer.object()?;
        mapping::connector(&self.info, &row)
            .map_err(|(_, why)| answer.wrong(format!("the answer is no connector: {why}")))
    }
}

/// The rows of both lists: state from the list of all, names and external ids from the list by tool. Rows
/// of one of them alone stay as they are.
fn joined(all: Page<Connection>, by_tool: Page<Connection>) -> Page<Connection> {
    let mut items = all.items;
    let places: HashMap<_, _> = items.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
    for told in by_tool.items {
        if let Some(row) = places.get(&told.id).and_then(|&at| items.get_mut(at)) {
            row.name = told.name.or_else(|| row.name.take());
            row.display_name = told.display_name.or_else(|| row.display_name.take());
            row.account = told.account.or_else(|| row.account.take());
            row.other_ids.append(told.other_ids);
        } else {
            items.push(told);
        }
    }
    let skipped = all.skipped.into_iter().chain(by_tool.skipped).collect();
    Page::last(items).with_skipped(skipped)
}
