use std::collections::HashSet;

use serde_json::{Value, json};

use super::*;
use crate::emulator::quirk::Quirk;
use crate::emulator::testing::{Caller, column, sample};

const LIST: &str = "/v1/vault/connections";
const RESEND: &str = "673f79c6-0110-408b-bcbe-f4da000e66c7";

fn caller_with(dialect: PicaDialect, count: Option<u64>, quirks: &[Quirk]) -> Caller<Pica> {
    let mut recipe = Recipe::default();
    for quirk in quirks {
        recipe.quirks.add(*quirk);
    }
    Caller::new(Pica::new(recipe, count, dialect), dialect.key_header(), "sk_test_1")
}

fn caller(dialect: PicaDialect) -> Caller<Pica> {
    caller_with(dialect, None, &[])
}

#[test]
fn v2_and_its_stateless_past_answer_the_documented_samples() {
    let documented = sample(
        r#"{"id":"673f79c6-0110-408b-bcbe-f4da000e66c7","platformVersion":"1.0.0","name":null,"type":"api",
        "key":"test::resend::default::46f75762f34e4962bf5684760f0f9f0e","environment":"test",
        "platform":"resend","identity":"46f75762f34e4962bf5684760f0f9f0e","identityType":"user",
        "description":"Email API for developers","state":"operational","tags":[],"version":"1.0.0",
        "active":true,"createdAt":"2025-07-19T16:19:29.702632Z"}"#,
    );
    let got = caller(PicaDialect::V2).get(&format!("{LIST}/{RESEND}"));
    assert_eq!(got.to_string(), documented.to_string());
    let got = caller(PicaDialect::V2NoState).get(&format!("{LIST}/{RESEND}"));
    let mut stateless = documented;
    stateless.as_object_mut().unwrap().shift_remove("state");
    assert_eq!(got.to_string(), stateless.to_string());
}

#[test]
fn legacy_answers_the_documented_sample() {
    let listed = caller(PicaDialect::Legacy).get(&format!("{LIST}?platform=resend"));
    let documented = sample(
        r#"{"type":"Vault Connections","rows":[{"_id":"conn::GC6icwVKcco::Tao3acOXT366-S40uINMxw",
        "platformVersion":"1.0.0","name":null,"type":{"api":{}},
        "key":"test::resend::default::46f75762f34e4962bf5684760f0f9f0e","environment":"test",
        "platform":"resend","identity":"46f75762f34e4962bf5684760f0f9f0e","identityType":null,
        "description":"Email API for developers","createdAt":1742508720866,"updatedAt":1742508720866,
        "updated":false,"version":"1.0.0","lastModifiedBy":"system","deleted":false,"active":true,
        "deprecated":false}],"total":1,"skip":0,"limit":20}"#,
    );
    assert_eq!(listed.to_string(), documented.to_string());
}

#[test]
fn v2_hides_inactive_connections_unless_they_are_asked_for() {
    let mut caller = caller(PicaDialect::V2);
    let shown = caller.get(LIST);
    assert_eq!(column(&shown["rows"], "platform"), ["slack", "github", "gmail", "resend"]);
    assert_eq!(caller.get(&format!("{LIST}?active=true")), shown);
    let hidden = caller.get(&format!("{LIST}?active=false"));
    assert_eq!(column(&hidden["rows"], "state"), ["failed"]);
}

#[test]
fn legacy_and_one_show_inactive_connections_too() {
    assert_eq!(caller(PicaDialect::Legacy).get(LIST)["total"], 5);
    assert_eq!(caller(PicaDialect::Legacy).get(&format!("{LIST}?active=false"))["total"], 1);
    assert_eq!(caller(PicaDialect::One).get(&format!("{LIST}?active=true"))["total"], 5);
    assert_eq!(caller_with(PicaDialect::One, None, &[Quirk::ActiveOnOne]).get(LIST)["total"], 4);
}

#[test]
fn a_walk_by_page_and_a_walk_by_skip_show_every_row_once() {
    let mut one = caller_with(PicaDialect::One, Some(1000), &[]);
    assert_eq!(walk(&mut one, ""), 1000);
    let mut v2 = caller_with(PicaDialect::V2, Some(1000), &[]);
    assert_eq!(walk(&mut v2, "&active=true") + walk(&mut v2, "&active=false"), 1000);
}

