//! Pages of the vendors, made by the emulators, and providers that are given them again and again.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin::{BaseUrl, ConnectionProvider, Kind, ProviderName, Secret, Setup, Transport};
use conjoin_http::TransportError;
use conjoin_testkit::emulator::{EmulatedVendor, Emulator, EmulatorTransport};
use http::{Request, Response};
use serde_json::Value;

/// The credential that the emulated vendors let in.
pub const CREDENTIAL: &str = "bench-credential";

/// A vendor's answer to a list of this many connections, in one page.
///
/// Pica's pages have 150 rows at most; a larger one is put together from several.
pub async fn page(vendor: EmulatedVendor, rows: u64) -> Bytes {
    let emulator = Emulator::of(vendor).count(rows).transport();
    let facts = emulator.facts();
    let get = async |path: String| ask(&emulator, &path).await;
    match vendor {
        EmulatedVendor::Aitronos => {
            let organization = facts.organization.unwrap_or_default();
            get(format!("/v1/personal-connectors?organization_id={organization}")).await
        }
        EmulatedVendor::Toolzz => get(format!("/credential/unity/{}", facts.unit.unwrap_or_default())).await,
        _ => {
            let mut all: Option<Value> = None;
            for active in [true, false] {
                for number in 1.. {
                    let path = format!("/v1/vault/connections?limit=150&page={number}&active={active}");
                    let mut next: Value = serde_json::from_slice(&get(path).await).expect("JSON");
                    let last = next["page"] == next["pages"];
                    match &mut all {
                        None => all = Some(next),
                        Some(all) => {
                            let more = next["rows"].as_array_mut().map(std::mem::take).unwrap_or_default();
                            all["rows"].as_array_mut().expect("rows").extend(more);
                        }
                    }
                    if last {
                        break;
                    }
                }
            }
            let mut all = all.expect("a page");
            all["total"] = rows.into();
            (all["pages"], all["page"]) = (1.into(), 1.into());
            serde_json::to_vec(&all).expect("JSON").into()
        }
    }
}

/// Pica's answers to a list of the active ones of so many connections.
pub async fn pages(rows: u64) -> Vec<Bytes> {
    let emulator = Emulator::of(EmulatedVendor::Pica).count(rows).transport();
    let mut pages = Vec::new();
    loop {
        let path = format!("/v1/vault/connections?limit=150&page={}&active=true", pages.len() + 1);
        let page = ask(&emulator, &path).await;
        let told: Value = serde_json::from_slice(&page).expect("JSON");
        pages.push(page);
        if told["page"] == told["pages"] {
            return pages;
        }
    }
}

async fn ask(emulator: &EmulatorTransport, path: &str) -> Bytes {
    let request = Request::get(format!("{}{path}", emulator.base_url()))
        .header("authorization", format!("Bearer {CREDENTIAL}"))
        .header("x-api-key", CREDENTIAL)
        .header("x-pica-secret", CREDENTIAL)
        .body(Bytes::new())
        .expect("a request");
    emulator.send(request).await.expect("the emulator answers").into_body()
}

/// A provider of a vendor over a transport.
pub fn provider(
    vendor: EmulatedVendor,
    transport: Arc<dyn Transport>,
    base_url: &str,
) -> Arc<dyn ConnectionProvider> {
    let facts = Emulator::of(vendor).transport().facts();
    let kind = match vendor {
        EmulatedVendor::Aitronos => {
            Kind::Aitronos { organization_id: facts.organization.unwrap_or_default(), application_id: None }
        }
        EmulatedVendor::Toolzz => Kind::Toolzz { unit_id: facts.unit.unwrap_or_default() },
        _ => Kind::Pica { dialect: conjoin::pica::Dialect::default() },
    };
    let name = ProviderName::new(vendor.name()).expect("a name");
    let setup = Setup::new(name, Secret::new(CREDENTIAL), transport)
        .base_url(BaseUrl::new(base_url).expect("an address"));
    kind.provider(setup).expect("a provider")
}

/// Answers every request with one body, at once.
#[derive(Clone, Debug)]
pub struct Canned(pub Bytes);

#[async_trait]
impl Transport for Canned {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(self.0.clone()))
    }
}
