//! The adapter for Acme: TODO 1: what it lists, which of the vendor's ways of listing it takes, what the vendor hides
//! unless asked, and the pages that this was written from.

mod mapping;
mod wire;

use async_trait::async_trait;
use conjoin_core::{
    Capabilities, Checkup, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _, Cursor,
    Filter, Operation, Page, Plan, ProviderInfo, Query, Result, Support,
};
use conjoin_http::{ApiClient, ApiRequest, Auth, Setup, Tokens};

use wire::Row;

/// The vendor's name in [`ProviderInfo::vendor`].
pub const VENDOR: &str = "acme";
/// Where the vendor's API begins unless configured otherwise.
// TODO 5: the vendor's address. A path that all requests begin with may stand here or in the requests.
pub const BASE_URL: &str = "https://api.acme.example";

const HERE: Support = Support::Emulated("applied here");
// TODO 5: what the vendor can do. What is not named answers `Unsupported` by itself, and sends nothing.
const CAPABILITIES: Capabilities = Capabilities::NONE
    .operations(&[Operation::List], Support::Native)
    .operations(&[Operation::Get], Support::Emulated("list, then find"))
    .operations(&[Operation::Check], Support::Emulated("read, and take the word that is told"))
    .filters(&[Filter::Connector], Support::Native)
    // Facts that rows tell, and the vendor does not filter by.
    .filters(&[Filter::Id, Filter::Enabled, Filter::Status, Filter::Name, Filter::Created], HERE);

// TODO 5: paging. This is for a vendor that gives the next page's cursor; `conjoin_http::Paging` is for numbers of
// pages or rows, and `Cursor::refuse` for a vendor that sends everything at once.
const TOKENS: Tokens = Tokens { format: "acme.1", parameter: "cursor", next: "next_cursor", total: None };
/// The largest page that the vendor takes.
const LIMIT: u64 = 100;

/// One account at Acme.
#[derive(Debug)]
pub struct Acme {
    info: ProviderInfo,
    client: ApiClient,
}

impl Acme {
    /// A provider for what one API key sees.
    // TODO 5: what else the vendor needs (an organization, a unit) is an argument; `Setup::required` checks it.
    pub fn new(setup: Setup) -> Result<Self> {
        let info = ProviderInfo::new(setup.name().clone(), VENDOR, CAPABILITIES)
            .with_documentation("https://docs.acme.example/connections/list");
        // TODO 5: how the credential travels. `Auth::bearer` is the other usual way.
        let client = setup.client(VENDOR, BASE_URL, |secret| Auth::header("x-api-key", secret))?;
        Ok(Self { info, client })
    }

    // TODO 5: the request for the list. Push down only filters that mean what `Query` says; a superset will do,
    // since every filter is applied again here.
    fn list_request<'a>(&'a self, query: &'a Query) -> ApiRequest<'a> {
        self.client
            .get(Operation::List, &["v1", "connections"])
            .query("limit", LIMIT)
            .query_if("app", query.only_connector())
    }
}

#[async_trait]
impl ConnectionProvider for Acme {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn plan(&self, query: &Query) -> Plan {
        let pushed = query.only_connector().map(|_| Filter::Connector);
        Plan::new(query, pushed.as_slice())
            .with_request(self.list_request(query).line())
            .with_paging("up to 100 rows a page, by cursor")
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let answer = TOKENS.ask(self.list_request(query), cursor)?.send().await?;
        TOKENS.page(&answer, &["items"], |row: Row<'_>, _| mapping::connection(&self.info, &row))
    }

    // TODO 5: where the vendor reads one by its id, ask for it in place of listing: `answer.object::<Row<'_>>()`.
    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.find(id).await
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.get(id).await.map(Checkup::of).map_err(|error| error.with_operation(Operation::Check))
    }

    // TODO 5: `set_enabled`, `rename`, `set_tags`, `delete`, `list_connectors_page`, `get_connector`, where the vendor
    // has them; `ConnectionProvider` says what each has to do, and its capability belongs above.
}
