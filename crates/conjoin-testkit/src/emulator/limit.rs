//! A rate limit as a token bucket, over time that the caller supplies.

use std::time::Duration;

/// What stands in rate-limit headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// Whole seconds after which a refused request may come again, rounded up; 0 when it was not refused.
    pub(super) wait: u64,
    /// How long the emulator has been running.
    pub(super) elapsed: Duration,
    /// Whether a limit is enforced at all.
    pub(super) enforced: bool,
}

impl Quota {
    pub(super) fn refused(&self) -> bool {
        self.wait > 0
    }
}

/// A bucket that holds one second's worth of requests.
#[derive(Clone, Debug)]
pub(super) struct Limiter {
    per_second: u32,
    tokens: f64,
    last: Duration,
}

impl Limiter {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        Self { per_second, tokens: f64::from(per_second), last: Duration::ZERO }
    }

    /// Lets one request through, or not.
    pub(super) fn take(&mut self, now: Duration) -> Quota {
        let rate = f64::from(self.per_second);
        let refill = now.saturating_sub(self.last).as_secs_f64() * rate;
        self.tokens = (self.tokens + refill).min(rate);
        self.last = now;
        let quota = Quota { limit: self.per_second, remaining: 0, wait: 1, elapsed: now, enforced: true };
        if self.tokens < 1.0 {
            // A token comes within a second, because at least one a second does.
            return quota;
        }
        self.tokens -= 1.0;
        Quota { remaining: whole(self.tokens), wait: 0, ..quota }
    }
}

/// The whole part of a number of tokens, which is between 0 and `u32::MAX`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tokens are between 0 and a u32")]
fn whole(tokens: f64) -> u32 {
    tokens as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_so_many_requests_and_the_next_second_again() {
        let mut limiter = Limiter::new(2);
        let refused = |quota: Quota| (quota.remaining, quota.refused());
        assert_eq!(refused(limiter.take(Duration::ZERO)), (1, false));
        assert_eq!(refused(limiter.take(Duration::ZERO)), (0, false));
        assert_eq!(refused(limiter.take(Duration::ZERO)), (0, true));
        assert_eq!(refused(limiter.take(Duration::from_secs(1))), (1, false));
    }
}
