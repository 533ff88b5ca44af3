//! Known secrets, and where they stand in a text in whatever form.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use conjoin_http::Secret;
use memchr::memmem;
use percent_encoding::percent_decode;
use serde_json::Value;

use crate::FixtureError;

/// Secrets that must not stand in a file. `Debug` shows none of them.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    secrets: Vec<(&'static str, Secret)>,
}

/// How a secret was written where it was found.
type Form = &'static str;

impl Secrets {
    /// A shorter secret is not searched for: it would be found in words that are none of its own.
    const SHORTEST: usize = 6;
    /// How often encodings are looked through, one within another.
    const DEPTH: usize = 3;

    /// Adds a secret, with words for what it is.
    pub fn add(&mut self, what: &'static str, secret: impl AsRef<str>) {
        let secret = secret.as_ref().trim();
        let known = self.secrets.iter().any(|(_, known)| known.expose() == secret);
        if secret.len() >= Self::SHORTEST && !known {
            self.secrets.push((what, Secret::new(secret)));
        }
    }

    /// Adds all secrets of another set.
    pub fn extend(&mut self, others: Self) {
        for (what, secret) in others.secrets {
            self.add(what, secret.expose());
        }
    }

    /// Searches the exact text that is to be written: raw, in base64 (either alphabet, padded or not, at any
    /// offset), in hex of either case, percent-encoded, JSON-escaped, and one within another. The error names
    /// the place and the form, not the secret.
    pub fn search(&self, text: &str) -> Result<(), FixtureError> {
        let Some((line, what, form)) = self.first(text) else { return Ok(()) };
        let place = self.place(text).unwrap_or_else(|| format!("line {line}"));
        Err(FixtureError::new(format!(
            "{place} holds {what}{form}; nothing was written: take the name that it stands under off the list of \
             what may be stored, or leave the exchange out"
        )))
    }

    /// The first line with a secret. No encoding of a JSON text goes over several lines.
    fn first(&self, text: &str) -> Option<(usize, &'static str, Form)> {
        text.lines().enumerate().find_map(|(at, line)| {
            let (what, form) = self.find(line.as_bytes())?;
            Some((at + 1, what, form))
        })
    }

    fn find(&self, line: &[u8]) -> Option<(&'static str, Form)> {
        if self.secrets.is_empty() {
            return None;
        }
        let readings = readings(line, Self::DEPTH);
        self.secrets.iter().find_map(|(what, secret)| {
            let form =
                readings.iter().find_map(|(form, reading)| stands_in(reading, secret.expose(), form))?;
            Some((*what, form))
        })
    }

    /// The path of the value that holds a secret.
    fn place(&self, text: &str) -> Option<String> {
        let value: Value = serde_json::from_str(text).ok()?;
        let mut found = None;
        walk(&value, &mut String::new(), &mut |place, text| {
            if found.is_none() && self.find(text.as_bytes()).is_some() {
                found = Some(format!("`{place}`"));
            }
        });
        found
    }
}

/// Calls for every text, number and key of a JSON value, with its path: `log.entries[0].request.url`.
pub(crate) fn walk(value: &Value, place: &mut String, visit: &mut impl FnMut(&str, &str)) {
    let length = place.len();
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => visit(place, &number.to_string()),
        Value::String(text) => visit(place, text),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                // Writing into a text cannot fail.
                let _ = write!(place, "[{at}]");
                walk(item, place, visit);
                place.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                visit(place, key);
                if length > 0 {
                    place.push('.');
                }
                place.push_str(key);
                walk(value, place, visit);
                place.truncate(length);
            }
        }
    }
}

/// A line as it stands, and as it reads once encodings are undone.
fn readings(line: &[u8], depth: usize) -> Vec<(Form, Vec<u8>)> {
    let mut all: Vec<(Form, Vec<u8>)> = vec![("", line.to_vec())];
    let mut seen: BTreeSet<Vec<u8>> = [line.to_vec()].into();
    let mut from = 0;
    for _ in 0..depth {
        let until = all.len();
        for at in from..until {
            let reading = all[at].1.clone();
            for (form, next) in [
                (" in JSON escapes", unescape(&reading)),
                (" percent-encoded", percent_decode(&reading).collect()),
                (" percent-encoded", plus_as_space(&reading)),
            ] {
                if seen.insert(next.clone()) {
                    all.push((form, next));
                }
            }
        }
        from = until;
    }
    all
}

