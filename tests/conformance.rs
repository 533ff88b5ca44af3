//! No adapter and no wrapper is without the tests of conformance.

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

/// The providers of our own crate, which are wrappers around others: each file and type.
fn wrappers(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(wrappers(&path));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let types = text
            .split("impl ConnectionProvider for ")
            .skip(1)
            .filter_map(|rest| rest.split([' ', '<']).next());
        found.extend(types.map(|name| (path.clone(), name.to_owned())));
    }
    found
}

#[test]
fn every_wrapper_forwards_everything_and_has_the_tests_of_conformance() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tests = std::fs::read_to_string(folder.join("tests/wrappers.rs")).unwrap();
    let library = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap();
    // What the library keeps to itself is no provider that anybody wraps others with.
    let public = |name: &str| library.contains(&format!("::{name};"));
    let wrappers: Vec<_> =
        wrappers(&folder.join("src")).into_iter().filter(|(_, name)| public(name)).collect();
    assert_eq!(wrappers.iter().map(|(_, name)| &**name).collect::<Vec<_>>(), ["Cached"]);
    for (path, name) in wrappers {
        let text = std::fs::read_to_string(&path).unwrap();
        let whole = format!("#[deny(clippy::missing_trait_methods)]\nimpl ConnectionProvider for {name} ");
        assert!(text.contains(&whole), "{} is to hold `{whole}`", path.display());
        let subject = format!("{name}::new(");
        assert!(tests.contains(&subject), "crates/conjoin/tests/wrappers.rs is to have a subject of {name}");
    }
    assert!(tests.contains(".rate_limit("), "the limit on the rate is to be among the subjects");
}
