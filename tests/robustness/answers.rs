//! Any answer to any question.

use conjoin_testkit::{Fixture, fixtures};
use proptest::prelude::*;
use serde_json::Value;

use crate::canned::{ask_everything, kinds};
use crate::corpus::{folder, inputs};
use crate::json::{broken, value};

/// The JSON answers of all fixtures.
pub(crate) fn documented() -> Vec<Value> {
    let paths = fixtures(folder("fixtures")).unwrap();
    let exchanges = paths.iter().flat_map(|path| Fixture::load(path).unwrap().exchanges);
    exchanges
        .filter_map(|exchange| match exchange.response.body {
            conjoin_testkit::Body::Json(value) => Some(value),
            _ => None,
        })
        .collect()
}

/// The credential, which a hostile vendor sends back, is in nothing that comes of it.
fn survives(status: u16, body: &[u8]) {
    for kind in kinds() {
        let told = ask_everything(&kind, status, body);
        let errors = told.split("\"error\":").skip(1).chain(told.split("Err(").skip(1));
        for error in errors {
            let end = error.find("attempts").unwrap_or(error.len());
            assert!(!error[..end].contains("s3cr3t-credential"), "{error}");
        }
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(128)) }
}

/// So many cases, unless the environment asks for another number.
pub(crate) fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

#[test]
fn stored_answers_are_survived() {
    for (name, bytes) in inputs("answers") {
        println!("{name}");
        for status in [200, 400, 500] {
            survives(status, &bytes);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_json_is_survived(value in value(), status in prop::sample::select(vec![200, 404, 422, 500])) {
        survives(status, value.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        survives(200, &bytes);
    }

    #[test]
    fn documented_answers_with_one_value_changed_are_survived(
        original in prop::sample::select(documented()), place: usize, with in value(),
    ) {
        survives(200, broken(&original, place, &with).to_string().as_bytes());
    }

    #[test]
    fn documented_answers_that_break_off_are_survived(
        original in prop::sample::select(documented()), at: prop::sample::Index,
    ) {
        let text = original.to_string().into_bytes();
        survives(200, &text[..at.index(text.len())]);
    }
}
