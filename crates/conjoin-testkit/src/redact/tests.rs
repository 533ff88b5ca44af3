//! What redaction promises, with whatever JSON and with planted secrets.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Allow, redact};
use crate::Fixture;
use crate::secrets::Secrets;

fn fixture(entry: &Value, call: &Value) -> Fixture {
    json!({"log": {
        "_conjoin": {"provenance": "recorded", "source": "a test", "date": "2026-11-21", "vendor": "acme",
                     "operation": "list", "scenario": "success", "call": call},
        "entries": [entry],
    }})
    .to_string()
    .parse()
    .unwrap()
}

fn body(value: &Value) -> Fixture {
    let entry = json!({"request": {"method": "GET", "url": "https://api.example.com/v1/c"},
                       "response": {"status": 200, "content": {"mimeType": "application/json", "_json": value}}});
    fixture(&entry, &json!({}))
}

fn redacted(fixture: &Fixture) -> Fixture {
    redact(fixture, &Allow::of("aitronos")).unwrap().0
}

/// Every way in which a secret may stand in a text.
fn forms(secret: &str) -> Vec<String> {
    let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let units = secret.encode_utf16().fold(String::new(), |mut text, unit| {
        write!(text, "\\u{unit:04x}").unwrap();
        text
    });
    let all_percent = secret.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "%{byte:02x}").unwrap();
        text
    });
    vec![
        secret.to_owned(),
        BASE64_STANDARD.encode(secret),
        BASE64_STANDARD.encode(format!("u:{secret}")),
        BASE64_URL_SAFE_NO_PAD.encode(format!("user:{secret}x")),
        hex.to_uppercase(),
        hex,
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        all_percent,
        secret.replace('/', "\\/"),
        units,
        json!({ "inner": secret }).to_string(),
    ]
}

fn secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9/+é\"_-]{12,40}"
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
        "(tcred_|org_|mcp_)[0-9a-z]{1,32}",
        "20[0-9]{2}-0[1-9]-1[0-9]T1[0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|\\+01:00)",
        "20[0-9]{2}-0[1-9]-1[0-9]",
        "[a-z]{1,8}@[a-z]{1,8}\\.com",
        "https://[a-z]{1,8}\\.com/[a-z0-9/]{0,8}(\\?[a-z]=[a-z0-9%]{0,3})?",
        "-?[0-9]{1,20}",
        "[0-9a-f]{16,40}",
        "redacted-[0-9]{4}",
        Just("https://api.aitronos.com/v1/connections/tcred_1?limit=2&cursor=abc".to_owned()),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..20_000i64).prop_map(|n| json!(7_000_000 + n)),
        text().prop_map(Value::from),
    ];
    let key = prop_oneof!["[a-z_]{1,8}", text(), Just("status".to_owned()), Just("token".to_owned())];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn same_types(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) | (Value::String(_), Value::String(_)) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a.is_f64() == b.is_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_types(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.values().zip(b.values()).all(|(a, b)| same_types(a, b))
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn redacting_twice_changes_nothing(value in anything(), text in text()) {
        let entry = json!({
            "request": {"method": "POST", "url": "https://api.aitronos.com/v1/x",
                        "postData": {"mimeType": "application/json", "_json": {"cursor": text}}},
            "response": {"status": 200, "headers": [{"name": "location", "value": "/v1/x?cursor=a"}],
                         "content": {"mimeType": "application/json", "_json": value}},
        });
        let once = redacted(&fixture(&entry, &json!({"owner_id": text})));
        prop_assert_eq!(&redacted(&once), &once);
        // What is written is read as the same.
        let read: Fixture = once.to_pretty_json().parse().unwrap();
        prop_assert_eq!(read, once);
    }

    #[test]
    fn types_stay(value in anything()) {
        let before = body(&value);
        let (crate::Body::Json(before), crate::Body::Json(after)) =
            (&before.exchanges[0].response.body, &redacted(&before).exchanges[0].response.body)
        else {
            panic!("JSON stays JSON")
        };
        prop_assert!(same_types(before, after), "{before} became {after}");
    }

    #[test]
    fn a_planted_secret_is_never_written(secret in secret(), form in 0..11usize, place in 0..9usize) {
        let planted = &forms(&secret)[form];
        let mut entry = json!({
            "request": {"method": "POST", "url": "https://api.aitronos.com/v1/connections", "headers": []},
            "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "_json": {}}},
            "comment": null,
        });
        let encoded = utf8_percent_encode(planted, NON_ALPHANUMERIC).to_string();
        let header = |value: &str| json!([{"name": "x-api-key", "value": value}]);
        match place {
            0 => entry["response"]["content"]["_json"] = json!({"deep": [{"access_token": planted}]}),
            1 => entry["response"]["content"]["_json"] = json!([planted, 1]),
            2 => entry["response"]["content"]["_json"] = json!({"message": format!("hello {planted}, bye")}),
            3 => entry["request"]["url"] = json!(format!("https://api.aitronos.com/v1/{encoded}/x")),
            4 => entry["request"]["url"] = json!(format!("https://api.aitronos.com/v1/x?q={encoded}")),
            5 => entry["request"]["headers"] = header(&encoded),
            6 => entry["response"]["headers"] = header(&encoded),
            7 => entry["response"]["content"] = json!({"mimeType": "text/html", "text": format!("<p>{planted}")}),
            _ => entry["request"]["postData"] = json!({"mimeType": "application/json", "_json": {"next": planted}}),
        }
        let mut secrets = Secrets::default();
        secrets.add("the planted secret", &secret);
        let before = fixture(&entry, &json!({}));
        prop_assert!(secrets.search(&before.to_pretty_json()).is_err(), "form {form} in place {place} is not seen");
        let after = redacted(&before).to_pretty_json();
        prop_assert!(secrets.search(&after).is_ok(), "form {form} in place {place} stays:\n{after}");
    }
}

