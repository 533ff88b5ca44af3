//! `conjoin apply` and `conjoin undo`, killed at every request: nothing is lost, and nothing done twice.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::proxy::{Proxy, Trap};
use crate::support::{Run, Served};

/// A served vendor behind a line that kills.
struct Rig {
    served: Served,
    proxy: Proxy,
    config: String,
}

impl Rig {
    fn new(vendor: &str) -> Self {
        let served = Served::new(&[vendor, "--count", "4"]);
        let base_url = served.vendors[0]["base_url"].as_str().unwrap();
        let host = base_url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let proxy = Proxy::to(host.parse().unwrap());
        let config = served.config().replace(host, &proxy.address.to_string());
        Self { served, proxy, config }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.served.command_with(&self.config, arguments))
    }

    fn killed(&self, arguments: &[&str], trap: Trap) -> bool {
        self.proxy.run(&mut self.served.command_with(&self.config, arguments), trap)
    }

    /// Every connection and its switch.
    fn switches(&self) -> BTreeMap<String, Value> {
        let rows = self.served.list(&[]);
        rows.iter().map(|row| (row["urn"].as_str().unwrap().to_owned(), row["enabled"].clone())).collect()
    }

    fn path(&self, name: &str) -> (PathBuf, String) {
        let path = self.served.write(name, "");
        std::fs::remove_file(&path).unwrap();
        let text = path.to_str().unwrap().to_owned();
        (path, text)
    }

    /// One whole story: planned, killed on the way, applied to its end, undone. Whether it was killed.
    fn story(&self, changes: &str, number: usize, trap: Trap, kill_undo: bool, at_once: &str) -> bool {
        let before = self.switches();
        let on: Vec<_> = before.iter().filter(|(_, on)| **on == "enabled").map(|(urn, _)| urn).collect();
        let ((_, plan), (_, journal)) =
            (self.path(&format!("{number}.json")), self.path(&format!("{number}.journal.jsonl")));
        assert_eq!(self.run(&["plan", "disable", "--all", "--out", &plan]).code, 0);
        self.proxy.reached(changes);

        let (apply, undo) =
            (["apply", &plan, "--at-once", at_once], ["undo", &journal, "--at-once", at_once]);
        let mut killed = !kill_undo && self.killed(&apply, trap);
        let done = self.run(&[&apply[..], &["-o", "json"]].concat()).json(0);
        assert_eq!(done["summary"]["done"], on.len(), "{trap:?}: {done}");
        assert!(self.switches().values().all(|on| on == "disabled"), "{trap:?}");
        let reached = self.proxy.reached(changes);
        let once = on.iter().all(|urn| {
            let id = urn.split_once(':').unwrap().1;
            reached.iter().filter(|line| line.contains(id)).count() == 1
        });
        assert!(once && reached.len() == on.len(), "{trap:?}: {reached:#?}");

        killed |= kill_undo && self.killed(&undo, trap);
        assert_eq!(self.run(&undo).code, 0, "{trap:?}");
        assert_eq!(self.switches(), before, "{trap:?}");
        assert_eq!(self.proxy.reached(changes).len(), on.len(), "{trap:?}");
        killed
    }

    /// Kills at the first request, at the second, and so on, until nothing is left to kill at. How many there
    /// were.
    fn every(&self, changes: &str, kill_undo: bool, at_once: &str) -> usize {
        let mut number = 0;
        for at in 1.. {
            for trap in [Trap::KillBefore(at), Trap::KillAfter(at)] {
                number += 1;
                if !self.story(changes, number, trap, kill_undo, at_once) {
                    return at - 1;
                }
            }
        }
        unreachable!()
    }
}

#[test]
fn killed_while_it_applies_at_any_request_it_goes_on_and_does_nothing_twice() {
    let rig = Rig::new("aitronos");
    let on = rig.switches().values().filter(|on| **on == "enabled").count();
    assert!(on >= 2, "there is something to do");
    // Each is read, then changed.
    assert_eq!(rig.every("PATCH", false, "1"), 2 * on);
}

#[test]
fn killed_while_several_are_changed_at_a_time_it_goes_on_and_does_nothing_twice() {
    let rig = Rig::new("aitronos");
    rig.every("PATCH", false, "3");
}

#[test]
fn killed_while_it_undoes_at_any_request_it_goes_on_and_does_nothing_twice() {
    let rig = Rig::new("aitronos");
    let on = rig.switches().values().filter(|on| **on == "enabled").count();
    assert_eq!(rig.every("PATCH", true, "1"), 2 * on);
}

#[test]
fn a_vendor_whose_change_is_read_and_written_back_fares_no_worse() {
    let rig = Rig::new("toolzz");
    let on = rig.switches().values().filter(|on| **on == "enabled").count();
    assert!(on >= 2, "there is something to do");
    // Each is read; read, looked at again, and written.
    assert_eq!(rig.every("PUT", false, "1"), 4 * on);
}

#[test]
fn two_runs_of_one_journal_at_once_cannot_be() {
    let rig = Rig::new("aitronos");
    let (_, plan) = rig.path("plan.json");
    let (_, journal) = rig.path("plan.journal.jsonl");
    assert_eq!(rig.run(&["plan", "disable", "--all", "--out", &plan]).code, 0);
    rig.proxy.start(&mut rig.served.command_with(&rig.config, &["apply", &plan]), Trap::Hold(2));
    rig.proxy.wait_for_hold();
    for arguments in [&["apply", &plan][..], &["undo", &journal]] {
        let second = rig.run(arguments);
        assert_eq!((second.code, &*second.stdout), (2, ""), "{second:?}");
        assert!(second.stderr.contains("another run is working with this journal"), "{second:?}");
    }
    assert_eq!(rig.proxy.let_go(), Some(0));
    assert_eq!(rig.run(&["apply", &plan]).code, 0);
    assert!(rig.switches().values().all(|on| on == "disabled"));
}
