//! Texts that people write: URNs, ids, times, faults, configurations and HAR files.

use std::path::Path;

use conjoin::{Config, Status, Timestamp};
use conjoin_testkit::emulator::FaultSpec;
use conjoin_testkit::fixtures;
use proptest::prelude::*;

use crate::answers::cases;
use crate::corpus::folder;
use crate::json::{broken, text, value};
use crate::targets::{config, har, urn};

/// A configuration with everything in it.
const WHOLE: &str = r#"
timeout = "30s"

[providers.work]
kind = "aitronos"
credential = { env = "AITRONOS_API_KEY" }
organization_id = "org_1"
application_id = "flowplate"
base_url = "http://127.0.0.1:1"

[providers.crm]
kind = "pica"
credential = { file = "~/.secrets/pica" }
dialect = "one"

[providers."brasil.2"]
kind = "toolzz"
credential = { command = ["pass", "show", "s3cr3t"] }
unit_id = "u"
base_url = "http://proxy.example"
allow_http = true
"#;

fn hars() -> Vec<String> {
    let paths = fixtures(folder("fixtures")).unwrap();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_whole_configuration_is_one() {
    assert_eq!(Config::parse(WHOLE, Path::new("conjoin.toml")).unwrap().providers.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(256)) })]

    #[test]
    fn urns_and_ids_read_back(text in prop_oneof![text(), "[a-z.:/ ]{0,12}"]) {
        urn(text.as_bytes());
    }

    #[test]
    fn words_times_and_faults_read_back(text in prop_oneof![text(), "[0-9a-zTZ:=@/.+-]{0,24}"]) {
        if let Ok(time) = text.parse::<Timestamp>() {
            prop_assert_eq!(time.to_string().parse::<Timestamp>().ok(), Some(time));
        }
        if let Ok(status) = text.parse::<Status>() {
            prop_assert_eq!(status.as_str(), &*text);
        }
        if let Ok(fault) = text.parse::<FaultSpec>() {
            prop_assert_eq!(fault.to_string().parse::<FaultSpec>(), Ok(fault));
        }
        let _ = Config::parse_timeout(&text);
    }

    #[test]
    fn any_text_as_a_configuration_is_survived(text in any::<String>()) {
        config(text.as_bytes());
    }

    #[test]
    fn a_configuration_with_an_insertion_or_a_hole_is_survived(
        from: prop::sample::Index, length in 0_usize..40, insertion in text(),
    ) {
        let chars: Vec<char> = WHOLE.chars().collect();
        let from = from.index(chars.len());
        let rest = chars.iter().skip(from + length);
        let text: String = chars[..from].iter().copied().chain(insertion.chars()).chain(rest.copied()).collect();
        config(text.as_bytes());
    }

    #[test]
    fn any_json_as_a_har_file_is_survived(value in value()) {
        har(value.to_string().as_bytes());
    }

    #[test]
    fn har_files_with_one_value_changed_are_survived(
        original in prop::sample::select(hars()), place: usize, with in value(),
    ) {
        let original: serde_json::Value = serde_json::from_str(&original).unwrap();
        har(broken(&original, place, &with).to_string().as_bytes());
    }
}
