//! Redaction: default-deny and type-preserving. What no name allows is replaced.

mod allow;
mod placeholder;
mod places;
mod public;
mod suspicion;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use serde_json::{Number, Value};

pub use allow::Allow;
pub use public::PublicValues;
pub(crate) use suspicion::suspicion;

use crate::fixture::{Fixture, FixtureError};
use crate::secrets::Secrets;

/// Redacts a fixture: every value that stands under no allowed name becomes a placeholder.
///
/// - A placeholder has the type and the form of what it stands for (uuid, date, URL, e-mail address, id with the
///   vendor's prefix, number); booleans, nulls, zeros and empty texts carry nothing and stay.
/// - Equal values become equal placeholders throughout the fixture: in bodies, paths, queries, and the call. They
///   are numbered as they come, so nothing about a value can be computed from its placeholder.
/// - Redacting twice changes nothing.
/// - What looks like a secret is replaced under allowed names as well.
///
/// ```
/// use conjoin_testkit::{Allow, Fixture, redact};
/// let fixture: Fixture = r#"{"log": {
///     "_conjoin": {"provenance": "recorded", "source": "an example", "date": "2026-11-21", "vendor": "acme",
///                  "operation": "get", "scenario": "success", "call": {"id": "c1"}},
///     "entries": [{"request": {"method": "GET", "url": "https://api.example.com/v1/c1"},
///                  "response": {"status": 200, "content": {"mimeType": "application/json",
///                               "_json": {"id": "c1", "owner": "ana@corp.com", "active": true}}}}]
/// }}"#.parse()?;
/// let (redacted, _) = redact(&fixture, &Allow::of("acme"))?;
/// let exchange = &redacted.exchanges[0];
/// assert_eq!(exchange.request.url.path(), "/v1/redacted-0001");
/// assert_eq!(
///     String::from_utf8(exchange.response.body.to_bytes())?,
///     r#"{"id":"redacted-0001","owner":"user-0002@example.com","active":true}"#,
/// );
/// assert_eq!(redact(&redacted, &Allow::of("acme"))?.0, redacted);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// With it come the secrets that were taken out of places where secrets stand (credential headers, cookies, keys
/// such as `token`), so that the file can be searched for them.
pub fn redact(fixture: &Fixture, allow: &Allow) -> Result<(Fixture, Secrets), FixtureError> {
    let mut redactor = Redactor::new(allow, None);
    let redacted = redactor.fixture(fixture)?;
    Ok((redacted, redactor.secrets))
}

/// The values that redaction would replace although they are no placeholders and not known to be public.
pub(crate) fn unknown_values(
    fixture: &Fixture,
    allow: &Allow,
    public: &PublicValues,
) -> Result<(Fixture, Vec<String>), FixtureError> {
    let mut redactor = Redactor::new(allow, Some(public));
    let redacted = redactor.fixture(fixture)?;
    Ok((redacted, redactor.replaced))
}

struct Redactor<'a> {
    allow: &'a Allow,
    public: Option<&'a PublicValues>,
    /// The first round looks, the second replaces.
    looking: bool,
    /// Numbers of placeholders that the fixture holds already.
    taken: BTreeSet<u32>,
    next: u32,
    texts: HashMap<String, String>,
    numbers: HashMap<String, Number>,
    /// Texts that stand under allowed names: a path segment may name one.
    words: BTreeSet<String>,
    /// What was replaced, in order.
    replaced: Vec<String>,
    secrets: Secrets,
}

impl<'a> Redactor<'a> {
    fn new(allow: &'a Allow, public: Option<&'a PublicValues>) -> Self {
        Self {
            allow,
            public,
            looking: true,
            taken: BTreeSet::new(),
            next: 0,
            texts: HashMap::new(),
            numbers: HashMap::new(),
            words: BTreeSet::new(),
            replaced: Vec::new(),
            secrets: Secrets::default(),
        }
    }

    fn fixture(&mut self, fixture: &Fixture) -> Result<Fixture, FixtureError> {
        self.looking = true;
        places::redact(self, fixture)?;
        self.looking = false;
        places::redact(self, fixture)
    }

