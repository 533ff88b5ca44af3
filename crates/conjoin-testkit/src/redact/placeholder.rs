//! What stands in place of a value: of the same type and form, numbered, and known again when it is seen.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Number, Value};

/// The numbers that fit every form.
const LARGEST: u32 = 9_999;
const UUID: &str = "00000000-0000-4000-8000-00000000";
const WORD: &str = "redacted-";
const URL: &str = "://redacted.example.com/";
const HOST: &str = "redacted.example.com";
const NUMBER: i64 = 7_000_000;
const EPOCH: i64 = 1_000_000_000;
const FIRST_DAY: Date = Date::constant(1901, 1, 1);

/// The host of a URL whose own host is not to be shown.
pub(super) fn host() -> &'static str {
    HOST
}

/// A placeholder of the form that this text has. Numbers beyond the last one that fits stand for it: two values
/// may then look the same, and none is shown.
pub(super) fn text(like: &str, number: u32, prefixes: &BTreeSet<String>) -> String {
    let number = number.min(LARGEST);
    if let Some((prefix, rest)) = split(like, prefixes) {
        return format!("{prefix}{}", text(rest, number, &BTreeSet::new()));
    }
    if is_uuid(like) {
        format!("{UUID}{number:04}")
    } else if is_hex(like) {
        format!("{number:0width$}", width = like.len())
    } else if let Some(rest) = after_minutes(like) {
        let (day, hour, minute) = (number / 1440 + 1, number / 60 % 24, number % 60);
        let rest: String = zeroed(rest);
        let between = like.get(10..11).unwrap_or("T");
        format!("2001-01-{day:02}{between}{hour:02}:{minute:02}{rest}")
    } else if is_date(like) {
        day(number).map_or_else(|| WORD.to_owned(), |day| day.to_string())
    } else if like.contains("://") {
        let scheme = if like.starts_with("http://") { "http" } else { "https" };
        format!("{scheme}{URL}{number:04}")
    } else if is_email(like) {
        format!("user-{number:04}@example.com")
    } else {
        // What looks like a page or like JSON still does, for a reader that guesses by the first sign.
        let first = like.trim_start().chars().next().filter(|c| matches!(c, '<' | '{' | '['));
        format!("{}{WORD}{number:04}", first.map_or_else(String::new, String::from))
    }
}

/// The number of a placeholder; `None` for what is none.
pub(super) fn number_of(text: &str, prefixes: &BTreeSet<String>) -> Option<u32> {
    let rest = split(text, prefixes).map_or(text, |(_, rest)| rest);
    let word = rest.strip_prefix(['<', '{', '[']).unwrap_or(rest);
    if let Some(digits) = rest.strip_prefix(UUID).or_else(|| word.strip_prefix(WORD)) {
        return digits_of(digits);
    }
    if is_hex(rest) {
        let (zeros, digits) = rest.split_at(rest.len() - 4);
        return zeros.bytes().all(|b| b == b'0').then(|| digits_of(digits)).flatten();
    }
    if let Some(after) = after_minutes(rest) {
        let part = |from: usize| rest.get(from..from + 2).and_then(|two| two.parse::<u32>().ok());
        let number = part(8)?.checked_sub(1)? * 1440 + part(11)? * 60 + part(14)?;
        return (rest.starts_with("2001-01-") && zeroed(after) == after && number <= LARGEST)
            .then_some(number);
    }
    if is_date(rest) {
        let days = (rest.parse::<Date>().ok()? - FIRST_DAY).get_days();
        return u32::try_from(days).ok().filter(|days| *days <= LARGEST);
    }
    if let Some((_, digits)) = rest.split_once(URL).filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
    {
        return digits_of(digits);
    }
    digits_of(rest.strip_prefix("user-")?.strip_suffix("@example.com")?)
}

/// A placeholder for a number of this kind.
pub(super) fn number(like: &Number, number: u32) -> Number {
    let count = i64::from(number.min(LARGEST));
    match like.as_i64() {
        Some(seconds) if (EPOCH..2 * EPOCH).contains(&seconds) => (EPOCH + 60 * count).into(),
        Some(millis) if (1_000 * EPOCH..2_000 * EPOCH).contains(&millis) => {
            (1_000 * (EPOCH + 60 * count)).into()
        }
        Some(negative) if negative < 0 => (-NUMBER - count).into(),
        None if like.is_f64() => {
            // A million is far from where a float loses its half.
            let float = f64::from(number.min(LARGEST)) + 7_000_000.5;
            Number::from_f64(float).unwrap_or_else(|| NUMBER.into())
        }
        _ => (NUMBER + count).into(),
    }
}

/// The number of a number's placeholder; `None` for what is none.
pub(super) fn number_of_number(given: &Number) -> Option<u32> {
    let largest = i64::from(LARGEST);
    let found = if let Some(whole) = given.as_i64() {
        let epoch = if whole % 1_000 == 0 && whole >= 1_000 * EPOCH { whole / 1_000 } else { whole };
        if (EPOCH..=EPOCH + 60 * largest).contains(&epoch) && (epoch - EPOCH) % 60 == 0 {
            (epoch - EPOCH) / 60
        } else {
            whole.abs() - NUMBER
        }
    } else {
        let float = given.as_f64()? - 7_000_000.5;
        (0..=largest)
            .find(|n| f64::from(u32::try_from(*n).unwrap_or_default()).to_bits() == float.to_bits())?
    };
    u32::try_from(found).ok().filter(|number| *number <= LARGEST)
}