fn walk(caller: &mut Caller<Pica>, filter: &str) -> u64 {
    let first = caller.get(&format!("{LIST}?limit=100{filter}"));
    let (total, pages) = (first["total"].as_u64().unwrap(), first["pages"].as_u64().unwrap());
    assert_eq!(pages, total.div_ceil(100).max(1));
    let mut by_page = Vec::new();
    let mut by_skip = Vec::new();
    for page in 1..=pages {
        let answer = caller.get(&format!("{LIST}?limit=100&page={page}{filter}"));
        assert_eq!(answer["page"], page);
        by_page.extend(column(&answer["rows"], "id"));
        let answer = caller.get(&format!("{LIST}?limit=100&skip={}{filter}", (page - 1) * 100));
        assert_eq!(answer["page"], page);
        by_skip.extend(column(&answer["rows"], "id"));
    }
    assert_eq!(by_page, by_skip);
    let different: HashSet<String> = by_page.iter().map(Value::to_string).collect();
    assert_eq!(different.len() as u64, total);
    let past = caller.get(&format!("{LIST}?limit=100&page={}{filter}", pages + 1));
    assert_eq!((&past["rows"], &past["total"]), (&json!([]), &json!(total)));
    total
}

#[test]
fn limits_are_clamped_without_a_word() {
    let mut caller = caller_with(PicaDialect::One, Some(1000), &[]);
    let mut rows = |query: &str| caller.get(&format!("{LIST}?{query}"))["rows"].as_array().unwrap().len();
    assert_eq!((rows(""), rows("limit=5000"), rows("limit=0"), rows("limit=x")), (20, 150, 1, 20));
}

#[test]
fn page_and_skip_add_up() {
    let mut caller = caller_with(PicaDialect::One, Some(100), &[]);
    let all = column(&caller.get(&format!("{LIST}?limit=100"))["rows"], "id");
    let some = column(&caller.get(&format!("{LIST}?limit=10&page=2&skip=5"))["rows"], "id");
    assert_eq!(some, all[15..25]);
}

#[test]
fn legacy_has_no_cap_and_takes_page_for_a_filter() {
    let mut caller = caller_with(PicaDialect::Legacy, Some(1000), &[]);
    assert_eq!(caller.get(&format!("{LIST}?limit=0"))["rows"].as_array().unwrap().len(), 1000);
    assert_eq!(caller.get(&format!("{LIST}?limit=700"))["rows"].as_array().unwrap().len(), 700);
    let silent = json!({"type": "Vault Connections", "rows": [], "total": 0, "skip": 0, "limit": 20});
    assert_eq!(caller.get(&format!("{LIST}?page=1")), silent);
    let second = caller.get(&format!("{LIST}?skip=990&limit=20"));
    assert_eq!(second["rows"].as_array().unwrap().len(), 10);
}

#[test]
fn legacy_filters_on_any_field() {
    let mut caller = caller(PicaDialect::Legacy);
    let mut total = |query: &str| caller.get(&format!("{LIST}?{query}"))["total"].clone();
    assert_eq!(total("tags=main"), 2);
    assert_eq!(total("$in=platform,slack,github,nope"), 2);
    assert_eq!(total("%24regex=platform,^G"), 2);
    assert_eq!(total("$regex=platform,^slack$"), 1);
    assert_eq!(total("deleted=true"), 5);
    assert_eq!(total("name=true"), 0);
}

#[test]
fn filters_take_lists_and_any_tag_matches_unless_told_otherwise() {
    let mut v2 = caller(PicaDialect::V2);
    let mut platforms = |query: &str| column(&v2.get(&format!("{LIST}?{query}"))["rows"], "platform");
    assert_eq!(platforms("tags=emea,new-user"), ["slack", "github"]);
    assert_eq!(platforms("platform=github&identityType=organization"), ["github"]);
    assert_eq!(platforms("identity=team-42"), ["slack"]);
    assert_eq!(platforms("keys=whatever").len(), 4);
    let key = "test%3A%3Aresend%3A%3Adefault%3A%3A46f75762f34e4962bf5684760f0f9f0e";
    assert_eq!(platforms(&format!("key={key},other")), ["resend"]);
    let mut strict = caller_with(PicaDialect::V2, None, &[Quirk::AllTags]);
    assert_eq!(column(&strict.get(&format!("{LIST}?tags=emea,main"))["rows"], "platform"), ["slack"]);
}

