//! A limit of our own on the rate of requests, and room for so many at once.

use std::time::Duration;

use conjoin_core::{ErrorKind, Meter};
use conjoin_http::{Rate, RateLimit};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::bench::*;

#[tokio::test(start_paused = true)]
async fn every_request_has_its_turn_retries_and_redirects_too() {
    let steps = [status(503), with(status(307), "location", "/v1/things/"), status(200)];
    let slow = bench_with(steps, |setup| setup.rate_limit(Rate::per_minute(6)));
    slow.get().await.unwrap();
    assert_eq!(slow.waits(), [Duration::from_secs(10), Duration::from_secs(10)]);
}

#[tokio::test(start_paused = true)]
async fn providers_of_one_credential_share_a_limit() {
    let limit = RateLimit::new(Rate::per_second(1));
    let [one, other] = [(); 2].map(|()| bench_with([status(200)], |setup| setup.rate_limit(limit.clone())));
    let start = Instant::now();
    for answer in join_all([one.get(), other.get(), one.get()]).await {
        answer.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!(one.waits(), [Duration::from_secs(2)]);
}

#[tokio::test(start_paused = true)]
async fn a_turn_beyond_the_deadline_is_not_waited_for_and_the_error_says_whose_limit_it_was() {
    let limited = bench_with([status(200)], |setup| setup.rate_limit(Rate::per_minute(4)));
    let start = Instant::now();
    let answers = join_all([limited.get(), limited.get(), limited.get()]).await;
    let told: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().map(drop).map_err(ToString::to_string)).collect();
    assert_eq!(start.elapsed(), Duration::from_secs(15), "as soon as it was known");
    let [Ok(()), Ok(()), Err(error)] = &*told else { panic!("{told:?}") };
    insta::assert_snapshot!(error, @"work: our own limit of 4/m has no turn for this request in time, the next is 15.0s away; ask for less at once, or raise the limit or the time (retry after 15 s)");
    let error = answers.into_iter().find_map(Result::err).unwrap();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::RateLimited, true));
    assert_eq!((error.attempts(), error.status(), limited.sent().len()), (0, None, 2), "it was never sent");
}

#[tokio::test(start_paused = true)]
async fn a_listing_s_deadline_bounds_the_wait_for_a_turn() {
    let limited = bench_with([status(200)], |setup| setup.rate_limit(Rate::per_minute(6)));
    limited.get().await.unwrap();
    let meter = Meter::new(Some((Instant::now() + Duration::from_secs(5)).into_std()));
    let error = meter.around(Box::pin(limited.get())).await.unwrap_err();
    assert_eq!((error.kind(), meter.requests()), (ErrorKind::RateLimited, 0));
}

#[tokio::test(start_paused = true)]
async fn a_retry_without_a_turn_in_time_ends_with_what_the_vendor_said() {
    let limited = bench_with([status(503)], |setup| setup.rate_limit(Rate::per_minute(1)));
    let (start, meter) = (Instant::now(), Meter::new(None));
    let error = meter.around(Box::pin(limited.get())).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Unavailable, Some(503), 1));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!((meter.requests(), meter.retries()), (1, 0), "what is not sent is not counted");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_permit_and_its_place_back() {
    let narrow =
        bench_with([Step::Hang, status(200)], |setup| setup.concurrency(1).rate_limit(Rate::per_second(1)));
    // Dropped while it is sent, while it waits for the permit, and while it waits for its turn.
    let hanging = narrow.get();
    let waiting = [narrow.get(), narrow.get()];
    let all = async { tokio::join!(hanging, join_all(waiting)) };
    tokio::time::timeout(Duration::from_millis(1500), all).await.map(drop).unwrap_err();
    let start = Instant::now();
    narrow.get().await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_millis(500), "two turns had been taken, not three");
    assert_eq!(narrow.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_waited_for_a_permit_in_vain_was_never_sent() {
    let narrow = bench_with([Step::Hang], |setup| setup.concurrency(1));
    let (hung, waited) = tokio::join!(narrow.get(), narrow.get());
    assert_eq!((hung.unwrap_err().attempts(), waited.unwrap_err().attempts()), (1, 0));
}
