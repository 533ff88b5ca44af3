//! How fixtures are made, from a browser's export and from a recording; and how they age.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Secret, Transport, TransportError};
use conjoin_testkit::emulator::Emulator;
use conjoin_testkit::{
    About, Allow, Body, CallArgs, Compared, Drift, Fixture, Import, Provenance, Recorder, Replay, Severity,
};
use http::{HeaderValue, Request, Response};
use serde_json::{Value, json};

const CREDENTIAL: &str = "the-credential-of-the-test";

fn about() -> About {
    serde_json::from_value(json!({"provenance": "recorded", "source": "a test", "date": "2026-11-21",
        "vendor": "pica", "operation": "list", "scenario": "recorded"}))
    .unwrap()
}

fn get(url: &str) -> Request<Bytes> {
    let mut credential = HeaderValue::from_static(CREDENTIAL);
    credential.set_sensitive(true);
    Request::get(url).header("x-pica-secret", credential).body(Bytes::new()).unwrap()
}

async fn recorded() -> (Fixture, conjoin_testkit::Secrets) {
    let recorder = Recorder::new(Arc::new(Emulator::pica().transport()));
    for active in [true, false] {
        let url = format!("https://api.picaos.com/v1/vault/connections?limit=5&active={active}");
        recorder.send(get(&url)).await.unwrap();
    }
    assert_eq!(recorder.hosts(), ["api.picaos.com"]);
    recorder.finish(about(), &Allow::of("pica")).unwrap()
}

#[tokio::test]
async fn a_recording_is_redacted_and_replays() {
    let (fixture, secrets) = recorded().await;
    let text = fixture.to_pretty_json();
    assert!(!text.contains(CREDENTIAL) && secrets.search(CREDENTIAL).is_err());
    assert!(secrets.search(&text).is_ok());
    assert_eq!(text.parse::<Fixture>().as_ref(), Ok(&fixture));
    assert_eq!(conjoin_testkit::redact(&fixture, &Allow::of("pica")).unwrap().0, fixture);
    assert_eq!(fixture.exchanges[0].request.headers, [("x-pica-secret".into(), "{credential}".into())]);

    let replay = Replay::new(fixture.clone()).with_credential(CREDENTIAL);
    for exchange in &fixture.exchanges {
        replay.send(get(exchange.request.url.as_str())).await.unwrap();
    }
    assert_eq!(replay.verify(), Ok(()));
}

#[tokio::test]
async fn nothing_recorded_is_no_fixture() {
    let recorder = Recorder::new(Arc::new(Emulator::pica().transport()));
    let error = recorder.finish(about(), &Allow::of("pica")).unwrap_err();
    assert_eq!(error.to_string(), "no answer came, so there is nothing to record");
}

fn import() -> Import {
    Import {
        vendor: "aitronos".into(),
        operation: "get".parse().unwrap(),
        scenario: "from-a-browser".into(),
        source: "a test".into(),
        config: [("organization_id".to_owned(), "org_4711".to_owned())].into(),
        call: serde_json::from_value::<CallArgs>(json!({"id": "tcred_0815"})).unwrap(),
    }
}

fn export() -> Value {
    let entry = |method: &str, url: &str, status: u16, body: &Value| {
        json!({
            "_initiator": {"type": "script"}, "startedDateTime": "2026-05-04T03:02:01.000Z", "time": 1.5,
            "request": {"method": method, "url": url, "httpVersion": "h2", "cookies": [{"name": "s", "value": "cookie-4711"}],
                        "headers": [{"name": "X-API-Key", "value": "ak_abcdef123456"}, {"name": "User-Agent", "value": "me"},
                                    {"name": "Cookie", "value": "s=cookie-4711"}]},
            "response": {"status": status, "headers": [{"name": "Content-Type", "value": "application/json"}],
                         "content": {"mimeType": "application/json", "text": body.to_string()}},
        })
    };
    let url = "https://api.aitronos.com/v1/personal-connectors?organization_id=org_4711";
    json!({"log": {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "pages": [], "entries": [
        entry("GET", "https://app.example.com/page", 200, &json!("hello")),
        entry("OPTIONS", url, 204, &json!(null)),
        entry("GET", url, 200, &json!([{"connector_id": "tcred_0815", "account_email": "ana@corp.com", "is_active": true}])),
        entry("GET", url, 0, &json!(null)),
    ]}})
}