#[test]
fn an_owner_in_the_key_has_its_blanks_and_colons_replaced() {
    let rows = caller(PicaDialect::V2).get(&format!("{LIST}?platform=github"))["rows"].clone();
    assert_eq!(rows[0]["identity"], "acme inc");
    let key = rows[0]["key"].as_str().unwrap();
    assert!(key.starts_with("test::github::default::") && key.ends_with("|acme-inc"), "{key}");
}

#[test]
fn new_tags_replace_the_old_ones_and_are_listed() {
    let target = format!("{LIST}/{RESEND}");
    let tags = json!({"tags": ["a", "b"], "name": "ignored"});
    let mut v2 = caller(PicaDialect::V2);
    let (status, row) = v2.call("PATCH", &target, Some(&tags));
    assert_eq!((status, &row["tags"], &row["name"]), (200, &json!(["a", "b"]), &Value::Null));
    assert_eq!(v2.get(&format!("{LIST}?tags=b"))["rows"], json!([row]));
    let mut one = caller(PicaDialect::One);
    assert_eq!(one.call("PATCH", &target, Some(&json!({"name": "Mail", "tags": []}))), (200, Value::Null));
    assert_eq!(one.get(&target)["name"], "Mail");
    one.call("PATCH", &target, Some(&json!({"name": ""})));
    assert_eq!(one.get(&target)["name"], Value::Null);
    assert_eq!(one.call("PATCH", &target, Some(&json!({"tags": [1]}))).0, 400);
}

#[test]
fn legacy_switches_and_deletes_softly() {
    let mut caller = caller(PicaDialect::Legacy);
    let id = "conn::GC6icwVKcco::Tao3acOXT366-S40uINMxw";
    let target = format!("{LIST}/conn%3A%3AGC6icwVKcco%3A%3ATao3acOXT366-S40uINMxw");
    let done = json!({"type": "connection", (id): id});
    assert_eq!(caller.call("PATCH", &target, Some(&json!({"active": false}))), (200, done.clone()));
    assert_eq!(caller.get(&format!("{LIST}?active=false"))["total"], 2);
    assert_eq!(caller.call("DELETE", &target, None), (200, done));
    let (status, body) = caller.call("DELETE", &target, None);
    assert_eq!((status, &body["message"]), (404, &json!(format!("Record with id {id} not found"))));
    assert_eq!(caller.get(LIST)["total"], 4);
    assert_eq!(caller.call("PATCH", &target, Some(&json!({"active": true}))).0, 200);
    assert_eq!(caller.call("GET", &target, None).0, 405);
}

#[test]
fn legacy_creates_from_a_definition() {
    let mut caller = caller(PicaDialect::Legacy);
    let definitions = caller.get("/v1/public/connection-definitions?limit=500");
    let definition = definitions["rows"][0]["_id"].clone();
    let body = json!({
        "connectionDefinitionId": definition, "authFormData": {"KEY": "x"}, "active": false,
        "identity": "a b:c", "identityType": "team",
    });
    let (status, record) = caller.call("POST", LIST, Some(&body));
    assert_eq!((status, &record["active"], &record["identity"]), (200, &json!(true), &json!("a b:c")));
    assert!(record["key"].as_str().unwrap().ends_with("|a-b-c"));
    let listed = caller.get(LIST);
    assert_eq!((&listed["rows"][0]["_id"], &listed["total"]), (&record["_id"], &json!(6)));
    assert_eq!(caller.call("POST", LIST, Some(&json!({}))).0, 404);
}

#[test]
fn deletion_is_final_and_silent() {
    for dialect in [PicaDialect::V2, PicaDialect::One] {
        let mut caller = caller(dialect);
        let target = format!("{LIST}/{RESEND}");
        assert_eq!(caller.call("DELETE", &target, None), (200, Value::Null));
        assert_eq!(caller.call("DELETE", &target, None).0, 404);
        assert_eq!(caller.call("GET", &target, None).0, 404);
    }
}

#[test]
fn a_key_sees_only_its_own_environment() {
    let mut live = caller(PicaDialect::V2).header("x-pica-secret", "sk_live_1");
    let rows = live.get(LIST)["rows"].clone();
    assert_eq!(column(&rows, "platform"), ["stripe"]);
    assert_eq!(column(&rows, "environment"), ["live"]);
    assert_eq!(live.call("GET", &format!("{LIST}/{RESEND}"), None).0, 404);
    let mut both = caller(PicaDialect::Legacy).header("x-pica-show-all-environments", "true");
    assert_eq!(both.get(&format!("{LIST}?skip=4&limit=2"))["rows"].as_array().unwrap().len(), 2);
    assert_eq!(both.get(LIST)["total"], 6);
}

