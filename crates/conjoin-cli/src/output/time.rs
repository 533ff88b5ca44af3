//! Points and spans of time for people.

use std::time::Duration;

use conjoin::Timestamp;

/// How long ago something was, in one unit: `40s ago`, `5m ago`, `3d ago`, `4mo ago`, `2y ago`; `in 2d` for
/// what is to come.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_millis().saturating_sub(at.as_millis()) / 1000;
    match (seconds, span(seconds.unsigned_abs())) {
        // Two clocks never agree to the second.
        (-5..=5, _) => "now".to_owned(),
        (6.., span) => format!("{span} ago"),
        (_, span) => format!("in {span}"),
    }
}

fn span(seconds: u64) -> String {
    /// From how many seconds on a unit is used, its length, and its word.
    const UNITS: [(u64, u64, &str); 5] = [
        (YEAR, YEAR, "y"),
        // Days as long as they say more than months do.
        (60 * DAY, YEAR / 12, "mo"),
        (DAY, DAY, "d"),
        (3600, 3600, "h"),
        (60, 60, "m"),
    ];
    const DAY: u64 = 86_400;
    const YEAR: u64 = 31_556_952;
    let unit = UNITS.into_iter().find(|&(from, ..)| seconds >= from);
    let (_, length, word) = unit.unwrap_or((0, 1, "s"));
    format!("{}{word}", seconds / length)
}

/// How long something took: `0.02 s`, `3.2 s`, `45 s`, `2 m 05 s`.
pub(crate) fn took(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    match elapsed.as_secs() {
        0 if seconds < 0.005 => "0 s".to_owned(),
        0 => format!("{seconds:.2} s"),
        1..10 => format!("{seconds:.1} s"),
        whole @ 10..120 => format!("{whole} s"),
        whole => format!("{} m {:02} s", whole / 60, whole % 60),
    }
}

/// A wait that a vendor asks for, rounded up: coming early is refused again.
pub(crate) fn wait(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    if seconds < 120 {
        format!("{seconds} s")
    } else if seconds < 2 * 3600 {
        format!("{} minutes", seconds.div_ceil(60))
    } else if seconds < 48 * 3600 {
        format!("{} hours", seconds.div_ceil(3600))
    } else {
        format!("{} days", seconds.div_ceil(86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_one_unit() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let cases = [
            ("2026-03-01T11:59:58Z", "now"),
            ("2026-03-01T11:59:20Z", "40s ago"),
            ("2026-03-01T11:01:00Z", "59m ago"),
            ("2026-02-28T13:00:00Z", "23h ago"),
            ("2026-02-26T12:00:00Z", "3d ago"),
            ("2026-01-01T12:00:00Z", "59d ago"),
            ("2025-11-01T12:00:00Z", "3mo ago"),
            ("2025-03-02T12:00:00Z", "11mo ago"),
            ("2024-03-01T00:00:00Z", "2y ago"),
            ("2026-03-03T12:00:01Z", "in 2d"),
            ("9999-01-01T00:00:00Z", "in 7972y"),
        ];
        for (at, shown) in cases {
            assert_eq!(ago(at.parse().unwrap(), now), shown, "{at}");
        }
    }

    #[test]
    fn spans_are_as_exact_as_people_care() {
        let shown = [1, 21, 3249, 9999, 45_678, 125_000].map(|millis| took(Duration::from_millis(millis)));
        assert_eq!(shown, ["0 s", "0.02 s", "3.2 s", "10.0 s", "45 s", "2 m 05 s"]);
    }

    #[test]
    fn waits_are_rounded_up() {
        let shown = [1500, 119_000, 121_000, 7_201_000, 1_000_000_000_000]
            .map(|millis| wait(Duration::from_millis(millis)));
        assert_eq!(shown, ["2 s", "119 s", "3 minutes", "3 hours", "11575 days"]);
    }
}
