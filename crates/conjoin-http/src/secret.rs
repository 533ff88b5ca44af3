//! A text that is never shown.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD as STANDARD, BASE64_URL_SAFE as URL_SAFE};
use memchr::memmem;

use crate::decoded::Decoded;

/// A credential. `Debug` shows that there is one, nothing serialises it, and nothing but a request's header
/// is made from it.
#[derive(Clone)]
pub struct Secret {
    value: Box<str>,
    /// The forms in which an answer could give it back, searched for in one pass. `None` for a text of
    /// gigabytes, which is no credential.
    forms: Option<AhoCorasick>,
    /// The value in lower case, for texts that have been decoded.
    folded: Box<[u8]>,
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
        let forms = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms(value)).ok();
        Self { value: value.into(), forms, folded: value.to_ascii_lowercase().into_bytes().into() }
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
        match self.without(text.as_bytes()).map(String::from_utf8) {
            None => Cow::Borrowed(text),
            Some(Ok(clean)) => Cow::Owned(clean),
            Some(Err(_)) => Cow::Borrowed(REDACTED),
        }
    }

    /// The bytes of an answer without this secret; `None` where it is not in them, which is the rule.
    pub(crate) fn scrub_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.value.len() < Self::SHORTEST_IN_BODIES { None } else { self.without(bytes) }
    }

    fn without(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.is_empty() {
            return None;
        }
        let Some(forms) = &self.forms else { return Some(REDACTED.into()) };
        let found: Vec<_> = forms.find_iter(bytes).map(|found| found.range()).collect();
        let clean = cut(bytes, &found);
        let decoded = Decoded::of(clean.as_deref().unwrap_or(bytes));
        let Some(decoded) = decoded else { return clean };
        let found: Vec<_> = memmem::find_iter(&decoded.bytes.to_ascii_lowercase(), &self.folded)
            .map(|at| decoded.places[at]..decoded.places[at + self.folded.len()])
            .collect();
        cut(clean.as_deref().unwrap_or(bytes), &found).or(clean)
    }
}

/// The forms of a secret that stand for themselves: none of them needs decoding to be found.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned(), value.to_lowercase(), value.to_uppercase()];
    // Encoded, at each of the three places that it may have within a longer text. What stands in one group
    // with a neighbour cannot be foreseen, and is left: two characters at most.
    for skipped in 0..3.min(value.len()) {
        let rest = &value.as_bytes()[skipped..];
        let groups = &rest[..rest.len() / 3 * 3];
        forms.extend([STANDARD.encode(groups), URL_SAFE.encode(groups)]);
    }
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    let hex: String = value.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    forms.extend([hex.to_uppercase(), hex]);
    // A few bytes, encoded, would be found in anything.
    forms.retain(|form| !form.is_empty() && (form.len() >= Secret::SHORTEST_IN_BODIES || form == value));
    forms
}

/// The bytes with each of the ranges, which are in order, replaced; `None` where there are none.
fn cut(bytes: &[u8], ranges: &[Range<usize>]) -> Option<Vec<u8>> {
    if ranges.is_empty() {
        return None;
    }
    let (mut clean, mut from) = (Vec::with_capacity(bytes.len()), 0);
    for range in ranges {
        clean.extend_from_slice(&bytes[from..range.start]);
        clean.extend_from_slice(REDACTED.as_bytes());
        from = range.end;
    }
    clean.extend_from_slice(&bytes[from..]);
    Some(clean)
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
        assert_eq!(secret.scrub_bytes(br"nothing \u0068ere"), None);
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }

    #[test]
    fn a_secret_is_found_behind_escapes_and_within_longer_texts() {
        let secret = Secret::new("sk_live/Zq+9x=key");
        let within = |prefix: &str| STANDARD.encode(format!("{prefix}sk_live/Zq+9x=key"));
        let texts = [
            r"sk_live\u002FZq\u002b9x\u003Dkey".to_owned(),
            "sk_live%2fZq%2b9x%3dkey".to_owned(),
            "sk_live/Zq%2B9x=key".to_owned(),
            "sk_live&#x2F;Zq&#43;9x=key".to_owned(),
            r"\u0025sk_live\u00252FZq+9x=key".to_owned(),
            "SK_LIVE/ZQ+9X=KEY".to_owned(),
        ];
        for text in texts {
            let clean = secret.scrub(&text);
            assert!(clean.contains(REDACTED) && !clean.to_lowercase().contains("zq"), "{text}: {clean}");
        }
        for prefix in ["", "x", "xy", "Bearer ", "user:"] {
            let clean = secret.scrub(&within(prefix)).into_owned();
            let left = clean.replace(REDACTED, "").len();
            assert!(clean.contains(REDACTED) && left <= within(prefix).len() - 16, "{prefix}: {clean}");
        }
    }

    #[test]
    fn a_short_secret_leaves_answers_alone() {
        let secret = Secret::new("test");
        assert_eq!(secret.scrub_bytes(br#"{"environment":"test"}"#), None);
        assert_eq!(secret.scrub("the key test"), "the key [redacted]");
    }
}
