//! `doctor`: what it finds, what it says to do, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::Value;

use crate::support::{Run, Served, assert_told};

const ALL: &[&str] = &["aitronos", "pica", "toolzz"];

fn doctor(served: &Served, config: &str, arguments: &[&str]) -> Run {
    let mut command = served.command_with(config, &[&["doctor"], arguments].concat());
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
        command.env_remove(name);
    }
    Run::of(&mut command)
}

/// The findings that are not well, as `provider check verdict`.
fn ill(run: &Run, code: i32) -> Vec<String> {
    let told = run.json(code);
    let findings = told["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| !["ok", "skipped"].contains(&finding["verdict"].as_str().unwrap()))
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("provider"), text("check"), text("verdict"))
        })
        .collect()
}

#[cfg(unix)]
fn mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn where_all_is_well_it_says_so_and_exits_0() {
    let served = Served::new(ALL);
    #[cfg(unix)]
    mode(&served.write("conjoin.toml", ""), 0o600);
    let run = doctor(&served, &served.config(), &[]);
    assert_told!("doctor_well", run.text());
    let told = doctor(&served, &served.config(), &["-o", "json"]).json(0);
    assert_eq!(told["healthy"], true);
    let lines = doctor(&served, &served.config(), &["-o", "jsonl", "--provider", "pica"]);
    let of: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(of.iter().all(|f| f["provider"].is_null() || f["provider"] == "pica"), "{lines:?}");
}

#[test]
fn offline_nobody_is_asked() {
    let served = Served::new(&["pica"]);
    let unreachable = served.config().replace("127.0.0.1:", "127.0.0.2:");
    let run = doctor(&served, &unreachable, &["--offline", "-o", "json"]);
    assert_eq!(ill(&run, 0), [""; 0]);
    let command = unreachable.replace("{ env = \"CONJOIN_TEST_CREDENTIAL\" }", "{ command = [\"false\"] }");
    assert_eq!(ill(&doctor(&served, &command, &["--offline", "-o", "json"]), 0), [""; 0]);
}

#[test]
fn credentials_that_are_missing_are_exit_code_2_and_their_files_are_looked_at() {
    let served = Served::new(ALL);
    let secret = served.write("secret", "sk_test_of_a_file");
    let config = served.config();
    let mut parts = config.split("{ env = \"CONJOIN_TEST_CREDENTIAL\" }");
    let config = [
        parts.next().unwrap(),
        "{ file = \"secret\" }",
        parts.next().unwrap(),
        "{ env = \"CONJOIN_NOT_SET\" }",
        parts.next().unwrap(),
        "{ command = [\"false\"] }",
        parts.next().unwrap(),
    ]
    .concat();
    #[cfg(unix)]
    {
        mode(&served.write("conjoin.toml", ""), 0o666);
        mode(&secret, 0o644);
        let run = doctor(&served, &config, &[]);
        assert_eq!(run.code, 2, "{run:?}");
        assert_told!("doctor_credentials", run.stdout);
    }
    let _ = secret;
    for form in ["table", "json", "jsonl"] {
        let run = doctor(&served, &config, &["-o", form]);
        assert!(!format!("{run:?}").contains("sk_test_of_a_file"), "{run:?}");
    }
}

#[test]
fn a_vendor_that_refuses_or_fails_is_told_with_what_to_do() {
    let served = Served::new(ALL);
    let refused = Run::of(
        served
            .command_with(&served.config(), &["doctor", "-o", "json"])
            .env("CONJOIN_TEST_CREDENTIAL", "invalid"),
    );
    assert_eq!(ill(&refused, 1), ["aitronos answer failed", "pica answer failed", "toolzz answer failed"]);
    let findings = refused.json(1);
    let answer = findings["findings"].as_array().unwrap().iter().find(|f| f["check"] == "answer").unwrap();
    assert_eq!(answer["error"]["kind"], "unauthenticated");
    assert!(answer["fix"].as_str().unwrap().starts_with("check the credential"), "{answer}");

    let sick = Served::new(&["aitronos", "pica", "toolzz", "--fault", "503=0@/v1/vault"]);
    let run = doctor(&sick, &sick.config(), &["-o", "json"]);
    assert_eq!(ill(&run, 3), ["pica answer failed"]);
    assert!(!format!("{refused:?}{run:?}").contains("sk_test_of_the_suite"));
}

