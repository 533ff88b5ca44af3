//! Changes and checks on many connections: named, from standard input, selected; in each form, with each exit
//! code.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Run, Served, lines};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

/// Runs a command that reads this.
fn fed(served: &Served, arguments: &[&str], input: &str) -> Run {
    let mut command = served.command_with(&served.config(), arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Run::from(child.wait_with_output().unwrap())
}

fn enabled(served: &Served) -> Vec<String> {
    served.urns(&["--enabled"])
}

#[test]
fn all_that_is_selected_is_changed_and_a_second_time_it_was_already_so() {
    let served = Served::new(&["aitronos", "toolzz"]);
    let first = served.run(&["disable", "--connector", "slack"]);
    insta::assert_snapshot!("disabled_by_filter", first.text());
    insta::assert_snapshot!("disabled_again", served.run(&["disable", "--connector", "slack"]).text());
    assert_eq!(served.list(&["--connector", "slack", "--enabled"]), [] as [Value; 0]);

    let told = served.run(&["enable", "--connector", "slack", "-o", "json"]).json(0);
    assert_eq!(told["summary"], json!({"done": 2, "already": 0, "failed": 0}));
    assert_eq!(told["receipt"]["complete"], true);
    let again = served.run(&["enable", "--connector", "slack", "-o", "jsonl"]);
    let outcomes: Vec<_> = lines(again.text()).iter().map(|row| row["outcome"].clone()).collect();
    assert_eq!(outcomes, ["already"; 2]);
}

#[test]
fn what_a_list_names_is_changed_from_standard_input() {
    let served = Served::new(ALL);
    let urns = served.urns(&["--provider", "aitronos", "--enabled"]);
    let input = format!("{}\n\n{}\n", urns.join("\r\n"), urns[0]);
    let told = fed(&served, &["disable", "-", "-o", "json"], &input).json(0);
    assert_eq!(told["summary"]["done"], urns.len(), "each once: {told}");
    assert_eq!(told["receipt"], Value::Null);
    assert_eq!(served.urns(&["--provider", "aitronos", "--enabled"]), [""; 0]);

    let nothing = fed(&served, &["disable", "-"], "");
    assert_eq!((nothing.code, &*nothing.stdout), (0, "nothing to do\n"), "{nothing:?}");
    let wrong = fed(&served, &["enable", "-"], &format!("{}\nno urn\n", urns[0]));
    assert_eq!((wrong.code, &*wrong.stdout), (2, ""));
    assert!(wrong.stderr.contains("line 2 of standard input is no URN"), "{wrong:?}");
    assert_eq!(served.urns(&["--provider", "aitronos", "--enabled"]), [""; 0], "nothing was sent");
}

#[test]
fn some_that_cannot_be_changed_leave_the_others_changed_and_exit_code_3() {
    let served = Served::new(ALL);
    let run = served.run(&["disable", "--all"]);
    assert_eq!(run.code, 3, "{run:?}");
    insta::assert_snapshot!("disabled_all", run.stdout);
    let one_gone = ["enable", "aitronos:pcon_def456", "aitronos:tcred_none", "pica:x"];
    let told = served.run(&[&one_gone[..], &["-o", "json"]].concat()).json(3);
    let rows: Vec<_> = told["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["urn"], row["outcome"], row["error"]["kind"]))
        .collect();
    assert_eq!(
        rows,
        [
            r#""aitronos:pcon_def456" "done" null"#,
            r#""aitronos:tcred_none" "failed" "not_found""#,
            r#""pica:x" "failed" "unsupported""#,
        ]
    );
    let none = served.run(&["enable", "pica:x", "pica:y"]);
    assert_eq!(none.code, 1, "{none:?}");
    assert!(none.stdout.contains("of the configured providers these can: aitronos, toolzz"), "{none:?}");
}

#[test]
fn a_vendor_that_is_down_makes_a_selection_partial() {
    let served = Served::new(&["aitronos", "toolzz", "--fault", "503=0@/api/v1/credential"]);
    let run = served.run(&["disable", "--all", "-o", "json"]);
    let told = run.json(3);
    assert_eq!((&told["summary"]["done"], &told["summary"]["failed"]), (&json!(3), &json!(0)));
    assert!(run.stderr.contains("incomplete: toolzz gave nothing"), "{run:?}");
    assert_eq!(served.run(&["disable", "--all", "--provider", "toolzz"]).code, 1);
}

#[test]
fn nothing_is_never_everything_and_names_and_filters_exclude_each_other() {
    let served = Served::new(&["aitronos", "pica"]);
    let urn = &enabled(&served)[0];
    for (arguments, said) in [
        (&["disable"][..], "say --all for every connection"),
        (&["disable", "--provider", "aitronos"], "say --all for every connection"),
        (&["disable", "--detail", "full"], "say --all for every connection"),
        (&["check"], "say --all for every connection"),
        (&["plan", "disable"], "say --all for every connection"),
        (&["tag", "--add", "x"], "say --all for every connection"),
        (&["disable", "--all", "--connector", "slack"], "leave out either it or the filters"),
        (&["disable", urn, "--connector", "slack"], "cannot be used with"),
        (&["disable", urn, "--all"], "cannot be used with"),
        (&["delete", urn], "--yes"),
        (&["delete", "--all"], "--yes"),
        (&["tag"], "say which tags"),
        (&["tag", "-"], "say which tags"),
        (&["tag", urn, "x", "--add", "y"], "a URN is written PROVIDER:ID"),
        (&["tag", urn, "--add", "y", "--set", "z"], "cannot be used with"),
        (&["rename", urn], "2 values required"),
        (&["rename", urn, "a", urn], "each URN takes a name after it"),
        (&["rename", urn, "a", urn, "b"], "is given two names"),
        (&["disable", "nobody:x", urn], "there is no provider `nobody`"),
        (&["disable", "--all", "-o", "csv"], "no CSV form"),
        (&["disable", urn, "--at-once", "0"], "1..=64"),
    ] {
        let run = served.run(arguments);
        assert_eq!((run.code, &*run.stdout), (2, ""), "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {run:?}");
    }
    assert_eq!(enabled(&served).len(), enabled(&Served::new(&["aitronos", "pica"])).len());
}

#[test]
fn tags_are_set_added_and_taken_away_on_many() {
    let served = Served::new(&["pica"]);
    let tags = |urn: &str| served.run(&["get", urn, "-o", "json"]).json(0)["tags"].clone();
    let urns = served.urns(&[]);
    assert_eq!(served.run(&["tag", &urns[0], "a", "b"]).code, 0);
    let run = served.run(&["tag", &urns[0], &urns[1], "--add", "vip", "--remove", "a"]);
    insta::assert_snapshot!("tags_edited", run.text());
    assert_eq!(tags(&urns[0]), json!(["b", "vip"]));
    assert!(served.run(&["tag", &urns[0], "--add", "vip"]).text().ends_with("was already tagged with vip\n"));
    let told = served.run(&["tag", "--tag", "vip", "--set", "x", "--set", "y", "-o", "json"]).json(0);
    assert_eq!((&told["summary"]["done"], &told["changes"][0]["tags"]), (&json!(2), &json!(["x", "y"])));
    assert_eq!(served.run(&["tag", "--all", "--clear"]).code, 0);
    assert!(urns.iter().all(|urn| tags(urn) == json!([])));
}

#[test]
fn several_are_given_a_name_each() {
    let served = Served::new(&["toolzz"]);
    let urns = served.urns(&[]);
    let run = served.run(&["rename", &urns[0], "um", &urns[1], "dois"]);
    insta::assert_snapshot!("renamed", run.text());
    let names: Vec<_> = served.list(&[]).iter().take(2).map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["um", "dois"]);
}

#[test]
fn many_are_deleted_once_confirmed() {
    let served = Served::new(&["pica"]);
    let told = served.run(&["delete", "--connector", "slack", "--yes", "-o", "jsonl"]);
    let rows = lines(told.text());
    assert!(!rows.is_empty() && rows.iter().all(|row| row["deleted"] == true && row["outcome"] == "done"));
    assert_eq!(served.list(&["--connector", "slack"]), [] as [Value; 0]);
}

#[test]
fn a_reader_that_goes_away_does_not_stop_the_changes() {
    let served = Served::new(&["aitronos", "--count", "40", "--latency", "5"]);
    let mut command = served.command_with(&served.config(), &["disable", "--all"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(enabled(&served), [""; 0]);
}

#[test]
fn checks_say_what_works_and_end_so() {
    let served = Served::new(ALL);
    let run = served.run(&["check", "--all"]);
    assert_eq!(run.code, 5, "{run:?}");
    insta::assert_snapshot!("checked_all", run.stdout);
    let told = served.run(&["check", "--all", "-o", "json"]).json(5);
    assert_eq!(told["checks"].as_array().unwrap().len(), 16);
    for row in told["checks"].as_array().unwrap() {
        assert!(row["checkup"]["checked_at"].is_string(), "{row}");
        let health = &row["checkup"]["health"];
        assert!(health["evidence"] == "probed" || health["state"] == "unknown", "{row}");
    }
    let rows = lines(&served.run(&["check", "--all", "-o", "jsonl"]).stdout);
    assert_eq!(
        rows,
        *told["checks"].as_array().unwrap().iter().zip(&rows).map(|(_, row)| row.clone()).collect::<Vec<_>>()
    );
    assert_eq!(rows.len(), 16);

    let active = served.urns(&["--provider", "aitronos", "--status", "active"]);
    let broken = served.urns(&["--provider", "aitronos", "--status", "needs_reauth"]);
    assert_eq!(served.run(&["check", &active[0]]).code, 0);
    assert_eq!(served.run(&["check", &active[0], &active[1]]).code, 0);
    assert_eq!(served.run(&["check", &broken[0]]).code, 5);
    assert_eq!(served.run(&["check", &active[0], &broken[0]]).code, 5);
    // Who does not answer is not who says no.
    assert_eq!(served.run(&["check", &broken[0], "aitronos:tcred_none"]).code, 3);
    assert_eq!(served.run(&["check", "aitronos:tcred_none", "toolzz:none"]).code, 1);
    let single = served.run(&["check", "aitronos:tcred_none", "-o", "json"]).json(1);
    assert_eq!(single["error"]["kind"], "not_found");
}

#[test]
fn a_test_uses_the_connection_where_the_vendor_can() {
    let served = Served::new(ALL);
    let active = served.urns(&["--provider", "aitronos", "--status", "active"]);
    let told = served.run(&["check", "--test", &active[0], "-o", "json"]).json(0);
    assert_eq!(
        (&told["status"], &told["checkup"]["health"]["evidence"]),
        (&json!("active"), &json!("probed"))
    );
    let broken = served.urns(&["--provider", "aitronos", "--status", "needs_reauth"]);
    let run = served.run(&["check", "--test", &broken[0], &active[0]]);
    assert_eq!(run.code, 5, "{run:?}");
    insta::assert_snapshot!("tested", run.stdout);
    let cannot = served.run(&["check", "--test", "--provider", "pica", "--all", "-o", "json"]).json(1);
    assert_eq!(cannot["checks"][0]["error"]["kind"], "unsupported");
    let message = cannot["checks"][0]["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("of the configured providers these can: aitronos"), "{message}");
}
