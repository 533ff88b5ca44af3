//! A provider of one's own, in a hub beside others.
//!
//! `cargo run -p conjoin --example custom_provider`

use async_trait::async_trait;
use conjoin::{
    Capabilities, Connection, ConnectionId, ConnectionProvider, Cursor, Filter, Hub, MemoryProvider,
    Operation, Page, ProviderInfo, ProviderName, Query, Result, Support,
};

/// Connections that an application keeps in a table of its own.
#[derive(Debug)]
struct InHouse {
    info: ProviderInfo,
    table: Vec<(&'static str, &'static str, bool)>,
}

impl InHouse {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let capabilities = Capabilities::NONE
            .operations(&[Operation::List], Support::Native)
            .filters(&[Filter::Connector, Filter::Enabled], Support::Emulated("applied here"));
        let info = ProviderInfo::new(ProviderName::new("in-house")?, "in-house", capabilities);
        Ok(Self { info, table: vec![("1", "slack", true), ("2", "jira", false)] })
    }
}

#[async_trait]
impl ConnectionProvider for InHouse {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    /// Everything: whoever drives this applies the query's filters.
    async fn list_page(&self, _query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        Cursor::refuse(cursor)?;
        let mut rows = Vec::new();
        for (id, slug, on) in &self.table {
            // Ids that could not be sent safely are refused by their type.
            let Ok(id) = ConnectionId::new(*id) else { continue };
            let mut connection = self.info.connection(id);
            connection.connector.slug = Some((*slug).into());
            connection.enabled = (*on).into();
            rows.push(connection);
        }
        Ok(Page::last(rows))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let other = MemoryProvider::new("crm").with("c1", |c| c.connector.slug = Some("slack".into()));
    let hub = Hub::new().with(InHouse::new()?)?.with(other)?;
    for connection in hub.list(&Query::new().connector("slack")).await.complete()? {
        println!("{} is {}", connection.urn(), connection.status());
    }
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