fn plus_as_space(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect()
}

/// Undoes what JSON may write with a backslash.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    let unit = |at: usize| {
        let digits = text.get(at..at + 6).filter(|part| part.starts_with(b"\\u"))?;
        u16::from_str_radix(std::str::from_utf8(&digits[2..]).ok()?, 16).ok()
    };
    while at < text.len() {
        if let Some(first) = unit(at) {
            let second = unit(at + 6).filter(|_| (0xd800..0xdc00).contains(&first));
            let units: Vec<u16> = std::iter::once(first).chain(second).collect();
            plain.extend_from_slice(String::from_utf16_lossy(&units).as_bytes());
            at += 6 * units.len();
            continue;
        }
        if let (b'\\', Some(&next)) = (text[at], text.get(at + 1)) {
            plain.push(match next {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'b' => 8,
                b'f' => 12,
                other => other,
            });
            at += 2;
            continue;
        }
        plain.push(text[at]);
        at += 1;
    }
    plain
}

fn stands_in(reading: &[u8], secret: &str, form: Form) -> Option<Form> {
    if contains(reading, secret.as_bytes()) {
        return Some(form);
    }
    let hex: String = secret.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    if contains(&reading.to_ascii_lowercase(), hex.as_bytes()) {
        return Some(" in hex");
    }
    let base64 = (0..3).any(|offset| {
        let core = |encoded: String, length: usize| {
            // The characters at both ends hold bits of the neighbours as well.
            let from = if offset == 0 { 0 } else { offset + 1 };
            let until = encoded.len() - usize::from(!length.is_multiple_of(3));
            encoded.get(from..until).map(str::to_owned).unwrap_or_default()
        };
        let bytes = [vec![0; offset], secret.as_bytes().to_vec()].concat();
        [BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)]
            .map(|encoded| core(encoded, bytes.len()))
            .iter()
            .any(|core| core.len() >= Secrets::SHORTEST && contains(reading, core.as_bytes()))
    });
    base64.then_some(" in base64")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && memmem::find(haystack, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add("the credential", "s3cr/t\"+é-value");
        secrets.add("short", "ab");
        secrets
    }

    #[test]
    fn a_secret_is_found_in_every_form_and_one_within_another() {
        for (text, form) in [
            ("a s3cr/t\"+é-value b", ""),
            (r#"a s3cr\/t\"+é-value b"#, " in JSON escapes"),
            (
                r"\u0073\u0033\u0063\u0072\u002f\u0074\u0022\u002b\u00e9\u002d\u0076\u0061\u006c\u0075\u0065",
                " in JSON escapes",
            ),
            ("s3cr%2Ft%22%2B%C3%A9-value", " percent-encoded"),
            ("%733cr%2ft%22%2b%c3%a9-value", " percent-encoded"),
            ("s3cr%252Ft%2522%252B%25C3%25A9-value", " percent-encoded"),
            ("733363722F74222BC3A92D76616C7565", " in hex"),
            ("czNjci90IivDqS12YWx1ZQ==", " in base64"),
            ("dXNlcjpzM2NyL3QiK8OpLXZhbHVl", " in base64"),
            ("czNjci90IivDqS12YWx1ZQ%3D%3D", " in base64"),
        ] {
            assert_eq!(secrets().find(text.as_bytes()), Some(("the credential", form)), "{text}");
        }
        assert_eq!(secrets().find(b"736333722f74222bc3a92d76616c7565 is the hex of another text"), None);
    }

    #[test]
    fn the_error_names_the_place_and_the_form_and_not_the_secret() {
        let text = serde_json::to_string_pretty(&serde_json::json!({"log": {"entries": [
            {"request": {"url": "https://a.example/?k=czNjci90IivDqS12YWx1ZQ"}},
        ]}}));
        assert_eq!(
            secrets().search(&text.unwrap()).unwrap_err().to_string(),
            "`log.entries[0].request.url` holds the credential in base64; nothing was written: take the name that it \
             stands under off the list of what may be stored, or leave the exchange out"
        );
        assert!(secrets().search("a short word: ab").is_ok());
    }
}