#[test]
fn a_server_of_pica_s_that_speaks_another_dialect_is_named() {
    for (speaks, says, fails) in [
        ("v2", "one", true),
        ("one", "v2", true),
        ("one", "legacy", true),
        ("legacy", "v2", false),
        ("legacy", "one", true),
    ] {
        let served = Served::new(&["pica", "--dialect", speaks]);
        let config = format!("{}dialect = \"{says}\"\n", served.config());
        let run = doctor(&served, &config, &["-o", "json"]);
        let told = run.json(i32::from(fails));
        let findings = told["findings"].as_array().unwrap();
        let dialect = findings.iter().find(|finding| finding["check"] == "dialect").unwrap();
        assert_eq!(dialect["fix"], format!("write dialect = \"{speaks}\""), "{speaks} {says}: {run:?}");
    }
    // Where the address alone tells.
    let served = Served::new(&["pica"]);
    let config =
        served.config().replace(served.vendors[0]["base_url"].as_str().unwrap(), "https://api.withone.ai");
    let run = doctor(&served, &config, &["--offline", "-o", "json"]);
    assert_eq!(ill(&run, 0), ["pica dialect warning"]);
}

#[test]
fn all_that_is_wrong_with_a_configuration_is_told_at_once() {
    let served = Served::new(&["pica"]);
    let config = "[providers.a]\nkind = \"slack\"\n[providers.b]\nkind = \"pica\"\ncredential = \"sk_secret_in_a_file\"\n\
                  [providers.c]\nkind = \"pica\"\ncredential = { env = \"X\" }\nregion = 1\n";
    let run = doctor(&served, config, &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_told!("doctor_configuration", run.stdout);
    assert!(!format!("{run:?}").contains("sk_secret_in_a_file"));
    assert_eq!(doctor(&served, "][", &["-o", "json"]).code, 2);
    let missing = Run::of(crate::support::conjoin().args(["--config", "nowhere.toml", "doctor"]));
    assert_eq!(missing.code, 2);
    assert!(missing.stdout.contains("nowhere.toml cannot be read"), "{missing:?}");
    for arguments in [&["-o", "csv"][..], &["--provider", "nobody"]] {
        assert_eq!(doctor(&served, &served.config(), arguments).code, 2);
    }
    let demo = Run::of(crate::support::conjoin().args(["--demo", "doctor"]));
    assert_eq!((demo.code, &*demo.stdout), (2, ""));
}

/// A vendor whose clock stopped long ago.
fn long_ago() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            let mut caller = caller.unwrap();
            let _ = caller.read(&mut [0; 4096]);
            let body = "{\"rows\":[],\"total\":0,\"skip\":0,\"limit\":100}";
            let _ = write!(
                caller,
                "HTTP/1.1 200 OK\r\ndate: Mon, 01 Jan 2024 00:00:00 GMT\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    port
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let served = Served::new(&["pica"]);
    let config = served.config().replace(
        served.vendors[0]["base_url"].as_str().unwrap(),
        &format!("http://127.0.0.1:{}", long_ago()),
    );
    let run = doctor(&served, &config, &["-o", "json"]);
    assert_eq!(ill(&run, 0), ["pica clock warning"]);
}

#[cfg(target_os = "linux")]
#[test]
fn without_roots_to_trust_nobody_is_asked_over_tls() {
    let served = Served::new(&["pica"]);
    let config =
        served.config().replace(served.vendors[0]["base_url"].as_str().unwrap(), "https://vendor.invalid");
    let mut command = served.command_with(&config, &["doctor", "-o", "json"]);
    let run = Run::of(command.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nowhere"));
    assert_eq!(ill(&run, 1), ["- tls failed"]);
    assert!(run.stdout.contains("ca-certificates"), "{run:?}");
}
