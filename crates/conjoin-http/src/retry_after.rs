//! How long a vendor asks to wait.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::Value;

/// How long to wait before a retry, and how binding that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// `Retry-After`, or the body's word for it: a longer wait than we take ends the call.
    Demanded(Duration),
    /// A rate window's reset: a hint, of which a longer one is not waited for.
    Hinted(Duration),
}

impl Wait {
    pub(crate) fn duration(self) -> Duration {
        match self {
            Self::Demanded(wait) | Self::Hinted(wait) => wait,
        }
    }
}

/// Headers that say the same as `Retry-After`, in seconds.
const SECONDS: [&str; 1] = ["x-ratelimit-retry-after"];
/// Headers that say when a rate window ends: in seconds from now, or (large numbers) as Unix seconds.
const RESETS: [&str; 3] = ["x-ratelimit-reset", "x-ratelimit-reset-requests", "x-pica-rate-limit-reset"];

/// Reads what the answer says, in this order: `Retry-After` (seconds or a date), its vendors' variants, the
/// body's `retry_after`, the end of the rate window. What cannot be read says nothing.
pub(crate) fn wait(headers: &HeaderMap, body: Option<&Value>, now: SystemTime) -> Option<Wait> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let demanded = text("retry-after")
        .and_then(|value| seconds(value).or_else(|| date(value, now)))
        .or_else(|| SECONDS.iter().find_map(|name| seconds(text(name)?).filter(|wait| !wait.is_zero())))
        .or_else(|| in_body(body?));
    if let Some(wait) = demanded {
        return Some(Wait::Demanded(wait));
    }
    RESETS.iter().find_map(|name| reset(text(name)?, now)).map(Wait::Hinted)
}

/// What a longer wait is taken for: the most that every JSON reader can tell apart.
const FOREVER: u64 = (1 << 53) - 1;

fn seconds(value: &str) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(FOREVER).min(FOREVER)));
    }
    if !value.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    fraction(value.parse().ok()?)
}

/// A number of seconds; one that no clock can count to is for ever.
#[expect(clippy::cast_precision_loss, reason = "the bound is the largest whole number that is exact")]
fn fraction(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds.min(FOREVER as f64)).ok()
}

fn date(value: &str, now: SystemTime) -> Option<Duration> {
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now).unwrap_or(Duration::ZERO))
}

fn in_body(body: &Value) -> Option<Duration> {
    let paths = ["/error/details/retry_after", "/error/retry_after", "/retry_after"];
    match paths.iter().find_map(|path| body.pointer(path))? {
        Value::String(text) => seconds(text.trim()),
        value => fraction(value.as_f64()?),
    }
}

fn reset(value: &str, now: SystemTime) -> Option<Duration> {
    let number = value.parse::<u64>().ok()?;
    // Some write the instant in milliseconds.
    let number = if number >= 1_000_000_000_000 { number / 1000 } else { number };
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    Some(Duration::from_secs(if number >= 1_000_000_000 { number.saturating_sub(now) } else { number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)], body: &str) -> Option<Wait> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let headers =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        wait(&headers, serde_json::from_str(body).ok().as_ref(), now)
    }

    #[test]
    fn every_form_of_retry_after() {
        let secs = Duration::from_secs;
        let cases = [
            ("0", Some(secs(0))),
            ("7", Some(secs(7))),
            ("1.5", Some(Duration::from_millis(1500))),
            ("1000000000", Some(secs(1_000_000_000))),
            ("Fri, 15 Jan 2027 08:00:09 GMT", Some(secs(9))),
            ("Fri, 15 Jan 2027 07:00:00 GMT", Some(secs(0))),
            ("soon", None),
            ("-3", None),
            ("NaN", None),
            ("1e3", None),
            ("99999999999999999999999", Some(secs(FOREVER))),
            ("99999999999999999999999.5", Some(secs(FOREVER))),
        ];
        for (value, expected) in cases {
            let got = read(&[("retry-after", value)], "");
            assert_eq!(got, expected.map(Wait::Demanded), "{value}");
        }
    }

    #[test]
    fn the_body_and_the_window_come_after_the_header() {
        let secs = |s| Duration::from_secs(s);
        let body = r#"{"error":{"details":{"retry_after":12}}}"#;
        assert_eq!(read(&[("retry-after", "3")], body), Some(Wait::Demanded(secs(3))));
        assert_eq!(read(&[("x-ratelimit-reset", "1800000004")], body), Some(Wait::Demanded(secs(12))));
        assert_eq!(read(&[("x-ratelimit-reset", "1800000004")], ""), Some(Wait::Hinted(secs(4))));
        assert_eq!(read(&[("x-pica-rate-limit-reset", "60")], ""), Some(Wait::Hinted(secs(60))));
        assert_eq!(read(&[("x-ratelimit-retry-after", "0")], ""), None);
        for (value, expected) in [
            ("12", Some(secs(12))),
            ("\"12\"", Some(secs(12))),
            ("1e300", Some(secs(FOREVER))),
            ("99999999999999999999999", Some(secs(FOREVER))),
            ("-1", None),
            ("\"soon\"", None),
            ("null", None),
        ] {
            let body = format!(r#"{{"retry_after":{value}}}"#);
            assert_eq!(read(&[], &body), expected.map(Wait::Demanded), "{value}");
        }
    }
}
