//! Equal questions at the same time, asked once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use conjoin_core::{Cursor, Error, ErrorKind, Result};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::kept::Question;

/// What is asked: after how many changes, what, and from where on. What is asked after a change is never what was
/// asked before it.
type Key = (u64, Question, Option<Cursor>);

type Asking<T> = BoxFuture<'static, Result<Arc<T>>>;

/// Questions that are being asked. One that nobody waits for any more is dropped.
pub(super) struct Flights<T>(Mutex<HashMap<Key, WeakShared<Asking<T>>>>);

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send + Sync + 'static> Flights<T> {
    /// The answer to a question, of which an equal one may be on its way.
    pub(super) async fn join(
        &self,
        key: Key,
        ask: impl Fn() -> BoxFuture<'static, Result<T>>,
    ) -> Result<Arc<T>> {
        loop {
            let (flight, ours) = self.board(&key, &ask);
            match flight.await {
                // Whoever asked first had less time than we may have: we ask ourselves.
                Err(error) if !ours && is_for_want_of_time(&error) => {}
                answer => return answer,
            }
        }
    }

    /// The flight of a question, and whether it is new.
    fn board(&self, key: &Key, ask: impl Fn() -> BoxFuture<'static, Result<T>>) -> (Shared<Asking<T>>, bool) {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One that has landed may have done so long ago, where somebody has not looked yet.
        let on_its_way = |flight: &Shared<Asking<T>>| flight.peek().is_none();
        if let Some(flight) = flights.get(key).and_then(WeakShared::upgrade).filter(on_its_way) {
            return (flight, false);
        }
        // Pages that were asked for before a list is begun anew must not come into it.
        let (_, question, cursor) = key;
        let earlier = |other: &Key| cursor.is_none() && other.1 == *question;
        flights.retain(|other, flight| flight.upgrade().is_some() && !earlier(other));
        let flight = ask().map(|answer| answer.map(Arc::new)).boxed().shared();
        flights.extend(flight.downgrade().map(|weak| (key.clone(), weak)));
        (flight, true)
    }
}

fn is_for_want_of_time(error: &Error) -> bool {
    error.status().is_none() && matches!(error.kind(), ErrorKind::Timeout | ErrorKind::RateLimited)
}
