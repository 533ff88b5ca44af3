//! Errors: of the right kind, in time, and never taken for an answer.

use std::sync::Arc;
use std::time::Duration;

use conjoin_core::ErrorKind;
use conjoin_http::kind_of_status;
use tokio::time::Instant;

use super::advice::{Verdict, ensure};
use super::bench::paused;
use super::capabilities::changes;
use super::subject::Subject;
use crate::faults::{Faulty, Mishap, RetryAfter, When};
use crate::{Answered, Call};

/// A call under a mishap: what came of it, after how many requests and how long.
async fn under(
    subject: &Subject,
    call: &Call,
    mishap: Mishap,
    when: When,
) -> Verdict<(Answered, usize, Duration)> {
    let line = Arc::new(Faulty::new(subject.transport()?, mishap, when));
    let provider = subject.provider(Arc::clone(&line) as _, |setup| setup)?;
    let start = Instant::now();
    let answered = call.make(&*provider).await;
    Ok((answered, line.requests(), start.elapsed()))
}

/// Each status means the same at every vendor.
pub(super) fn every_status_has_its_kind(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            for status in [401, 402, 403, 404, 409, 422, 429, 500, 502, 503] {
                let (answered, ..) = under(subject, &call, Mishap::Status(status), When::Always).await?;
                let (kind, wanted) =
                    (answered.error.as_ref().map(conjoin_core::Error::kind), kind_of_status(status));
                ensure(kind == Some(wanted), || {
                    format!(
                        "the vendor answers {status} to `{}`, and the caller sees {}, not `{wanted}`; pass the \
                         client's errors on as they are",
                        call.operation(),
                        kind.map_or("a success", ErrorKind::as_str)
                    )
                })?;
            }
        }
        Ok(())
    })
}

/// What a line or a gateway does is an error, soon, and never an empty answer.
pub(super) fn every_fault_is_an_error_in_time(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            let operation = call.operation();
            for &mishap in Mishap::ALL {
                // Paging has its own checks; a change may need nothing of its answer but the status.
                let paging = matches!(mishap, Mishap::RepeatedPage | Mishap::EmptyPages);
                if paging || (mishap == Mishap::InvalidUtf8 && changes(operation)) {
                    continue;
                }
                let (answered, requests, elapsed) = under(subject, &call, mishap, When::Always).await?;
                ensure(answered.error.is_some() && !answered.complete, || {
                    format!("{mishap}: `{operation}` takes it for an answer; pass the client's errors on")
                })?;
                ensure(answered.rows.is_none_or(|rows| rows == 0), || {
                    format!("{mishap}: `{operation}` shows rows of an answer that never came whole")
                })?;
                ensure(requests <= 3 && elapsed <= Duration::from_secs(31), || {
                    format!(
                        "{mishap}: `{operation}` sends {requests} requests in {elapsed:?}; leave retries to the \
                         client, which bounds them in number and time"
                    )
                })?;
            }
        }
        Ok(())
    })
}

/// Trouble that passes does not show, where asking again is safe.
pub(super) fn what_passes_is_asked_again(subject: &Subject) -> Verdict {
    paused(async {
        let calls = subject.bench()?.calls().await?;
        for call in calls.iter().filter(|call| !changes(call.operation())) {
            for mishap in
                [Mishap::Status(503), Mishap::ResetBeforeHeaders, Mishap::Limited(RetryAfter::Seconds)]
            {
                let (answered, ..) = under(subject, call, mishap, When::First(2)).await?;
                ensure(answered.complete, || {
                    format!(
                        "{mishap}, twice, then not: `{}` gives up ({}); send reads through the client, as GET \
                         or marked idempotent",
                        call.operation(),
                        answered.error.as_ref().map(ToString::to_string).unwrap_or_default()
                    )
                })?;
            }
        }
        Ok(())
    })
}
