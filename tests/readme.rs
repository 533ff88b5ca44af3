//! What the README claims, held against the code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use conjoin::{
    Config, Filter, Kind, Operation, ProviderInfo, ProviderName, ReqwestTransport, Secret, Setup, Support,
};

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap()
}

fn info(kind: &Kind) -> ProviderInfo {
    let name = ProviderName::new("p").unwrap();
    let setup = Setup::new(name, Secret::new("none"), Arc::new(ReqwestTransport::new()));
    kind.provider(setup).unwrap().info().clone()
}

/// What each vendor can do, as Markdown: generated from the capabilities that the adapters declare.
fn table() -> String {
    let vendors = [
        ("Aitronos", Kind::Aitronos { organization_id: "org".into(), application_id: None }),
        ("Pica", Kind::Pica { dialect: "v2".parse().unwrap() }),
        ("Pica (One)", Kind::Pica { dialect: "one".parse().unwrap() }),
        ("Pica (legacy)", Kind::Pica { dialect: "legacy".parse().unwrap() }),
        ("Toolzz", Kind::Toolzz { unit_id: "unit".into() }),
    ]
    .map(|(name, kind)| (name, info(&kind).capabilities));
    let cell = |support| match support {
        Support::Native => "yes",
        Support::Unsupported => "–",
        _ => "emulated",
    };
    let mut text = format!("| | {} |\n|---|", vendors.map(|(name, _)| name).join(" | "));
    text.push_str(&"---|".repeat(vendors.len()));
    text.push('\n');
    for &operation in Operation::ALL {
        let cells = vendors.map(|(_, capabilities)| cell(capabilities.of(operation)));
        writeln!(text, "| {operation} | {} |", cells.join(" | ")).unwrap();
    }
    for &filter in Filter::ALL {
        let cells = vendors.map(|(_, capabilities)| match capabilities.of_filter(filter) {
            Support::Native => "vendor",
            Support::Unsupported => "not told",
            _ => "here",
        });
        writeln!(text, "| by {filter} | {} |", cells.join(" | ")).unwrap();
    }
    text
}

#[test]
fn the_table_of_providers_is_what_the_adapters_declare() {
    let table = table();
    assert!(readme().contains(&table), "README.md is to hold this table:\n\n{table}");
}

#[test]
fn the_configuration_in_the_readme_works() {
    let readme = readme();
    let blocks: Vec<_> =
        readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        Config::parse(block, Path::new("conjoin.toml")).unwrap();
    }
}

#[test]
fn every_example_is_listed_and_runs_as_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let files = std::fs::read_dir(root.join("examples")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = files.map(|name| name.into_string().unwrap()).collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(readme().contains(&format!("(examples/{name})")), "README.md is to list examples/{name}");
        if root.join("examples").join(&name).is_dir() {
            // A crate of its own, which the checks of a change build and test.
            let checks = std::fs::read_to_string(root.join(".ci/run")).unwrap();
            assert!(
                checks.contains(&format!("examples/{name}/Cargo.toml")),
                ".ci/run is to test examples/{name}"
            );
            continue;
        }
        let declared = format!("path = \"../../examples/{name}\"\ntest = true\n");
        assert!(
            manifest.contains(&declared),
            "crates/conjoin/Cargo.toml is to declare {name} with test = true"
        );
        let text = std::fs::read_to_string(root.join("examples").join(&name)).unwrap();
        assert!(
            text.contains("#[test]") && text.contains("main().unwrap()"),
            "{name} is to have a test of main"
        );
    }
}
