//! What a failed check says.

use std::fmt;

/// What is wrong, and the ways out of it, to the author of an adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice(String);

/// What comes of a check.
pub type Verdict<T = ()> = Result<T, Advice>;

impl Advice {
    /// Advice in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Advice {}

/// Fails with advice unless something holds.
pub(super) fn ensure(holds: bool, advice: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Advice(advice())) }
}
