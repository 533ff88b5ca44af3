//! What must hold of any bytes at all: for fuzzing (`fuzz/`), and as a test over stored inputs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin::{
    BaseUrl, Config, ConnectionId, ConnectionProvider as _, Cursor, ErrorKind, Kind, ProviderName, Query,
    Secret, Setup, Transport, Urn,
};
use conjoin_http::TransportError;
use conjoin_testkit::{Allow, Fixture, Import, Secrets, export, redact};
use http::{HeaderValue, Request, Response};
use serde_json::Value;

use crate::canned::{kinds, list, provider, run};

/// A target: its name, the folder of `inputs/` with what it is to survive, and what must hold.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) inputs: &'static str,
    pub(crate) holds: fn(&[u8]),
}

/// Every target by name.
pub(crate) const TARGETS: &[Target] = &[
    Target { name: "aitronos_list", inputs: "answers", holds: |data| lists("aitronos", data) },
    Target { name: "pica_list", inputs: "answers", holds: |data| lists("pica", data) },
    Target { name: "toolzz_list", inputs: "answers", holds: |data| lists("toolzz", data) },
    Target { name: "har", inputs: "har", holds: har },
    Target { name: "redactor", inputs: "har", holds: redactor },
    Target { name: "urn", inputs: "urn", holds: urn },
    Target { name: "cursor", inputs: "cursor", holds: cursor },
    Target { name: "config", inputs: "config", holds: config },
    Target { name: "retry_after", inputs: "retry_after", holds: retry_after },
];

/// An answer to a vendor's list: every row is counted, and no row with an id is lost.
fn lists(vendor: &str, data: &[u8]) {
    for kind in kinds().into_iter().filter(|kind| kind.vendor() == vendor) {
        counted(&kind, data);
        // Written again, so that no key stands twice.
        let Ok(value) = serde_json::from_slice::<Value>(data) else { continue };
        let Some(rows) = rows(vendor, &value) else { continue };
        let (came, told) = counted(&kind, value.to_string().as_bytes());
        if told.contains("[redacted]") {
            // The credential was taken out of what came, maybe out of an id.
            continue;
        }
        // The list of all of Aitronos names it differently.
        let names = if vendor == "aitronos" { &["credential_id", "connector_id", "id"][..] } else { &["id"] };
        let text = |row: &'_ Value, name: &&str| {
            row.get(*name)?.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
        };
        for id in rows.iter().filter_map(|row| names.iter().find_map(|name| text(row, name))) {
            let id = id.as_str();
            if ConnectionId::new(id).is_ok() {
                assert!(came.contains(id.trim()) || came.contains(id), "{id:?} is lost");
            }
        }
    }
}

/// Lists, adds up the receipt, and gives the ids that came and all that is told.
fn counted(kind: &Kind, body: &[u8]) -> (BTreeSet<String>, String) {
    let listing = list(kind, body);
    let receipt = &listing.receipt.providers[0];
    assert_eq!(receipt.rows, receipt.returned + receipt.skipped_rows + receipt.duplicates, "{receipt:?}");
    assert_eq!(receipt.returned, listing.items.len() as u64);
    let told = serde_json::to_string(&listing).unwrap();
    assert!(receipt.error.is_none() || !told.contains("s3cr3t-credential"), "{told}");
    for connection in &listing.items {
        connection.explain();
    }
    (listing.items.iter().map(|connection| connection.id.as_str().to_owned()).collect(), told)
}

/// The rows of an answer that can only be one list.
fn rows<'v>(vendor: &str, answer: &'v Value) -> Option<&'v Vec<Value>> {
    if vendor == "aitronos" {
        return answer.as_array();
    }
    let fields = answer.as_object()?;
    if fields.contains_key("error") || fields.contains_key("success") {
        return None;
    }
    let name = if vendor == "pica" { "rows" } else { "items" };
    let mut lists = fields.iter().filter(|(key, _)| conjoin_http::LIST_NAMES.contains(&&***key));
    lists
        .next()
        .filter(|(key, _)| *key == name)
        .and_then(|(_, rows)| rows.as_array())
        .filter(|_| lists.next().is_none())
}

/// A file as a fixture: what is read is written so that it reads back the same, here and as plain HAR.
pub(crate) fn har(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let import = Import {
        vendor: "aitronos".to_owned(),
        operation: "list".parse().unwrap(),
        scenario: "found".to_owned(),
        source: "a fuzzer".to_owned(),
        config: [].into(),
        call: serde_json::from_str("{}").unwrap(),
    };
    if let Ok(imported) = import.read(&text, &Allow::of("aitronos")) {
        reads_back(&imported.fixture);
    }
    let Ok(fixture) = text.parse::<Fixture>() else { return };
    let _ = fixture.call();
    reads_back(&fixture);
    let plain: Fixture = export(std::slice::from_ref(&fixture)).parse().unwrap();
    // What another label calls text is text there.
    let told = |fixture: &Fixture| {
        let exchanges = fixture.exchanges.iter().map(|exchange| {
            let bodies =
                [&exchange.request.body, &exchange.response.body].map(conjoin_testkit::Body::to_bytes);
            (
                exchange.request.url.clone(),
                exchange.response.status,
                exchange.response.headers.clone(),
                bodies,
            )
        });
        (fixture.about.clone(), exchanges.collect::<Vec<_>>())
    };
    assert_eq!(told(&plain), told(&fixture));
}

