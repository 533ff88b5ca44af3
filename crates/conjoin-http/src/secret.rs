//! A text that is never shown.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD as STANDARD, BASE64_URL_SAFE as URL_SAFE};
use memchr::memmem;
use percent_encoding::utf8_percent_encode;

use crate::base_url::QUERY;

/// A credential. `Debug` shows that there is one, nothing serialises it, and nothing but a request's header
/// is made from it.
#[derive(Clone)]
pub struct Secret {
    value: Box<str>,
    /// The forms in which an answer could give it back.
    forms: Box<[Box<str>]>,
}

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

impl Secret {
    /// A shorter text is not searched for in whole answers: it would be found in words that are none of its
    /// own. It is still taken out of error texts.
    const SHORTEST_IN_BODIES: usize = 8;

    /// Takes a text; white space around it, such as a file's last line feed, is no part of it.
    pub fn new(value: impl AsRef<str>) -> Self {
        let value = value.as_ref().trim();
        let json = serde_json::to_string(value).unwrap_or_default();
        let mut forms = vec![
            value.to_owned(),
            // As a host name, which URLs write in lower case.
            value.to_lowercase(),
            json.trim_matches('"').to_owned(),
            value.replace('/', "\\/"),
            utf8_percent_encode(value, QUERY).to_string(),
        ];
        // Encoded, up to the last whole group: what follows it depends on what stands behind the secret.
        let groups = &value.as_bytes()[..value.len() / 3 * 3];
        forms.extend([STANDARD.encode(groups), URL_SAFE.encode(groups)]);
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
        let hex: String = value.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        forms.extend([hex.to_uppercase(), hex]);
        // A few bytes, encoded, would be found in anything.
        forms.retain(|form| form.len() >= Self::SHORTEST_IN_BODIES || *form == value);
        forms.sort_unstable();
        forms.dedup();
        forms.retain(|form| !form.is_empty());
        Self { value: value.into(), forms: forms.into_iter().map(Into::into).collect() }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The text itself, for the header that carries it.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// A text without this secret.
    pub fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for form in &self.forms {
            if text.contains(&**form) {
                text = Cow::Owned(text.replace(&**form, REDACTED));
            }
        }
        text
    }

    /// The bytes of an answer without this secret; `None` where it is not in them, which is the rule.
    pub(crate) fn scrub_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.value.len() < Self::SHORTEST_IN_BODIES {
            return None;
        }
        let mut scrubbed: Option<Vec<u8>> = None;
        for form in &self.forms {
            let finder = memmem::Finder::new(form.as_bytes());
            let current = scrubbed.as_deref().unwrap_or(bytes);
            let mut found = finder.find_iter(current).peekable();
            if found.peek().is_none() {
                continue;
            }
            let (mut clean, mut from) = (Vec::with_capacity(current.len()), 0);
            for at in found {
                clean.extend_from_slice(&current[from..at]);
                clean.extend_from_slice(REDACTED.as_bytes());
                from = at + form.len();
            }
            clean.extend_from_slice(&current[from..]);
            scrubbed = Some(clean);
        }
        scrubbed
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_form() {
        let secret = Secret::new(" sk_live_a/b\"c+d\n");
        assert_eq!(secret.expose(), "sk_live_a/b\"c+d");
        let text =
            r#"raw sk_live_a/b"c+d json sk_live_a/b\"c+d slashed sk_live_a\/b"c+d url sk_live_a%2Fb%22c%2Bd"#;
        let encoded =
            format!("b64 {} hex 736b5f6c6976655f612f6222632b64", STANDARD.encode("sk_live_a/b\"c+d"));
        assert_eq!(secret.scrub(&encoded), "b64 [redacted] hex [redacted]");
        let expected = "raw [redacted] json [redacted] slashed [redacted] url [redacted]";
        assert_eq!(secret.scrub(text), expected);
        assert_eq!(secret.scrub_bytes(text.as_bytes()).unwrap(), expected.as_bytes());
        assert_eq!(secret.scrub_bytes(b"nothing here"), None);
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }

    #[test]
    fn a_short_secret_leaves_answers_alone() {
        let secret = Secret::new("test");
        assert_eq!(secret.scrub_bytes(br#"{"environment":"test"}"#), None);
        assert_eq!(secret.scrub("the key test"), "the key [redacted]");
    }
}
