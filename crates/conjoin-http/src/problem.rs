//! What a vendor says about its own error.

use http::HeaderMap;
use serde_json::Value;

use crate::Secret;

/// The vendor's words for an error, in the forms that vendors and their frameworks use:
///
/// - `{"error": {"code", "message", "trace_id"}}` (Aitronos, and many others)
/// - `{"detail": "…"}` or `{"detail": [{"loc", "msg"}]}` (`FastAPI`)
/// - `{"message", "code", "correlationId"}` (Pica, One), `message` also as a list (Nest)
/// - `{"error": "…"}`
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) message: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// Error bodies beyond this are not read.
const MAX_BODY: usize = 1 << 20;
/// Vendors' texts are cut here, in characters.
const MAX_TEXT: usize = 300;

/// The body of an error as JSON, if it is that.
pub(crate) fn json(body: &[u8]) -> Option<Value> {
    (body.len() <= MAX_BODY).then(|| serde_json::from_slice(body).ok()).flatten()
}

impl Problem {
    pub(crate) fn read(headers: &HeaderMap, body: Option<&Value>, secret: &Secret) -> Self {
        // What hides between the characters of a secret goes first: without it the secret would show.
        let clean = |text: String| cut(&secret.scrub(&on_one_line(&secret.scrub(&text))));
        let id = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let at =
            |paths: &[&str]| body.and_then(|body| paths.iter().find_map(|path| word(body.pointer(path)?)));
        let message = body.and_then(|body| {
            let first = ["/error/message", "/message", "/detail", "/error"].iter();
            let mut texts: Vec<_> = first.filter_map(|path| sentence(body.pointer(path)?)).take(1).collect();
            texts.extend(body.pointer("/errors").and_then(sentence));
            (!texts.is_empty()).then(|| texts.join(": "))
        });
        let request_id = id("x-one-correlation-id")
            .or_else(|| at(&["/correlationId"]))
            .or_else(|| id("x-request-id"))
            .or_else(|| id("request-id"))
            .or_else(|| {
                at(&["/error/trace_id", "/meta/request_id", "/trace_id", "/request_id", "/requestId"])
            });
        Self {
            message: message.map(clean).filter(|text| !text.is_empty()),
            code: at(&["/error/code", "/code", "/error_type"]).map(clean),
            request_id: request_id.map(clean),
        }
    }
}

/// A text or a number.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text, or a list of texts or of `FastAPI`'s and others' objects. The values that a request held, which
/// such objects may echo, are left out.
fn sentence(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().filter_map(sentence).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(item) => {
            let text = ["msg", "message"].iter().find_map(|key| sentence(item.get(*key)?))?;
            let place: Vec<_> = match (item.get("loc"), item.get("field")) {
                (Some(Value::Array(parts)), _) => parts.iter().filter_map(word).collect(),
                (_, Some(field)) => word(field).into_iter().collect(),
                _ => Vec::new(),
            };
            Some(if place.is_empty() { text } else { format!("{}: {text}", place.join(".")) })
        }
        _ => None,
    }
}

/// A text on one line that a terminal shows as it is, and that is not too long.
pub(crate) fn one_line(text: &str) -> String {
    cut(&on_one_line(text))
}

/// A text on one line, without what a terminal does not show as itself.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| c.escape_debug().len() == 1 || matches!(c, '"' | '\'' | '\\')));
    }
    line
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> String {
        let problem =
            Problem::read(&HeaderMap::new(), json(body.as_bytes()).as_ref(), &Secret::new("s3cret-key"));
        let or = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        format!("{} | {} | {}", or(problem.message), or(problem.code), or(problem.request_id))
    }

    #[test]
    fn every_vendors_form_is_read() {
        let bodies = [
            r#"{"success":false,"error":{"code":"AUTHENTICATION_REQUIRED","message":"Authentication required.","system_message":"internal","status":401,"trace_id":"req_1"}}"#,
            r#"{"detail":[{"loc":["query","organization_id"],"msg":"field required","type":"missing","input":"x"}]}"#,
            r#"{"detail":"Not Found"}"#,
            r#"{"detail":"no","status_code":422,"error_type":"VALIDATION","meta":{"request_id":"r2"},"errors":[{"field":"f","message":"m"}]}"#,
            r#"{"type":"Unauthorized","code":2010,"status":401,"key":"err::application::unauthorized","message":"You are not authorized","meta":null}"#,
            r#"{"correlationId":"c3","key":"error","message":"Not found","type":"error","status":404}"#,
            r#"{"type":"error","error":"Not found"}"#,
            r#"{"statusCode":400,"message":["name must be a string","id must be a UUID"],"error":"Bad Request"}"#,
            r#"{"message":"the key s3cret-key\nis\u001b[31m wrong"}"#,
            "[]",
            "not json",
        ];
        let told: Vec<_> = bodies.iter().map(|body| read(body)).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn a_secret_is_not_put_together_from_its_pieces() {
        let body = r#"{"message":"s3c\u200bret-key is \u202es3cret\ufeff-key","code":"s3cret\u00ad-key"}"#;
        assert_eq!(read(body), "[redacted] is [redacted] | [redacted] | -");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = one_line(&"é".repeat(1000));
        assert_eq!(text.chars().count(), MAX_TEXT + 1);
    }
}
