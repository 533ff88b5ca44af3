use serde_json::{Value, json};

use super::*;
use crate::emulator::quirk::Quirk;
use crate::emulator::testing::{Caller, column};

fn caller(count: Option<u64>, quirks: &[Quirk]) -> Caller<Toolzz> {
    let mut recipe = Recipe::default();
    for quirk in quirks {
        recipe.quirks.add(*quirk);
    }
    Caller::new(Toolzz::new(recipe, count), "authorization", "Bearer token")
}

fn by_unit() -> String {
    format!("{BASE}/credential/unity/{UNIT}")
}

fn integration(slug: &str) -> String {
    catalogue::by_slug(slug).id()
}

/// Field names with their JSON types, all the way down: what a template promises.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (name.clone(), shape(field))).collect())
        }
        Value::Array(elements) => Value::Array(elements.first().map(shape).into_iter().collect()),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("boolean"),
        Value::Null => json!("null"),
    }
}

/// The shape of a template's own text.
fn template(text: &str) -> String {
    shape(&serde_json::from_str(text).unwrap()).to_string()
}

const ICON_WHOLE: &str = r#"{"id":"","institutionId":"","type":"","fileName":"","internalStorageUrl":"",
    "url":"","maskName":"","createdAt":"","updatedAt":"","extension":"","size":1,"numberWords":null}"#;
const ICON_BY_UNIT: &str = r#"{"id":"","createdAt":"","updatedAt":"","institutionId":"","type":"","fileName":"",
    "internalStorageUrl":"","url":"","size":1,"extension":"","maskName":""}"#;
const INTEGRATION_HEAD: &str =
    r#""id":"","name":"","iconId":"","type":"","status":true,"validationEndpoint":"","slug":"""#;
const RECORD: &str = r#""id":"","name":"","userId":"","unityId":"","integrationId":"","secretId":"""#;

#[test]
fn the_list_by_unit_has_the_templates_shape() {
    let expected = template(&format!(
        r#"{{"items":[{{{RECORD},"status":true,"virtualKey":"","credentials":{{}},"createdAt":"","updatedAt":"",
        "integration":{{{INTEGRATION_HEAD},"form":[{{"name":"","label":"","type":"","maxLength":1,"required":true,
        "description":""}}],"createdAt":"","updatedAt":"","icon":{ICON_BY_UNIT}}}}}]}}"#
    ));
    assert_eq!(shape(&caller(None, &[]).get(&by_unit())).to_string(), expected);
}

#[test]
fn the_list_by_integration_has_the_templates_shape() {
    let target = format!("{}/integration/{}", by_unit(), integration("openai"));
    let expected = template(&format!(
        r#"[{{"credentials":{{{RECORD},"status":true,"virtualKey":"","createdAt":"","updatedAt":""}},
        "integration":{{{INTEGRATION_HEAD},"form":[{{"name":"","type":"","label":"","maxLenght":1,"required":true}}],
        "icon":{{"id":"","url":"","extension":"","size":1}}}}}}]"#
    ));
    assert_eq!(shape(&caller(None, &[]).get(&target)).to_string(), expected);
}

#[test]
fn the_list_by_type_has_the_templates_shape() {
    let expected = template(&format!(
        r#"[{{"credentials":{{{RECORD},"status":true,"virtualKey":"","createdAt":"","updatedAt":""}},
        "integration":{{{INTEGRATION_HEAD},"form":[{{"name":"","type":"","label":"","maxLenght":"","required":true}}],
        "createdAt":"","updatedAt":"","icon":{ICON_WHOLE}}}}}]"#
    ));
    assert_eq!(shape(&caller(None, &[]).get(&format!("{}/type/llm", by_unit()))).to_string(), expected);
}

#[test]
fn the_integrations_have_the_templates_shape_and_the_icon_beside() {
    let expected = template(&format!(
        r#"[{{"integrations":{{{INTEGRATION_HEAD},"form":[{{"name":"","type":"","label":"","maxLenght":"",
        "required":true,"descrition":""}}],"createdAt":"","updatedAt":""}},"icon":{ICON_WHOLE}}}]"#
    ));
    let rows = caller(None, &[]).get(&format!("{BASE}/integration/status"));
    assert_eq!(shape(&rows).to_string(), expected);
    let slugs: Vec<&str> =
        rows.as_array().unwrap().iter().map(|row| row["integrations"]["slug"].as_str().unwrap()).collect();
    assert!(["slack", "github", "clickup"].iter().all(|slug| slugs.contains(slug)), "{slugs:?}");
}

