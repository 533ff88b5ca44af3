//! Which requests a mishap befalls.

use std::fmt;

/// Which of the requests are hit, counted from the first that comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum When {
    /// Every one.
    Always,
    /// The first so many.
    First(u32),
    /// All but the first so many.
    After(u32),
    /// The one of this number, from 1.
    Only(u32),
}

impl When {
    /// Whether the request of this number, from 1, is hit.
    pub(crate) fn hits(self, number: u32) -> bool {
        match self {
            Self::Always => true,
            Self::First(count) => number <= count,
            Self::After(count) => number > count,
            Self::Only(only) => number == only,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("always"),
            Self::First(count) => write!(f, "{count} times, then not"),
            Self::After(count) => write!(f, "from request {} on", u64::from(*count) + 1),
            Self::Only(number) => write!(f, "on request {number} alone"),
        }
    }
}