#[test]
fn each_dialect_refuses_in_its_own_words() {
    for (dialect, expected) in [
        (
            PicaDialect::Legacy,
            r#"{"type":"Unauthorized","code":2010,"status":401,"key":"err::application::unauthorized","message":"You are not authorized to access this resource","meta":null}"#,
        ),
        (
            PicaDialect::V2,
            r#"{"code":2001,"correlationId":"ID","key":"http_error","message":"Authentication required","status":401,"type":"http_error"}"#,
        ),
        (
            PicaDialect::One,
            r#"{"correlationId":"ID","key":"error","message":"Authentication required","type":"error","status":401}"#,
        ),
    ] {
        for credential in ["", "invalid"] {
            let mut caller = caller(dialect).header(dialect.key_header(), credential);
            let (status, mut body) = caller.call("GET", LIST, None);
            if body.get("correlationId").is_some() {
                body["correlationId"] = json!("ID");
            }
            assert_eq!((status, body.to_string().as_str()), (401, expected));
        }
    }
    let one = caller(PicaDialect::One).header("x-pica-secret", "sk_test_1").header("x-one-secret", "");
    assert_eq!({ one }.call("GET", LIST, None).0, 401);
}

#[test]
fn what_is_not_there_is_404_and_a_word_for_an_id_is_400_at_one() {
    let unknown = format!("{LIST}/00000000-0000-4000-8000-000000000000");
    for dialect in [PicaDialect::V2, PicaDialect::One] {
        assert_eq!(caller(dialect).call("GET", &unknown, None).0, 404);
        assert_eq!(caller(dialect).call("GET", "/v3/x", None).0, 404);
        assert_eq!(caller(dialect).call("PUT", LIST, None).0, 405);
    }
    assert_eq!(caller(PicaDialect::V2).call("GET", &format!("{LIST}/conn_123"), None).0, 404);
    assert_eq!(caller(PicaDialect::One).call("GET", &format!("{LIST}/conn_123"), None).0, 400);
    let (status, body) = caller(PicaDialect::Legacy).call("GET", "/v3/x", None);
    assert_eq!((status, body), (404, json!({"type": "error", "error": "Not found"})));
    let response = caller(PicaDialect::One).send("GET", &unknown, None);
    assert_eq!(response.headers()["x-one-correlation-id"], response.headers()["x-request-id"]);
}

#[test]
fn a_failed_connection_is_switched_off() {
    let mut caller = caller(PicaDialect::V2);
    let control = format!("/__emulator/connections/{RESEND}/state");
    assert_eq!(caller.call("PUT", &control, Some(&json!({"state": "failed"}))).0, 204);
    let row = caller.get(&format!("{LIST}/{RESEND}"));
    assert_eq!((&row["state"], &row["active"]), (&json!("failed"), &json!(false)));
}

#[test]
fn the_catalogue_pages_and_filters() {
    let mut v2 = caller(PicaDialect::V2);
    let first = v2.get("/v1/available-connectors");
    assert_eq!((&first["total"], &first["pages"]), (&json!(25), &json!(2)));
    let elevenlabs = v2.get("/v1/available-connectors?platform=elevenlabs")["rows"][0].clone();
    let documented = sample(
        r#"{"id":62,"name":"ElevenLabs","key":"api::elevenlabs::v1","platform":"elevenlabs",
        "platformVersion":"v1","status":"generally_available","description":"ElevenLabs develops advanced text-to-speech and voice synthesis technologies. It allows users to generate natural, expressive AI voices for content creation, accessibility, and conversational AI.",
        "category":"AI","image":"https://assets.picaos.com/connectors/elevenlabs.svg","tags":["ai"],
        "oauth":false,"tools":104,"version":"1.0.0","active":true}"#,
    );
    assert_eq!(elevenlabs.to_string(), documented.to_string());
    assert_eq!(v2.get("/v1/available-connectors?category=CRM")["total"], 3);
    let mut one = caller(PicaDialect::One).header("x-one-secret", "");
    assert_eq!(one.get("/v1/available-connectors?platform=slack")["rows"][0]["id"], "conn_def_1");
    let connected = caller(PicaDialect::One).get("/v1/available-connectors/connected");
    assert_eq!(connected["total"], 5);
}

