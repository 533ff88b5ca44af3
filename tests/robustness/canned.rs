//! Providers whose vendor answers everything with the same bytes.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin::pica::Dialect;
use conjoin::{
    BaseUrl, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _, ConnectorQuery,
    Detail, Kind, Listing, ProviderName, Query, Secret, Setup, Tags, Transport,
};
use conjoin_http::TransportError;
use http::{Request, Response};

/// The same answer for ever.
#[derive(Debug)]
struct Canned(u16, Bytes);

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let response = Response::builder().status(self.0).header("content-type", "application/json");
        Ok(response.body(self.1.clone()).unwrap())
    }
}

/// Every vendor's adapter, Pica's in each dialect.
pub(crate) fn kinds() -> Vec<Kind> {
    let aitronos = Kind::Aitronos { organization_id: "org_1".to_owned(), application_id: None };
    let toolzz = Kind::Toolzz { unit_id: "unit".to_owned() };
    let pica = [Dialect::V2, Dialect::ONE, Dialect::LEGACY].map(|dialect| Kind::Pica { dialect });
    [aitronos, toolzz].into_iter().chain(pica).collect()
}

/// A provider of this kind whose vendor answers so.
pub(crate) fn provider(kind: &Kind, status: u16, body: &[u8]) -> Arc<dyn ConnectionProvider> {
    let transport = Arc::new(Canned(status, Bytes::copy_from_slice(body)));
    let setup = Setup::new(ProviderName::new("p").unwrap(), Secret::new("s3cr3t-credential"), transport)
        .base_url(BaseUrl::new("https://vendor.invalid").unwrap())
        .attempts(2);
    kind.provider(setup).unwrap()
}

/// Runs to the end, with waits that take no time.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

/// The whole list.
pub(crate) fn list(kind: &Kind, body: &[u8]) -> Listing<Connection> {
    run(async { provider(kind, 200, body).list(&Query::new()).await })
}

/// Asks everything that can be asked, and prints all that comes.
pub(crate) fn ask_everything(kind: &Kind, status: u16, body: &[u8]) -> String {
    let provider = provider(kind, status, body);
    let id = ConnectionId::new("a").unwrap();
    let tags: Tags = ["x"].into_iter().collect();
    run(async {
        let narrow = Query::new().connector("slack").detail(Detail::Full);
        let (listing, narrow) = (provider.list(&Query::new()).await, provider.list(&narrow).await);
        let explained: Vec<_> = listing.items.iter().map(Connection::explain).collect();
        let json = serde_json::to_string(&(&listing, &narrow, &explained)).unwrap();
        let catalogue = provider.list_connectors(&ConnectorQuery::new()).await;
        format!(
            "{json} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {}",
            provider.get(&id).await,
            provider.set_enabled(&id, true).await,
            provider.rename(&id, "x").await,
            provider.set_tags(&id, &tags).await,
            provider.delete(&id).await,
            provider.check(&id).await,
            provider.test(&id).await,
            provider.get_connector("slack").await,
            listing,
            serde_json::to_string(&catalogue).unwrap(),
        )
    })
}
