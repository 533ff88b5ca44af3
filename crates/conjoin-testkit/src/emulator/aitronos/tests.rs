use std::collections::HashSet;

use serde_json::json;

use super::*;
use crate::emulator::testing::{Caller, column, sample};

const CLICKUP: &str = "tcred_43a8fec047f64ba991fbc5f8fa25d2c9";

fn caller(count: Option<u64>, quirks: &[Quirk]) -> Caller<Aitronos> {
    let mut recipe = Recipe::default();
    for quirk in quirks {
        recipe.quirks.add(*quirk);
    }
    Caller::new(Aitronos::new(recipe, count), "x-api-key", "ak_test")
}

fn path(tail: &str) -> String {
    format!("/v1/personal-connectors{tail}")
}

#[test]
fn the_list_by_tool_is_the_documented_sample() {
    let listed = caller(None, &[]).get(&path("/connections/clickup?organization_id=org_1"));
    let documented = sample(
        r#"{"connections":[
        {"id":"tcred_43a8fec047f64ba991fbc5f8fa25d2c9","tool_key":"clickup",
         "display_name":"Work Account - ClickUp","credential_name":"Work Account","account_email":null,
         "connection_id":"ca_G8Sua39z0-vl","is_active":true,"created_at":"2026-02-20T05:02:59.268269Z"},
        {"id":"tcred_9b1dc2e047f64ba991fbc5f8fa99c1d0","tool_key":"clickup",
         "display_name":"Account - ClickUp","credential_name":null,"account_email":null,
         "connection_id":"ca_X2Tub11k9-mn","is_active":false,"created_at":"2026-01-10T12:00:00.000000Z"}
        ],"tool_key":"clickup"}"#,
    );
    assert_eq!(listed.to_string(), documented.to_string());
}

#[test]
fn list_all_shows_every_tool_and_tells_who_needs_a_new_authorization() {
    let rows = caller(None, &[]).get(&path("/?organizationId=org_1"));
    assert_eq!(column(&rows, "connector_type"), ["clickup", "slack", "clickup", "atlassian", "github"]);
    assert_eq!(column(&rows, "needs_reauth"), [false, true, false, false, false]);
    assert_eq!(rows[3]["connector_id"], rows[3]["credential_id"]);
    assert_eq!(rows[1]["auth_failed_at"], "2026-02-25T07:15:00Z");
}

#[test]
fn a_toggled_connection_is_listed_as_toggled() {
    let mut caller = caller(None, &[]);
    let toggle = path(&format!("/connections/{CLICKUP}/active?organization_id=o"));
    let off = json!({"is_active": false});
    for _ in 0..2 {
        assert_eq!(
            caller.call("PATCH", &toggle, Some(&off)),
            (200, json!({"id": CLICKUP, "is_active": false}))
        );
    }
    let rows = caller.get(&path("/connections/clickup?organization_id=o"));
    assert_eq!(column(&rows["connections"], "is_active"), [false, false]);
    assert_eq!(caller.call("PATCH", &toggle, Some(&json!({"is_active": "no"}))).0, 422);
    assert_eq!(caller.call("PATCH", &toggle, None).0, 422);
}

#[test]
fn a_new_name_changes_both_names() {
    let mut caller = caller(None, &[]);
    let target = path(&format!("/connections/{CLICKUP}?organization_id=o"));
    let renamed = json!({"id": CLICKUP, "credential_name": "Zweites", "display_name": "Zweites - ClickUp"});
    assert_eq!(caller.call("PATCH", &target, Some(&json!({"credential_name": "Zweites"}))), (200, renamed));
    assert_eq!(caller.get(&path("/?organization_id=o"))[0]["display_name"], "Zweites - ClickUp");
}

#[test]
fn a_deleted_connection_is_gone_and_a_disconnected_one_stays() {
    let mut caller = caller(None, &[]);
    let target = path(&format!("/connections/{CLICKUP}?organization_id=o"));
    assert_eq!(caller.call("DELETE", &target, None), (200, json!({"id": CLICKUP, "deleted": true})));
    assert_eq!(caller.call("DELETE", &target, None).0, 404);
    assert_eq!(caller.call("DELETE", &path("/pcon_abc123"), None), (204, Value::Null));
    assert_eq!(caller.call("PATCH", &path("/pcon_abc123"), Some(&json!({"is_active": true}))).0, 200);
    let health = caller.get(&path("/pcon_abc123/health"));
    assert_eq!((&health["status"], &health["is_active"]), (&json!("unhealthy"), &json!(true)));
    assert_eq!(caller.get(&path("/?organization_id=o")).as_array().unwrap().len(), 4);
}

