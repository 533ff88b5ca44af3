//! Selecting, laying out and comparing connections.

use conjoin::{Connection, Expression, Match};
use serde_json::Value;

use crate::support::{Run, Served};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

#[test]
fn an_expression_selects_the_same_live_and_from_what_is_stored() {
    let served = Served::new(&["aitronos", "pica", "toolzz", "--count", "40"]);
    let stored: Vec<Connection> =
        served.list(&[]).into_iter().map(|row| serde_json::from_value(row).unwrap()).collect();
    for (text, some) in [
        ("status in (needs_reauth, degraded) and connector not in (slack, nope)", true),
        ("not (status = active or enabled = false)", true),
        ("connector = google-calendar", true),
        ("connector = google_drive and provider = aitronos", true),
        ("(owner ~ user or owner.kind = organization) and created >= 2020-01-01 and name is told", true),
        ("health is null and category in (llm, voice)", true),
        ("tag = nope or environment = test and vendor = pica", true),
        ("created > now", false),
    ] {
        let expression: Expression = text.parse().unwrap();
        let satisfies = |c: &&Connection| expression.judge(c) == Match::Yes;
        let mut expected: Vec<_> = stored.iter().filter(satisfies).map(|c| c.urn().to_string()).collect();
        let mut live = served.urns(&["--where", text]);
        expected.sort_unstable();
        live.sort_unstable();
        assert_eq!(live, expected, "{text}");
        assert_eq!(!live.is_empty(), some, "{text}");
    }
}

#[test]
fn the_receipt_names_the_expression_and_counts_what_it_cannot_tell() {
    let served = Served::new(ALL);
    let told =
        served.run(&["list", "-o", "json", "--where", "connector = slack and health = healthy"]).json(0);
    let of = |place: usize, key: &str| told["receipt"]["providers"][place][key].clone();
    assert_eq!(of(1, "pushed"), serde_json::json!(["connector"]));
    assert_eq!(of(1, "applied_here"), serde_json::json!(["where"]));
    assert_eq!(of(2, "applied_here"), serde_json::json!(["connector", "where"]));
    assert_eq!((of(1, "undetermined").as_u64(), of(2, "undetermined").as_u64()), (Some(0), Some(1)));
    let table = served.run(&["list", "--where", "health = healthy", "--provider", "toolzz"]);
    assert!(table.text().contains("6 undetermined (a filtered fact is not told)"), "{table:?}");
}

