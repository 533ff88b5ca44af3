//! A limit of our own on the rate of requests.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{Error, ErrorKind};
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};

use crate::Rate;

/// A limit of our own on the rate of requests, for vendors that limit it. They count by credential: clones
/// share one limit, and whatever is set up with the same credential is to have a clone of it.
///
/// Every request has its turn, retries and followed redirects included, in the order in which they come. A
/// request that would have to wait beyond its deadline is not sent: it ends at once as
/// [`RateLimited`](ErrorKind::RateLimited), with a message that says whose limit it was.
#[derive(Clone)]
pub struct RateLimit(Arc<Limiter>);

struct Limiter {
    rate: Rate,
    bucket: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    /// Who is first in it waits for the bucket, and the others for their place: without it all would wake up
    /// for each turn, and any of them take it.
    queue: Mutex<()>,
}

/// The clock that sleeping goes by, in tests too.
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl RateLimit {
    /// A limit that nobody shares yet.
    pub fn new(rate: Rate) -> Self {
        let quota = Quota::with_period(rate.interval())
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(NonZeroU32::new(rate.burst()).unwrap_or(NonZeroU32::MIN));
        let bucket = RateLimiter::direct_with_clock(quota, TokioClock(Instant::now()));
        Self(Arc::new(Limiter { rate, bucket, queue: Mutex::default() }))
    }

    /// The rate.
    pub fn rate(&self) -> Rate {
        self.0.rate
    }

    /// Waits for a request's turn, unless that comes too late. Whoever stops waiting takes no turn.
    pub(crate) async fn turn(&self, deadline: Instant) -> Result<(), Error> {
        let Limiter { rate, bucket, queue } = &*self.0;
        let Ok(_first) = timeout_at(deadline, queue.lock()).await else {
            return Err(self.too_late(rate.interval()));
        };
        while let Err(not_yet) = bucket.check() {
            let wait = not_yet.wait_time_from(bucket.clock().now());
            if Instant::now() + wait >= deadline {
                return Err(self.too_late(wait));
            }
            tracing::debug!(wait_ms = wait.as_millis(), rate = %rate, "waiting for a turn");
            sleep(wait).await;
        }
        Ok(())
    }

    fn too_late(&self, wait: Duration) -> Error {
        let message = format!(
            "our own limit of {} has no turn for this request in time, the next is {wait:.1?} away; ask for \
             less at once, or raise the limit or the time",
            self.0.rate
        );
        Error::new(ErrorKind::RateLimited, message).with_retry_after(Some(wait))
    }
}

impl From<Rate> for RateLimit {
    fn from(rate: Rate) -> Self {
        Self::new(rate)
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RateLimit").field(&self.0.rate).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(3600);

    /// When each of so many requests at once has its turn, in milliseconds.
    async fn turns(limit: &RateLimit, requests: usize, within: Duration) -> Vec<Option<u128>> {
        let start = Instant::now();
        let turn = |_| async {
            let turn = limit.turn(start + within).await;
            turn.ok().map(|()| start.elapsed().as_millis())
        };
        futures_util::future::join_all((0..requests).map(turn)).await
    }

    #[tokio::test(start_paused = true)]
    async fn turns_come_an_interval_apart_in_the_order_of_the_requests() {
        let limit = RateLimit::new(Rate::per_second(10));
        assert_eq!(turns(&limit, 4, SOON).await, [Some(0), Some(100), Some(200), Some(300)]);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(turns(&limit, 2, SOON).await, [Some(0), Some(100)], "nothing is saved up");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_comes_at_once_and_is_saved_up_again_in_a_pause() {
        let limit = RateLimit::new(Rate::per_minute(60).with_burst(3));
        assert_eq!(turns(&limit, 5, SOON).await, [Some(0), Some(0), Some(0), Some(1000), Some(2000)]);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(turns(&limit, 3, SOON).await, [Some(0), Some(0), Some(1000)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_comes_too_late_is_refused_at_once_and_leaves_it_to_others() {
        let limit = RateLimit::new(Rate::per_minute(1));
        assert_eq!(turns(&limit, 1, SOON).await, [Some(0)]);
        let start = Instant::now();
        let error = limit.turn(start + Duration::from_secs(30)).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::ZERO);
        insta::assert_snapshot!(error, @"our own limit of 1/m has no turn for this request in time, the next is 60.0s away; ask for less at once, or raise the limit or the time (retry after 60 s)");
        assert_eq!(turns(&limit, 1, SOON).await, [Some(60_000)]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_stops_waiting_takes_no_turn() {
        let limit = RateLimit::new(Rate::per_second(1));
        limit.turn(Instant::now() + SOON).await.unwrap();
        let dropped = tokio::time::timeout(Duration::from_millis(500), limit.turn(Instant::now() + SOON));
        dropped.await.unwrap_err();
        assert_eq!(turns(&limit.clone(), 1, SOON).await, [Some(500)]);
    }
}
