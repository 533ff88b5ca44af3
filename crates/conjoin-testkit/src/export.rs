//! Fixtures as plain HAR, for other tools.

use serde_json::{Map, Value, json};

use crate::fixture::{Body, Fixture};

/// Fixtures as one HAR 1.2 file that other tools read: bodies stand under `text`, and each fixture is a page,
/// which browsers' developer tools show as a group. One alone can be read as a fixture again.
pub fn export(fixtures: &[Fixture]) -> String {
    let mut pages = Vec::new();
    let mut entries = Vec::new();
    for fixture in fixtures {
        let about = &fixture.about;
        let id = format!("{}/{}/{}", about.vendor, about.operation, about.scenario);
        let Ok(Value::Object(mut har)) = serde_json::from_str(&fixture.to_pretty_json()) else { continue };
        let Some(Value::Array(own)) = har.get_mut("log").and_then(|log| log.get_mut("entries")) else {
            continue;
        };
        for (entry, exchange) in own.iter_mut().zip(&fixture.exchanges) {
            entry["pageref"] = json!(id);
            // Developer tools show what took no time as pending.
            entry["time"] = json!(1);
            entry["timings"]["wait"] = json!(1);
            spell_out(&mut entry["response"]["content"], &exchange.response.body);
            if let Some(post) = entry["request"].get_mut("postData") {
                spell_out(post, &exchange.request.body);
            }
        }
        entries.append(own);
        pages.push(json!({
            "startedDateTime": format!("{}T00:00:00.000Z", about.date),
            "id": id,
            "title": id,
            "pageTimings": {},
        }));
    }
    let mut log = Map::new();
    log.insert("version".to_owned(), json!("1.2"));
    log.insert("creator".to_owned(), json!({ "name": "conjoin", "version": "1" }));
    if let [one] = fixtures {
        log.insert("_conjoin".to_owned(), json!(one.about));
    }
    log.insert("pages".to_owned(), pages.into());
    log.insert("entries".to_owned(), entries.into());
    let mut text = serde_json::to_string_pretty(&json!({ "log": log })).unwrap_or_default();
    text.push('\n');
    text
}

/// JSON as the text that is sent.
fn spell_out(content: &mut Value, body: &Body) {
    if let (Body::Json(value), Value::Object(fields)) = (body, content) {
        fields.remove("_json");
        fields.insert("text".to_owned(), value.to_string().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_says_bodies_as_text_and_reads_as_the_same_fixture() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
        let fixtures: Vec<_> =
            crate::fixtures(root).unwrap().iter().map(|path| Fixture::load(path).unwrap()).collect();
        for fixture in &fixtures {
            let text = export(std::slice::from_ref(fixture));
            assert!(!text.contains("\"_json\""), "{:?}", fixture.relative_path());
            assert_eq!(text.parse::<Fixture>().as_ref(), Ok(fixture));
        }
        let whole: Value = serde_json::from_str(&export(&fixtures)).unwrap();
        assert_eq!(whole["log"]["pages"].as_array().unwrap().len(), fixtures.len());
        for entry in whole["log"]["entries"].as_array().unwrap() {
            assert_required(entry);
        }
    }

    /// What the published schema of HAR 1.2 requires of an entry, by its types.
    fn assert_required(entry: &Value) {
        let text = |value: &Value, keys: &[&str]| {
            for key in keys {
                assert!(value[key].is_string(), "{key}: {value}");
            }
        };
        let number = |value: &Value, keys: &[&str]| {
            for key in keys {
                assert!(value[key].is_i64(), "{key}: {value}");
            }
        };
        text(entry, &["startedDateTime", "pageref"]);
        number(entry, &["time"]);
        assert!(entry["cache"].is_object());
        number(&entry["timings"], &["send", "wait", "receive"]);
        text(&entry["request"], &["method", "url", "httpVersion"]);
        text(&entry["response"], &["statusText", "httpVersion", "redirectURL"]);
        number(&entry["response"], &["status"]);
        number(&entry["response"]["content"], &["size"]);
        text(&entry["response"]["content"], &["mimeType"]);
        for side in [&entry["request"], &entry["response"]] {
            number(side, &["headersSize", "bodySize"]);
            assert!(side["cookies"].is_array());
            side["headers"].as_array().unwrap().iter().for_each(|header| text(header, &["name", "value"]));
        }
        if let Some(post) = entry["request"].get("postData") {
            text(post, &["mimeType", "text"]);
        }
        let content = &entry["response"]["content"];
        if let (Some(text), None) = (content["text"].as_str(), content.get("encoding")) {
            assert_eq!(content["size"], text.len());
        }
    }
}
