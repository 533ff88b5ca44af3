//! Who may use whom: the arrows of the architecture, as cargo sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

/// The packages that a package is built from, without what only its tests use.
fn built_from(package: &str, features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package])
        .args(features)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn assert_free_of(package: &str, features: &[&str], banned: &[&str]) {
    let found = built_from(package, features);
    let wrong: Vec<_> = banned.iter().filter(|banned| found.contains(**banned)).collect();
    assert!(wrong.is_empty(), "{package} must not be built from {wrong:?}");
}

#[test]
fn the_core_knows_no_http_no_tls_and_no_runtime() {
    let banned = ["http", "hyper", "reqwest", "rustls", "tokio", "url", "conjoin-http", "conjoin-testkit"];
    assert_free_of("conjoin-core", &[], &banned);
}

#[test]
fn adapters_know_the_shared_client_and_no_other() {
    for adapter in ["conjoin-aitronos", "conjoin-pica", "conjoin-toolzz"] {
        assert_free_of(adapter, &[], &["reqwest", "rustls", "hyper", "conjoin", "conjoin-testkit"]);
    }
}

#[test]
fn no_library_is_built_from_the_test_kit() {
    for library in ["conjoin-core", "conjoin-http", "conjoin"] {
        assert_free_of(library, &["--all-features"], &["conjoin-testkit", "insta", "proptest"]);
    }
}

#[test]
fn a_hub_without_vendors_has_none() {
    let banned = ["conjoin-aitronos", "conjoin-pica", "conjoin-toolzz"];
    assert_free_of("conjoin", &["--no-default-features"], &banned);
}

#[test]
fn what_keeps_answers_is_there_only_where_it_is_asked_for() {
    assert_free_of("conjoin", &[], &["moka"]);
    assert_free_of("conjoin-cli", &[], &["moka"]);
    assert!(built_from("conjoin", &["--features", "cache"]).contains("moka"));
}

#[test]
fn there_is_one_tls() {
    assert_free_of("conjoin-cli", &[], &["openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"]);
}
