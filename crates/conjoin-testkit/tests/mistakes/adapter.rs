//! An adapter for the made-up vendor: right, but for one mistake.

use std::fmt;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, Cursor, Filter,
    Health, HealthState, Operation, Page, Plan, ProviderInfo, Query, Result, Support,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, Scalar, Setup};
use serde::Deserialize;
use serde_json::json;

/// What an author may get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    AsksForWhatIsOnAlone,
    DropsDisabledRows,
    TakesTheFilterForTheFact,
    StopsAtAnEmptyPage,
    FollowsCursorsItself,
    CountsRowsToTheTotal,
    TakesABadPageForTheEnd,
    FormatsTheIdIntoThePath,
    ShowsTheCredential,
    ClaimsToDelete,
    TakesTheSwitchForHealth,
    FailsOnUnknownWords,
    FailsTheListForOneRow,
    HidesUnreadableRows,
    ForgetsACapability,
    TakesAnyCursor,
}

pub(crate) struct Adapter {
    info: ProviderInfo,
    client: ApiClient,
    mistake: Mistake,
    credential: String,
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Adapter");
        if self.mistake == Mistake::ShowsTheCredential {
            shown.field("credential", &self.credential);
        }
        shown.finish_non_exhaustive()
    }
}

const HERE: Support = Support::Emulated("applied here");
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(&[Operation::List], Support::Native)
    .operations(&[Operation::Get], Support::Native)
    .operations(&[Operation::SetEnabled], Support::Native)
    .operations(&[Operation::Delete], Support::Native)
    .operations(&[Operation::Check], Support::Emulated("read, and take the state that is told"))
    .operations(&[Operation::GetConnector], Support::Native)
    .filters(&[Filter::Connector], Support::Native)
    .filters(&[Filter::Id], HERE)
    .filters(&[Filter::Enabled], HERE)
    .filters(&[Filter::Status], HERE)
    .filters(&[Filter::Name], HERE);

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Row<'a> {
    id: Scalar<'a>,
    app: Scalar<'a>,
    label: Scalar<'a>,
    status: Scalar<'a>,
    on: Scalar<'a>,
}

/// A row that takes its documents at their word.
#[derive(Deserialize)]
struct Strict {
    id: String,
    app: String,
    label: String,
    status: String,
    on: bool,
}

#[derive(Deserialize)]
struct App {
    slug: String,
}

impl Adapter {
    pub(crate) fn new(setup: Setup, mistake: Mistake) -> Result<Self> {
        let mut capabilities = CAPABILITIES;
        if mistake == Mistake::ForgetsACapability {
            capabilities = capabilities.operations(&[Operation::Get], Support::Unsupported);
        }
        let info = ProviderInfo::new(setup.name().clone(), "acme", capabilities);
        let mut credential = String::new();
        let client = setup.client("acme", "https://acme.invalid", |secret| {
            secret.expose().clone_into(&mut credential);
            Auth::bearer(secret)
        })?;
        Ok(Self { info, client, mistake, credential })
    }

