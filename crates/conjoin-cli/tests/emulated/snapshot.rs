//! `snapshot`: what is written, where, and when nothing is.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Served, assert_told};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

/// The lines of a snapshot: the first, the rows, the last.
fn lines(text: &str) -> (Value, Vec<Value>, Value) {
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (lines.remove(0), lines.pop().unwrap());
    (first, lines, last)
}

#[test]
fn all_connections_are_in_the_file_that_is_named_and_no_secret() {
    let served = Served::new(ALL);
    let path = served.path("all.jsonl");
    let run = served.run(&["snapshot", "--out", path.to_str().unwrap()]);
    assert_told!("snapshot", run.text());
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("sk_test_of_the_suite"));
    let (first, mut rows, last) = lines(&text);
    assert_eq!((&first["conjoin_snapshot"], &first["query"]), (&json!(1), &json!({ "detail": "summary" })));
    let mut listed = served.list(&[]);
    for row in rows.iter_mut().chain(&mut listed) {
        row.as_object_mut().unwrap().remove("fetched_at");
    }
    rows.sort_by_key(|row| row["urn"].to_string());
    listed.sort_by_key(|row| row["urn"].to_string());
    assert_eq!(rows, listed);
    assert_eq!((&last["end"]["rows"], &last["end"]["receipt"]["complete"]), (&json!(16), &json!(true)));
}

#[test]
fn without_a_name_it_is_the_last_snapshot_and_a_dash_is_standard_output() {
    let served = Served::new(ALL);
    let told = served.run(&["snapshot", "--status", "active", "-o", "json"]).json(0);
    let path = served.path("state").join("conjoin").join("snapshot.jsonl");
    assert_eq!((&told["snapshot"], &told["written"]), (&json!(path), &json!(true)));
    let (first, rows, _) = lines(&fs::read_to_string(path).unwrap());
    assert_eq!(first["query"]["statuses"], json!(["active"]));
    assert_eq!(told["connections"], rows.len());
    assert_eq!(served.run(&["snapshot", "-o", "jsonl"]).text().lines().count(), 1);

    let run = served.run(&["snapshot", "--out", "-"]);
    assert_eq!(lines(run.text()).1.len(), 16);
    assert!(run.stderr.contains("complete: 16 rows of 3 providers"), "{run:?}");
    let demo = served.run(&["--version"]);
    assert_eq!(demo.code, 0);
}

#[test]
fn what_is_not_complete_is_written_and_says_so() {
    let served = Served::new(&["aitronos", "pica", "toolzz", "--fault", "503=0@/v1/vault"]);
    let run = served.run(&["snapshot"]);
    assert_eq!(run.code, 3);
    assert_told!("snapshot_incomplete", run.stdout);
    let (_, rows, last) =
        lines(&fs::read_to_string(served.path("state").join("conjoin").join("snapshot.jsonl")).unwrap());
    assert_eq!((rows.len(), &last["end"]["receipt"]["complete"]), (11, &json!(false)));
    assert_eq!(last["end"]["receipt"]["providers"][1]["outcome"], "failed");
}

#[test]
fn where_nothing_came_the_file_is_as_it_was() {
    let served = Served::new(&["pica", "--fault", "503=0"]);
    let path = served.write("old.jsonl", "as it was");
    let run = served.run(&["snapshot", "--out", path.to_str().unwrap(), "-o", "json"]);
    assert_eq!(run.json(1)["written"], false);
    assert_eq!(fs::read_to_string(&path).unwrap(), "as it was");
    assert_told!("snapshot_nothing", served.run(&["snapshot", "--out", path.to_str().unwrap()]).stdout);
}

#[test]
fn mistakes_exit_2_and_a_full_disk_exits_1() {
    let served = Served::new(&["pica"]);
    assert_eq!(served.run(&["snapshot", "-o", "csv"]).code, 2);
    let homeless = {
        let mut command = served.command_with(&served.config(), &["snapshot"]);
        crate::support::Run::of(command.env_remove("XDG_STATE_HOME").env_remove("HOME"))
    };
    assert_eq!(homeless.code, 2, "{homeless:?}");
    assert!(homeless.stderr.contains("--out FILE"), "{homeless:?}");
    let under_a_file = served.write("file", "").join("s.jsonl");
    let run = served.run(&["snapshot", "--out", under_a_file.to_str().unwrap()]);
    assert_eq!((run.code, &*run.stdout), (1, ""), "{run:?}");
    assert!(run.stderr.contains("s.jsonl: the snapshot cannot be written"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_the_file_as_it_was_and_nothing_beside_it() {
    use std::time::{Duration, Instant};

    let served = Served::new(&["pica", "--fault", "hang"]);
    let folder = served.path("snapshots");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("s.jsonl");
    let arguments = ["snapshot", "--timeout", "60s", "--out", path.to_str().unwrap()];
    let mut child = served.command_with(&served.config(), &arguments).spawn().unwrap();
    let began = Instant::now();
    while fs::read_dir(&folder).unwrap().count() == 0 {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(10));
    }
    crate::support::send("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