fn reads_back(fixture: &Fixture) {
    let written = fixture.to_pretty_json();
    let again: Fixture = written.parse().unwrap();
    assert_eq!(again.to_pretty_json(), written);
}

/// What every `PLANTED` of a file is replaced by before it is redacted.
const PLANTED: &str = "k9Xq2LmV7tRb4ZpW";

/// A file as something to redact: nothing planted comes through, and redacting twice changes nothing.
fn redactor(data: &[u8]) {
    let mut secrets = Secrets::default();
    secrets.add("the planted secret", PLANTED);
    let Ok(mut file) = serde_json::from_slice::<Value>(data) else { return };
    if secrets.search(&file.to_string()).is_err() {
        // Where it stands already may be what a person writes, which is not redacted.
        return;
    }
    if let Some(entries) = file.pointer_mut("/log/entries") {
        plant(entries);
    }
    let Ok(fixture) = file.to_string().parse::<Fixture>() else { return };
    let allow = Allow::of("aitronos");
    let Ok((redacted, _)) = redact(&fixture, &allow) else { return };
    let text = redacted.to_pretty_json();
    assert_eq!(secrets.search(&text), Ok(()), "{text}");
    let (again, _) = redact(&redacted, &allow).unwrap();
    assert_eq!(again.to_pretty_json(), text);
    let read: Fixture = text.parse().unwrap();
    assert_eq!(read.to_pretty_json(), text);
}

fn plant(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.replace("PLANTED", PLANTED),
        Value::Array(items) => items.iter_mut().for_each(plant),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(key, value)| {
                // Words that a comment or a method is made of are a person's or a protocol's.
                if !matches!(&**key, "comment" | "method") {
                    plant(value);
                }
            });
        }
        _ => {}
    }
}

/// A text as a URN, an id and a name: what is taken reads back.
pub(crate) fn urn(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(urn) = text.parse::<Urn>() {
        assert_eq!(urn.to_string().parse::<Urn>().as_ref(), Ok(&urn));
        let json = serde_json::to_string(&urn).unwrap();
        assert_eq!(serde_json::from_str::<Urn>(&json).unwrap(), urn);
    }
    if let Ok(id) = ConnectionId::new(&*text) {
        assert_eq!(id.as_str(), &*text);
        let urn = Urn::new(ProviderName::new("p").unwrap(), id);
        assert_eq!(urn.to_string().parse::<Urn>(), Ok(urn));
    }
    if let Ok(name) = ProviderName::new(&text) {
        assert_eq!(name.as_str(), &*text);
    }
}

/// A text as a cursor: it is refused before anything is sent, or leads to a page.
fn cursor(data: &[u8]) {
    let cursor = Cursor::from(String::from_utf8_lossy(data).into_owned());
    let _ = cursor.lane();
    for kind in kinds() {
        let page = br#"{"rows":[],"total":0,"skip":0,"limit":20}"#;
        let answer = run(async { provider(&kind, 200, page).list_page(&Query::new(), Some(&cursor)).await });
        match answer {
            Ok(page) => assert_ne!(page.next.as_ref(), Some(&cursor)),
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}"),
        }
    }
}

/// A text as a configuration: a mistake is one line that names the file.
pub(crate) fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match Config::parse(&text, Path::new("conjoin.toml")) {
        Ok(config) => assert!(!config.providers.is_empty()),
        Err(error) => {
            let error = error.to_string();
            assert!(!error.chars().any(char::is_control), "{error:?}");
            assert!(error.contains("conjoin.toml"), "{error}");
        }
    }
}

/// A vendor that is always too busy, and says so in its own way.
#[derive(Debug)]
struct Busy {
    waits: Vec<HeaderValue>,
    body: Bytes,
    asked: AtomicU32,
}

#[async_trait]
impl Transport for Busy {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        const NAMES: [&str; 4] =
            ["retry-after", "x-ratelimit-retry-after", "x-ratelimit-reset", "x-pica-rate-limit-reset"];
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut response = Response::builder().status(429).body(self.body.clone()).unwrap();
        for (name, wait) in NAMES.into_iter().zip(&self.waits) {
            response.headers_mut().append(name, wait.clone());
        }
        Ok(response)
    }
}

/// Bytes as what a busy vendor says of the wait, a line for each header and the rest for the body: nobody is
/// asked more than three times, and no wait is longer than we take.
fn retry_after(data: &[u8]) {
    let mut parts = data.splitn(5, |&byte| byte == b'\n');
    let waits = parts.by_ref().take(4).map_while(|part| HeaderValue::from_bytes(part).ok()).collect();
    let body = Bytes::copy_from_slice(parts.next().unwrap_or_default());
    let busy = Arc::new(Busy { waits, body, asked: AtomicU32::new(0) });
    let name = ProviderName::new("p").unwrap();
    let setup = Setup::new(name, Secret::new("s3cr3t-credential"), busy.clone())
        .base_url(BaseUrl::new("https://vendor.invalid").unwrap())
        .timeout(Duration::from_secs(600));
    let provider = kinds()[0].provider(setup).unwrap();
    let (error, waited) = run(async {
        let start = tokio::time::Instant::now();
        let error = provider.list_page(&Query::new(), None).await.unwrap_err();
        (error, start.elapsed())
    });
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
    assert!(busy.asked.load(Ordering::Relaxed) <= 3);
    assert!(waited <= Duration::from_secs(70), "{waited:?}");
}
