//! A successful answer, and reading it.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use conjoin_core::{Error, ErrorKind, Operation, ProviderName, Result};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::list::{self, Key, NoList, ObjectRow, Unreadable};
use crate::problem::{self, Problem};
use crate::{List, Scalar, Secret, Texts};

/// The answer to a request, of a success status.
#[derive(Debug)]
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    provider: ProviderName,
    operation: Operation,
    attempts: u32,
    secret: Arc<Secret>,
}

/// Whether an object is an error that comes under a success status. Said once it is said, whatever else is.
#[derive(Default)]
struct Envelope {
    /// A thing that was asked for may have an `error` of its own; an error has no id.
    has_id: bool,
    /// `success` is false.
    failed: bool,
    /// There is an `error` that says something.
    error: bool,
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvelopeVisitor;
        impl<'de> Visitor<'de> for EnvelopeVisitor {
            type Value = Envelope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(Key(key)) = map.next_key()? {
                    match &*key {
                        "success" => envelope.failed |= map.next_value::<Scalar<'_>>()?.flag() == Some(false),
                        "error" => envelope.error |= map.next_value::<Scalar<'_>>()?.says_something(),
                        // What nobody asks for is not decoded, and need not be what can be.
                        other => {
                            envelope.has_id |= matches!(other, "id" | "_id" | "credential_id");
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(envelope)
            }
        }
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

impl Answer {
    pub(crate) fn new(
        response: Response<Bytes>,
        provider: ProviderName,
        operation: Operation,
        secret: Arc<Secret>,
    ) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            provider,
            operation,
            attempts: 1,
            secret,
        }
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The status line's code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether there is no body: what some vendors answer to a change.
    pub fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// Reads the list that the answer holds: a bare array, or an object that holds one under one of the
    /// names. An answer without a list, and an error under a success status, is an error, never an empty
    /// list. A row is mapped as soon as it is read; one that cannot be read or mapped is in
    /// [`List::skipped`].
    pub fn list<'a, R: Deserialize<'a>, T>(
        &'a self,
        names: &[&str],
        mut map: impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
    ) -> Result<List<'a, T>> {
        list::read(self.text()?, names, &mut map).map_err(|error| match error {
            NoList::Syntax(error) => self.no_json(&error),
            NoList::Shape(why) => self.wrong(format!("the answer is not the list that was asked for: {why}")),
        })
    }

    /// Takes an answer that only has to be no failure: an empty one, or any JSON object that is no error.
    pub fn accepted(&self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { self.object::<Envelope>().map(drop) }
    }

    /// Reads the object that the answer is. The error names the path of what cannot be read. An error under a
    /// success status is an error.
    pub fn object<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        let envelope: Envelope = self.read()?;
        if envelope.failed || (envelope.error && !envelope.has_id) {
            return Err(self.wrong("the answer is an error, in spite of its status"));
        }
        self.read()
    }

    /// Reads the object that tells how something went: a `success` that is false is then no error, but what was
    /// asked for. An `error` still is one.
    pub fn outcome<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        if self.read::<Envelope>()?.error {
            return Err(self.wrong("the answer is an error, in spite of its status"));
        }
        self.read()
    }

    fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        let mut json = serde_json::Deserializer::from_str(self.text()?);
        let value: ObjectRow<T> = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            if error.inner().is_data() {
                let (why, path) = (list::without_values(error.inner()), error.path().to_string());
                let at = if path == "." { String::new() } else { format!(" at {path}") };
                self.wrong(format!("the answer is not what was asked for{at}: {why}"))
            } else {
                self.no_json(error.inner())
            }
        })?;
        json.end().map_err(|error| self.no_json(&error))?;
        Ok(value.0)
    }

    /// An error about this answer.
    pub fn wrong(&self, message: impl Into<String>) -> Error {
        let body = problem::json(&self.body);
        let problem = Problem::read(&self.headers, body.as_ref(), &self.secret);
        let mut message = message.into();
        if let Some(text) = &problem.message {
            message = format!("{message} ({text})");
        }
        Error::new(ErrorKind::Decode, message)
            .with_provider(&self.provider)
            .with_operation(self.operation)
            .with_attempts(self.attempts)
            .with_status(self.status)
            .with_code(problem.code)
            .with_request_id(problem.request_id)
    }

    fn text(&self) -> Result<&str> {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        let text = std::str::from_utf8(body).map_err(|error| {
            self.wrong(format!("the answer is no UTF-8 from byte {} on", error.valid_up_to()))
        })?;
        let is_html =
            self.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        match text.trim_start().bytes().next() {
            None => Err(self.wrong("the answer is empty")),
            Some(b'<') => Err(self.wrong("the answer is HTML, not JSON: a page of a gateway or of a login?")),
            Some(first) if is_html && !matches!(first, b'{' | b'[') => {
                Err(self.wrong("the answer is labelled HTML, and is no JSON"))
            }
            Some(_) => Ok(text),
        }
    }

    fn no_json(&self, error: &serde_json::Error) -> Error {
        let (line, column) = (error.line(), error.column());
        self.wrong(if error.is_eof() {
            format!("the answer breaks off at line {line}, column {column}")
        } else {
            format!("the answer is no JSON from line {line}, column {column} on")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_wherever_it_is_said_and_what_nobody_asks_for_need_not_be_readable() {
        let told = |json: &str| {
            let envelope: Envelope = serde_json::from_str(json).unwrap();
            (envelope.has_id, envelope.failed, envelope.error)
        };
        assert_eq!(told(r#"{"_id":1e999,"id":"a","text":"\ud800","number":1e999}"#), (true, false, false));
        assert_eq!(
            told(r#"{"success":false,"success":true,"error":"no","error":null}"#),
            (false, true, true)
        );
        assert_eq!(told(r#"{"success":null,"error":"","deep":{"error":"no"}}"#), (false, false, false));
    }
}
