//! Reading a table of the configuration key by key, so that every mistake names its place and its remedy.

use conjoin_core::{Error, ErrorKind, Result};
use toml::{Table, Value};

/// A table whose keys are taken one by one; what is left at the end is a mistake.
pub(crate) struct Keys {
    place: String,
    table: Table,
    known: Vec<&'static str>,
}

impl Keys {
    /// A table, and where it stands: `conjoin.toml: [providers.work]`.
    pub(crate) fn new(place: String, table: Table) -> Self {
        Self { place, table, known: Vec::new() }
    }

    pub(crate) fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.table.remove(key)
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, &format!("is {}, not a text in quotes", kind(&other)))),
        }
    }

    pub(crate) fn required(&mut self, key: &'static str, remedy: &str) -> Result<String> {
        match self.text(key)? {
            Some(text) if !text.trim().is_empty() => Ok(text),
            Some(_) => Err(self.wrong(key, &format!("is empty; {remedy}"))),
            None => Err(self.wrong(key, &format!("is missing; {remedy}"))),
        }
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Result<bool> {
        match self.take(key) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(other) => Err(self.wrong(key, &format!("is {}, not true or false", kind(&other)))),
        }
    }

    /// An error about one key.
    pub(crate) fn wrong(&self, key: &str, what: &str) -> Error {
        Error::new(ErrorKind::Config, format!("{} `{key}` {what}", self.place))
    }

    /// An error about a key, from what is wrong with its value.
    pub(crate) fn because(&self, key: &str, error: &Error) -> Error {
        Error::new(ErrorKind::Config, format!("{} `{key}`: {}", self.place, error.message()))
    }

    /// Complains about what nobody has taken.
    pub(crate) fn end(self) -> Result<()> {
        let Some(unknown) = self.table.keys().next() else { return Ok(()) };
        // What was pasted into the wrong place may be a secret; no key has a digit in it.
        let is_word = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
        let unknown = if unknown.len() <= 24 && unknown.chars().all(is_word) { unknown } else { "…" };
        let known: Vec<_> = self.known.iter().map(|key| format!("`{key}`")).collect();
        Err(self.wrong(unknown, &format!("is no key that is known here; there are {}", known.join(", "))))
    }
}

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "an array",
        Value::Table(_) => "a table",
    }
}