#[test]
fn a_browsers_export_becomes_a_redacted_fixture() {
    let imported = import().read(&export().to_string(), &Allow::of("aitronos")).unwrap();
    let left_out: Vec<_> = imported.left_out.into_iter().collect();
    assert_eq!(
        left_out,
        [("host app.example.com".to_owned(), 1), ("no answer".to_owned(), 1), ("preflight".to_owned(), 1)]
    );
    let fixture = imported.fixture;
    assert_eq!((fixture.about.provenance, &*fixture.about.date), (Provenance::Recorded, "2026-05-04"));
    assert_eq!(fixture.about.call.id.as_deref(), Some("tcred_redacted-0001"));
    assert_eq!(fixture.about.config["organization_id"], "org_redacted-0002");
    assert_eq!(fixture.exchanges[0].request.url.query(), Some("organization_id=org_redacted-0002"));
    assert_eq!(fixture.exchanges[0].request.headers, [("x-api-key".into(), "{credential}".into())]);
    assert_eq!(
        fixture.exchanges[0].response.body,
        Body::Json(
            json!([{"connector_id": "tcred_redacted-0001", "account_email": "user-0003@example.com", "is_active": true}])
        )
    );
    for secret in ["cookie-4711", "ak_abcdef123456"] {
        assert!(imported.secrets.search(secret).is_err(), "{secret}");
        assert!(!fixture.to_pretty_json().contains(secret));
    }
}

#[test]
fn an_export_without_the_vendors_answers_is_refused() {
    let error = import().read(&export().to_string(), &Allow::of("acme")).unwrap_err().to_string();
    assert_eq!(
        error,
        "no entry is an answer of aitronos: its hosts are none, the file has host api.aitronos.com, host \
         app.example.com; name another host of the vendor with --host"
    );
    let error = import().read("{}", &Allow::of("acme")).unwrap_err().to_string();
    assert!(error.starts_with("`log.entries` is missing: this is no HAR file"), "{error}");
}

/// The emulator, with a change planted into its answers.
#[derive(Debug)]
struct Planted(Arc<dyn Transport>, fn(&mut Value));

#[async_trait]
impl Transport for Planted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        assert_eq!(request.headers()["x-pica-secret"], CREDENTIAL);
        let answer = self.0.send(request).await?;
        Ok(answer.map(|body| {
            let mut value: Value = serde_json::from_slice(&body).unwrap();
            self.1(&mut value);
            value.to_string().into()
        }))
    }
}

async fn drifted(change: fn(&mut Value)) -> Vec<(Severity, String)> {
    let (fixture, _) = recorded().await;
    let transport = Arc::new(Planted(Arc::new(Emulator::pica().transport()), change));
    let base = "https://api.picaos.com";
    let mut found = Vec::new();
    let drift = Drift::new(transport, Secret::new(CREDENTIAL), base, base).unwrap();
    for result in drift.check(&fixture).await.unwrap() {
        match result {
            Compared::Answered(differences) => {
                found.extend(differences.into_iter().map(|d| (d.severity, d.to_string())));
            }
            Compared::Skipped(why) => panic!("{why}"),
        }
    }
    found.sort();
    found.dedup();
    found
}

#[tokio::test]
async fn a_planted_change_is_told_by_how_much_it_matters() {
    assert_eq!(drifted(|_| {}).await, []);
    let added = drifted(|answer| answer["rows"][0]["region"] = json!("eu")).await;
    assert_eq!(added, [(Severity::Added, "added    `rows[].region` is new: string".to_owned())]);
    let changed = drifted(|answer| answer["total"] = Value::Null).await;
    assert_eq!(changed, [(Severity::Changed, "changed  `total` was number, and is null".to_owned())]);
    let breaking = drifted(|answer| answer["total"] = json!("12")).await;
    assert_eq!(breaking, [(Severity::Breaking, "breaking `total` was number, and is string".to_owned())]);
}

#[tokio::test]
async fn what_is_no_safe_request_is_not_sent_again() {
    let (mut fixture, _) = recorded().await;
    fixture.exchanges[0].request.method = "DELETE".into();
    fixture.exchanges[1].response.status = 404;
    let transport = Arc::new(Planted(Arc::new(Emulator::pica().transport()), |_| panic!("it was sent")));
    let drift =
        Drift::new(transport, Secret::new(CREDENTIAL), "https://api.picaos.com", "https://api.picaos.com")
            .unwrap();
    let results = drift.check(&fixture).await.unwrap();
    assert_eq!(
        results,
        ["not a GET: it might change something", "the stored answer is no success"]
            .map(|why| Compared::Skipped(why.to_owned()))
    );
}
