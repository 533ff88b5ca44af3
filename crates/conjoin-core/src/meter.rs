//! Counting what an operation costs, and bounding it in time, without a word of it in any signature.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::future::BoxFuture;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Meter>>> = const { RefCell::new(None) };
}

/// Counts the requests that one answer costs, and tells them until when it is awaited.
///
/// A listing puts one around each call to its provider; the HTTP client finds it with
/// [`current`](Self::current) and counts there. So the counts hold for wrappers and adapters that know
/// nothing of it, for cancelled calls, and for two listings at once over one client. Work that an adapter
/// spawns as another task is outside.
#[derive(Debug, Default)]
pub struct Meter {
    requests: AtomicU32,
    retries: AtomicU32,
    unanswered: AtomicU32,
    limited: AtomicU32,
    pause: Mutex<Option<Instant>>,
    deadline: Option<Instant>,
}

impl Meter {
    /// A meter at zero, for an answer that is awaited until an instant.
    pub fn new(deadline: Option<Instant>) -> Arc<Self> {
        Arc::new(Self { deadline, ..Self::default() })
    }

    /// The meter of the call that is running on this thread now.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Counts a request at the moment when it is sent: the first of a call, or one that follows a redirect.
    pub fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.unanswered.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that repeats another of the same call, unless so many have been sent since the last good
    /// answer. Tells whether it may be sent.
    pub fn count_retry(&self, at_most: u32) -> bool {
        let more = |unanswered| (unanswered < at_most).then_some(unanswered + 1);
        let may = self.unanswered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if may {
            self.requests.fetch_add(1, Ordering::Relaxed);
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        may
    }

    /// Notes that a request was answered as it should be.
    pub fn count_answer(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Counts an answer that limits the rate, and notes until when the vendor wants no more requests, where it
    /// said so.
    pub fn count_limited(&self, pause: Option<Instant>) {
        self.limited.fetch_add(1, Ordering::Relaxed);
        let mut until = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        *until = (*until).max(pause);
    }

    /// How often the vendor has limited the rate so far.
    pub fn limited(&self) -> u32 {
        self.limited.load(Ordering::Relaxed)
    }

    /// Until when the vendor wants no requests, whoever of this listing was told so.
    pub fn pause(&self) -> Option<Instant> {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests sent so far, retries included.
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests that repeated an earlier one.
    pub fn retries(&self) -> u32 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Until when the answer is awaited.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Runs a call under this meter.
    pub fn around<'a, T>(self: &Arc<Self>, call: BoxFuture<'a, T>) -> Metered<'a, T> {
        Metered { meter: Arc::clone(self), call }
    }
}

/// A call under a [`Meter`].
pub struct Metered<'a, T> {
    meter: Arc<Meter>,
    call: BoxFuture<'a, T>,
}

impl<T> fmt::Debug for Metered<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metered").field("meter", &self.meter).finish_non_exhaustive()
    }
}

impl<T> Future for Metered<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        /// Puts the outer meter back, also when the call panics.
        struct Restore(Option<Arc<Meter>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _restore = Restore(CURRENT.replace(Some(Arc::clone(&self.meter))));
        self.call.as_mut().poll(cx)
    }
}
