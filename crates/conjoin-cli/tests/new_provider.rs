//! `conjoin new-provider` as a person calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// An empty folder in the target folder.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// A folder that looks like a checkout of Conjoin.
fn like_a_checkout(name: &str) -> PathBuf {
    let path = folder(name);
    for part in ["conjoin-core", "conjoin-http", "conjoin-testkit"] {
        fs::create_dir_all(path.join("crates").join(part)).unwrap();
        fs::write(path.join("crates").join(part).join("Cargo.toml"), "").unwrap();
    }
    path
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conjoin"));
    let Output { status, stdout, stderr } =
        command.current_dir(folder).arg("new-provider").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "HERE");
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// SLOW: a build of its own, with the workspace's lock and target folder, so that it needs no network.
#[test]
fn a_new_crate_is_green_from_the_start() {
    let place = folder("new-provider");
    let krate = place.join("conjoin-acme-cloud");
    let checkout = checkout();
    let (code, ..) =
        run(&place, &["acme-cloud", "--dir", krate.to_str().unwrap(), "--path", checkout.to_str().unwrap()]);
    assert_eq!(code, 0);
    fs::copy(checkout.join("Cargo.lock"), krate.join("Cargo.lock")).unwrap();
    let tests = Command::new(env!("CARGO"))
        .args(["test", "--offline"])
        .current_dir(&krate)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        // As in the workspace's profile, so that what is built already is not built again.
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .env("INSTA_UPDATE", "no")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&tests.stdout).into_owned() + &String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success() && !said.contains("warning"), "{said}");
    assert!(
        said.contains("test the_credential_is_shown_nowhere ... ok") && said.contains("test fixtures ... ok"),
        "{said}"
    );
}

#[test]
fn in_a_checkout_the_crate_becomes_a_part_of_it() {
    let place = like_a_checkout("in-tree");
    let (code, out, err) = run(&place, &["acme"]);
    insta::assert_snapshot!("in_tree", format!("{code}\n{out}{err}"));
    let manifest = fs::read_to_string(place.join("crates/conjoin-acme/Cargo.toml")).unwrap();
    assert!(manifest.contains("conjoin-core.workspace = true"), "{manifest}");
    let test = fs::read_to_string(place.join("crates/conjoin-acme/tests/fixtures.rs")).unwrap();
    assert!(test.contains("\"/../../fixtures/acme\""), "{test}");

    let again = run(&place, &["acme"]);
    let told = "error: there is something in HERE/crates/conjoin-acme; name another folder with --dir\n";
    assert_eq!(again, (2, String::new(), told.to_owned()));
}

#[test]
fn a_crate_of_its_own_depends_by_version_and_on_a_checkout_where_one_is_named() {
    let (place, checkout) = (folder("out-of-tree"), like_a_checkout("some-checkout"));
    let manifest = |name: &str| fs::read_to_string(place.join(name).join("Cargo.toml")).unwrap();
    assert_eq!(run(&place, &["released", "--dir", "released"]).0, 0);
    assert_eq!(run(&place, &["patched", "--dir", "patched", "--path", checkout.to_str().unwrap()]).0, 0);
    for name in ["released", "patched"] {
        let text = manifest(name);
        assert!(text.contains("\nconjoin-core = \"0.1\"\n") && text.contains("\n[workspace]\n"), "{text}");
    }
    let part = format!(
        "conjoin-core = {{ path = \"{}/crates/conjoin-core\" }}",
        checkout.canonicalize().unwrap().display()
    );
    assert!(manifest("patched").contains(&part), "{}", manifest("patched"));
}

#[test]
fn what_cannot_be_says_what_to_do() {
    let outside = std::env::temp_dir();
    for (args, said) in [
        (&["Acme"][..], "write lower-case letters and digits"),
        (&["page"], "`page` is a word of Conjoin's own"),
        (&["acme", "--in-tree"], "there is no checkout of Conjoin around here"),
        (&["acme", "--dir", "x", "--path", "/nowhere"], "/nowhere is no checkout of Conjoin"),
    ] {
        let (code, out, err) = run(&outside, args);
        assert_eq!((code, &*out), (2, ""), "{args:?}");
        assert!(err.contains(said), "{args:?}: {err}");
    }
}
