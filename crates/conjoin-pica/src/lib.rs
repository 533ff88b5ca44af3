//! The adapter for [Pica](https://docs.picaos.com) (now One, formerly IntegrationOS): vault connections.
//!
//! One path has answered in four shapes over the years. All four are read without being told which, and
//! paging follows what the first answer speaks: `page` where it tells `pages`, `skip` where it tells `skip`.
//! Sending `page` to the server that speaks `skip` would bring a silent, successful, empty answer.
//!
//! The vendor lists active connections only unless asked otherwise, which hides exactly the broken ones. So
//! without a filter on the switch two walks are made, `active=true` and `active=false`; a server that does
//! not know the parameter answers the same rows twice, and the second are dropped as duplicates. The same
//! goes for a connector that is known by several slugs, each of which is a walk.
//!
//! Sources: the vendor's page "List Connections" and its siblings (get, update, delete, available
//! connectors), the One API specification 5.35, and the behaviour of the open-source server.

mod dialect;
mod mapping;
mod wire;

use std::collections::HashMap;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _,
    Connector, ConnectorQuery, Cursor, Error, ErrorKind, Filter, Operation, OwnerKind, Page, Plan,
    ProviderInfo, Query, Result, Support, Tags,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, LIST_NAMES, Paging, Scalar, Setup, Texts};
pub use dialect::Dialect;
use wire::ConnectionRow;

/// The vendor's name in [`ProviderInfo::vendor`].
pub const VENDOR: &str = "pica";

const HERE: Support = Support::Emulated("applied here");
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(&[Operation::List, Operation::Delete, Operation::ListConnectors], Support::Native)
    .operations(&[Operation::Check], Support::Emulated("read, and take the state that is told"))
    .operations(&[Operation::GetConnector], Support::Emulated("list by platform"))
    .filters(&[Filter::Connector, Filter::Owner, Filter::Enabled], Support::Native)
    .filters(&[Filter::Tags], Support::Emulated("one tag by the vendor, the others here"))
    .filters(&[Filter::Id, Filter::Status, Filter::Environment, Filter::Name], HERE);

const VAULT: [&str; 3] = ["v1", "vault", "connections"];
const CATALOGUE: [&str; 2] = ["v1", "available-connectors"];
/// The largest page that the vendor takes; it clamps larger ones silently.
const LIMIT: u64 = 150;
const PAGING: Paging = Paging {
    format: "pica.1",
    page: "page",
    pages: "pages",
    skip: "skip",
    limit: "limit",
    total: "total",
    size: LIMIT,
    counts_rows: false,
};
const OTHER: &str = "the vendor does not confirm the change that was asked for";

/// One environment of one tenant at Pica: what an API key sees.
#[derive(Debug)]
pub struct Pica {
    info: ProviderInfo,
    client: ApiClient,
    dialect: Dialect,
}

impl Pica {
    /// A provider that speaks a dialect: which header carries the key, where the API is by default, and
    /// which operations there are. Answers are read in any dialect.
    pub fn new(setup: Setup, dialect: Dialect) -> Result<Self> {
        let info = ProviderInfo::new(setup.name().clone(), VENDOR, dialect.capabilities(&CAPABILITIES))
            .with_documentation("https://docs.picaos.com/api-reference/vault/connections/list");
        let client = setup.client(VENDOR, dialect.base_url, |secret| Auth::header(dialect.header, secret))?;
        let info = info.with_scope(client.base_url().to_string());
        Ok(Self { info, client, dialect })
    }

