//! `list`, `get`, `explain`, `check`, `connectors` and `providers`, in each form.

use serde_json::{Value, json};

use crate::support::{Run, Served, lines};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

#[test]
fn every_form_lists_the_same_connections() {
    let served = Served::new(ALL);
    let json = served.run(&["list", "-o", "json"]).json(0);
    let mut urns: Vec<_> =
        json["connections"].as_array().unwrap().iter().map(|row| row["urn"].as_str().unwrap()).collect();
    urns.sort_unstable();
    assert_eq!(urns.len(), 16);

    let jsonl = served.run(&["list", "-o", "jsonl"]);
    let rows = lines(jsonl.text());
    let mut listed: Vec<_> = rows.iter().map(|row| row["urn"].as_str().unwrap()).collect();
    listed.sort_unstable();
    assert_eq!(listed, urns);

    let csv = served.run(&["list", "-o", "csv"]);
    let mut lines = csv.text().split("\r\n");
    assert!(lines.next().unwrap().starts_with("urn,provider,vendor,id,"), "{csv:?}");
    let mut listed: Vec<_> =
        lines.filter_map(|line| line.split(',').next()).filter(|urn| !urn.is_empty()).collect();
    listed.sort_unstable();
    assert_eq!(listed, urns);

    let table = served.run(&["list"]);
    assert!(urns.iter().all(|urn| table.text().contains(urn)), "{table:?}");
    let verdict = "complete: 16 rows of 3 providers, nothing is missing";
    assert!(table.stdout.contains(verdict) && table.stderr.is_empty(), "{table:?}");
    // Where standard output is data alone, the receipt stands on standard error.
    assert!(jsonl.stderr.contains(verdict) && csv.stderr.contains(verdict));
}

#[test]
fn the_receipt_counts_what_was_asked_and_what_came() {
    let served = Served::new(&["pica", "toolzz", "--count", "400"]);
    let receipt = served.run(&["list", "-o", "json", "--connector", "slack"]).json(0)["receipt"].clone();
    assert_eq!(receipt["complete"], true);
    let of = |place: usize, keys: &[&str]| -> Vec<Value> {
        keys.iter().map(|key| receipt["providers"][place][*key].clone()).collect()
    };
    // Two walks, by the switch; the vendor filters. Then one whole list; the filter is applied here.
    assert_eq!(
        of(0, &["provider", "outcome", "filtered", "pushed"]),
        [json!("pica"), json!("ok"), json!(0), json!(["connector"])]
    );
    assert_eq!(
        of(1, &["provider", "outcome", "requests", "rows", "pushed", "applied_here"]),
        [json!("toolzz"), json!("ok"), json!(1), json!(400), json!([]), json!(["connector"])]
    );
    let number = |key: &str| receipt["providers"][1][key].as_u64().unwrap();
    assert_eq!(number("returned") + number("filtered"), 400);
    assert!(number("returned") > 0);
}

#[test]
fn filters_narrow_the_list_and_the_plan_asks_nothing() {
    let served = Served::new(ALL);
    let statuses = |rows: Vec<Value>| -> Vec<_> { rows.iter().map(|row| row["status"].clone()).collect() };
    assert_eq!(statuses(served.list(&["--status", "needs_reauth"])), ["needs_reauth"; 2]);
    assert_eq!(statuses(served.list(&["--status", "degraded,disabled", "--provider", "pica"])), ["degraded"]);
    assert_eq!(served.list(&["--disabled"]).len(), served.list(&["--enabled", "false"]).len());
    assert_eq!(served.list(&["--connector", "slack", "--connector", "github"]).len(), 6);
    assert_eq!(served.list(&["--owner", "team:team-42"])[0]["name"], "Support workspace");
    assert_eq!(served.list(&["--name", "ASSISTENTE"]).len(), 2);
    assert_eq!(served.list(&["--created-after", "2099-01-01"]).len(), 0);

    let unreachable = served.config().replace("http://127.0.0.1:", "https://plan.invalid:");
    let plan = Run::of(&mut served.command_with(&unreachable, &["list", "--plan", "--connector", "slack"]));
    assert!(
        plan.text().contains("GET /v1/vault/connections?active=true&limit=150&platform=slack"),
        "{plan:?}"
    );
}

