//! `enable`, `disable`, `rename`, `tag` and `delete`: what they print, and that the next list shows it.

use serde_json::{Value, json};

use crate::support::{Run, Served};

/// One connection as the list shows it now.
fn now(served: &Served, urn: &str) -> Option<Value> {
    served.list(&[]).into_iter().find(|row| row["urn"] == urn)
}

/// The first connection that is switched on.
fn one(served: &Served) -> String {
    served.urns(&["--enabled"]).into_iter().next().unwrap()
}

#[test]
fn a_switch_is_seen_by_the_next_list_at_aitronos_and_toolzz() {
    for vendor in ["aitronos", "toolzz"] {
        let served = Served::new(&[vendor]);
        let urn = one(&served);
        let off = served.run(&["disable", &urn]);
        assert_eq!(off.text(), format!("disabled {urn}\n"));
        assert_eq!(now(&served, &urn).unwrap()["enabled"], "disabled");
        assert_eq!(now(&served, &urn).unwrap()["status"], "disabled");
        let again = served.run(&["disable", &urn, "-o", "json"]).json(0);
        assert_eq!((&again["urn"], &again["enabled"]), (&json!(urn), &json!(false)));
        assert_ne!(again["changed"], true);
        let on = served.run(&["enable", &urn, "-o", "jsonl"]);
        assert_eq!(on.text().lines().count(), 1);
        assert_eq!(now(&served, &urn).unwrap()["enabled"], "enabled");
    }
}

#[test]
fn a_new_name_is_seen_by_the_next_list() {
    for vendor in ["aitronos", "toolzz"] {
        let served = Served::new(&[vendor]);
        let urn = one(&served);
        let renamed = served.run(&["rename", &urn, "Größe & Co"]);
        assert_eq!(renamed.text(), format!("renamed {urn}: now named Größe & Co\n"));
        let shown = now(&served, &urn).unwrap();
        assert!(shown["display_name"].as_str().unwrap().starts_with("Größe & Co"), "{shown}");
    }
}

#[test]
fn tags_are_replaced_and_taken_away_at_pica() {
    let served = Served::new(&["pica"]);
    let urn = one(&served);
    assert_eq!(served.run(&["tag", &urn, "vip", "eu"]).text(), format!("tagged {urn}: now tagged vip, eu\n"));
    assert_eq!(now(&served, &urn).unwrap()["tags"], json!(["vip", "eu"]));
    assert_eq!(served.urns(&["--tag", "vip", "--tag", "eu"]), std::slice::from_ref(&urn));
    assert_eq!(served.run(&["tag", &urn]).code, 0);
    assert_eq!(now(&served, &urn).unwrap()["tags"], json!([]));
}

#[test]
fn a_deleted_connection_is_gone_and_cannot_be_deleted_again() {
    for vendor in ["aitronos", "pica"] {
        let served = Served::new(&[vendor]);
        let urn = one(&served);
        let unconfirmed = served.run(&["delete", &urn]);
        assert_eq!((unconfirmed.code, unconfirmed.stderr.contains("--yes")), (2, true));
        assert!(now(&served, &urn).is_some());
        assert_eq!(served.run(&["delete", &urn, "--yes"]).text(), format!("deleted {urn}\n"));
        assert_eq!(now(&served, &urn), None);
        let again = served.run(&["delete", &urn, "--yes", "-o", "json"]);
        assert_eq!(again.json(1)["error"]["kind"], "not_found");
    }
}

#[test]
fn what_a_vendor_cannot_do_is_said_before_anything_is_sent() {
    let served = Served::new(&["aitronos", "pica", "toolzz"]);
    for (vendor, command) in [
        ("pica", &["enable", "URN"][..]),
        ("pica", &["rename", "URN", "x"]),
        ("aitronos", &["tag", "URN", "x"]),
        ("toolzz", &["tag", "URN", "x"]),
        ("toolzz", &["delete", "URN", "--yes"]),
    ] {
        // Nobody listens there: an attempt to send anything would be another kind of error.
        let config = served.config().replace("127.0.0.1:", "127.0.0.2:");
        let urn = format!("{vendor}:00000000-0000-4000-8000-000000000000");
        let arguments: Vec<_> = command
            .iter()
            .map(|word| if *word == "URN" { &*urn } else { word })
            .chain(["-o", "json"])
            .collect();
        let run = Run::of(&mut served.command_with(&config, &arguments));
        let error = &run.json(1)["error"];
        assert_eq!(error["kind"], "unsupported", "{arguments:?}: {run:?}");
    }
}

#[test]
fn one_s_dialect_renames_and_legacy_switches() {
    let dialect = |word| {
        let served = Served::new(&["pica", "--dialect", word]);
        let config = format!("{}dialect = \"{word}\"\n", served.config());
        (served, config)
    };
    let run = |(served, config): &(Served, String), arguments: &[&str]| {
        let run = Run::of(&mut served.command_with(config, &[arguments, &["-o", "json"]].concat()));
        run.json(0)
    };
    let first = |told: &Value| told["connections"][0]["urn"].as_str().unwrap().to_owned();

    let one = dialect("one");
    let urn = first(&run(&one, &["list"]));
    run(&one, &["rename", &urn, "Ops"]);
    assert_eq!(run(&one, &["get", &urn])["name"], "Ops");

    let legacy = dialect("legacy");
    let urn = first(&run(&legacy, &["list", "--enabled"]));
    run(&legacy, &["disable", &urn]);
    assert_eq!(run(&legacy, &["get", &urn])["status"], "disabled");
}
