//! How many requests in what time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use conjoin_core::{Error, ErrorKind, Result};

/// So many requests a second, minute or hour, evenly spaced; and how many of them may come at once.
///
/// As text: `10/s`, `600/m`, `1000/h`, and with a burst `10/s burst 20`. Without one, requests keep their
/// distance, so that no window of the vendor's, wherever it begins, sees more than it allows.
///
/// ```
/// use conjoin_http::Rate;
/// let rate: Rate = "600/m burst 20".parse()?;
/// assert_eq!((rate.interval().as_millis(), rate.burst()), (100, 20));
/// # Ok::<_, conjoin_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: u32,
    unit: Unit,
    burst: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

/// More is no limit, and could not be counted in nanoseconds.
const MOST: u32 = 1_000_000;

impl Rate {
    /// So many requests a second: at least 1, at most a million.
    pub fn per_second(requests: u32) -> Self {
        Self::new(requests, Unit::Second)
    }

    /// So many requests a minute.
    pub fn per_minute(requests: u32) -> Self {
        Self::new(requests, Unit::Minute)
    }

    /// So many requests an hour.
    pub fn per_hour(requests: u32) -> Self {
        Self::new(requests, Unit::Hour)
    }

    fn new(requests: u32, unit: Unit) -> Self {
        Self { requests: requests.clamp(1, MOST), unit, burst: 1 }
    }

    /// Sets how many requests may come at once after a pause. 1 unless set.
    #[must_use]
    pub fn with_burst(mut self, requests: u32) -> Self {
        self.burst = requests.clamp(1, MOST);
        self
    }

    /// How many requests may come at once.
    pub fn burst(&self) -> u32 {
        self.burst
    }

    /// The time after which one more request may come.
    pub fn interval(&self) -> Duration {
        let unit = match self.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3600,
        };
        Duration::from_secs(unit) / self.requests
    }
}

impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = |text: &str| text.trim().parse().ok().filter(|number| (1..=MOST).contains(number));
        let read = || {
            let (rate, burst) = match text.split_once("burst") {
                Some((rate, burst)) => (rate, number(burst)?),
                None => (text, 1),
            };
            let (requests, unit) = rate.split_once('/')?;
            let unit = match unit.trim() {
                "s" => Unit::Second,
                "m" => Unit::Minute,
                "h" => Unit::Hour,
                _ => return None,
            };
            Some(Self::new(number(requests)?, unit).with_burst(burst))
        };
        read().ok_or_else(|| {
            let message = format!(
                "`{}` is no rate; write requests a second, minute or hour, such as 10/s or 600/m, and where \
                 some may come at once, 10/s burst 20",
                crate::problem::one_line(text)
            );
            Error::new(ErrorKind::Config, message)
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Second => 's',
            Unit::Minute => 'm',
            Unit::Hour => 'h',
        };
        write!(f, "{}/{unit}", self.requests)?;
        if self.burst > 1 { write!(f, " burst {}", self.burst) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_what_it_writes_and_nothing_else() {
        for text in ["10/s", "600/m", "1000/h", "10/s burst 20"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        assert_eq!(" 5 / m  burst  2 ".parse::<Rate>().unwrap(), Rate::per_minute(5).with_burst(2));
        for text in
            ["", "10", "0/s", "-1/s", "0.5/s", "10/d", "10/s burst", "10/s burst 0", "4294967296/s", "1/s/m"]
        {
            let error = text.parse::<Rate>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{text}");
        }
        insta::assert_snapshot!("10".parse::<Rate>().unwrap_err(), @"`10` is no rate; write requests a second, minute or hour, such as 10/s or 600/m, and where some may come at once, 10/s burst 20");
    }
}