#[test]
fn one_connection_is_shown_explained_and_checked_in_each_form() {
    let served = Served::new(ALL);
    for row in served.list(&[]) {
        let urn = row["urn"].as_str().unwrap();
        let mut got = served.run(&["get", urn, "-o", "json"]).json(0);
        let mut listed = row.clone();
        for row in [&mut got, &mut listed] {
            row.as_object_mut().unwrap().remove("fetched_at");
        }
        assert_eq!(got, listed);
        let explained = served.run(&["explain", urn, "-o", "json"]).json(0);
        assert_eq!(explained["status"], row["status"], "{explained}");
        let checked = served.run(&["check", urn, "-o", "json"]);
        let checked = checked.json(if checked.stdout.contains("\"status\": \"active\"") { 0 } else { 5 });
        assert_eq!(checked["urn"], urn);
        assert!(checked["status"].is_string(), "{checked}");
    }
    let urn = &served.urns(&["--provider", "pica"])[0];
    assert_eq!(lines(served.run(&["get", urn, "-o", "jsonl"]).text()).len(), 1);
    assert_eq!(served.run(&["get", urn, "-o", "csv"]).text().trim_end().split("\r\n").count(), 2);
    for command in ["get", "explain", "check"] {
        assert!(served.run(&[command, urn]).text().contains("status"), "{command}");
    }
    for command in ["explain", "check", "connectors"] {
        let run = served.run(&[command, urn, "-o", "csv"]);
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
    }
}

#[test]
fn what_is_not_there_exits_1_and_what_cannot_be_asked_exits_2() {
    let served = Served::new(ALL);
    for (urn, code, kind) in [
        ("aitronos:tcred_none", 1, "not_found"),
        ("pica:00000000-0000-4000-8000-000000000000", 1, "not_found"),
        ("toolzz:00000000-0000-4000-8000-000000000000", 1, "not_found"),
    ] {
        for command in ["get", "explain", "check"] {
            let run = served.run(&[command, urn, "-o", "json"]);
            let error = &run.json(code)["error"];
            assert_eq!(error["kind"], kind, "{command} {urn}: {run:?}");
            assert!(run.stderr.starts_with("error: "), "{run:?}");
        }
    }
    let unknown = served.run(&["get", "nobody:x", "-o", "json"]);
    assert_eq!((unknown.code, &*unknown.stdout), (2, ""));
    assert!(unknown.stderr.contains("there are: aitronos, pica, toolzz"), "{unknown:?}");
    assert_eq!(served.run(&["get", "pica:.."]).code, 2);
    assert_eq!(served.run(&["list", "--provider", "nobody"]).code, 2);
}

#[test]
fn connectors_of_every_vendor_are_searched() {
    let served = Served::new(ALL);
    let found = served.run(&["connectors", "click", "-o", "json"]).json(0);
    let slugs: Vec<_> =
        found["connectors"].as_array().unwrap().iter().map(|connector| &connector["slug"]).collect();
    assert_eq!(slugs, ["clickup"; 3]);
    assert_eq!(found["receipt"]["complete"], true);
    let jsonl = served.run(&["connectors", "click", "-o", "jsonl"]);
    assert_eq!(lines(jsonl.text()).len(), 3);
    assert!(jsonl.stderr.contains("complete: 3 rows of 3 providers"));
    assert!(served.run(&["connectors", "click"]).text().contains("clickup"));
}

#[test]
fn providers_tell_where_they_ask() {
    let served = Served::new(&["pica"]);
    let told = served.run(&["providers", "-o", "json"]).json(0);
    assert_eq!(
        told["providers"][0]["base_url"].as_str().unwrap().trim_end_matches('/'),
        served.vendors[0]["base_url"]
    );
    assert_eq!(told["providers"][0]["credential"], "environment variable CONJOIN_TEST_CREDENTIAL");
}

#[test]
fn the_environment_of_a_pica_key_decides_which_rows_it_sees() {
    let served = Served::new(&["pica", "--count", "10"]);
    let seen = |credential| {
        let told = served.run_as(credential, &["list", "-o", "json"]).json(0);
        told["connections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["environment"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(seen("sk_live_x"), ["live"; 10]);
    assert_eq!(seen("sk_test_x"), ["test"; 10]);
}
