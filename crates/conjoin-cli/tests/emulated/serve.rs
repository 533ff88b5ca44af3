//! `conjoin emulate` itself: what it tells, how it ends, and what it refuses.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Run, Served, conjoin};

fn address(base_url: &Value) -> SocketAddr {
    let rest = base_url.as_str().unwrap().strip_prefix("http://").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

/// A port that was free a moment ago, and the two after it.
fn free_ports() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let next = |offset: u16| {
            port.checked_add(offset).is_some_and(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        };
        if next(1) && next(2) {
            return port;
        }
    }
}

#[test]
fn each_vendor_is_told_with_its_base_url_and_under_it_what_callers_need() {
    let mut child =
        conjoin().args(["emulate", "aitronos", "pica", "toolzz"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told: Vec<_> = lines.by_ref().take(18).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let shape = told.iter().map(|line| {
        line.split(' ')
            .map(|word| if word.contains("127.0.0.1:") { "URL" } else { word })
            .collect::<Vec<_>>()
            .join(" ")
    });
    insta::assert_snapshot!("what_is_told", shape.collect::<Vec<_>>().join("\n"));
    let urls: Vec<_> = told.iter().filter_map(|line| Some(line.split_once("http://")?.1)).collect();
    assert_eq!(urls.len(), 3);
    assert!(urls.iter().all(|url| url.starts_with("127.0.0.1:")), "{urls:?}");
    assert!(urls[2].ends_with("/api/v1"), "{urls:?}");
    assert_eq!(lines.next(), None);
}

#[test]
fn json_tells_the_same_as_one_object() {
    let mut child = conjoin()
        .args(["emulate", "toolzz", "aitronos", "-o", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while stdout.read_line(&mut text).unwrap() > 0 && !text.ends_with("\n}\n") {}
    child.kill().unwrap();
    child.wait().unwrap();
    let told: Value = serde_json::from_str(&text).unwrap();
    let emulators = told["emulators"].as_array().unwrap();
    let vendors: Vec<_> = emulators.iter().map(|told| told["vendor"].as_str().unwrap()).collect();
    assert_eq!(vendors, ["toolzz", "aitronos"]);
    assert!(emulators[0]["unit"].is_string() && emulators[0]["integrations"]["slack"].is_string());
    assert!(emulators[0].get("organization").is_none());
    assert!(emulators[1]["organization"].as_str().unwrap().starts_with("org_"));
}

#[test]
fn ports_follow_each_other_and_nothing_but_loopback_listens() {
    let port = free_ports();
    let served = Served::new(&["pica", "toolzz", "aitronos", "--port", &port.to_string()]);
    let ports: Vec<_> = served.vendors.iter().map(|vendor| address(&vendor["base_url"]).port()).collect();
    assert_eq!(ports, [port, port + 1, port + 2]);
    assert!(served.vendors.iter().all(|vendor| address(&vendor["base_url"]).ip().is_loopback()));
    // The same port of another local address is not taken.
    TcpListener::bind(("127.0.0.2", port)).unwrap();
}

#[test]
fn a_port_in_use_is_a_mistake_that_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = Run::of(conjoin().args(["emulate", "pica", "--port", &port]));
    assert_eq!((run.code, &*run.stdout), (2, ""));
    assert!(run.stderr.contains(&format!("pica cannot be served on port {port} of 127.0.0.1")), "{run:?}");
}

#[cfg(unix)]
#[test]
fn both_signals_end_it_cleanly_even_while_callers_are_connected() {
    for signal in ["-TERM", "-INT"] {
        let mut served = Served::new(&["pica", "aitronos", "--fault", "hang"]);
        let address = address(&served.vendors[0]["base_url"]);
        let mut caller = TcpStream::connect(address).unwrap();
        caller.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        caller.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert_eq!(served.signal(signal).code(), Some(0), "{signal}");
        assert_eq!(caller.read(&mut [0; 1]).unwrap_or(0), 0);
        assert!(TcpStream::connect(address).is_err());
    }
}

#[test]
fn mistakes_exit_2_and_say_what_exists() {
    for (arguments, said) in [
        (&[][..], "<VENDOR>..."),
        (&["slack"], "[possible values: aitronos, pica, toolzz]"),
        (&["pica", "--dialect", "v3"], "[possible values: legacy, v2-nostate, v2, one]"),
        (&["toolzz", "--dialect", "one"], "--dialect is Pica's alone"),
        (&["pica", "--fault", "teapot"], "html, empty, redirect, reset, cut, hang or slow"),
        (&["pica", "--fault", "429:x"], "a whole number of requests"),
        (&["pica", "--rate-limit", "0/s"], "such as 10/s"),
        (&["pica", "--port", "0"], "1..=65535"),
        (&["pica", "toolzz", "--port", "65535"], "the last one is 65535"),
        (&["pica", "--count=-1"], "--count"),
        (&["pica", "--count", "100000001"], "100000000"),
        (&["pica", "--latency", "1s"], "--latency"),
        (&["pica", "--seed", "x"], "--seed"),
        (&["pica", "-o", "csv"], "there are: table, json, jsonl"),
    ] {
        let run = Run::of(conjoin().arg("emulate").args(arguments));
        assert_eq!((run.code, &*run.stdout), (2, ""), "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {run:?}");
    }
}

#[test]
fn two_servers_of_one_vendor_have_their_own_state() {
    let served = Served::new(&["pica", "pica", "--count", "3", "--dialect", "legacy"]);
    assert_ne!(served.vendors[0]["base_url"], served.vendors[1]["base_url"]);
    let credential = "credential = { env = \"CONJOIN_TEST_CREDENTIAL\" }";
    let provider = |name, place: usize| {
        let base_url = &served.vendors[place]["base_url"];
        format!(
            "[providers.{name}]\nkind = \"pica\"\ndialect = \"legacy\"\nbase_url = {base_url}\n{credential}\n"
        )
    };
    let config = format!("{}{}", provider("left", 0), provider("right", 1));
    let list = || Run::of(&mut served.command_with(&config, &["list", "-o", "json"])).json(0);
    let ids = |told: &Value| -> Vec<_> {
        let rows = told["connections"].as_array().unwrap();
        rows.iter().map(|row| row["urn"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids(&list());
    assert_eq!(before.len(), 6);
    let (left, right) = (&before[0], before[0].replace("left:", "right:"));
    let run = Run::of(&mut served.command_with(&config, &["delete", left, "--yes"]));
    assert_eq!(run.code, 0, "{run:?}");
    let after = ids(&list());
    assert!(!after.contains(left) && after.contains(&right), "{after:?}");
}

#[test]
fn equal_seeds_make_equal_connections_and_others_make_others() {
    let rows = |seed| Served::new(&["toolzz", "--count", "20", "--seed", seed]).urns(&[]);
    let (one, same, other) = (rows("1"), rows("1"), rows("2"));
    assert_eq!(one.len(), 20);
    assert_eq!(one, same);
    assert!(one.iter().all(|urn| !other.contains(urn)));
}
