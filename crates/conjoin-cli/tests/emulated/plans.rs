//! `conjoin plan`, `apply` and `undo`, in each form, with each exit code.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Run, Served, lines};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

/// A path in the server's folder, where nothing is.
fn path(served: &Served, name: &str) -> String {
    let path: PathBuf = served.write(name, "");
    std::fs::remove_file(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What a run says, without where the test stands.
fn shown(served: &Served, run: &Run) -> String {
    let folder = PathBuf::from(path(served, "x"));
    let folder = folder.parent().unwrap().to_str().unwrap().to_owned();
    format!("{}---\n{}", run.stdout, run.stderr).replace(&folder, "FOLDER")
}

fn switches(served: &Served) -> Vec<(Value, Value)> {
    let mut rows: Vec<_> =
        served.list(&[]).iter().map(|row| (row["urn"].clone(), row["enabled"].clone())).collect();
    rows.sort_by_key(|(urn, _)| urn.to_string());
    rows
}

#[test]
fn an_offboarding_is_planned_applied_and_undone() {
    let served = Served::new(ALL);
    let before = switches(&served);
    let plan = path(&served, "plan.json");
    let planned = served.run(&["plan", "disable", "--all", "--out", &plan]);
    assert_eq!(planned.code, 0, "{planned:?}");
    insta::assert_snapshot!("planned", shown(&served, &planned));
    assert_eq!(switches(&served), before, "a plan changes nothing");

    // One after the other, so that the journal tells it in this order.
    let applied = served.run(&["apply", &plan, "--at-once", "1"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    insta::assert_snapshot!("applied", shown(&served, &applied));
    let off = switches(&served).iter().filter(|(_, on)| *on == "disabled").count();
    assert_eq!(off, 12, "with one that was off at pica");
    let again = served.run(&["apply", &plan]);
    assert_eq!(again.code, 0, "{again:?}");
    insta::assert_snapshot!("applied_again", shown(&served, &again));

    let journal = plan.replace(".json", ".journal.jsonl");
    let undone = served.run(&["undo", &journal]);
    assert_eq!(undone.code, 0, "{undone:?}");
    insta::assert_snapshot!("undone", shown(&served, &undone));
    assert_eq!(switches(&served), before);
    assert_eq!(served.run(&["undo", &journal]).code, 0, "a second time nothing is left to do");
    let over = served.run(&["apply", &plan]);
    assert_eq!((over.code, &*over.stdout), (2, ""), "{over:?}");
    assert!(over.stderr.contains("make a new plan"), "{over:?}");
}

#[test]
fn a_plan_in_json_is_what_apply_reads_and_holds_no_secret() {
    let served = Served::new(ALL);
    let told = served.run(&["plan", "disable", "--status", "active", "-o", "json"]);
    let plan = told.json(0);
    assert_eq!((&plan["format"], &plan["complete"]), (&json!("conjoin.plan/1"), &json!(true)));
    let file = served.write("made.json", &told.stdout);
    let applied = served.run(&["apply", file.to_str().unwrap(), "-o", "json"]).json(0);
    let changes = plan["rows"].as_array().unwrap().iter().filter(|row| row["verdict"] == "change").count();
    assert_eq!(applied["summary"]["done"], changes);
    assert_eq!(applied["rows"].as_array().unwrap().len(), changes);

    let journal = std::fs::read_to_string(applied["journal"].as_str().unwrap()).unwrap();
    let events: Vec<_> =
        lines(&journal).iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    assert_eq!((events.len(), &*events[0]), (1 + 2 * changes, "begin"));
    for text in [&told.stdout, &journal] {
        assert!(!text.contains("sk_test_of_the_suite"));
    }

    // On one line it is the same plan.
    let line = served.run(&["plan", "enable", "--disabled", "-o", "jsonl"]);
    assert_eq!(lines(line.text()).len(), 1);
    let file = served.write("line.json", line.text());
    let rows = lines(served.run(&["apply", file.to_str().unwrap(), "-o", "jsonl"]).text());
    assert!(!rows.is_empty() && rows.iter().all(|row| row["ending"] == "done"), "{rows:?}");
}

#[test]
fn what_changed_since_the_plan_was_made_is_a_conflict() {
    let served = Served::new(&["toolzz"]);
    let plan = path(&served, "plan.json");
    served.run(&["plan", "disable", "--enabled", "--out", &plan]);
    let urns = served.urns(&["--enabled"]);
    served.run(&["rename", &urns[0], "deles"]);
    served.run(&["disable", &urns[1]]);
    let run = served.run(&["apply", &plan]);
    assert_eq!(run.code, 3, "{run:?}");
    insta::assert_snapshot!("conflict", shown(&served, &run));
    assert_eq!(served.urns(&["--enabled"]), [&*urns[0]]);
    // What somebody else has disabled is not enabled by the undoing.
    served.run(&["undo", &plan.replace(".json", ".journal.jsonl")]);
    assert_eq!(served.run(&["get", &urns[1], "-o", "json"]).json(0)["enabled"], "disabled");
}

#[test]
fn a_partial_answer_makes_a_partial_plan() {
    let served = Served::new(&["aitronos", "toolzz", "--fault", "503=0@/api/v1/credential"]);
    let plan = path(&served, "plan.json");
    let run = served.run(&["plan", "disable", "--all", "--out", &plan]);
    assert_eq!(run.code, 3, "{run:?}");
    insta::assert_snapshot!("planned_partially", shown(&served, &run));
    let applied = served.run(&["apply", &plan]);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert!(applied.stderr.starts_with("note: the plan was made from a partial answer"), "{applied:?}");
    assert_eq!(served.run(&["plan", "disable", "--all", "--provider", "toolzz"]).code, 1);
}

#[test]
fn a_vendor_that_goes_down_meanwhile_leaves_rows_for_the_next_run() {
    // The list for the plan, and then no more.
    let served = Served::new(&["aitronos", "--fault", "503=0@/v1/personal-connectors/connections"]);
    let plan = path(&served, "plan.json");
    served.run(&["plan", "disable", "--enabled", "--out", &plan]);
    let told = served.run(&["apply", &plan, "-o", "json"]).json(1);
    assert_eq!(
        (&told["summary"]["failed"], &told["rows"][0]["error"]["kind"]),
        (&json!(3), &json!("unavailable"))
    );
    assert_eq!(served.urns(&["--enabled"]).len(), 3);
    // What was never changed is not there to be undone.
    let undone = served.run(&["undo", &plan.replace(".json", ".journal.jsonl")]);
    assert_eq!((undone.code, &*undone.stdout), (0, "nothing to do\n"), "{undone:?}");
}

#[test]
fn names_tags_and_deletions_are_planned_too() {
    let served = Served::new(ALL);
    let toolzz = served.urns(&["--provider", "toolzz"]);
    let pica = served.urns(&["--provider", "pica"]);
    let plan = path(&served, "names.json");
    let run = served.run(&["plan", "rename", &toolzz[0], "um", &pica[0], "dois", "--out", &plan]);
    insta::assert_snapshot!("planned_names", shown(&served, &run));
    assert_eq!(served.run(&["apply", &plan]).code, 0);
    assert_eq!(served.run(&["get", &toolzz[0], "-o", "json"]).json(0)["name"], "um");
    assert_eq!(served.run(&["undo", &plan.replace(".json", ".journal.jsonl")]).code, 0);
    assert_ne!(served.run(&["get", &toolzz[0], "-o", "json"]).json(0)["name"], "um");

    let plan = path(&served, "tags.json");
    let tags = |urn: &str| served.run(&["get", urn, "-o", "json"]).json(0)["tags"].clone();
    let before = tags(&pica[0]);
    let run =
        served.run(&["plan", "tag", "--provider", "pica", "--all", "--add", "off-boarded", "--out", &plan]);
    insta::assert_snapshot!("planned_tags", shown(&served, &run));
    assert_eq!(served.run(&["apply", &plan]).code, 0);
    assert_eq!(served.urns(&["--tag", "off-boarded"]).len(), pica.len());
    assert_eq!(served.run(&["undo", &plan.replace(".json", ".journal.jsonl")]).code, 0);
    assert_eq!(tags(&pica[0]), before);

    let plan = path(&served, "deletions.json");
    let run = served.run(&["plan", "delete", &pica[0], &toolzz[0], "--out", &plan]);
    insta::assert_snapshot!("planned_deletions", shown(&served, &run));
    let unconfirmed = served.run(&["apply", &plan]);
    assert_eq!((unconfirmed.code, unconfirmed.stderr.contains("--yes")), (2, true), "{unconfirmed:?}");
    assert_eq!(served.run(&["apply", &plan, "--yes"]).code, 0);
    assert!(!served.urns(&[]).contains(&pica[0]));
    let undone = served.run(&["undo", &plan.replace(".json", ".journal.jsonl")]);
    assert_eq!(undone.code, 1, "{undone:?}");
    insta::assert_snapshot!("deletions_stay", shown(&served, &undone));
}

#[test]
fn a_plan_for_another_account_or_none_at_all_is_a_mistake_of_usage() {
    let served = Served::new(&["aitronos"]);
    let plan = path(&served, "plan.json");
    served.run(&["plan", "disable", "--enabled", "--out", &plan]);
    let wrong = |config: &str, arguments: &[&str]| {
        let run = Run::of(&mut served.command_with(config, arguments));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
        run.stderr
    };
    let organization = served.vendors[0]["organization"].as_str().unwrap();
    let other = served.config().replace(organization, "org_another");
    let said = wrong(&other, &["apply", &plan]);
    assert!(said.contains("organization org_another; make the plan again"), "{said}");
    let renamed = served.config().replace("[providers.aitronos]", "[providers.work]");
    assert!(wrong(&renamed, &["apply", &plan]).contains("there is no provider `aitronos`"));
    let config = served.config();
    assert!(wrong(&config, &["apply", "none.json"]).contains("none.json: the plan cannot be read"));
    let text = served.write("text.json", "hello").to_str().unwrap().to_owned();
    assert!(wrong(&config, &["apply", &text]).contains("this is no plan"));
    assert!(wrong(&config, &["apply", "-"]).contains("needs --journal FILE"));
    assert!(wrong(&config, &["undo", "none.jsonl"]).contains("none.jsonl: the journal cannot be opened"));
    assert!(
        wrong(&config, &["undo", &text]).contains("this is no journal")
            || wrong(&config, &["undo", &text]).contains("the journal is empty")
    );
    let stdin = wrong(&config, &["apply", "-", "--journal", &path(&served, "j.jsonl")]);
    assert!(stdin.contains("this is no plan"), "{stdin}");
    assert!(wrong(&config, &["plan", "disable", "--all", "-o", "csv"]).contains("no CSV form"));
    assert!(wrong(&config, &["apply", &plan, "-o", "csv"]).contains("no CSV form"));
    assert_eq!(served.urns(&["--enabled"]).len(), 3, "nothing was sent");
    // A journal that cannot be written stops it before anything is changed.
    let nowhere = wrong(&config, &["apply", &plan, "--journal", "/nowhere/journal.jsonl"]);
    assert!(nowhere.contains("the journal cannot be opened"), "{nowhere}");
}