/// A text that is a whole number, as the number.
pub(super) fn whole_number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = (1..=18).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        // `-0` reads as a float.
        && (text == "0" || !digits.starts_with('0'));
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) if plain => Some(number),
        _ => None,
    }
}

/// The longest prefix of the vendor's ids, and what follows it.
fn split<'a>(text: &'a str, prefixes: &'a BTreeSet<String>) -> Option<(&'a str, &'a str)> {
    let found = prefixes.iter().filter(|prefix| text.len() > prefix.len() && text.starts_with(&***prefix));
    let prefix = found.max_by_key(|prefix| prefix.len())?;
    Some((prefix, &text[prefix.len()..]))
}

fn digits_of(text: &str) -> Option<u32> {
    let fits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_hex(text: &str) -> bool {
    text.len() >= 16 && text.len() <= 1024 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && has_layout(text, "0000-00-00")
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace) && !host.contains('@')
}

fn day(number: u32) -> Option<Date> {
    FIRST_DAY.checked_add(jiff::Span::new().days(i64::from(number))).ok()
}

/// What follows the minutes of a point in time: seconds, fraction, offset.
fn after_minutes(text: &str) -> Option<&str> {
    let fits = has_layout(text, "0000-00-00T00:00") || has_layout(text, "0000-00-00 00:00");
    let rest = text.get(16..).filter(|_| fits)?;
    let plain = rest.len() <= 20 && rest.bytes().all(|b| b.is_ascii_digit() || b".:+-Z".contains(&b));
    plain.then_some(rest)
}

fn has_layout(text: &str, layout: &str) -> bool {
    text.len() >= layout.len()
        && text.bytes().zip(layout.bytes()).all(|(b, l)| if l == b'0' { b.is_ascii_digit() } else { b == l })
}

/// Seconds and fraction as zeros; the offset stays.
fn zeroed(rest: &str) -> String {
    let offset = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(offset);
    let clock: String = clock.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    clock + offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes() -> BTreeSet<String> {
        ["tcred_".to_owned(), "conn::".to_owned()].into()
    }

    #[test]
    fn a_placeholder_has_the_form_of_what_it_stands_for() {
        for (given, expected) in [
            ("673f79c6-0110-408b-bcbe-f4da000e66c7", "00000000-0000-4000-8000-000000000042"),
            ("tcred_43a8fec047f64ba991fbc5f8fa25d2c9", "tcred_00000000000000000000000000000042"),
            ("conn::GC6icwVKcco::Tao3acOXT366-S40uINMxw", "conn::redacted-0042"),
            ("2026-01-15T16:19:29.702632Z", "2001-01-01T00:42:00.000000Z"),
            ("2024-09-03 15:52:29-03:00", "2001-01-01 00:42:00-03:00"),
            ("2026-01-15", "1901-02-12"),
            ("ana@corp.com", "user-0042@example.com"),
            ("https://storage.corp.com/a?sig=b", "https://redacted.example.com/0042"),
            ("<html>", "<redacted-0042"),
            ("Payroll of São Paulo", "redacted-0042"),
        ] {
            assert_eq!(text(given, 42, &prefixes()), expected);
            assert_eq!(number_of(given, &prefixes()), None, "{given}");
            assert_eq!(number_of(expected, &prefixes()), Some(42), "{expected}");
            assert_eq!(text(expected, 42, &prefixes()), expected);
        }
    }

    #[test]
    fn a_text_is_a_whole_number_where_it_reads_back_as_one() {
        for (text, whole) in [("0", true), ("-7", true), ("-0", false), ("007", false), ("1.5", false)] {
            assert_eq!(whole_number(text).is_some(), whole, "{text}");
        }
    }

    #[test]
    fn a_number_stays_a_number_of_its_kind() {
        for (given, expected) in [
            ("7", "7000042"),
            ("-3", "-7000042"),
            ("1742508720", "1000002520"),
            ("1742508720866", "1000002520000"),
            ("12.5", "7000042.5"),
            ("18446744073709551615", "7000042"),
        ] {
            let parse = |text: &str| serde_json::from_str::<Number>(text).unwrap();
            assert_eq!(number(&parse(given), 42), parse(expected), "{given}");
            assert_eq!(number_of_number(&parse(given)), None, "{given}");
            assert_eq!(number_of_number(&parse(expected)), Some(42), "{expected}");
        }
    }

    #[test]
    fn every_form_is_known_again_with_every_number() {
        for like in
            ["673f79c6-0110-408b-bcbe-f4da000e66c7", "tcred_a", "2026-01-15T16:19Z", "2026-01-15", "a@b.c"]
        {
            for number in (0..=LARGEST).step_by(7).chain([LARGEST]) {
                assert_eq!(number_of(&text(like, number, &prefixes()), &prefixes()), Some(number), "{like}");
            }
        }
    }
}