#[test]
fn a_credential_of_an_integration_that_is_off_stays_listed() {
    let rows = caller(None, &[]).get(&format!("{}/integration/{}", by_unit(), integration("stripe")));
    let status = |part: &str| rows[0][part]["status"].clone();
    assert_eq!((status("credentials"), status("integration")), (json!(true), json!(false)));
}

fn write(row: &Value, changes: &Value) -> Value {
    let mut body = json!({});
    for field in ["name", "userId", "unityId", "integrationId", "status", "secretId"] {
        body[field] = row[field].clone();
    }
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    body
}

#[test]
fn a_replaced_credential_is_listed_as_replaced() {
    let mut caller = caller(None, &[]);
    let before = caller.get(&by_unit())["items"][0].clone();
    let target = format!("{BASE}/credential/{}", before["id"].as_str().unwrap());
    let body = write(&before, &json!({"name": "Avisos à noite", "status": false, "secretId": null}));
    let (status, answer) = caller.call("PUT", &target, Some(&body));
    assert_eq!((status, &answer["message"]), (200, &json!("Credential updated successfully")));
    assert_eq!(answer["integration"]["form"][0]["maxLenght"], 255);
    let after = caller.get(&by_unit())["items"][0].clone();
    assert_eq!((&after["name"], &after["status"]), (&json!("Avisos à noite"), &json!(false)));
    assert_eq!((&after["secretId"], &after["createdAt"]), (&before["secretId"], &before["createdAt"]));
    assert_eq!(after["updatedAt"], "2026-03-01T09:00:01.000Z");
}

#[test]
fn a_put_that_does_not_validate_lists_what_is_wrong() {
    let mut caller = caller(None, &[]);
    let row = caller.get(&by_unit())["items"][0].clone();
    let target = format!("{BASE}/credential/{}", row["id"].as_str().unwrap());
    let expected = json!({
        "statusCode": 400,
        "message": ["name should not be empty", "userId must be a UUID", "unityId must be a UUID",
                    "integrationId must be a UUID", "status must be a boolean value"],
        "error": "Bad Request",
    });
    assert_eq!(caller.call("PUT", &target, Some(&json!({}))), (400, expected));
    assert_eq!(caller.call("PUT", &format!("{BASE}/credential/x"), Some(&write(&row, &json!({})))).0, 400);
    let unknown = format!("{BASE}/credential/00000000-0000-4000-8000-000000000000");
    let missing = json!({"statusCode": 404, "message": "Credential not found", "error": "Not Found"});
    assert_eq!(caller.call("PUT", &unknown, Some(&write(&row, &json!({})))), (404, missing));
}

#[test]
fn a_put_without_a_secret_clears_it_only_where_that_is_wanted() {
    let mut caller = caller(None, &[Quirk::PutClearsSecret]);
    let row = caller.get(&by_unit())["items"][0].clone();
    let target = format!("{BASE}/credential/{}", row["id"].as_str().unwrap());
    let (_, answer) = caller.call("PUT", &target, Some(&write(&row, &json!({"secretId": null}))));
    assert_eq!(answer["secretId"], Value::Null);
}

#[test]
fn a_created_credential_is_listed_first() {
    for (quirks, expected) in [(&[][..], 200), (&[Quirk::CreatedStatus][..], 201)] {
        let mut caller = caller(None, quirks);
        let body = json!({
            "name": "Notificações", "userId": INSTITUTION, "unityId": UNIT,
            "integrationId": integration("slack"), "credentials": [{"api_key": "x"}],
        });
        let (status, answer) = caller.call("POST", &format!("{BASE}/credential"), Some(&body));
        assert_eq!((status, &answer["credentials"], &answer["status"]), (expected, &json!({}), &json!(true)));
        assert_eq!(caller.get(&by_unit())["items"][0]["id"], answer["id"]);
        let wrong = json!({"credentials": {"api_key": "x"}});
        assert_eq!(caller.call("POST", &format!("{BASE}/credential"), Some(&wrong)).0, 400);
    }
}

