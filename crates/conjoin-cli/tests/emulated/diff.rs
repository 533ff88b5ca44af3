//! `diff`: in words and in JSON, against a file and against what the vendors answer now.

use std::fs;

use serde_json::Value;

use crate::support::{Run, Served, assert_told, conjoin};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

/// Takes a snapshot into a file of the server's folder.
fn snapshot(served: &Served, name: &str, filters: &[&str]) -> String {
    let path = served.path(name).to_str().unwrap().to_owned();
    served.run(&[&["snapshot", "--out", &path], filters].concat());
    path
}

/// One connection is deleted, one switched off, one renamed.
fn change(served: &Served) {
    let pica = served.urns(&["--provider", "pica"]).remove(0);
    assert_eq!(served.run(&["delete", &pica, "--yes"]).code, 0);
    let toolzz = served.urns(&["--provider", "toolzz", "--status", "active"]).remove(0);
    assert_eq!(served.run(&["disable", &toolzz]).code, 0);
    let aitronos = served.urns(&["--provider", "aitronos", "--status", "active"]).remove(0);
    assert_eq!(served.run(&["rename", &aitronos, "Größe"]).code, 0);
}

#[test]
fn nothing_changed_is_exit_code_0() {
    let served = Served::new(ALL);
    let old = snapshot(&served, "old.jsonl", &[]);
    assert_told!("diff_none", served.run(&["diff", &old]).text());
    assert_told!("diff_none", served.run(&["diff", &old, &old]).text());
    let told = served.run(&["diff", &old, "-o", "json"]).json(0);
    assert_eq!((&told["complete"], told["differences"].as_array().unwrap().len()), (&Value::Bool(true), 0));
    let run = served.run(&["diff", &old, "-o", "jsonl"]);
    assert_eq!(run.text(), "");
    assert!(run.stderr.contains("no differences: 16 connections are the same"), "{run:?}");
}

#[test]
fn differences_are_exit_code_4_in_every_form() {
    let served = Served::new(ALL);
    let old = snapshot(&served, "old.jsonl", &[]);
    change(&served);
    let new = snapshot(&served, "new.jsonl", &[]);
    for live_or_file in [&["diff", &old][..], &["diff", &old, &new]] {
        let run = served.run(live_or_file);
        assert_eq!(run.code, 4, "{run:?}");
        assert_told!("diff_table", run.stdout);
        let json = served.run(&[live_or_file, &["-o", "json"]].concat()).json(4);
        let mut kinds: Vec<_> =
            json["differences"].as_array().unwrap().iter().map(|d| d["kind"].to_string()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["\"changed\"", "\"removed\"", "\"status_changed\""]);
        assert_eq!(json["complete"], true);
        let jsonl = served.run(&[live_or_file, &["-o", "jsonl"]].concat());
        assert_eq!((jsonl.code, jsonl.stdout.lines().count()), (4, 3));
        let renamed: Value = jsonl
            .stdout
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .find(|d: &Value| d["kind"] == "changed")
            .unwrap();
        let keys: Vec<_> = renamed.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["kind", "urn", "facts", "connection"]);
        assert!(renamed["facts"][0]["after"].as_str().unwrap().starts_with("Größe"), "{renamed}");
    }
    // Backwards, what was removed is added.
    let back = served.run(&["diff", &new, &old, "-o", "json"]).json(4);
    assert!(back["differences"].as_array().unwrap().iter().any(|d| d["kind"] == "added"));
}

