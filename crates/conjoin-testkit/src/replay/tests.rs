use super::*;
use serde_json::json;

const URL: &str = "https://api.example.com/v1/c";

fn fixture(entries: &Value) -> Fixture {
    json!({"log": {
        "_conjoin": {"provenance": "synthetic", "source": "a test", "date": "2026-11-21", "vendor": "acme",
                     "operation": "list", "scenario": "success"},
        "entries": entries,
    }})
    .to_string()
    .parse()
    .unwrap()
}

fn entry(method: &str, url: &str, answer: &str) -> Value {
    json!({
        "request": {"method": method, "url": url, "headers": [{"name": "x-key", "value": "Key {credential}"}]},
        "response": {"status": 200, "content": {"mimeType": "text/plain", "text": answer}},
    })
}

fn request(method: &str, url: &str) -> Request<Bytes> {
    let builder = Request::builder().method(method).uri(url);
    builder.header("x-key", format!("Key {}", Replay::CREDENTIAL)).body(Bytes::new()).unwrap()
}

async fn send(replay: &Replay, request: Request<Bytes>) -> Result<String, String> {
    match replay.send(request).await {
        Ok(answer) => Ok(String::from_utf8(answer.into_body().to_vec()).unwrap()),
        Err(error) => {
            assert_eq!(error.fault, Fault::Unsendable);
            assert!(!error.message.contains(Replay::CREDENTIAL) && !error.message.contains('\n'), "{error}");
            Err(error.message)
        }
    }
}

fn lines(message: &str) -> String {
    message.replace("; ", "\n")
}

#[tokio::test]
async fn an_answer_comes_as_it_stands_in_the_file() {
    let replay = Replay::new(fixture(&json!([{
        "request": {"method": "GET", "url": URL},
        "response": {"status": 429, "headers": [{"name": "Retry-After", "value": "1"}],
                     "content": {"mimeType": "application/json", "_json": {"z": 1, "a": 2}}},
    }])));
    let answer = replay.send(request("GET", URL)).await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.body(), r#"{"z":1,"a":2}"#);
    assert_eq!(replay.verify(), Ok(()));
}