#[test]
fn an_unknown_connection_gets_the_documented_404() {
    let mut caller = caller(None, &[]);
    let (status, body) = caller.call(
        "PATCH",
        &path("/connections/tcred_x/active?organization_id=o"),
        Some(&json!({"is_active": true})),
    );
    let expected = json!({
        "success": false,
        "error": {
            "code": "RESOURCE_NOT_FOUND",
            "message": "We couldn't find what you were looking for.",
            "system_message": "Connection tcred_x not found or not owned by user",
            "type": "client_error",
            "status": 404,
            "details": {"credential_id": "tcred_x"},
            "trace_id": "req_000000000001",
            "timestamp": "2026-03-01T09:00:00Z",
        },
    });
    assert_eq!((status, body), (404, expected));
}

#[test]
fn no_credential_and_the_invalid_one_get_401_and_a_bearer_is_as_good_as_a_key() {
    let list = path("/?organization_id=o");
    for (header, credential, expected) in [
        ("x-api-key", "invalid", 401),
        ("x-api-key", "", 401),
        ("x-other", "x", 401),
        ("authorization", "Bearer invalid", 401),
        ("authorization", "Basic abc", 401),
        ("authorization", "bearer abc", 200),
    ] {
        let mut caller = Caller::new(Aitronos::new(Recipe::default(), None), header, credential);
        assert_eq!(caller.call("GET", &list, None).0, expected, "{header}: {credential}");
        assert_eq!(caller.call("GET", &path("/auth-schema/slack"), None).0, 200);
    }
}

#[test]
fn a_missing_organization_is_422_and_a_closed_one_403() {
    let mut plain = caller(None, &[]);
    let missing = json!({"detail": [{"loc": ["query", "organization_id"], "msg": "Field required", "type": "missing"}]});
    assert_eq!(plain.call("GET", &path(""), None), (422, missing));
    assert_eq!(plain.call("GET", &path("/?organization_id=org_forbidden"), None).0, 403);
    let (status, body) = caller(None, &[Quirk::ValidationEnvelope]).call("GET", &path("/logs"), None);
    assert_eq!((status, &body["error"]["code"]), (422, &json!("VALIDATION_ERROR")));
}

#[test]
fn unknown_paths_and_methods_get_the_frameworks_answers() {
    let mut caller = caller(None, &[]);
    assert_eq!(caller.call("GET", "/v2/x", None), (404, json!({"detail": "Not Found"})));
    let response = caller.send("DELETE", &path("/available"), None);
    assert_eq!((response.status().as_u16(), &response.headers()["allow"]), (405, &"GET".parse().unwrap()));
    assert_eq!(response.body().as_ref(), br#"{"detail":"Method Not Allowed"}"#);
}

#[test]
fn either_slash_can_be_made_a_redirect() {
    let response = caller(None, &[Quirk::RedirectToSlash]).send("GET", &path("?organization_id=o%20p"), None);
    assert_eq!(response.status(), 307);
    assert_eq!(response.headers()["location"], "/v1/personal-connectors/?organization_id=o%20p");
    let response = caller(None, &[Quirk::RedirectFromSlash]).send("GET", &path("/"), None);
    assert_eq!(response.headers()["location"], "/v1/personal-connectors");
}

#[test]
fn the_catalogue_pages_by_offset_and_knows_what_is_connected() {
    let mut caller = caller(None, &[]);
    let first = caller.get(&path("/available?limit=2&category=productivity"));
    assert_eq!(column(&first["connectors"], "tool_key"), ["clickup", "atlassian"]);
    assert_eq!((&first["total"], &first["returned"]), (&json!(7), &json!(2)));
    let found = caller.get(&path("/available?q=GITH&offset=0"));
    assert_eq!(column(&found["connectors"], "is_connected"), [true]);
    assert_eq!(caller.get(&path("/available/notion"))["connection_id"], Value::Null);
    assert_eq!(caller.call("GET", &path("/available/nope"), None).0, 404);
    assert_eq!(caller.call("GET", &path("/available?limit=x"), None).0, 422);
}

#[test]
fn consent_turns_a_started_authorization_into_a_connection() {
    let mut caller = caller(None, &[]).header("host", "127.0.0.1:1");
    let start = json!({"connector_type": "notion"});
    let (_, started) = caller.call("POST", &path("/authorize?organization_id=o"), Some(&start));
    let url = started["authorization_url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:1/v1/personal-connectors/auth/ostate_"), "{url}");
    let poll = json!({"state_token": started["state"]});
    let complete = path("/complete-oauth?organization_id=o");
    assert_eq!(caller.call("POST", &complete, Some(&poll)).1["connected"], false);
    assert_eq!(caller.send("GET", url.strip_prefix("http://127.0.0.1:1").unwrap(), None).status(), 200);
    let (_, completed) = caller.call("POST", &complete, Some(&poll));
    assert_eq!(caller.call("POST", &complete, Some(&poll)).1, completed);
    let listed = caller.get(&path("/connections/notion?organization_id=o"));
    assert_eq!(listed["connections"], json!([completed["connection"]]));
}

