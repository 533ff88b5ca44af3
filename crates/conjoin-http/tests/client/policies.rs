//! What is sent again, how long is waited, where redirects lead, and what a caller is told.

use std::fmt::Write as _;
use std::time::Duration;

use conjoin_core::{ErrorKind, Meter, Operation};
use conjoin_http::{Fault, Sent};
use tokio::time::Instant;

use super::bench::*;

#[tokio::test(start_paused = true)]
async fn every_failure_is_told_in_one_line_and_tried_as_often_as_is_safe() {
    let steps = [
        ("400", body(400, r#"{"error":{"code":"VALIDATION_ERROR","message":"Invalid request parameters"}}"#)),
        ("401", body(401, r#"{"message":"no"}"#)),
        ("402", status(402)),
        ("403", status(403)),
        ("404", status(404)),
        ("409", status(409)),
        ("422", body(422, r#"{"detail":[{"loc":["query","organization_id"],"msg":"field required"}]}"#)),
        ("429", status(429)),
        ("429, body says 200", body(429, r#"{"status":200}"#)),
        ("500", status(500)),
        ("501", status(501)),
        ("502 html", body(502, "<html>bad gateway</html>")),
        ("503 empty", body(503, "")),
        ("418", status(418)),
        ("302 nowhere", status(302)),
        ("connect", Step::Broken(Fault::Connect, Sent::Never)),
        ("reset", Step::Broken(Fault::Broken, Sent::Maybe)),
        ("encoding", Step::Broken(Fault::Encoding, Sent::Maybe)),
        ("too large", Step::Broken(Fault::TooLarge, Sent::Maybe)),
        ("hang", Step::Hang),
    ];
    let mut table = String::new();
    for (name, step) in steps {
        let (read, change) = (bench([step.clone()]), bench([step]));
        let error = read.get().await.unwrap_err();
        let _ = change.patch().await.unwrap_err();
        let (reads, changes) = (read.sent().len(), change.sent().len());
        let retryable = if error.is_retryable() { "retryable" } else { "final" };
        writeln!(
            table,
            "{name:<19} {:<18} {retryable:<9} read ×{reads} change ×{changes}  {error}",
            error.kind()
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_recovers_is_asked_until_it_answers() {
    let bench = bench([status(503), Step::Broken(Fault::Broken, Sent::Maybe), status(200)]);
    assert_eq!(bench.get().await.unwrap().status(), 200);
    assert_eq!(bench.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_up_to_its_cap_and_beyond_it_given_up_at_once() {
    let waited = bench([with(status(429), "retry-after", "7"), status(200)]);
    waited.get().await.unwrap();
    assert_eq!(waited.waits(), [Duration::from_secs(7)]);

    for demand in ["31", "1000000000", "99999999999999999999999"] {
        let refused = bench([with(status(429), "retry-after", demand)]);
        let start = Instant::now();
        let error = refused.get().await.unwrap_err();
        assert_eq!((refused.sent().len(), start.elapsed()), (1, Duration::ZERO), "{demand}");
        assert!(error.retry_after().unwrap() > Duration::from_secs(30));
    }

    for (header, value) in [("retry-after", "soon"), ("x-ratelimit-reset", "0")] {
        let vague = bench([with(status(429), header, value), status(200)]);
        vague.get().await.unwrap();
        let wait = vague.waits()[0];
        assert!(
            Duration::from_millis(200) <= wait && wait < Duration::from_secs(2),
            "our own backoff: {wait:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_sent_again_only_where_it_cannot_have_been_made() {
    let limited = bench([with(status(429), "retry-after", "1"), status(200)]);
    limited.patch().await.unwrap();
    let unreached = bench([Step::Broken(Fault::Connect, Sent::Never), status(200)]);
    unreached.patch().await.unwrap();
    for step in [status(500), status(502), Step::Broken(Fault::Broken, Sent::Maybe)] {
        let doubtful = bench([step, status(200)]);
        doubtful.patch().await.unwrap_err();
        assert_eq!(doubtful.sent().len(), 1);
    }
    let harmless = bench([status(502), status(200)]);
    harmless.client.patch(Operation::Rename, &["v1"]).idempotent().send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_and_does_not_wait_for_a_retry_that_comes_too_late() {
    let hanging = bench_with([Step::Hang], |setup| setup.timeout(Duration::from_secs(3)));
    let start = Instant::now();
    let error = hanging.get().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, Duration::from_secs(3)));

    let late =
        bench_with([with(status(503), "retry-after", "5")], |setup| setup.timeout(Duration::from_secs(3)));
    let start = Instant::now();
    let error = late.get().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Unavailable, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_listing_s_deadline_bounds_the_calls_within_it() {
    let hanging = bench([Step::Hang]);
    let start = Instant::now();
    let meter = Meter::new(Some((start + Duration::from_secs(2)).into_std()));
    let error = meter.around(Box::pin(hanging.get())).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, Duration::from_secs(2)));
    assert_eq!(meter.requests(), 1, "also a request that never ended is counted");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_is_asked_again_where_an_attempt_has_its_own_time() {
    let slow = bench_with([Step::Hang, status(200)], |setup| setup.attempt_timeout(Duration::from_secs(5)));
    slow.get().await.unwrap();
    assert_eq!(slow.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_calls_that_all_fail_do_not_multiply_their_attempts() {
    let down = bench([status(503)]);
    let meter = Meter::new(None);
    let calls: Vec<_> = (0..8).map(|_| meter.around(Box::pin(down.get()))).collect();
    for result in futures_util::future::join_all(calls).await {
        result.unwrap_err();
    }
    assert_eq!((down.sent().len(), meter.requests()), (11, 11), "eight are sent, and three of them again");
}

#[tokio::test(start_paused = true)]
async fn many_calls_that_are_limited_once_all_come_through() {
    let limited = (0..4).map(|_| with(status(429), "retry-after", "1"));
    let vendor = bench(limited.chain([status(200)]));
    let meter = Meter::new(None);
    let calls: Vec<_> = (0..4).map(|_| meter.around(Box::pin(vendor.get()))).collect();
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    assert_eq!((meter.requests(), meter.retries()), (8, 4));
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_within_the_origin_and_never_off_it() {
    let to = |location: &str| with(status(307), "location", location);
    let same = bench([to("/v1/things/?a=1"), status(200)]);
    same.get().await.unwrap();
    assert_eq!(same.sent()[1], "GET https://api.example.test/v1/things/?a=1");

    for location in
        ["https://evil.test/", "http://api.example.test/", "https://api.example.test:8443/", "//evil.test/x"]
    {
        let off = bench([to(location)]);
        let error = off.get().await.unwrap_err();
        assert_eq!((off.sent().len(), error.status()), (1, Some(307)), "{location}");
        assert!(!error.is_retryable());
    }
    let named = bench([to("https://user:pass@api.example.test/v1/other#part"), status(200)]);
    named.get().await.unwrap();
    assert_eq!(
        named.sent()[1],
        "GET https://api.example.test/v1/other",
        "a credential of the vendor's choosing"
    );

    let circle = bench([to("/v1/things")]);
    assert!(circle.get().await.unwrap_err().message().contains("again and again"));
    assert_eq!(circle.sent().len(), 6);

    let change = bench([with(status(302), "location", "/v1/other")]);
    change.patch().await.unwrap_err();
    assert_eq!(change.sent().len(), 1, "a change is not turned into a read");
}

#[tokio::test(start_paused = true)]
async fn the_credential_is_in_no_answer_and_no_error() {
    let echo =
        format!(r#"{{"message":"key {SECRET} is wrong","code":"{SECRET}","correlationId":"{SECRET}"}}"#);
    for step in [
        body(401, &echo),
        with(status(429), "x-request-id", SECRET),
        with(status(307), "location", &format!("https://{SECRET}.test/")),
    ] {
        let error = bench([step]).get().await.unwrap_err();
        let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
        assert!(!shown.contains(SECRET), "{shown}");
    }
    let bench = bench([body(200, &format!(r#"{{"name":"{SECRET}"}}"#))]);
    let answer = bench.get().await.unwrap();
    assert!(!format!("{answer:?} {bench:?}", bench = bench.client).contains(SECRET));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_answer_is_never_an_empty_one() {
    #[derive(Debug, serde::Deserialize)]
    struct Row {}
    let mut told = String::new();
    for text in [
        "",
        " ",
        "<html></html>",
        "{}",
        "[{]",
        "{\"rows\":[",
        "nonsense",
        "\u{feff}[]",
        r#"{"error":{"code":"X","message":"no"}}"#,
    ] {
        let answer = bench([body(200, text)]).get().await.unwrap();
        match answer.list(&["rows"], |row: Row, _| Ok(row)) {
            Ok(list) => writeln!(told, "{text:<45} {} rows", list.len()).unwrap(),
            Err(error) => writeln!(told, "{text:<45} {error}").unwrap(),
        }
    }
    insta::assert_snapshot!(told);
}