#[test]
fn deleting_is_refused_unless_it_is_switched_on() {
    let mut plain = caller(None, &[]);
    let id = plain.get(&by_unit())["items"][0]["id"].as_str().unwrap().to_owned();
    let target = format!("{BASE}/credential/{id}");
    let refused = json!({
        "statusCode": 405, "message": format!("Cannot DELETE {target}"), "error": "Method Not Allowed",
    });
    assert_eq!(plain.call("DELETE", &target, None), (405, refused));
    let mut lenient = caller(None, &[Quirk::DeleteCredential]);
    assert_eq!(lenient.call("DELETE", &target, None).0, 200);
    assert_eq!(lenient.call("DELETE", &target, None).0, 404);
}

#[test]
fn nothing_found_is_an_empty_list_in_each_shape() {
    let mut caller_ = caller(None, &[]);
    assert_eq!(caller_.get(&format!("{BASE}/credential/unity/elsewhere")), json!({"items": []}));
    assert_eq!(caller_.get(&format!("{}/type/nope", by_unit())), json!([]));
    assert_eq!(caller_.get(&format!("{}/integration/nope", by_unit())), json!([]));
    let mut strict = caller(None, &[Quirk::EmptyIsNotFound, Quirk::UnknownTypeIsBadRequest]);
    assert_eq!(strict.call("GET", &format!("{BASE}/credential/unity/elsewhere"), None).0, 404);
    assert_eq!(strict.call("GET", &format!("{}/type/nope", by_unit()), None).0, 400);
}

#[test]
fn no_token_and_the_invalid_one_get_401() {
    for token in ["Bearer invalid", "Bearer ", "token", ""] {
        let mut caller = caller(None, &[]).header("authorization", token);
        let refused = json!({"statusCode": 401, "message": "Unauthorized"});
        assert_eq!(caller.call("GET", &by_unit(), None), (401, refused), "{token}");
    }
}

#[test]
fn unknown_paths_get_the_frameworks_404() {
    let missing = json!({"statusCode": 404, "message": "Cannot GET /api/v1/nope", "error": "Not Found"});
    assert_eq!(caller(None, &[]).call("GET", "/api/v1/nope", None), (404, missing));
    assert_eq!(caller(None, &[]).call("GET", "/credential/unity/x", None).0, 404);
}

#[test]
fn the_unit_tells_its_name() {
    let mut caller = caller(None, &[]);
    let unit = caller.get(&format!("{BASE}/unity/{UNIT}"));
    assert_eq!(unit["name"], "Unidade São Paulo");
    assert_eq!(caller.call("GET", &format!("{BASE}/unity/x"), None).0, 404);
}

#[test]
fn narrower_lists_are_views_of_the_same_records() {
    let mut caller = caller(Some(200), &[]);
    let all = caller.get(&by_unit())["items"].as_array().unwrap().len();
    let mut seen = 0;
    for kind in catalogue::TYPES {
        seen += caller.get(&format!("{}/type/{kind}", by_unit())).as_array().unwrap().len();
    }
    assert_eq!((all, seen), (200, 200));
}

#[test]
fn a_decoy_stands_where_secrets_might() {
    let items = caller(None, &[Quirk::DecoySecret]).get(&by_unit())["items"].clone();
    assert!(column(&items, "credentials").iter().all(|secret| secret["api_key"].is_string()));
}

#[test]
fn odd_rows_break_both_shapes() {
    let mut caller = caller(Some(100), &[Quirk::OddRows]);
    let items = caller.get(&by_unit())["items"].clone();
    assert_eq!((&items[0]["updatedAt"], items[4].get("integration")), (&Value::Null, None));
    let pairs = caller.get(&format!("{}/type/llm", by_unit()));
    assert_eq!(
        (&pairs[1]["credentials"]["status"], &pairs[2]["integration"]["icon"]),
        (&json!("active"), &Value::Null)
    );
}
