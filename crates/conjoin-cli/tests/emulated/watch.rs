//! `watch`: what it tells while vendors change, fall and rise again.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Run, Served, assert_told, send};

/// A watch, running.
struct Watching {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            if sender.send(line.unwrap()).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Watching {
    /// Starts one that asks often, and waits until it knows what there is.
    fn new(served: &Served, arguments: &[&str]) -> Self {
        let arguments = [&["watch", "--interval", "100ms", "--timeout", "4s"], arguments].concat();
        let mut child = served
            .command_with(&served.config(), &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (out, err) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        let watching = Self { child, out, err };
        let begun = watching.err.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(begun.starts_with("watching "), "{begun}");
        watching
    }

    fn line(&self) -> String {
        self.out.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    fn event(&self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// The names of so many events, whatever their order.
    fn events(&self, number: usize) -> Vec<String> {
        let mut names: Vec<_> = (0..number)
            .map(|_| {
                let event = self.event();
                format!("{} {}", event["event"].as_str().unwrap(), event["provider"].as_str().unwrap())
            })
            .collect();
        names.sort_unstable();
        names
    }

    fn end(mut self, signal: &str) -> Vec<String> {
        send(signal, &self.child);
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{signal}");
        self.out.iter().collect()
    }
}

#[test]
fn changes_outages_and_returns_are_told_and_nothing_is_removed_in_between() {
    let served = Served::new(&["pica", "toolzz"]);
    let watching = Watching::new(&served, &["-o", "jsonl"]);

    let urn = served.urns(&["--provider", "toolzz", "--status", "active"]).remove(0);
    served.run(&["disable", &urn]);
    let event = watching.event();
    assert_eq!((&event["event"], &event["urn"]), (&"status_changed".into(), &(&*urn).into()));
    assert_eq!(event["facts"][0]["after"], "disabled");
    assert_eq!(event["connection"]["status"], "disabled");
    served.run(&["enable", &urn]);
    assert_eq!(watching.events(1), ["status_changed toolzz"]);

    // Both vendors hang, then answer again: nothing was removed meanwhile.
    served.send("-STOP");
    assert_eq!(watching.events(2), ["provider_down pica", "provider_down toolzz"]);
    served.send("-CONT");
    assert_eq!(watching.events(2), ["provider_up pica", "provider_up toolzz"]);

    let urn = served.urns(&["--provider", "pica"]).remove(0);
    served.run(&["delete", &urn, "--yes"]);
    assert_eq!(watching.events(1), ["removed pica"]);
    assert_eq!(watching.end("-TERM"), [""; 0]);
}

#[test]
fn people_read_a_line_an_event() {
    let served = Served::new(&["pica", "toolzz"]);
    let watching = Watching::new(&served, &["--provider", "toolzz"]);
    let urn = served.urns(&["--provider", "toolzz", "--status", "active"]).remove(0);
    served.run(&["disable", &urn]);
    let mut told = vec![watching.line()];
    served.send("-STOP");
    told.push(watching.line());
    served.send("-CONT");
    told.push(watching.line());
    assert_told!("watch_lines", told.join("\n"));
    assert_eq!(watching.end("-INT"), [""; 0]);
}

#[test]
fn a_state_file_carries_it_over_a_restart() {
    let served = Served::new(&["pica", "toolzz"]);
    let state = served.path("watch.jsonl");
    let once = |code| {
        let run = served.run(&["watch", "--once", "-o", "jsonl", "--state", state.to_str().unwrap()]);
        assert_eq!(run.code, code, "{run:?}");
        let events = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.map(|event| event["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(once(0), [""; 0]);
    let urn = served.urns(&["--provider", "pica"]).remove(0);
    served.run(&["delete", &urn, "--yes"]);
    assert_eq!(once(0), ["removed"]);
    assert_eq!(once(0), [""; 0]);
    // As if it had been broken when it was last seen.
    let text = fs::read_to_string(&state).unwrap();
    let row =
        text.lines().find(|line| line.contains("\"status\":\"active\",\"provider\":\"toolzz\"")).unwrap();
    let expired = row.replace("\"authorization\":\"unknown\"", "\"authorization\":\"expired\"");
    let broken = text.replacen(row, &expired, 1);
    assert_ne!(text, broken);
    fs::write(&state, broken).unwrap();
    assert_eq!(once(0), ["recovered"]);
    // It is a snapshot like any other.
    assert_eq!(served.run(&["diff", state.to_str().unwrap()]).code, 0);
}

#[test]
fn a_round_that_is_not_complete_is_exit_code_3_and_none_is_1() {
    let served = Served::new(&["pica", "toolzz", "--fault", "503=0@/v1/vault"]);
    let run = served.run(&["watch", "--once", "-o", "jsonl"]);
    assert_eq!(run.code, 3, "{run:?}");
    let event: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&event["event"], &event["provider"]), (&"provider_down".into(), &"pica".into()));
    assert_eq!((&event["outcome"], &event["error"]["kind"]), (&"failed".into(), &"unavailable".into()));
    assert_eq!(served.run(&["watch", "--once", "--provider", "pica"]).code, 1);
}

#[test]
fn mistakes_exit_2() {
    let served = Served::new(&["pica"]);
    let state = served.write("state.jsonl", "nothing of the kind");
    let slack = served.path("slack.jsonl");
    let slack = slack.to_str().unwrap();
    assert_eq!(served.run(&["watch", "--once", "--state", slack, "--connector", "slack"]).code, 0);
    for (arguments, said) in [
        (&["watch", "-o", "json"][..], "there are: table, jsonl"),
        (&["watch", "--interval", "often"], "no time; write 30s"),
        (&["watch", "--count", "0"], "1.."),
        (&["watch", "--once", "--count", "2"], "cannot be used with"),
        (&["watch", "--once", "--state", state.to_str().unwrap()], "line 1: this is no snapshot"),
        (&["watch", "--once", "--state", slack], "another question"),
    ] {
        let run: Run = served.run(arguments);
        assert_eq!((run.code, &*run.stdout), (2, ""), "{run:?}");
        assert!(run.stderr.contains(said), "{run:?}");
    }
}