    fn list_request<'a>(&'a self, query: &'a Query, lane: &Lane<'a>) -> ApiRequest<'a> {
        self.client
            .get(Operation::List, &VAULT)
            .query("active", lane.active)
            .query("limit", LIMIT)
            .query_if("platform", lane.platform)
            .query_if("identity", pushed_identity(query))
            .query_if("identityType", pushed_identity_type(query))
            .query_if("tags", pushed_tag(query))
    }

    fn unsupported(&self, operation: Operation) -> Error {
        Error::unsupported(operation).with_provider(&self.info.name)
    }

    /// A change of one connection. The answer is the connection, nothing, or (from the open-source server) an
    /// object that has its id as a key.
    async fn change(
        &self,
        operation: Operation,
        id: &ConnectionId,
        body: &(impl serde::Serialize + Sync),
        confirmed: impl Fn(&Connection) -> bool + Send,
    ) -> Result<Change> {
        let path = [VAULT[0], VAULT[1], VAULT[2], id.as_str()];
        let answer = self.client.patch(operation, &path).json(body).idempotent().send().await?;
        let change = Change::confirmed(id.clone());
        if answer.is_empty() {
            return Ok(change);
        }
        let keys: HashMap<String, Scalar<'_>> = answer.object()?;
        if !self.dialect.addresses_one && keys.contains_key(id.as_str()) {
            return Ok(change);
        }
        match mapping::connection(&self.info, &answer.object()?, &mut Texts::default()) {
            Ok(connection) if connection.id == *id && confirmed(&connection) => {
                Ok(change.with_connection(connection))
            }
            _ => Err(answer.wrong(OTHER)),
        }
    }

    async fn connectors(
        &self,
        operation: Operation,
        platform: Option<&str>,
        category: Option<&str>,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        let request = self.client.get(operation, &CATALOGUE).query("limit", LIMIT);
        let request = request.query_if("platform", platform).query_if("category", category);
        let place = PAGING.place(cursor)?;
        let answer = place.ask(request).send().await?;
        place.page("", &answer, &LIST_NAMES, |row, _| mapping::connector(&self.info, &row))
    }
}

/// Any or all of several tags, the vendor does not say; a comma separates, and blanks around it may not
/// count. One tag without either means the same everywhere.
fn pushed_tag(query: &Query) -> Option<&str> {
    let plain = |text: &str| !text.is_empty() && !text.contains(',') && text.trim() == text;
    query.tags.iter().find(|tag| tag.value.is_none() && plain(&tag.key)).map(|tag| tag.key.as_str())
}

/// The open-source server reads `true` and `false` as booleans, which no identity equals.
fn pushed_identity(query: &Query) -> Option<&str> {
    query.owner_id.as_deref().filter(|id| !matches!(*id, "" | "true" | "false"))
}

/// Other kinds of owner are not among the vendor's words.
fn pushed_identity_type(query: &Query) -> Option<&OwnerKind> {
    use OwnerKind::{Organization, Project, Team, User};
    query.owner_kind.as_ref().filter(|kind| matches!(kind, User | Team | Organization | Project))
}

/// One of the walks that a query takes.
struct Lane<'q> {
    name: String,
    platform: Option<&'q str>,
    active: bool,
}

/// The walks that a query takes: one for each state of the switch that it admits, and that for each slug of
/// its connector.
fn lanes(query: &Query) -> Vec<Lane<'_>> {
    let states: &[bool] = match query.enabled {
        None => &[true, false],
        Some(true) => &[true],
        Some(false) => &[false],
    };
    let slugs = query.connector_slugs();
    let platforms = if slugs.is_empty() { vec![None] } else { slugs.into_iter().map(Some).collect() };
    let mut lanes = Vec::new();
    for platform in platforms {
        for &active in states {
            let state = if active { "active" } else { "inactive" };
            // A walk without a cursor is in the first lane.
            let name = match (lanes.is_empty(), platform) {
                (true, _) => String::new(),
                (false, Some(platform)) => format!("{state} {platform}"),
                (false, None) => state.to_owned(),
            };
            lanes.push(Lane { name, platform, active });
        }
    }
    lanes
}

