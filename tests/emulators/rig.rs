//! An emulator on a loopback port, and the provider that asks it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin::pica::Dialect;
use conjoin::{
    BaseUrl, Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _, Kind, ProviderName,
    Query, ReqwestTransport, Secret, Setup, Transport,
};
use conjoin_http::TransportError;
use conjoin_testkit::emulator::{EmulatedVendor, Emulator, PicaDialect, Running};
use http::{Request, Response};

/// Sockets, counted.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    sockets: ReqwestTransport,
    requests: AtomicU32,
}

#[async_trait]
impl Transport for Counted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.sockets.send(request).await
    }
}

/// A server and a provider.
#[derive(Debug)]
pub(crate) struct Rig {
    /// The vendor, and Pica's dialect.
    pub(crate) name: String,
    pub(crate) provider: Arc<dyn ConnectionProvider>,
    counted: Arc<Counted>,
    _server: Running,
}

/// Every vendor, Pica in each dialect.
pub(crate) fn worlds() -> Vec<(String, Emulator, PicaDialect)> {
    let others = [EmulatedVendor::Aitronos, EmulatedVendor::Toolzz].map(|vendor| (vendor, PicaDialect::V2));
    let pica = PicaDialect::ALL.map(|dialect| (EmulatedVendor::Pica, dialect));
    let world = |(vendor, dialect): (EmulatedVendor, PicaDialect)| {
        let name = match vendor {
            EmulatedVendor::Pica => format!("pica {}", dialect.name()),
            _ => vendor.name().to_owned(),
        };
        (name, Emulator::of(vendor).dialect(dialect), dialect)
    };
    others.into_iter().chain(pica).map(world).collect()
}

impl Rig {
    pub(crate) async fn new((name, emulator, dialect): (String, Emulator, PicaDialect)) -> Self {
        let server = emulator.start().await.unwrap();
        let facts = server.facts().clone();
        let kind = match emulator.vendor() {
            EmulatedVendor::Aitronos => {
                Kind::Aitronos { organization_id: facts.organization.unwrap(), application_id: None }
            }
            EmulatedVendor::Toolzz => Kind::Toolzz { unit_id: facts.unit.unwrap() },
            _ => Kind::Pica {
                dialect: match dialect {
                    PicaDialect::Legacy => Dialect::LEGACY,
                    PicaDialect::One => Dialect::ONE,
                    _ => Dialect::V2,
                },
            },
        };
        let counted = Arc::new(Counted::default());
        let transport: Arc<dyn Transport> = counted.clone();
        let setup = Setup::new(ProviderName::new("p").unwrap(), Secret::new("sk_test_x"), transport)
            .base_url(BaseUrl::new(server.base_url()).unwrap());
        Self { name, provider: kind.provider(setup).unwrap(), counted, _server: server }
    }

    /// How many requests were sent so far.
    pub(crate) fn requests(&self) -> u32 {
        self.counted.requests.load(Ordering::Relaxed)
    }

    /// The rows that satisfy a query, complete.
    pub(crate) async fn list(&self, query: &Query) -> Vec<Connection> {
        let listing = self.provider.list(query).await;
        assert!(listing.receipt.is_complete(), "{}: {query:?}: {:?}", self.name, listing.receipt);
        listing.items
    }

    /// One row, as a whole list shows it now.
    pub(crate) async fn now(&self, id: &ConnectionId) -> Option<Connection> {
        self.list(&Query::new()).await.into_iter().find(|row| row.id == *id)
    }
}

/// Rows without the clock, by id.
pub(crate) fn by_id(rows: Vec<Connection>) -> BTreeMap<String, Connection> {
    let count = rows.len();
    let rows: BTreeMap<_, _> = rows
        .into_iter()
        .map(|mut row| {
            row.fetched_at = None;
            (row.id.to_string(), row)
        })
        .collect();
    assert_eq!(rows.len(), count, "an id came twice");
    rows
}
