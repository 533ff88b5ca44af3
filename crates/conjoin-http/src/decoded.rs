//! What a text says once its escapes are resolved, and where each byte of that stood.
//!
//! A vendor may write one text in many ways: JSON's `\u002F` and `\/`, `%2f` in an address, `&#x2F;` in a page,
//! and one within the other. A secret is looked for behind all of them.

use memchr::memchr3_iter;

/// A text without escapes.
pub(crate) struct Decoded {
    /// What it says.
    pub(crate) bytes: Vec<u8>,
    /// Where each byte began in the text as it was; one more for the end.
    pub(crate) places: Vec<usize>,
}

/// How deep escapes are resolved that stand within escapes.
const DEPTH: usize = 3;

impl Decoded {
    /// `None` where nothing is escaped.
    pub(crate) fn of(text: &[u8]) -> Option<Self> {
        let mut decoded = Self::once(text)?;
        for _ in 1..DEPTH {
            let Some(deeper) = Self::once(&decoded.bytes) else { break };
            let places = deeper.places.into_iter().map(|at| decoded.places[at]).collect();
            decoded = Self { bytes: deeper.bytes, places };
        }
        Some(decoded)
    }

    fn once(text: &[u8]) -> Option<Self> {
        let mut decoded: Option<Self> = None;
        let mut done = 0;
        for at in memchr3_iter(b'\\', b'%', b'&', text) {
            if at < done {
                continue;
            }
            let Some((value, length)) = escape(&text[at..]) else { continue };
            let into = decoded.get_or_insert_with(|| Self {
                bytes: Vec::with_capacity(text.len()),
                places: Vec::with_capacity(text.len() + 1),
            });
            into.keep(text, done..at);
            match value {
                Value::Byte(byte) => into.put(&[byte], at),
                Value::Char(c) => into.put(c.encode_utf8(&mut [0; 4]).as_bytes(), at),
            }
            done = at + length;
        }
        let mut decoded = decoded?;
        decoded.keep(text, done..text.len());
        decoded.places.push(text.len());
        Some(decoded)
    }

    fn keep(&mut self, text: &[u8], range: std::ops::Range<usize>) {
        self.bytes.extend_from_slice(&text[range.clone()]);
        self.places.extend(range);
    }

    fn put(&mut self, bytes: &[u8], at: usize) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(bytes.iter().map(|_| at));
    }
}

enum Value {
    Byte(u8),
    Char(char),
}

/// The escape that a text begins with, and its length.
fn escape(text: &[u8]) -> Option<(Value, usize)> {
    match text {
        [b'\\', b'u', digits @ ..] => {
            let unit = number(digits.get(..4)?, 16)?;
            Some((Value::Char(char::from_u32(unit)?), 6))
        }
        [b'\\', c @ (b'/' | b'"' | b'\\'), ..] => Some((Value::Byte(*c), 2)),
        [b'%', digits @ ..] => Some((Value::Byte(u8::try_from(number(digits.get(..2)?, 16)?).ok()?), 3)),
        [b'&', rest @ ..] => {
            let length = rest.iter().take(10).position(|&byte| byte == b';')?;
            let c = match &rest[..length] {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
                [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
                _ => return None,
            };
            Some((Value::Char(c), length + 2))
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digit = |n: u32, byte: &u8| n.checked_mul(radix)?.checked_add((*byte as char).to_digit(radix)?);
    if digits.is_empty() { None } else { digits.iter().try_fold(0, digit) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(text: &str) -> Option<String> {
        Decoded::of(text.as_bytes()).map(|decoded| String::from_utf8_lossy(&decoded.bytes).into_owned())
    }

    #[test]
    fn escapes_of_every_kind_are_resolved() {
        let text = r"a\u002Fb\/c%2fd%2Fe&#x2F;f&#47;g&amp;h";
        assert_eq!(decoded(text).as_deref(), Some("a/b/c/d/e/f/g&h"));
        assert_eq!(decoded("%252f").as_deref(), Some("/"), "one within the other");
        assert_eq!(decoded(r"100% of a & b \q \u12 %zz &nbsp; &#; \"), None, "what is no escape stands");
    }

    proptest! {
        #[test]
        fn every_byte_knows_where_it_stood(text in "[a%&\\\\#;u0-9/]{0,24}") {
            if let Some(decoded) = Decoded::of(text.as_bytes()) {
                prop_assert_eq!(decoded.places.len(), decoded.bytes.len() + 1);
                prop_assert!(decoded.places.is_sorted());
                prop_assert_eq!(decoded.places.last(), Some(&text.len()));
            }
        }
    }
}
