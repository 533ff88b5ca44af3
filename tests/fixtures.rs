//! Every fixture through its vendor's adapter, in process: the unified result and the requests that were
//! sent, as one snapshot beside each fixture.
//!
//! A change that is meant is taken with `INSTA_UPDATE=always cargo test -p conjoin --test fixtures`, and
//! read as a diff.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use conjoin::{Kind, Operation, Support};
use conjoin_testkit::{Fixture, Provenance, Replay, play_all};

use support::{all, folder, kind, provider};

fn run_all(vendor: &str) {
    let make = |fixture: &Fixture, setup| kind(fixture).provider(setup);
    play_all(folder().join(vendor), make, |path, text| {
        assert!(!text.contains("decoy-secret"), "a secret came through");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), text));
    });
}

#[test]
fn aitronos_fixtures() {
    run_all("aitronos");
}

#[test]
fn pica_fixtures() {
    run_all("pica");
}

#[test]
fn toolzz_fixtures() {
    run_all("toolzz");
}

/// What each vendor's adapter claims in any of its dialects.
fn claims(vendor: &str, operation: Operation, fixtures: &[(PathBuf, Fixture)]) -> bool {
    fixtures.iter().filter(|(_, fixture)| fixture.about.vendor == vendor).any(|(_, fixture)| {
        let provider = provider(fixture, Arc::new(Replay::new(fixture.clone())), None);
        provider.info().capabilities.of(operation) != Support::Unsupported
    })
}

#[test]
fn no_operation_is_without_fixtures_and_no_fixture_without_operation() {
    let fixtures = all();
    let mut wrong = Vec::new();
    for vendor in Kind::WORDS {
        for &operation in Operation::ALL {
            let scenarios: Vec<_> = fixtures
                .iter()
                .filter(|(_, f)| f.about.vendor == *vendor && f.about.operation == operation)
                .map(|(_, f)| f.about.scenario.clone())
                .collect();
            let claimed = claims(vendor, operation, &fixtures);
            let fails = scenarios.iter().any(|scenario| scenario.starts_with("error"));
            let works = scenarios.iter().any(|scenario| !scenario.starts_with("error"));
            if claimed != (fails && works) {
                wrong.push(format!("{vendor} {operation}: claimed {claimed}, fixtures {scenarios:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_snapshot_is_orphaned() {
    let with_extension = |extension: &str| {
        let mut found = BTreeSet::new();
        let mut folders = vec![folder()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == extension) {
                    found.insert(path.with_extension(""));
                }
            }
        }
        found
    };
    assert_eq!(with_extension("snap"), with_extension("har"));
}

/// Counts that nobody can mistake: what of the evidence is documented, recorded or made up.
#[test]
fn the_index_of_fixtures_tells_their_provenance() {
    let mut table = BTreeMap::<_, BTreeMap<_, usize>>::new();
    for (_, fixture) in all() {
        let about = fixture.about;
        *table
            .entry((about.vendor, about.operation.as_str()))
            .or_default()
            .entry(about.provenance)
            .or_default() += 1;
    }
    let mut text =
        String::from("| vendor | operation | documented | recorded | synthetic |\n|---|---|---|---|---|\n");
    for ((vendor, operation), counts) in table {
        let of = |provenance| counts.get(&provenance).copied().unwrap_or(0);
        let (documented, recorded, synthetic) =
            (of(Provenance::Documented), of(Provenance::Recorded), of(Provenance::Synthetic));
        writeln!(text, "| {vendor} | {operation} | {documented} | {recorded} | {synthetic} |").unwrap();
    }
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    assert!(readme.contains(&text), "fixtures/README.md is to hold this table:\n\n{text}");
}