#[test]
fn actions_of_exa_are_the_documented_ones() {
    let actions = caller(PicaDialect::V2).get("/v1/available-actions/exa");
    assert_eq!(
        column(&actions["rows"], "key"),
        ["getContents", "search", "findSimilarLinks", "getLlmAnswer"]
    );
    let found = caller(PicaDialect::One).get("/v1/available-actions/search/exa?query=SIMILAR+pages&limit=2");
    assert_eq!(column(&found, "title"), ["Find Similar Links", "Get Contents"]);
    // The vendor's own client splits the id into its three parts, in every dialect that has the search.
    for dialect in [PicaDialect::V2, PicaDialect::One] {
        let found = caller(dialect).get("/v1/available-actions/search/slack?query=x&limit=1");
        let id: Vec<_> = found[0]["systemId"].as_str().unwrap().split("::").collect();
        assert!(
            matches!(id[..], ["conn_mod_def", time, uuid] if time.len() == 11 && uuid.len() == 22),
            "{id:?}"
        );
        assert!(found[0]["path"].as_str().unwrap().starts_with('/'));
    }
    let mut keys = HashSet::new();
    let actions = caller(PicaDialect::Legacy).get("/v1/available-actions/elevenlabs?limit=0");
    keys.extend(column(&actions["rows"], "key").iter().map(Value::to_string));
    assert_eq!(keys.len(), 104);
}

#[test]
fn the_connect_token_repeats_its_request_id_on_every_page() {
    let mut caller = caller(PicaDialect::V2);
    let body = json!({"identity": "u", "identityType": "user"});
    let (_, first) = caller.call("POST", "/v1/authkit?limit=10&page=1", Some(&body));
    let (_, last) = caller.call("POST", "/v1/authkit?limit=10&page=3", Some(&body));
    assert_eq!(first["requestId"], last["requestId"]);
    assert_eq!((&first["pages"], last["rows"].as_array().unwrap().len()), (&json!(3), 5));
    assert_eq!(caller.call("POST", "/v1/authkit", Some(&json!({}))).0, 400);
}

#[test]
fn one_has_a_management_view_and_tenants() {
    let mut one = caller(PicaDialect::One);
    let row = one.get("/v1/connections?limit=1")["rows"][0].clone();
    assert_eq!(row["createdAt"], "2025-12-04T10:12:44.120931Z");
    assert_eq!(one.get(&format!("/v1/vault/organizations/o/projects/p/connections/{RESEND}"))["id"], RESEND);
    assert_eq!(one.get("/v1/connections/organizations/o/projects/p")["total"], 5);
    assert_eq!(one.get("/v1/users/whoami")["organization"], Value::Null);
}

#[test]
fn a_million_rows_start_at_once_and_the_last_page_answers() {
    let mut caller = caller_with(PicaDialect::V2, Some(1_000_000), &[]);
    let first = caller.get(&format!("{LIST}?limit=100"));
    let last = caller.get(&format!("{LIST}?limit=100&page={}", first["pages"]));
    let id = last["rows"][0]["id"].as_str().unwrap();
    assert_eq!(caller.get(&format!("{LIST}/{id}"))["id"], id);
    assert_eq!(caller.call("DELETE", &format!("{LIST}/{id}"), None).0, 200);
    let fewer = caller.get(&format!("{LIST}?limit=1"))["total"].as_u64().unwrap();
    assert_eq!(fewer + 1, first["total"].as_u64().unwrap());
}

#[test]
fn an_inflated_total_counts_rows_that_are_never_shown() {
    let listed = caller_with(PicaDialect::V2, None, &[Quirk::InflatedTotal]).get(LIST);
    assert_eq!((&listed["total"], listed["rows"].as_array().unwrap().len()), (&json!(7), 4));
}

#[test]
fn odd_rows_use_words_and_types_that_no_document_knows() {
    let rows = caller_with(PicaDialect::V2, Some(50), &[Quirk::OddRows]).get(LIST)["rows"].clone();
    assert_eq!((&rows[0]["state"], &rows[1]["type"]), (&json!("hibernating"), &json!({"api": {}})));
    assert_eq!((rows[2].get("createdAt"), &rows[3]["tags"]), (None, &Value::Null));
}