#[test]
fn a_canonical_slug_asks_each_vendor_for_its_spellings() {
    let served = Served::new(&["aitronos", "pica", "--count", "60"]);
    let found = served.list(&["--connector", "google-calendar"]);
    let slugs: std::collections::BTreeSet<_> =
        found.iter().map(|row| row["connector"]["slug"].to_string()).collect();
    assert_eq!(slugs.into_iter().collect::<Vec<_>>(), ["\"google-calendar\"", "\"google_calendar\""]);
    assert!(found.iter().all(|row| row["connector"]["canonical"] == "google-calendar"));
    let exact = served.list(&["--connector", "google_calendar"]);
    assert!(!exact.is_empty() && exact.iter().all(|row| row["vendor"] == "aitronos"));
    assert!(served.list(&["--connector", "google"]).is_empty());

    let requests = |filters: &[&str]| {
        let run = served.run(&[&["list", "--plan"], filters].concat());
        let lines = run.text().lines().filter(|line| line.starts_with("  GET"));
        lines.map(|line| line.split("organization_id").next().unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    insta::assert_snapshot!(
        "requests_for_spellings",
        requests(&["--connector", "google-calendar"]).join("\n")
    );
    assert_eq!(
        requests(&["--where", "connector = google-calendar"]),
        requests(&["--connector", "google-calendar"])
    );
    // Whose slug is the same everywhere is asked for as ever.
    assert_eq!(
        requests(&["--where", "connector = slack and (name ~ a or name is null)"]),
        [
            "GET /v1/personal-connectors/connections/slack?",
            "GET /v1/vault/connections?active=true&limit=150&platform=slack",
            "GET /v1/vault/connections?active=false&limit=150&platform=slack"
        ]
    );
}

#[test]
fn a_wrong_expression_exits_2_points_at_the_place_and_sends_nothing() {
    let served = Served::new(&["pica"]);
    let nowhere = served.config().replace("http://127.0.0.1:", "https://nothing.invalid:");
    let run =
        Run::of(&mut served.command_with(&nowhere, &["list", "-o", "json", "--where", "status = activ"]));
    assert_eq!((run.code, &*run.stdout), (2, ""));
    insta::assert_snapshot!("a_wrong_expression", run.stderr);
    for (option, wrong) in
        [("--columns", "urn,statsu"), ("--sort", "-creatd"), ("--where", "((("), ("--where", "")]
    {
        let run = Run::of(&mut served.command_with(&nowhere, &["list", option, wrong]));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
    }
    for wrong in [&["--columns", "urn", "-o", "json"][..], &["--bom"], &["--columns", "urn", "--plan"]] {
        let run = Run::of(&mut served.command_with(&nowhere, &[&["list"], wrong].concat()));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
    }
}

#[test]
fn a_list_has_the_columns_and_the_order_that_are_asked_for() {
    let served = Served::new(ALL);
    let run =
        served.run(&["list", "-o", "csv", "--columns", "created,provider,status", "--sort", "-created"]);
    let lines: Vec<_> = run.text().split_terminator("\r\n").collect();
    assert_eq!((lines[0], lines.len()), ("created,provider,status", 17));
    let times: Vec<_> = lines[1..].iter().map(|line| line.split(',').next().unwrap()).collect();
    let told = times.iter().take_while(|time| !time.is_empty()).count();
    assert!(told > 10 && times[told..].iter().all(|time| time.is_empty()), "{times:?}");
    assert!(times[..told].is_sorted_by(|a, b| a >= b), "{times:?}");

    let marked = served.run(&["list", "-o", "csv", "--bom", "--columns", "urn"]);
    assert!(marked.text().starts_with("\u{feff}urn\r\n"));

    let table = served.run(&["list", "--columns", "connector,urn", "--sort", "connector,urn"]);
    let rows: Vec<_> = table.text().lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!((rows.len(), rows[0].split_whitespace().collect::<Vec<_>>()), (17, vec!["CONNECTOR", "URN"]));
    assert!(rows[1..].is_sorted(), "{rows:?}");

    let sorted = served.list(&["--sort", "-provider,created"]);
    let providers: Vec<_> = sorted.iter().map(|row| row["provider"].as_str().unwrap()).collect();
    assert!(providers.is_sorted_by(|a, b| a >= b), "{providers:?}");
    let lines = served.run(&["list", "-o", "jsonl", "--sort", "id"]);
    let ids: Vec<_> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(ids.len() == 16 && ids.is_sorted_by(|a, b| a.to_lowercase() <= b.to_lowercase()), "{ids:?}");
}

/// The three vendors, and one of them under another name again.
fn twice(served: &Served) -> String {
    let again = served.config().replace("[providers.", "[providers.again-");
    format!("{}{again}", served.config())
}

#[test]
fn one_record_shown_by_two_providers_is_a_twin_in_every_form() {
    let served = Served::new(&["pica"]);
    let config = twice(&served);
    let run =
        |arguments: &[&str]| Run::of(&mut served.command_with(&config, &[&["twins"], arguments].concat()));
    let told = run(&["-o", "json"]).json(0);
    assert_eq!(told["receipt"]["complete"], true);
    let groups = told["twins"].as_array().unwrap();
    assert_eq!(groups.len(), 5);
    for group in groups {
        let connections = group["connections"].as_array().unwrap();
        let ids: Vec<_> = connections.iter().map(|row| (&row["provider"], &row["id"])).collect();
        assert_eq!((ids.len(), &group["strength"]), (2, &"strong".into()));
        assert_eq!((ids[0].0, ids[1].0, ids[0].1), (&"again-pica".into(), &"pica".into(), ids[1].1));
        assert_eq!(group["evidence"][1], serde_json::json!({ "field": "id", "value": ids[0].1 }));
    }
    let lines = run(&["-o", "jsonl", "--connector", "github"]);
    assert_eq!(lines.text().lines().count(), 1);
    assert!(lines.stderr.contains("complete: 2 rows of 2 providers"), "{lines:?}");
    let csv = run(&["-o", "csv"]);
    assert_eq!(csv.text().split_terminator("\r\n").count(), 11);
    assert!(csv.text().starts_with("twins,strength,because,evidence,urn,"), "{csv:?}");
    let table = run(&["--where", "connector = github"]);
    let shown = table.text().split("\n\n").take(2).collect::<Vec<_>>().join("\n\n");
    assert_eq!(shown.matches("strong").count(), 3, "{shown}");
    assert!(shown.contains("because it is one record of the vendor, which two providers show"), "{shown}");
    assert!(shown.ends_with("1 group of twins: 1 strong"), "{shown}");
}

#[test]
fn no_twins_is_a_sentence_and_an_incomplete_listing_says_so() {
    let served = Served::new(&["pica", "toolzz"]);
    let none = served.run(&["twins"]);
    assert!(none.text().starts_with("No twins.\n\n"), "{none:?}");
    assert_eq!(served.run(&["twins", "-o", "json"]).json(0)["twins"], serde_json::json!([]));

    let down = Served::new(&["pica", "toolzz", "--fault", "503=0@/api/v1"]);
    let partial = down.run(&["twins", "--strength", "likely"]);
    assert_eq!(partial.code, 3, "{partial:?}");
    assert!(
        partial.stdout.contains("No twins.\nThe listing is not complete: there may be more.\n"),
        "{partial:?}"
    );
    assert_eq!(down.run(&["twins", "-o", "json"]).json(3)["receipt"]["complete"], false);
    assert_eq!(down.run(&["twins", "--strength", "sure"]).code, 2);
}