    fn has(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    fn list_request<'a>(&'a self, query: &'a Query, after: Option<&str>) -> ApiRequest<'a> {
        let all = !self.has(Mistake::AsksForWhatIsOnAlone) || query.enabled == Some(false);
        self.client
            .get(Operation::List, &["v1", "accounts"])
            .query_if("state", all.then_some("all"))
            .query_if("app", query.only_connector())
            .query_if("after", after)
    }

    fn row(&self, query: &Query, row: &Row<'_>) -> Result<Connection, (&'static str, String)> {
        let mut c = self.info.connection(row.id.id().map_err(|why| ("id", why))?);
        c.connector.slug = row.app.owned();
        if self.has(Mistake::TakesTheFilterForTheFact) {
            c.connector.slug = query.only_connector().map(Into::into).or_else(|| c.connector.slug.take());
        }
        c.name = row.label.owned();
        c.enabled = row.on.flag().map(Into::into).unwrap_or_default();
        c.raw_status = row.status.raw();
        c.health = match c.raw_status.as_deref() {
            _ if self.has(Mistake::TakesTheSwitchForHealth) => Health::reported(match row.on.flag() {
                Some(true) => HealthState::Healthy,
                _ => HealthState::Unknown,
            }),
            Some("ok") => Health::reported(HealthState::Healthy),
            Some("broken") => Health::reported(HealthState::Unhealthy),
            Some(word) if self.has(Mistake::FailsOnUnknownWords) => {
                return Err(("status", format!("`{word}` is no status")));
            }
            Some(_) => Health::reported(HealthState::Unknown),
            None => Health::default(),
        };
        Ok(c)
    }

    async fn page(&self, query: &Query, after: Option<&str>) -> Result<Page<Connection>> {
        let answer = self.list_request(query, after).send().await?;
        if self.has(Mistake::FailsTheListForOneRow) {
            #[derive(Deserialize)]
            struct Body {
                data: Vec<Strict>,
                next: Option<String>,
            }
            let body: Body = answer.object()?;
            let rows = body.data.into_iter().map(|row| Row {
                id: Scalar::Text(row.id.into()),
                app: Scalar::Text(row.app.into()),
                label: Scalar::Text(row.label.into()),
                status: Scalar::Text(row.status.into()),
                on: Scalar::Flag(row.on),
            });
            let items = rows.filter_map(|row| self.row(query, &row).ok()).collect();
            let next = body.next.map(|next| Cursor::pack("acme.1", "", &next)).transpose()?;
            return Ok(Page::last(items).with_next(next));
        }
        let list = answer.list(&["data"], |row, _| self.row(query, &row))?;
        let (next, total) = (list.field("next").owned::<String>(), list.field("total").count().unwrap_or(0));
        let mut page = list.page();
        let before = after.and_then(|after| after.parse::<u64>().ok()).unwrap_or(0);
        let next = if self.has(Mistake::CountsRowsToTheTotal) {
            let seen = before + page.items.len() as u64;
            (seen < total).then(|| seen.to_string())
        } else if self.has(Mistake::StopsAtAnEmptyPage) && page.items.is_empty() {
            None
        } else {
            next
        };
        page.next = next.map(|next| Cursor::pack("acme.1", "", &next)).transpose()?;
        if self.has(Mistake::HidesUnreadableRows) {
            page.skipped.clear();
        }
        if self.has(Mistake::DropsDisabledRows) && query.enabled.is_none() {
            page.items.retain(|row| row.enabled != conjoin_core::Enabled::Disabled);
        }
        Ok(page)
    }

    fn one<'a>(&'a self, operation: Operation, id: &'a ConnectionId) -> ApiRequest<'a> {
        let mut path = vec!["v1", "accounts"];
        if self.has(Mistake::FormatsTheIdIntoThePath) {
            path.extend(id.as_str().split('/'));
        } else {
            path.push(id.as_str());
        }
        match operation {
            Operation::SetEnabled => self.client.patch(operation, &path).idempotent(),
            Operation::Delete => self.client.delete(operation, &path),
            _ => self.client.get(operation, &path),
        }
    }
}

#[async_trait]
impl ConnectionProvider for Adapter {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let pushed: &[Filter] = if query.only_connector().is_some() { &[Filter::Connector] } else { &[] };
        Plan::new(query, pushed).with_request(self.list_request(query, None).line())
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let after: Option<String> = match cursor {
            Some(cursor) if self.has(Mistake::TakesAnyCursor) => cursor.unpack("acme.1").ok(),
            Some(cursor) => Some(cursor.unpack("acme.1")?),
            None => None,
        };
        let page = self.page(query, after.as_deref()).await;
        if self.has(Mistake::TakesABadPageForTheEnd) && cursor.is_some() {
            return Ok(page.unwrap_or_else(|_| Page::last(Vec::new())));
        }
        let mut page = page?;
        if self.has(Mistake::FollowsCursorsItself) {
            while let Some(next) = page.next.take() {
                let more = self.page(query, Some(&next.unpack::<String>("acme.1")?)).await?;
                page.items.extend(more.items);
                page.next = more.next;
            }
        }
        Ok(page)
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        let answer = self.one(Operation::Get, id).send().await?;
        let row: Row<'_> = answer.object()?;
        self.row(&Query::new(), &row).map_err(|(_, why)| answer.wrong(why))
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        let answer = self.one(Operation::SetEnabled, id).json(&json!({ "on": enabled })).send().await?;
        answer.object::<Row<'_>>()?;
        Ok(Change::confirmed(id.clone()))
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        if self.has(Mistake::ClaimsToDelete) {
            return self.get(id).await.map(drop);
        }
        self.one(Operation::Delete, id).send().await.map(drop)
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.get(id).await.map(Checkup::of)
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        let answer = self.client.get(Operation::GetConnector, &["v1", "apps", slug]).send().await?;
        let app: App = answer.object()?;
        Ok(self.info.connector(app.slug))
    }
}
