//! The adapter for [Toolzz AI](https://docs.toolzz.dev): credentials of a unit.
//!
//! Three lists tell of the same credentials: of the unit, of the unit by integration, of the unit by type.
//! The last two are asked where a query names exactly one integration id or one documented type; a
//! connector's slug is filtered here, since the vendor takes its id alone.
//!
//! Records come flat or as a pair, in a bare array or under `items`; both are read wherever they appear. In a
//! flat record `credentials` is the *secret payload*: it is never decoded. `virtualKey`,
//! `internalStorageUrl` and (but for the one moment of writing a record back) `secretId` are not read either,
//! and `validationEndpoint` is never called.
//!
//! There is no call that reads one, and none that changes a part: reading is listing, and switching and
//! renaming are read, change, look again, write back, which is not atomic. Deleting is not documented.
//!
//! Sources: the vendor's pages "Get Credentials by Integration", "by Unity", "by Type", "Update" and "Get
//! Integrations".

mod mapping;
mod wire;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _,
    Connector, ConnectorQuery, Cursor, Error, ErrorKind, Filter, Operation, Page, Plan, ProviderInfo, Query,
    Result, Support,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, LIST_NAMES, Secret, Setup, Texts};
use wire::{Row, Seen, Stored, Update};

/// The vendor's name in [`ProviderInfo::vendor`].
pub const VENDOR: &str = "toolzz";
/// Where the vendor's API begins unless configured otherwise.
pub const BASE_URL: &str = "https://chat.api.toolzz.com.br/api/v1";

const HERE: Support = Support::Emulated("applied here");
const REWRITE: Support = Support::Emulated("read, change, look again, write back: not atomic");
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(&[Operation::List, Operation::ListConnectors], Support::Native)
    .operations(&[Operation::Get, Operation::GetConnector], Support::Emulated("list, then find"))
    .operations(&[Operation::SetEnabled, Operation::Rename], REWRITE)
    .operations(&[Operation::Check], Support::Emulated("read, and take the switches that are told"))
    .filters(&[Filter::Instance, Filter::Category], Support::Native)
    .filters(&[Filter::Connector, Filter::Id, Filter::Owner, Filter::Enabled], HERE)
    .filters(&[Filter::Status, Filter::Name, Filter::Created], HERE);

/// How often a record is written at most, each time after another look.
const WRITES: u32 = 3;

/// The types that the list by type documents.
const TYPES: [&str; 6] = ["llm", "voice", "monetization", "dataset", "analytics", "phone"];

/// One unit at Toolzz AI, through one access token.
#[derive(Debug)]
pub struct Toolzz {
    info: ProviderInfo,
    client: ApiClient,
    unit_id: String,
}

/// Which filter the vendor applies: at most one.
#[derive(Clone, Copy)]
enum Narrowed<'q> {
    No,
    ByIntegration(&'q str),
    ByType(&'q str),
}

impl Narrowed<'_> {
    fn of(query: &Query) -> Narrowed<'_> {
        match (query.only_instance(), &*query.categories) {
            (Some(one), _) => Narrowed::ByIntegration(one),
            (None, [one]) if TYPES.contains(&&**one) => Narrowed::ByType(one),
            _ => Narrowed::No,
        }
    }

    fn filter(self) -> Option<Filter> {
        match self {
            Self::No => None,
            Self::ByIntegration(_) => Some(Filter::Instance),
            Self::ByType(_) => Some(Filter::Category),
        }
    }
}

impl Toolzz {
    /// A provider for a unit.
    pub fn new(setup: Setup, unit_id: &str) -> Result<Self> {
        let info = ProviderInfo::new(setup.name().clone(), VENDOR, CAPABILITIES)
            .with_documentation("https://docs.toolzz.dev/ai-reference/credentials/get-by-integration/");
        let unit_id = setup.required("unit_id", unit_id, "Toolzz lists the credentials of one unit")?;
        let client = setup.client(VENDOR, BASE_URL, Auth::bearer)?;
        let info = info.with_scope(format!("{} unit {unit_id}", client.base_url()));
        let toolzz = Self { info, client, unit_id };
        let request = toolzz.list_request(Operation::List, Narrowed::No);
        request.check().map_err(|error| error.with_provider(&toolzz.info.name))?;
        Ok(toolzz)
    }

    fn list_request<'a>(&'a self, operation: Operation, narrowed: Narrowed<'a>) -> ApiRequest<'a> {
        let unit = ["credential", "unity", &self.unit_id];
        match narrowed {
            Narrowed::No => self.client.get(operation, &unit),
            Narrowed::ByIntegration(id) => {
                self.client.get(operation, &[unit[0], unit[1], unit[2], "integration", id])
            }
            Narrowed::ByType(kind) => self.client.get(operation, &[unit[0], unit[1], unit[2], "type", kind]),
        }
    }