    /// A number that no placeholder of this fixture has yet.
    fn number(&mut self) -> u32 {
        loop {
            self.next += 1;
            if !self.taken.contains(&self.next) {
                return self.next;
            }
        }
    }

    fn is_public(&self, value: &str) -> bool {
        self.public.is_some_and(|public| public.contains(value))
    }

    /// A text under a name that is not allowed.
    fn text(&mut self, text: &str) -> String {
        if carries_nothing(text) || self.is_public(text) {
            return text.to_owned();
        }
        if let Some(number) = placeholder::whole_number(text) {
            return self.count(&number).to_string();
        }
        if let Some(number) = placeholder::number_of(text, &self.allow.id_prefixes) {
            self.taken.insert(number);
            return text.to_owned();
        }
        if self.looking {
            return text.to_owned();
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let number = self.number();
        let placeholder = placeholder::text(text, number, &self.allow.id_prefixes);
        self.texts.insert(text.to_owned(), placeholder.clone());
        self.replaced.push(text.to_owned());
        placeholder
    }

    /// A number under a name that is not allowed.
    fn count(&mut self, number: &Number) -> Number {
        let text = number.to_string();
        if text == "0" || self.is_public(&text) {
            return number.clone();
        }
        if let Some(taken) = placeholder::number_of_number(number) {
            self.taken.insert(taken);
            return number.clone();
        }
        if self.looking {
            return number.clone();
        }
        if let Some(known) = self.numbers.get(&text) {
            return known.clone();
        }
        let next = self.number();
        let placeholder = placeholder::number(number, next);
        self.replaced.push(text.clone());
        self.numbers.insert(text, placeholder.clone());
        placeholder
    }

    /// A text under an allowed name, which stays unless it looks like a secret.
    fn word(&mut self, text: &str) -> String {
        if suspicion(text, self.public).is_none() {
            self.words.insert(text.to_owned());
            text.to_owned()
        } else {
            self.text(text)
        }
    }

    /// JSON under a name. A list's items stand under the list's name.
    fn json(&mut self, value: &Value, allowed: bool, names: &BTreeSet<String>) -> Value {
        match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(number) if allowed => number.clone().into(),
            Value::Number(number) => self.count(number).into(),
            Value::String(text) if allowed => self.word(text).into(),
            Value::String(text) => self.url(text).unwrap_or_else(|| self.text(text)).into(),
            Value::Array(items) => items.iter().map(|item| self.json(item, allowed, names)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| {
                    if !self.looking && secrets_stand_under(key) {
                        self.note_secrets(value);
                    }
                    (self.key(key), self.json(value, names.contains(key), names))
                });
                fields.collect()
            }
        }
    }

    /// A key is a name, unless it does not look like one: some vendors key objects by id.
    fn key(&mut self, key: &str) -> String {
        if is_name(key) { key.to_owned() } else { self.text(key) }
    }

    fn note_secrets(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.note_secret(text),
            Value::Array(items) => items.iter().for_each(|item| self.note_secrets(item)),
            Value::Object(fields) => fields.values().for_each(|value| self.note_secrets(value)),
            _ => {}
        }
    }

    fn note_secret(&mut self, text: &str) {
        let placeholder = placeholder::number_of(text, &self.allow.id_prefixes).is_some();
        if !placeholder && !self.is_public(text) && !self.words.contains(text) {
            self.secrets.add("a value that redaction took out", text);
        }
    }
}

/// What tells nothing about anybody.
fn carries_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "true" | "false" | "null" | "." | ".." | "0")
}

/// Whether a text can be the name of a field: ASCII letters, and digits only as an ending.
fn is_name(key: &str) -> bool {
    let letters = key.trim_end_matches(|c: char| c.is_ascii_digit());
    (1..=40).contains(&key.len())
        && key.len() - letters.len() <= 3
        && letters.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
        && letters.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-' | '$'))
}

/// Whether what stands under this name is a secret in its own right, to be searched for everywhere.
fn secrets_stand_under(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["secret", "token", "password", "passwd", "apikey", "privatekey", "accesskey", "cookie"];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    // An id is searched for by no one: it stands in many places, each of them redacted by its own name.
    !name.ends_with("id") && WORDS.iter().any(|word| name.contains(word))
}
