//! An instant, from whatever form a vendor gives it in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC. Read from RFC 3339 or from epoch milliseconds; printed as RFC 3339 with `Z`.
///
/// ```
/// use conjoin_core::Timestamp;
/// let text: Timestamp = "2025-07-19T16:19:29.702632Z".parse().unwrap();
/// assert_eq!(text.to_string(), "2025-07-19T16:19:29.702632Z");
/// assert_eq!(Timestamp::from_millis(1_742_508_720_866).unwrap().to_string(), "2025-03-20T22:12:00.866Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A text that is no instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date and time such as 2026-02-20T05:02:59Z, or a date such as 2026-02-20")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// Digits that are fewer than those of any millisecond since March 1973 are more likely a date.
    const EARLIEST_AS_TEXT: i64 = 100_000_000_000;

    /// Now, by this machine's clock, to the millisecond.
    pub fn now() -> Self {
        let now = jiff::Timestamp::now();
        Self::from_millis(now.as_millisecond()).unwrap_or(Self(now))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z. `None` outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded toward zero.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Reads what a vendor wrote: RFC 3339, the same without a zone (documented as UTC by every vendor
    /// that leaves it out), or a number of milliseconds as text. `None` for everything else, a year alone or a
    /// date without hyphens among it.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(instant) = plain(text.as_bytes()) {
            return Some(Self(instant));
        }
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Self(instant));
        }
        if let Ok(millis) = text.parse::<i64>() {
            return Some(millis)
                .filter(|millis| *millis >= Self::EARLIEST_AS_TEXT)
                .and_then(Self::from_millis);
        }
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(local).ok().map(Self)
    }
}

/// `2026-01-10T12:00:00Z`, with or without a fraction: what nearly all vendors write, and many times on a page.
/// `None` for what needs more care.
fn plain(text: &[u8]) -> Option<jiff::Timestamp> {
    let (start, fraction) = text.strip_suffix(b"Z")?.split_first_chunk::<19>()?;
    let [.., b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _] = start else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| (byte - b'0').cast_signed());
    let two = |at: usize| Some(digit(start[at])? * 10 + digit(start[at + 1])?);
    let mut nanos = [b'0'; 9];
    match fraction {
        [] => {}
        [b'.', first, rest @ ..] => {
            nanos[0] = *first;
            nanos[1..].get_mut(..rest.len())?.copy_from_slice(rest);
        }
        _ => return None,
    }
    let nanos = nanos.iter().try_fold(0, |nanos, &byte| Some(nanos * 10 + i32::from(digit(byte)?)))?;
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let civil =
        jiff::civil::DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, nanos).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(civil).ok()
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads RFC 3339, or a date alone as its first instant in UTC.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if digits { None } else { Self::read(text) }.ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vendors_forms_are_one_instant() {
        let expected = Some("2026-01-10T12:00:00Z".parse().unwrap());
        let forms = [
            "2026-01-10T12:00:00Z",
            "2026-01-10T12:00:00.000000Z",
            "2026-01-10T13:00:00+01:00",
            "2026-01-10T12:00:00",
            "1768046400000",
        ];
        for form in forms {
            assert_eq!(Timestamp::read(form), expected, "{form}");
        }
    }

    #[test]
    fn the_quick_way_reads_what_the_careful_way_reads() {
        let texts = [
            "2026-01-10T12:00:00Z",
            "2026-01-10T12:00:00.000001Z",
            "2024-02-29T23:59:59.123456789Z",
            "0000-01-01T00:00:00.5Z",
            "9999-12-30T21:59:59Z",
        ];
        for text in texts {
            assert_eq!(plain(text.as_bytes()), Some(text.parse().unwrap()), "{text}");
        }
        let others = [
            "2026-01-10T12:00:60Z",
            "2026-01-10T12:00:00.Z",
            "2026-01-10T12:00:00.1234567890Z",
            "2026-01-10T12:00:00,5Z",
            "2025-02-29T12:00:00Z",
            "2026-01-10T12:00:0:Z",
            "2026-01-10 12:00:00Z",
            "-026-01-10T12:00:00Z",
            "9999-12-31T23:59:59Z",
            "2026-01-10T12:00:00+01:00",
        ];
        for text in others {
            assert_eq!(plain(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_never_reads_anything_else(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z",
            at in 0_usize..20,
            other in "[-+.:TZ0-9 ]",
        ) {
            let mut changed = text.clone();
            changed.replace_range(at..=at, &other);
            for text in [text, changed] {
                if let Some(instant) = plain(text.as_bytes()) {
                    prop_assert_eq!(text.parse().ok(), Some(instant), "{}", text);
                }
            }
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let none = [
            "",
            "date-time",
            "ISO8601_DATETIME",
            "<string>",
            "2026-13-01T00:00:00Z",
            "9223372036854775807",
            "2025",
            "20250719",
            "-1",
        ];
        for text in none {
            assert_eq!(Timestamp::read(text), None, "{text}");
        }
        assert!("1768046400000".parse::<Timestamp>().is_err(), "a filter's date is a date");
    }
}