#[test]
fn nested_credentials_are_refused_and_plain_ones_connect() {
    let mut caller = caller(None, &[]);
    let target = path("/credentials?organization_id=o");
    let nested = json!({"tool_key": "stripe", "credentials": {"a": {"b": 1}}});
    assert_eq!(caller.call("POST", &target, Some(&nested)).0, 422);
    let plain =
        json!({"tool_key": "stripe", "credentials": {"api_key": "k", "n": 1}, "credential_name": "Shop"});
    let (status, row) = caller.call("POST", &target, Some(&plain));
    assert_eq!((status, &row["display_name"]), (200, &json!("Shop - Stripe")));
    assert_eq!(caller.get(&path("?organization_id=o"))[0]["connector_id"], row["connector_id"]);
}

#[test]
fn logs_tell_whether_there_is_more() {
    let mut caller = caller(None, &[]);
    let logs = caller.get(&path("/logs?organization_id=o&limit=40"));
    assert_eq!(
        (&logs["total"], &logs["returned"], &logs["has_more"]),
        (&json!(42), &json!(40), &json!(true))
    );
    let logs = caller.get(&path("/logs?organization_id=o&offset=40"));
    assert_eq!((&logs["returned"], &logs["has_more"]), (&json!(2), &json!(false)));
    let logs = caller.get(&path("/logs?organization_id=o&status=timeout"));
    assert_eq!(logs["total"], 7);
}

#[test]
fn tools_of_a_connection_can_be_restricted() {
    let mut caller = caller(None, &[]);
    let target = path(&format!("/{CLICKUP}/tools"));
    let only = json!({"enabled": true, "allowed_tools": ["clickup_get_items"]});
    assert_eq!(caller.call("PATCH", &target, Some(&only)).0, 200);
    let tools = caller.get(&target);
    assert_eq!(column(&tools["tools"], "enabled"), [false, true, false, false, false]);
}

#[test]
fn generated_connections_have_their_own_ids_and_are_found_by_them() {
    let mut caller = caller(Some(500), &[]);
    let rows = caller.get(&path("/?organization_id=o"));
    let ids: HashSet<String> =
        column(&rows, "connector_id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 500);
    for id in ids {
        assert_eq!(caller.call("GET", &path(&format!("/{id}/health")), None).0, 200);
    }
    assert_eq!(caller.call("GET", &path("/tcred_00000000000000000000000000000000/health"), None).0, 404);
}

#[test]
fn another_application_hides_connections_from_the_list_by_tool() {
    let mut caller = caller(Some(66), &[Quirk::OtherApplication]);
    let shown = |caller: &mut Caller<Aitronos>, query: &str| {
        let rows = caller.get(&path(&format!("/connections/slack?organization_id=o{query}")));
        rows["connections"].as_array().unwrap().len()
    };
    assert_eq!((shown(&mut caller, ""), shown(&mut caller, "&application_id=studio")), (2, 1));
}

#[test]
fn odd_rows_break_what_the_models_promise() {
    let rows = caller(Some(5), &[Quirk::OddRows]).get(&path("?organization_id=o"));
    assert_eq!((&rows[0]["is_active"], rows[1].get("is_active")), (&Value::Null, None));
    assert_eq!(rows[2]["created_at"], Value::Null);
}
