//! What the targets are tried with: the stored inputs, and what the fixtures hold.

use std::path::{Path, PathBuf};

use conjoin_testkit::{Fixture, fixtures};

use crate::targets::Target;

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|root| root.join(name))
        .find(|path| path.is_dir())
        .unwrap()
}

/// The stored inputs of one sort, by name.
pub(crate) fn inputs(sort: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder("tests/robustness/inputs").join(sort)).unwrap();
    let inputs: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
        })
        .collect();
    assert!(!inputs.is_empty(), "no inputs for {sort}");
    inputs
}

/// Everything for one target.
pub(crate) fn corpus(target: &Target) -> Vec<(String, Vec<u8>)> {
    let mut corpus = inputs(target.inputs);
    for path in fixtures(folder("fixtures")).unwrap() {
        let (name, fixture) = (path.display().to_string(), Fixture::load(&path).unwrap());
        match target.inputs {
            "har" => corpus.push((name, std::fs::read(&path).unwrap())),
            "answers" if target.name.starts_with(&*fixture.about.vendor) => {
                let answers = fixture.exchanges.iter().map(|exchange| exchange.response.body.to_bytes());
                corpus.extend(answers.map(|answer| (name.clone(), answer)));
            }
            "urn" => corpus.extend(fixture.about.call.id.map(|id| (name, format!("p:{id}").into_bytes()))),
            _ => {}
        }
    }
    corpus
}