#[test]
fn filters_choose_of_what_is_told() {
    let served = Served::new(ALL);
    let old = snapshot(&served, "old.jsonl", &[]);
    change(&served);
    let urns = |filters: &[&str], code| {
        let told = served.run(&[&["diff", &old, "-o", "json"], filters].concat()).json(code);
        told["differences"].as_array().unwrap().iter().map(|d| d["kind"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(urns(&["--provider", "pica"], 4), ["removed"]);
    assert_eq!(urns(&["--status", "disabled"], 4), ["status_changed"]);
    assert_eq!(urns(&["--name", "größe"], 4), ["changed"]);
    assert_eq!(urns(&["--status", "pending"], 0), [""; 0]);
}

#[test]
fn a_vendor_that_is_down_removes_nothing_and_is_exit_code_3() {
    let well = Served::new(ALL);
    let old = snapshot(&well, "old.jsonl", &[]);
    let sick = Served::new(&["aitronos", "pica", "toolzz", "--fault", "503=0@/v1/vault"]);
    let run = sick.run(&["diff", &old]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_told!("diff_down", run.stdout);
    let told = sick.run(&["diff", &old, "-o", "json"]).json(3);
    assert_eq!(told["providers"][1]["maybe_removed"], 5);

    // The other way around: what an incomplete snapshot lacks is not new.
    let partial = snapshot(&sick, "partial.jsonl", &[]);
    let run = well.run(&["diff", &partial]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_told!("diff_from_incomplete", run.stdout);
}

#[test]
fn differences_count_more_than_what_could_not_be_compared() {
    let well = Served::new(ALL);
    let old = snapshot(&well, "old.jsonl", &[]);
    change(&well);
    let new = snapshot(&well, "new.jsonl", &["--provider", "toolzz"]);
    let run = well.run(&["diff", &old, &new]);
    assert_eq!(run.code, 4, "{run:?}");
    assert_told!("diff_other_providers", run.stdout);
}

#[test]
fn no_vendor_at_all_is_exit_code_1() {
    let old = snapshot(&Served::new(&["pica"]), "old.jsonl", &[]);
    let well = Served::new(&["pica"]);
    let old_text = snapshot(&well, "old.jsonl", &[]);
    let sick = Served::new(&["pica", "--fault", "503=0"]);
    assert_eq!(sick.run(&["diff", &old_text]).code, 1);
    assert!(!fs::exists(old).unwrap());
}

#[test]
fn questions_that_differ_are_said() {
    let served = Served::new(ALL);
    let all = snapshot(&served, "all.jsonl", &[]);
    let active = snapshot(&served, "active.jsonl", &["--status", "active"]);
    let run = served.run(&["diff", &all, &active]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_told!("diff_other_questions", run.stdout);
    // A live side is asked what the file was asked.
    assert_eq!(served.run(&["diff", &active]).code, 0);
    let urn = served.urns(&["--status", "active", "--provider", "toolzz"]).remove(0);
    served.run(&["disable", &urn]);
    let left = served.run(&["diff", &active, "-o", "json"]).json(4);
    assert_eq!(left["differences"][0]["kind"], "left");
}

#[test]
fn without_a_name_the_last_snapshot_is_compared() {
    let served = Served::new(ALL);
    let none = served.run(&["diff"]);
    assert_eq!((none.code, &*none.stdout), (2, ""));
    assert!(none.stderr.contains("`conjoin snapshot` takes one"), "{none:?}");
    assert_eq!(served.run(&["snapshot"]).code, 0);
    assert_eq!(served.run(&["diff"]).code, 0);
    change(&served);
    assert_eq!(served.run(&["diff"]).code, 4);
}

#[test]
fn the_demonstration_has_a_last_snapshot_of_its_own() {
    let served = Served::new(&["pica"]);
    let demo = |arguments: &[&str]| {
        Run::of(conjoin().arg("--demo").args(arguments).env("XDG_STATE_HOME", served.path("state")))
    };
    assert_eq!(demo(&["snapshot"]).code, 0);
    assert_eq!(demo(&["diff"]).code, 0);
    assert_eq!(served.run(&["diff"]).code, 2);
}

#[test]
fn a_file_that_is_no_snapshot_exits_2_with_one_line() {
    let served = Served::new(&["pica"]);
    let whole = fs::read_to_string(snapshot(&served, "whole.jsonl", &[])).unwrap();
    for (text, said) in [
        ("", "line 1: the file is empty"),
        ("{\"log\": 1}\n", "line 1: this is no snapshot"),
        (&whole.replacen(":1,", ":9,", 1), "line 1: a snapshot of format 9"),
        (&whole[..whole.len() / 2], "the snapshot was cut off after"),
        (&whole.replacen("\"pica\",\"vendor\"", "\"p\\u001b[31m\",\"vendor\"", 2), "line"),
    ] {
        let path = served.write("bad.jsonl", text);
        for arguments in [["diff", path.to_str().unwrap()], ["diff", path.to_str().unwrap()]] {
            let run = served.run(&arguments);
            assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
            assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
            assert!(run.stderr.contains(said) && run.stderr.contains("bad.jsonl"), "{run:?}");
            assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
        }
    }
    let old = served.path("whole.jsonl");
    for (arguments, said) in [
        (&["diff", "nowhere.jsonl"][..], "nowhere.jsonl: the snapshot cannot be read"),
        (&["diff", old.to_str().unwrap(), "-o", "csv"], "there are: table, json, jsonl"),
        (&["diff", old.to_str().unwrap(), "--detail", "full"], "--detail has no part"),
        (&["diff", old.to_str().unwrap(), "--provider", "nobody"], "has nothing of nobody"),
        (
            &["diff", old.to_str().unwrap(), old.to_str().unwrap(), "--provider", "nobody"],
            "has nothing of nobody",
        ),
    ] {
        let run = served.run(arguments);
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
}
