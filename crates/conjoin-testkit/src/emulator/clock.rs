//! A clock that starts at a fixed instant and moves one second with each change, so that two runs answer alike.

use jiff::Timestamp;

/// Nanoseconds since 1970, in UTC.
pub(super) type Nanos = i64;

/// One second.
pub(super) const SECOND: Nanos = 1_000_000_000;

/// 2026-03-01T09:00:00Z: when every emulator starts.
pub(super) const START: Nanos = 1_772_355_600 * SECOND;

/// The emulator's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    now: Nanos,
}

impl Default for Clock {
    fn default() -> Self {
        Self { now: START }
    }
}

impl Clock {
    pub(super) fn now(self) -> Nanos {
        self.now
    }

    /// Moves on by a second, and tells the new time.
    pub(super) fn tick(&mut self) -> Nanos {
        self.now += SECOND;
        self.now
    }
}

/// `2026-03-01T09:00:00Z`
pub(super) fn seconds(nanos: Nanos) -> String {
    format!("{:.0}", timestamp(nanos))
}

/// `2026-03-01T09:00:00.000Z`
pub(super) fn millis(nanos: Nanos) -> String {
    format!("{:.3}", timestamp(nanos))
}

/// `2026-03-01T09:00:00.000000Z`
pub(super) fn micros(nanos: Nanos) -> String {
    format!("{:.6}", timestamp(nanos))
}

/// Reads an RFC 3339 instant. Only for the texts of the samples: what cannot be read is the start of the clock.
pub(super) fn at(text: &str) -> Nanos {
    parse(text).unwrap_or(START)
}

/// Reads an RFC 3339 instant.
pub(super) fn parse(text: &str) -> Option<Nanos> {
    let timestamp: Timestamp = text.parse().ok()?;
    i64::try_from(timestamp.as_nanosecond()).ok()
}

fn timestamp(nanos: Nanos) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_what_the_comment_says() {
        assert_eq!(seconds(START), "2026-03-01T09:00:00Z");
        assert_eq!(millis(START), "2026-03-01T09:00:00.000Z");
        assert_eq!(micros(at("2025-07-19T16:19:29.702632Z")), "2025-07-19T16:19:29.702632Z");
    }
}