#[test]
fn ids_and_cursors_still_join() {
    let id = "tcred_43a8fec047f64ba991fbc5f8fa25d2c9";
    let entry = json!({
        "request": {"method": "GET", "url": format!("https://api.aitronos.com/v1/connections/{id}?cursor=abc&n=17&limit=5")},
        "response": {"status": 200, "content": {"mimeType": "application/json", "_json": {
            "connector_id": id, "next": "abc", "number": 17, "limit": 5, "tool_key": "github", "is_active": true,
            "self": format!("https://api.aitronos.com/v1/connections/{id}"), "icon": "https://cdn.corp.com/a.svg",
        }}},
    });
    let after = redacted(&fixture(&entry, &json!({"owner_id": id})));
    assert_eq!(after.about.call.owner_id.as_deref(), Some("tcred_00000000000000000000000000000001"));
    assert_eq!(
        after.exchanges[0].request.url.as_str(),
        "https://api.aitronos.com/v1/connections/tcred_00000000000000000000000000000001?cursor=redacted-0002&n=7000003&limit=5"
    );
    assert_eq!(
        after.exchanges[0].response.body,
        crate::Body::Json(json!({
            "connector_id": "tcred_00000000000000000000000000000001", "next": "redacted-0002", "number": 7_000_003,
            "limit": 5, "tool_key": "github", "is_active": true,
            "self": "https://api.aitronos.com/v1/connections/tcred_00000000000000000000000000000001",
            "icon": "https://redacted.example.com/0004",
        }))
    );
}

#[test]
fn a_secret_under_an_allowed_name_is_replaced_as_well() {
    let value = json!({"status": concat!("sk_live_", "51H8xQ2eZvKYlo2C"), "type": "ana@corp.com", "environment": "live"});
    let after = redacted(&body(&value));
    let expected = json!({"status": "redacted-0002", "type": "user-0003@example.com", "environment": "live"});
    assert_eq!(after.exchanges[0].response.body, crate::Body::Json(expected));
}

#[test]
fn headers_stay_by_name_and_the_credential_leaves_its_place() {
    let pair = |name: &str, value: &str| json!({"name": name, "value": value});
    let entry = json!({
        "request": {"method": "GET", "url": "https://user:pw@api.corp.com:8443/v1/x", "headers": [
            pair("Authorization", "Bearer 0123456789abcdef"), pair("Cookie", "sid=abcdef123456"),
            pair("User-Agent", "somebody"), pair("Accept", "application/json")]},
        "response": {"status": 429, "headers": [
            pair("Retry-After", "7"), pair("Set-Cookie", "sid=fedcba654321; Path=/"), pair("X-Request-Id", "abc-1")]},
    });
    let (after, secrets) = redact(&fixture(&entry, &json!({})), &Allow::of("acme")).unwrap();
    let exchange = &after.exchanges[0];
    assert_eq!(exchange.request.url.as_str(), "https://redacted.example.com/v1/redacted-0001");
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        exchange.request.headers,
        own(&[("accept", "application/json"), ("authorization", "Bearer {credential}")])
    );
    assert_eq!(
        exchange.response.headers,
        own(&[("retry-after", "7"), ("set-cookie", "redacted-0002"), ("x-request-id", "redacted-0003")])
    );
    for secret in ["0123456789abcdef", "abcdef123456", "fedcba654321"] {
        assert!(secrets.search(&format!("<{secret}>")).is_err(), "{secret} is not searched for");
        assert!(!format!("{secrets:?}").contains(secret));
    }
}
