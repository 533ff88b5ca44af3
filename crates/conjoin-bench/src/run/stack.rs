//! P5: what the adapter and its client cost on top of the request itself.

use std::hint::black_box;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin::{Query, ReqwestTransport, Transport};
use conjoin_http::TransportError;
use conjoin_testkit::emulator::EmulatedVendor;
use http::{Request, Response};

use crate::measure::shortest;
use crate::page::{self, CREDENTIAL, Canned};
use crate::process::Emulated;
use crate::table::Line;

/// Answers with what it was handed, once.
#[derive(Debug, Default)]
struct Handed(Mutex<Bytes>);

impl Handed {
    fn hand(&self, page: Bytes) {
        *self.0.lock().expect("nobody panics") = page;
    }
}

#[async_trait]
impl Transport for Handed {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(Response::new(std::mem::take(&mut *self.0.lock().expect("nobody panics"))))
    }
}

pub(super) fn run() -> Vec<Line> {
    let server = Emulated::start("pica", 20, 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let query = Query::new().enabled(true);
    let ours = page::provider(EmulatedVendor::Pica, Arc::new(ReqwestTransport::new()), &server.base_url);
    let url = format!("{}/v1/vault/connections?active=true&limit=150", server.base_url);
    let client = bare_client();
    let get = async || {
        let request = client.get(&url).header("x-pica-secret", CREDENTIAL);
        request.send().await.expect("an answer").bytes().await.expect("a body")
    };
    let handed = Arc::new(Handed::default());
    let decoder = page::provider(EmulatedVendor::Pica, handed.clone(), "http://127.0.0.1:1");
    let empty = Canned(Bytes::from_static(b"[]"));
    let nothing = page::provider(EmulatedVendor::Pica, Arc::new(empty), "http://127.0.0.1:1");
    let list = |provider: &Arc<dyn conjoin::ConnectionProvider>| {
        black_box(runtime.block_on(provider.list_page(&query, None)).expect("a page"));
    };
    let [whole, by_hand, overhead] = shortest(
        600,
        [
            &mut || list(&ours),
            &mut || {
                handed.hand(runtime.block_on(get()));
                list(&decoder);
            },
            &mut || list(&nothing),
        ],
    );
    // The decoder is only to be had behind the client, which is taken off again.
    let by_hand = by_hand - overhead;
    vec![
        Line::at_most(
            "P5",
            "20 rows over loopback through Arc<dyn …>: hand-written reqwest + the same decoder",
            whole / by_hand,
            1.02,
            "×",
        )
        .with(format!("{:.0} µs against {:.0} µs", whole / 1e3, by_hand / 1e3)),
        Line::at_most(
            "P5",
            "the whole client around a transport that does nothing, and an empty list",
            overhead,
            300.0,
            " ns",
        ),
    ]
}

fn bare_client() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls);
    // Who writes it by hand does not wait for ever either.
    client.timeout(Duration::from_secs(30)).build().expect("a client")
}
