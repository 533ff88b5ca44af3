//! Whether a stored file is well formed, in its place, and says what it is.

use std::path::Path;

use crate::finding::Finding;
use crate::fixture::{Fixture, PLACEHOLDER};

/// What is wrong with a stored file: its schema, its fixed form, its name, its date, its call and its exchanges.
pub fn lint(path: &Path) -> Vec<Finding> {
    let finding =
        |place: &str, problem: String| Finding { path: path.to_owned(), place: place.to_owned(), problem };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(why) => return vec![finding("", why.to_string())],
    };
    let fixture: Fixture = match text.parse() {
        Ok(fixture) => fixture,
        Err(why) => return vec![finding("", format!("is no fixture: {why}"))],
    };
    let mut findings = Vec::new();
    if text != fixture.to_pretty_json() {
        findings
            .push(finding("", "is not in its fixed form; write it with `conjoin fixtures fmt`".to_owned()));
    }
    let place = fixture.relative_path();
    if !path.ends_with(&place) {
        findings.push(finding("", format!("says that it belongs to `{}`; move it there", place.display())));
    }
    if fixture.about.date.parse::<jiff::civil::Date>().is_err() {
        findings.push(finding("log._conjoin.date", "is no day of the calendar".to_owned()));
    }
    if fixture.exchanges.is_empty() {
        findings.push(finding("log.entries", "is empty; a fixture is at least one exchange".to_owned()));
    }
    for (at, exchange) in fixture.exchanges.iter().enumerate() {
        let request = &exchange.request;
        if !request.headers.iter().any(|(_, value)| value.contains(PLACEHOLDER)) {
            let advice =
                "has no `{credential}`, so that a replay cannot see it arrive; write it into its header";
            findings.push(finding(&format!("log.entries[{at}].request.headers"), advice.to_owned()));
        }
        if request.method.parse::<http::Method>().is_err() {
            findings
                .push(finding(&format!("log.entries[{at}].request.method"), "is no HTTP method".to_owned()));
        }
        if !(200..600).contains(&exchange.response.status) {
            let advice = "is no status that ends an exchange; use 200 to 599";
            findings.push(finding(&format!("log.entries[{at}].response.status"), advice.to_owned()));
        }
    }
    findings
}
