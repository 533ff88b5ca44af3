//! Vendors that fail: exit codes 1 and 3, what the receipt says, and what is retried.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Run, Served};

/// The outcomes of the providers, in order.
fn outcomes(told: &Value) -> Vec<String> {
    let providers = told["receipt"]["providers"].as_array().unwrap();
    providers.iter().map(|receipt| receipt["outcome"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn two_refusals_for_too_many_requests_are_waited_out() {
    let served = Served::new(&["aitronos", "--fault", "429=0:2"]);
    let told = served.run(&["list", "-o", "json"]).json(0);
    assert_eq!(told["connections"].as_array().unwrap().len(), 5);
    let receipt = &told["receipt"]["providers"][0];
    assert_eq!((&receipt["outcome"], &receipt["retries"]), (&"ok".into(), &2.into()));
}

#[test]
fn a_vendor_that_is_down_leaves_a_partial_answer_and_exit_code_3() {
    let served = Served::new(&["aitronos", "pica", "toolzz", "--fault", "503=0@/v1/vault"]);
    let told = served.run(&["list", "-o", "json"]).json(3);
    assert_eq!(outcomes(&told), ["ok", "failed", "ok"]);
    assert_eq!(told["connections"].as_array().unwrap().len(), 11);
    assert_eq!(told["receipt"]["complete"], false);
    let error = &told["receipt"]["providers"][1]["error"];
    assert_eq!((&error["kind"], &error["status"]), (&"unavailable".into(), &503.into()));
    for form in ["table", "jsonl", "csv"] {
        let run = served.run(&["list", "-o", form]);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(format!("{}{}", run.stdout, run.stderr).contains("incomplete: pica gave nothing"), "{run:?}");
    }
}

#[test]
fn a_fault_on_a_later_page_keeps_the_pages_before() {
    // The first page of each walk comes; then the vendor is gone.
    let served = Served::new(&["pica", "--count", "1000", "--rate-limit", "2/s"]);
    let told = served.run(&["list", "-o", "json", "--timeout", "1.5"]).json(3);
    let receipt = &told["receipt"]["providers"][0];
    let rows = told["connections"].as_array().unwrap().len() as u64;
    assert!(rows > 0 && rows < 1000 && receipt["rows"] == rows, "{receipt}");
}

#[test]
fn every_vendor_down_is_exit_code_1() {
    for (fault, kind) in [
        ("503=0", "unavailable"),
        ("401", "unauthenticated"),
        ("403", "permission_denied"),
        ("html", "unavailable"),
        ("html=200", "decode"),
        ("empty", "decode"),
        ("redirect", "config"),
        ("reset", "network"),
        ("cut", "network"),
    ] {
        let served = Served::new(&["toolzz", "--fault", fault]);
        let told = served.run(&["list", "-o", "json"]).json(1);
        assert_eq!(outcomes(&told), ["failed"], "{fault}");
        assert_eq!(told["receipt"]["providers"][0]["error"]["kind"], kind, "{fault}: {told}");
    }
}

#[test]
fn a_vendor_that_hangs_is_left_at_the_timeout() {
    let served = Served::new(&["aitronos", "pica", "--fault", "hang@/v1/vault"]);
    let started = Instant::now();
    let told = served.run(&["list", "-o", "json", "--timeout", "1s"]).json(3);
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(outcomes(&told), ["ok", "timed_out"]);
    let one =
        served.run(&["get", "pica:00000000-0000-4000-8000-000000000000", "--timeout", "500ms", "-o", "json"]);
    assert_eq!(one.json(1)["error"]["kind"], "timeout");
}

#[test]
fn a_slow_answer_within_its_time_is_whole() {
    let served = Served::new(&["toolzz", "--fault", "slow=20", "--latency", "50"]);
    assert_eq!(served.list(&[]).len(), 6);
}

#[test]
fn a_deletion_whose_answer_is_lost_is_looked_for_and_not_sent_twice() {
    let served = Served::new(&["pica", "--fault", "reset:1@/v1/vault/connections/"]);
    let urn = &served.urns(&[])[0];
    let run = served.run(&["delete", urn, "--yes", "-o", "json"]);
    // A second request to delete it would be answered that there is none.
    assert_eq!(run.json(0)["deleted"], true);
    assert!(!served.urns(&[]).contains(urn));
}

#[test]
fn a_whole_record_whose_answer_is_lost_is_written_again() {
    let served = Served::new(&["toolzz", "--fault", "reset:1@/api/v1/credential/cb"]);
    let urn = "toolzz:cb94a5a9-d3fc-4afe-b235-e9c78d55a67b";
    assert_eq!(served.run(&["disable", urn]).text(), format!("disabled {urn}\n"));
    assert_eq!(served.run(&["get", urn, "-o", "json"]).json(0)["enabled"], "disabled");
}

#[test]
fn a_wrong_credential_is_refused_and_never_shown() {
    let served = Served::new(&["aitronos", "pica", "toolzz"]);
    let run = served.run_as("invalid", &["list", "-o", "json"]);
    let told = run.json(1);
    for receipt in told["receipt"]["providers"].as_array().unwrap() {
        assert_eq!(receipt["error"]["kind"], "unauthenticated", "{receipt}");
    }
    let missing = served.run_as("", &["list", "-o", "json"]);
    assert_eq!((missing.code, &*missing.stdout), (2, ""), "{missing:?}");
}

#[test]
fn wrong_configurations_exit_2_and_name_the_place() {
    let served = Served::new(&["pica"]);
    for (config, said) in [
        ("", "write a table [providers.NAME]"),
        ("[providers.x]\nkind = \"slack\"\n", "aitronos, pica, toolzz"),
        ("providers = 1", "is a number, not tables"),
        ("][", "line 1 is not TOML"),
        ("[providers.x]\nkind = \"pica\"\ncredential = \"sk\"\n", "does not belong"),
        ("[providers.x]\nkind = \"aitronos\"\ncredential = { env = \"X\" }\n", "organization_id"),
    ] {
        let run = Run::of(&mut served.command_with(config, &["list"]));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{config}: {run:?}");
        assert!(run.stderr.contains(said), "{config}: {run:?}");
    }
}
