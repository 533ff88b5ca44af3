//! A replay over real HTTP: same file, same result, same requests as in process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use conjoin::{ReqwestTransport, Transport};
use conjoin_testkit::{Fixture, Replay, ReplayServer};
use serde_json::{Value, json};

use support::{all, provider};

/// What came of a fixture: the result, and the requests as they arrived.
async fn told(
    fixture: &Fixture,
    replay: Arc<Replay>,
    transport: Arc<dyn Transport>,
    origin: Option<&str>,
) -> Value {
    let provider = provider(fixture, transport, origin);
    let result = conjoin_testkit::told(&*provider, &fixture.call().unwrap()).await;
    replay.verify().unwrap_or_else(|why| panic!("{}: {why}", fixture.relative_path().display()));
    json!({ "result": result, "requests": replay.requests() })
}

async fn in_process(fixture: &Fixture) -> Value {
    let replay = Arc::new(Replay::new(fixture.clone()));
    told(fixture, Arc::clone(&replay), replay, None).await
}

async fn over_http(fixture: &Fixture, transport: Arc<dyn Transport>) -> Value {
    let replay = Arc::new(Replay::new(fixture.clone()));
    let server = ReplayServer::start(Arc::clone(&replay)).await.unwrap();
    let told = told(fixture, replay, transport, Some(&server.origin())).await;
    server.stop().await;
    told
}

/// Real time passes on a socket: what waits is left to the replay in process, where time is virtual.
fn waits(fixture: &Fixture) -> bool {
    fixture.exchanges.iter().any(|exchange| matches!(exchange.response.status, 429 | 500..))
}

/// A redirect to another origin names a host that cannot be this one.
fn names_its_origin(fixture: &Fixture) -> bool {
    fixture
        .exchanges
        .iter()
        .any(|exchange| exchange.response.headers.iter().any(|(name, _)| name == "location"))
}

#[tokio::test]
async fn a_file_gives_the_same_result_in_process_and_over_http() {
    let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
    let mut count = 0;
    for (path, fixture) in
        all().into_iter().filter(|(_, fixture)| !waits(fixture) && !names_its_origin(fixture))
    {
        let expected = in_process(&fixture).await;
        let found = over_http(&fixture, Arc::clone(&transport)).await;
        assert!(found == expected, "{}: {found:#} is not {expected:#}", path.display());
        count += 1;
    }
    assert!(count > 250, "only {count} files were compared");
}

#[tokio::test]
async fn a_miss_over_http_says_what_differs() {
    let (_, fixture) = all().remove(0);
    let replay = Arc::new(Replay::new(fixture));
    let server = ReplayServer::start(Arc::clone(&replay)).await.unwrap();
    let request = http_request(&format!("{}/no/such", server.origin()));
    let answer = ReqwestTransport::new().send(request).await.unwrap();
    assert_eq!(answer.status(), 501);
    let text = String::from_utf8(answer.body().to_vec()).unwrap();
    assert!(text.starts_with("no entry answers GET /no/such; entry 1 ("), "{text}");
    assert_eq!(replay.misses().len(), 1);
    assert!(replay.verify().is_err());
}

fn http_request(url: &str) -> http::Request<bytes::Bytes> {
    http::Request::get(url).body(bytes::Bytes::new()).unwrap()
}