#[async_trait]
impl ConnectionProvider for Pica {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let mut pushed = vec![Filter::Enabled];
        pushed.extend(pushed_identity(query).map(|_| Filter::Owner));
        pushed.extend(pushed_identity_type(query).map(|_| Filter::Owner));
        pushed.extend((!query.connector_slugs().is_empty()).then_some(Filter::Connector));
        pushed.extend(pushed_tag(query).map(|_| Filter::Tags));
        let plan = Plan::new(query, &pushed).with_paging(
            "up to 150 rows a page; the following pages are asked for as the first answer speaks (page or skip)",
        );
        lanes(query).iter().fold(plan, |plan, lane| plan.with_request(self.list_request(query, lane).line()))
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let lanes = lanes(query);
        let name = cursor.map_or("", Cursor::lane);
        let lane = lanes.iter().find(|lane| lane.name == name).unwrap_or(&lanes[0]);
        let place = PAGING.place(cursor)?;
        let answer = place.ask(self.list_request(query, lane)).send().await?;
        let mut page = place
            .page(name, &answer, &LIST_NAMES, |row, texts| mapping::connection(&self.info, &row, texts))?;
        for other in lanes.iter().skip(1).filter(|_| name.is_empty()) {
            let start = PAGING.start(&other.name)?;
            match page.next {
                None => page.next = Some(start),
                Some(_) => page.upcoming.push(start),
            }
        }
        Ok(page)
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        if !self.dialect.addresses_one {
            return self.find(id).await;
        }
        let path = [VAULT[0], VAULT[1], VAULT[2], id.as_str()];
        let answer = self.client.get(Operation::Get, &path).send().await?;
        let row: ConnectionRow<'_> = answer.object()?;
        match mapping::connection(&self.info, &row, &mut Texts::default()) {
            Ok(connection) if connection.id == *id => Ok(connection),
            Ok(_) => Err(answer.wrong("the vendor answers with another connection")),
            Err((_, why)) => Err(answer.wrong(format!("the answer is no connection: {why}"))),
        }
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        if !self.dialect.switches {
            return Err(self.unsupported(Operation::SetEnabled));
        }
        self.change(Operation::SetEnabled, id, &HashMap::from([("active", enabled)]), |now| {
            now.enabled == enabled.into()
        })
        .await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        if !self.dialect.renames {
            return Err(self.unsupported(Operation::Rename));
        }
        self.change(Operation::Rename, id, &HashMap::from([("name", name)]), |now| {
            now.name.as_deref().unwrap_or_default() == name
        })
        .await
    }

    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        if !self.dialect.addresses_one {
            return Err(self.unsupported(Operation::SetTags));
        }
        if let Some(tag) = tags.iter().find(|tag| tag.value.is_some()) {
            let message = format!("Pica's tags are plain words; `{tag}` has a value");
            return Err(Error::new(ErrorKind::InvalidRequest, message).with_provider(&self.info.name));
        }
        let words: Vec<_> = tags.iter().map(|tag| &tag.key).collect();
        let same = |now: &Connection| {
            let now = now.tags.as_ref();
            now.is_some_and(|now| now.len() == tags.len() && tags.iter().all(|tag| now.contains(tag)))
        };
        self.change(Operation::SetTags, id, &HashMap::from([("tags", words)]), same).await
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        let path = [VAULT[0], VAULT[1], VAULT[2], id.as_str()];
        self.client.delete(Operation::Delete, &path).send().await?.accepted()
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.get(id).await.map(Checkup::of).map_err(|error| error.with_operation(Operation::Check))
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        self.connectors(Operation::ListConnectors, None, query.category.as_deref(), cursor).await
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let page = self.connectors(Operation::GetConnector, Some(slug), None, None).await?;
        match page.items.into_iter().find(|connector| connector.slug == slug) {
            Some(found) => Ok(found),
            // The server ignores the filter: it may be on a later page.
            None if page.next.is_some() => self.find_connector(slug).await,
            None => Err(Error::not_found("connector", slug)
                .with_provider(&self.info.name)
                .with_operation(Operation::GetConnector)
                .with_attempts(1)),
        }
    }
}