    /// A record, read for writing it back.
    async fn seen(&self, operation: Operation, id: &ConnectionId) -> Result<Seen> {
        let answer = self.list_request(operation, Narrowed::No).send().await?;
        let list = answer.list(&LIST_NAMES, |row: Stored<'_>, _| Ok(row.record()))?;
        let record =
            list.rows.into_iter().find(|record| record.id.text() == Some(id.as_str())).ok_or_else(|| {
                Error::not_found("connection", id.as_str())
                    .with_provider(&self.info.name)
                    .with_operation(operation)
                    .with_attempts(1)
            })?;
        record.seen().ok_or_else(|| {
            answer.wrong(
                "the record lacks what writing it back needs: name, userId, unityId, integrationId, status",
            )
        })
    }

    /// Reads a record, changes it, and writes it back whole, as the vendor's update wants it. Writes nothing
    /// where nothing changes.
    ///
    /// The vendor has neither a version nor a condition, so a write overwrites whatever was written since the
    /// record was read. To narrow that: the record is read once more just before each write, and where it is
    /// not as it was, somebody else is at work on it: that is a [`Conflict`](ErrorKind::Conflict), and nothing is
    /// written. A write is never repeated blindly; the record is read again, and a write that has arrived is done.
    /// What is written between the last read and our write is lost, and nobody can tell.
    async fn rewrite(
        &self,
        operation: Operation,
        id: &ConnectionId,
        change: impl Fn(&mut Update) -> bool + Sync,
        confirmed: impl Fn(&Connection) -> bool + Sync,
    ) -> Result<Change> {
        let before = self.seen(operation, id).await?;
        let mut update = before.update.clone();
        if !change(&mut update) {
            return Ok(Change::confirmed(id.clone()).with_changed(false));
        }
        let done = || Change::confirmed(id.clone()).with_changed(true);
        let mut attempt = 1;
        loop {
            let now = self.seen(operation, id).await?;
            if attempt > 1 && now.update == update {
                return Ok(done());
            }
            let differences = before.differences(&now);
            if !differences.is_empty() {
                let ours = if attempt > 1 { ", after our own write may have arrived" } else { "" };
                let message = format!(
                    "somebody else is changing this connection ({}){ours}; nothing of theirs was overwritten",
                    differences.join(", ")
                );
                return Err(self.error(ErrorKind::Conflict, message, operation).with_attempts(attempt));
            }
            let path = ["credential", id.as_str()];
            let secret = update.secret_id.as_deref().map(Secret::new);
            let request = self.client.put(operation, &path).json(&update).hiding(secret).once();
            match request.send().await {
                Ok(answer) if answer.is_empty() => return Ok(done()),
                Ok(answer) => {
                    let row: Row<'_> = answer.object()?;
                    return match mapping::connection(&self.info, row, &mut Texts::default()) {
                        Ok(now) if now.id == *id && confirmed(&now) => Ok(done().with_connection(now)),
                        _ => Err(answer.wrong("the vendor does not confirm the change that was asked for")),
                    };
                }
                Err(error) if !error.is_retryable() || attempt == WRITES => {
                    return Err(error.with_attempts(attempt));
                }
                Err(error) if !self.client.pause(&error).await => return Err(error.with_attempts(attempt)),
                Err(_) => {}
            }
            attempt += 1;
        }
    }

    fn error(&self, kind: ErrorKind, message: String, operation: Operation) -> Error {
        Error::new(kind, message).with_provider(&self.info.name).with_operation(operation)
    }
}

#[async_trait]
impl ConnectionProvider for Toolzz {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let narrowed = Narrowed::of(query);
        Plan::new(query, narrowed.filter().as_slice())
            .with_request(self.list_request(Operation::List, narrowed).line())
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        Cursor::refuse(cursor)?;
        let answer = self.list_request(Operation::List, Narrowed::of(query)).send().await?;
        Ok(answer.list(&LIST_NAMES, |row, texts| mapping::connection(&self.info, row, texts))?.page())
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.find(id).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        self.rewrite(
            Operation::SetEnabled,
            id,
            |update| std::mem::replace(&mut update.status, enabled) != enabled,
            |now| now.enabled == enabled.into(),
        )
        .await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        self.rewrite(
            Operation::Rename,
            id,
            |update| std::mem::replace(&mut update.name, name.to_owned()) != name,
            |now| now.name.as_deref() == Some(name),
        )
        .await
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.find(id).await.map(Checkup::of).map_err(|error| error.with_operation(Operation::Check))
    }

    async fn list_connectors_page(
        &self,
        _query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        Cursor::refuse(cursor)?;
        let answer = self.client.get(Operation::ListConnectors, &["integration", "status"]).send().await?;
        Ok(answer.list(&LIST_NAMES, |row, _| mapping::connector(&self.info, row))?.page())
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        self.find_connector(slug).await
    }
}
