//! What is told while a command works.

use crate::support::{Run, Served};

/// What `-v` tells, without what differs from run to run: the port and how long it took.
fn told(run: &Run) -> String {
    let mut lines: Vec<_> = run
        .stderr
        .lines()
        .map(|line| {
            let line = line.rsplit_once(", ").map_or(line, |(line, _)| line);
            match line.split_once("127.0.0.1:") {
                Some((before, after)) => {
                    format!("{before}HOST{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
                }
                None => line.to_owned(),
            }
        })
        .collect();
    // The two lists that Pica has are asked for at the same time.
    lines.sort_unstable();
    lines.join("\n")
}

/// The owner of one of the documented samples.
const OWNER: &str = "user:46f75762f34e4962bf5684760f0f9f0e";

#[test]
fn each_v_tells_more_and_none_tells_queries_or_secrets() {
    let served = Served::new(&["pica"]);
    let list = ["list", "--connector", "resend", "--owner", OWNER, "-o", "json"];
    let quiet = served.run(&list);
    assert_eq!((quiet.code, &*quiet.stderr), (0, ""));
    let once = served.run(&[&list[..], &["-v"]].concat());
    insta::assert_snapshot!("once", told(&once));
    let twice = served.run(&[&["-vv"], &list[..]].concat());
    insta::assert_snapshot!("twice", told(&twice));
    assert!(!twice.stderr.contains("46f75762") && !twice.stderr.contains("sk_test"), "{}", twice.stderr);
    let variable = Run::of(served.command_with(&served.config(), &list).env("CONJOIN_LOG", "debug"));
    assert_eq!(told(&variable), told(&twice));
    assert_eq!(once.json(0)["connections"][0]["urn"], quiet.json(0)["connections"][0]["urn"]);
    let wrong = Run::of(served.command_with(&served.config(), &list).env("CONJOIN_LOG", "loud"));
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("CONJOIN_LOG is none of: off, info, debug"), "{}", wrong.stderr);
}
