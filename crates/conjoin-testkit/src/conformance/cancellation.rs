//! Calls that nobody waits for any more.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::advice::{Advice, Verdict, ensure};
use super::bench::paused;
use super::subject::Subject;
use super::tap::{Meddle, Tap};

/// A dropped call gives back what it held: with room for one request at a time, the next one goes through.
pub(super) fn a_dropped_call_leaves_the_client_usable(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            let tap = Arc::new(Tap::new(subject.transport()?, Meddle::Hang(1)));
            let provider = subject.provider(tap, |setup| setup.concurrency(1))?;
            let hung = timeout(Duration::from_secs(1), call.make(&*provider)).await;
            ensure(hung.is_err(), || format!("`{}` ends although nothing answers", call.operation()))?;
            let again = timeout(Duration::from_secs(60), call.make(&*provider)).await;
            let operation = call.operation();
            let answered = again.map_err(|_| {
                Advice::new(format!(
                    "after a dropped `{operation}` the next one does not get through; hold locks and permits in \
                     values that are dropped with the future"
                ))
            })?;
            ensure(answered.complete, || match answered.error {
                Some(why) => format!("after a dropped `{operation}` the next one fails: {why}"),
                None => format!("after a dropped `{operation}` the next one is not whole"),
            })?;
        }
        Ok(())
    })
}