#[tokio::test]
async fn equal_requests_are_answered_in_order_and_each_once() {
    let replay = Replay::new(fixture(&json!([entry("GET", URL, "one"), entry("GET", URL, "two")])));
    assert_eq!(send(&replay, request("GET", URL)).await.unwrap(), "one");
    assert_eq!(replay.leftovers(), ["entry 2 (GET /v1/c)"]);
    assert_eq!(send(&replay, request("GET", URL)).await.unwrap(), "two");
    assert_eq!(replay.verify(), Ok(()));
    insta::assert_snapshot!(lines(&send(&replay, request("GET", URL)).await.unwrap_err()), @r"
    no entry answers GET /v1/c
    entry 1 (GET /v1/c): it fits, but has been used up by an earlier request
    entry 2 (GET /v1/c): it fits, but has been used up by an earlier request
    ");
}

#[tokio::test]
async fn host_order_and_encoding_do_not_matter() {
    let url = "https://api.example.com/v1/a%20b/caf%C3%A9?x=1&y=a+b&x=2";
    for same in [
        "http://127.0.0.1:8080/v1/a%20b/caf%c3%a9?y=a%20b&x=2&x=1",
        "https://other.example/v1/%61%20b/caf%C3%A9?x=2&x=1&y=a%20b",
    ] {
        let replay = Replay::new(fixture(&json!([entry("GET", url, "ok")])));
        assert_eq!(send(&replay, request("GET", same)).await.unwrap(), "ok", "{same}");
    }
    for other in [
        "https://api.example.com/v1/a%20b%2Fcaf%C3%A9?x=1&y=a+b&x=2",
        "https://api.example.com/v1/a%20b/caf%C3%A9/?x=1&y=a+b&x=2",
        "https://api.example.com/v1/a%20b/caf%C3%A9?x=1&y=a+b",
        "https://api.example.com/v1/a%20b/caf%C3%A9?x=1&y=a+b&x=2&x=2",
    ] {
        let replay = Replay::new(fixture(&json!([entry("GET", url, "ok")])));
        assert!(send(&replay, request("GET", other)).await.is_err(), "{other}");
    }
}

#[tokio::test]
async fn another_method_does_not_fit() {
    let replay = Replay::new(fixture(&json!([entry("GET", URL, "ok")])));
    insta::assert_snapshot!(lines(&send(&replay, request("DELETE", URL)).await.unwrap_err()), @r"
    no entry answers DELETE /v1/c
    entry 1 (GET /v1/c): method is GET, not DELETE
    ");
}

#[tokio::test]
async fn bodies_compare_as_json() {
    let wanted = json!([{
        "request": {"method": "PATCH", "url": URL, "postData": {"_json": {"a": 1, "b": [true]}}},
        "response": {"status": 200},
    }]);
    let patch = |body: &'static str| request("PATCH", URL).map(|_| Bytes::from_static(body.as_bytes()));
    let replay = Replay::new(fixture(&wanted));
    assert_eq!(send(&replay, patch(r#"{ "b": [true], "a": 1 }"#)).await.unwrap(), "");
    assert_eq!(replay.requests()[0].body, Some(json!({"a": 1, "b": [true]})));

    let replay = Replay::new(fixture(&wanted));
    insta::assert_snapshot!(lines(&send(&replay, patch(r#"{"a":1}"#)).await.unwrap_err()), @r#"
    no entry answers PATCH /v1/c
    entry 1 (PATCH /v1/c): body is `{"a":1,"b":[true]}`, not `{"a":1}`
    "#);
    insta::assert_snapshot!(lines(&send(&replay, patch("")).await.unwrap_err()), @r#"
    no entry answers PATCH /v1/c
    entry 1 (PATCH /v1/c): body is `{"a":1,"b":[true]}`, not nothing
    "#);
}

#[tokio::test]
async fn a_miss_names_the_nearest_entries_and_what_differs() {
    let replay = Replay::new(fixture(&json!([
        entry("DELETE", "https://api.example.com/v1/other/far/away?a=1", ""),
        entry("GET", "https://api.example.com/v1/c?limit=150&active=true", ""),
        entry("GET", "https://api.example.com/v1/c?limit=150&active=false", ""),
        entry("GET", "https://api.example.com/v1/d?limit=150&active=false", ""),
    ])));
    let missed = request("GET", "https://api.example.com/v1/c?limit=20&active=false");
    insta::assert_snapshot!(lines(&send(&replay, missed).await.unwrap_err()), @r"
    no entry answers GET /v1/c?limit=20&active=false
    entry 3 (GET /v1/c?limit=150&active=false): the request lacks `limit=150`, the request has `limit=20` besides
    entry 2 (GET /v1/c?limit=150&active=true): the request lacks `active=true`, the request lacks `limit=150`, the request has `active=false` besides, the request has `limit=20` besides
    entry 4 (GET /v1/d?limit=150&active=false): path is `/v1/d`, the request lacks `limit=150`, the request has `limit=20` besides
    ");
    let error = replay.verify().unwrap_err();
    assert_eq!(error.misses.len(), 1);
    assert_eq!(error.leftovers.len(), 4);
    assert!(error.to_string().ends_with("\nnobody asked for entry 4 (GET /v1/d?limit=150&active=false)"));
}

#[tokio::test]
async fn the_credential_must_arrive_in_its_header_and_nowhere_else() {
    let url = "https://api.example.com/v1/c?limit=150";
    let replay = Replay::new(fixture(&json!([entry("GET", url, "")])));
    let edits: [fn(&mut Request<Bytes>); 5] = [
        |r| drop(r.headers_mut().remove("x-key")),
        |r| drop(r.headers_mut().insert("x-key", Replay::CREDENTIAL.parse().unwrap())),
        |r| drop(r.headers_mut().insert("x-other", Replay::CREDENTIAL.parse().unwrap())),
        |r| *r.uri_mut() = format!("{URL}?key={}", Replay::CREDENTIAL).parse().unwrap(),
        |r| *r.body_mut() = Replay::CREDENTIAL.into(),
    ];
    let mut said = Vec::new();
    for edit in edits {
        let mut request = request("GET", url);
        edit(&mut request);
        said.push(send(&replay, request).await.unwrap_err());
    }
    insta::assert_snapshot!(said.join("\n"), @r"
    no entry answers GET /v1/c?limit=150; entry 1 (GET /v1/c?limit=150): header `x-key` must be `Key {credential}`
    no entry answers GET /v1/c?limit=150; entry 1 (GET /v1/c?limit=150): header `x-key` must be `Key {credential}`
    no entry answers GET /v1/c?limit=150: the credential stands in several headers: `x-key`, `x-other`
    no entry answers GET /v1/c?key={credential}: the credential stands in the URL
    no entry answers GET /v1/c?limit=150: the credential stands in the body
    ");
    assert!(!format!("{replay:?} {:?}", replay.requests()).contains(Replay::CREDENTIAL));
    assert_eq!(replay.requests()[0].auth, None);
    assert_eq!(replay.requests()[1].auth.as_deref(), Some("x-key"));

    let replay = replay.with_credential("another");
    let mut request = request("GET", url);
    request.headers_mut().insert("x-key", http::HeaderValue::from_static("Key another"));
    assert_eq!(send(&replay, request).await, Ok(String::new()));
}

#[tokio::test]
async fn every_stored_fixture_answers_its_own_requests() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
    for file in crate::fixtures(root).unwrap() {
        let fixture = Fixture::load(&file).unwrap();
        let replay = Replay::new(fixture.clone());
        for Exchange { request: wanted, response, .. } in &fixture.exchanges {
            let mut request = Request::builder().method(wanted.method.as_str()).uri(wanted.url.as_str());
            for (name, value) in &wanted.headers {
                request = request.header(name, value.replace(PLACEHOLDER, Replay::CREDENTIAL));
            }
            let answer = replay.send(request.body(wanted.body.to_bytes().into()).unwrap()).await;
            let answer = answer.unwrap_or_else(|why| panic!("{}: {why}", file.display()));
            assert_eq!(answer.status(), response.status);
        }
        assert_eq!(replay.verify(), Ok(()), "{}", file.display());
        assert!(
            replay.requests().iter().all(|sent| sent.auth.is_some()),
            "{}: no credential",
            file.display()
        );
    }
}
