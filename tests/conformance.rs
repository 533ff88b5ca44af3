//! No adapter is without the tests of conformance.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

fn crates() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut crates: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    crates.sort();
    crates
}

/// A crate is an adapter where its library implements the trait, and it is not one of our own tools.
fn is_adapter(folder: &Path) -> bool {
    let ours = ["conjoin", "conjoin-core", "conjoin-http", "conjoin-testkit", "conjoin-cli"];
    let name = folder.file_name().unwrap().to_str().unwrap();
    let library = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
    !ours.contains(&name) && library.contains("impl ConnectionProvider for")
}

#[test]
fn every_adapter_has_the_tests_of_conformance() {
    let adapters: Vec<_> = crates().into_iter().filter(|folder| is_adapter(folder)).collect();
    assert_eq!(adapters.len(), conjoin::Kind::WORDS.len(), "{adapters:?}");
    for adapter in adapters {
        let tests = std::fs::read_to_string(adapter.join("tests/conformance.rs")).unwrap_or_default();
        assert!(
            tests.contains("conjoin_testkit::conformance!("),
            "{} is to hold tests/conformance.rs with `conjoin_testkit::conformance!(subject);`",
            adapter.display()
        );
    }
}
