//! Proof, without credentials, that a stored file shows nothing that it should not.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use crate::finding::Finding;
use crate::fixture::{Fixture, FixtureError, Provenance};
use crate::redact::{Allow, PublicValues, suspicion, unknown_values};
use crate::secrets::walk;

/// Proves that redacting a stored file changes nothing; what is found says where it would.
///
/// The rule is one for all files: a value stands under an allowed name, or is a placeholder, or is known to be
/// public. Only documented and synthetic files have a part in the [`PublicValues`]. What looks like a secret (a
/// key of a well-known service, a token, a private key, a real e-mail address) is found under allowed names and in
/// comments as well.
///
/// The file stands in `<fixtures>/<vendor>/<operation>/`, so that the vendor's lists are found.
pub fn prove(path: &Path) -> Result<Vec<Finding>, FixtureError> {
    let text =
        std::fs::read_to_string(path).map_err(|why| FixtureError::new(why.to_string()).in_file(path))?;
    let fixture: Fixture = text.parse().map_err(|error: FixtureError| error.in_file(path))?;
    let (allow, public) = lists(path, &fixture)?;
    let mut findings = Vec::new();
    let mut find = |place: &str, problem: String| {
        findings.push(Finding { path: path.to_owned(), place: place.to_owned(), problem });
    };

    let fixed = fixture.to_pretty_json();
    if text != fixed {
        let advice = "is not in its fixed form, so that parts of it would not be looked at; write it with \
                      `conjoin fixtures fmt`";
        find("", advice.to_owned());
    }
    let mut stored = json(&text)?;
    decode_bodies(&mut stored);
    walk(&stored, &mut String::new(), &mut |place, text| {
        if let Some(what) = suspicion(text, Some(&public)) {
            find(place, format!("holds what looks like {what}: take it out"));
        }
    });

    let (redacted, _) = unknown_values(&fixture, &allow, &public).map_err(|error| error.in_file(path))?;
    let problem = if fixture.about.provenance == Provenance::Recorded {
        "is no placeholder: redact it with `conjoin fixtures fmt`, or allow its name if it is a vendor's word"
    } else {
        "is neither a placeholder nor known to be public: use a documented value, or add it with \
         `conjoin fixtures prove --accept` and have the change reviewed"
    };
    let mut places = Vec::new();
    differing(&json(&fixed)?, &json(&redacted.to_pretty_json())?, &mut String::new(), &mut places);
    // What follows from the body or the URL says nothing new.
    places.retain(|place| !place.ends_with(".content.size") && !place.contains(".queryString["));
    for place in places {
        find(&place, problem.to_owned());
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// The values of a stored file that are neither placeholders nor known to be public: what
/// [`PublicValues`] would have to hold. None of a recorded file, and none that can only be a secret.
pub fn unknown(path: &Path) -> Result<Vec<String>, FixtureError> {
    let fixture = Fixture::load(path)?;
    if fixture.about.provenance == Provenance::Recorded {
        return Ok(Vec::new());
    }
    let (allow, public) = lists(path, &fixture)?;
    let (_, mut values) = unknown_values(&fixture, &allow, &public).map_err(|error| error.in_file(path))?;
    values.retain(|value| {
        let itself: PublicValues = [value.clone()].into_iter().collect();
        suspicion(value, Some(&itself)).is_none()
    });
    Ok(values)
}

fn lists(path: &Path, fixture: &Fixture) -> Result<(Allow, PublicValues), FixtureError> {
    let whole = std::path::absolute(path).map_err(|why| FixtureError::new(why.to_string()).in_file(path))?;
    let folder = whole.ancestors().nth(3).unwrap_or(Path::new(""));
    let vendor = &fixture.about.vendor;
    let public = if fixture.about.provenance == Provenance::Recorded {
        PublicValues::default()
    } else {
        PublicValues::in_folder(folder, vendor)?
    };
    Ok((Allow::in_folder(folder, vendor)?, public))
}

/// Bytes as what they say, since base64 of whatever looks like a random token.
fn decode_bodies(har: &mut Value) {
    for entry in har["log"]["entries"].as_array_mut().into_iter().flatten() {
        let content = &mut entry["response"]["content"];
        if content["encoding"] == "base64"
            && let Some(bytes) = content["text"].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok())
        {
            content["text"] = String::from_utf8_lossy(&bytes).into();
        }
    }
}

fn json(text: &str) -> Result<Value, FixtureError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|why| FixtureError::new(why.to_string()))
}

/// The places where two values differ.
fn differing(a: &Value, b: &Value, place: &mut String, places: &mut Vec<String>) {
    let length = place.len();
    match (a, b) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                // Writing into a text cannot fail.
                let _ = write!(place, "[{at}]");
                differing(a, b, place, places);
                place.truncate(length);
            }
        }
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for ((key, a), b) in a.iter().zip(b.values()) {
                if length > 0 {
                    place.push('.');
                }
                place.push_str(key);
                differing(a, b, place, places);
                place.truncate(length);
            }
        }
        _ if a != b => places.push(place.clone()),
        _ => {}
    }
}
