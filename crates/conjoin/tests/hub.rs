//! Many providers as one, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use async_trait::async_trait;
use conjoin::*;
use futures_util::StreamExt as _;
use tokio::time::Instant;

/// A provider that answers after a while, in full, not at all, or badly.
#[derive(Debug)]
struct Slow {
    inner: MemoryProvider,
    after: Duration,
    fails: Option<ErrorKind>,
}

fn slow(name: &str, ids: &[&str], after: u64) -> Slow {
    let inner = ids
        .iter()
        .fold(MemoryProvider::new(name), |provider, id| provider.with(id, |c| c.enabled = true.into()));
    Slow { inner: inner.with_page_size(1), after: Duration::from_secs(after), fails: None }
}

fn failing(name: &str, kind: ErrorKind) -> Slow {
    Slow { fails: Some(kind), ..slow(name, &[], 0) }
}

#[async_trait]
impl ConnectionProvider for Slow {
    fn info(&self) -> &ProviderInfo {
        self.inner.info()
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        tokio::time::sleep(self.after).await;
        match self.fails {
            Some(kind) => Err(Error::new(kind, "it fails")),
            None => self.inner.list_page(query, cursor).await,
        }
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        tokio::time::sleep(self.after).await;
        self.inner.get(id).await
    }
}

fn outcomes(receipt: &Receipt) -> Vec<String> {
    let of = |p: &ProviderReceipt| {
        let error = p.error.as_ref().map_or_else(String::new, |error| format!(" ({error})"));
        format!("{} {} {}/{}{error}", p.provider, p.outcome, p.returned, p.rows)
    };
    receipt.providers.iter().map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_and_one_that_hangs_are_outcomes_and_the_others_rows_stand() {
    let hub = Hub::new()
        .with(slow("good", &["a", "b"], 0))
        .and_then(|hub| hub.with(failing("down", ErrorKind::Unavailable)))
        .and_then(|hub| hub.with(slow("hanging", &["c"], 3600)))
        .unwrap();
    let start = Instant::now();
    let listing = hub.list(&Query::new()).await;
    assert_eq!(start.elapsed(), Hub::DEFAULT_TIMEOUT);
    assert_eq!(listing.items.len(), 2);
    insta::assert_snapshot!(outcomes(&listing.receipt).join("\n"), @"
    good ok 2/2
    down failed 0/0 (down: it fails)
    hanging timed_out 0/0 (hanging: no whole answer within 30.0s)
    ");
    let incomplete = listing.complete().unwrap_err();
    insta::assert_snapshot!(incomplete, @"the answer is not complete: down: it fails; hanging: no whole answer within 30.0s");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_cut_off_keeps_what_it_gave_and_is_partial() {
    let hub =
        Hub::new().with(slow("slow", &["a", "b", "c"], 20)).unwrap().with_timeout(Duration::from_secs(30));
    let listing = hub.list(&Query::new()).await;
    // The first page after 20 s; the ones named in it come after 40 s.
    insta::assert_snapshot!(outcomes(&listing.receipt).join("\n"), @"slow partial 1/1 (slow: no whole answer within 30.0s)");
}

#[tokio::test(start_paused = true)]
async fn rows_come_as_vendors_answer_whoever_is_slow() {
    let hub =
        Hub::new().with(slow("late", &["a"], 9)).and_then(|hub| hub.with(slow("soon", &["b"], 1))).unwrap();
    let (query, start) = (Query::new(), Instant::now());
    let mut events = hub.stream(&query);
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        let at = start.elapsed().as_secs();
        seen.push(match event {
            Event::Rows(rows) => format!("{at} s: {}", rows[0].urn()),
            Event::End(receipt) => format!("{at} s: {} ends", receipt.provider),
            _ => unreachable!(),
        });
    }
    assert_eq!(seen, ["1 s: soon:b", "1 s: soon ends", "9 s: late:a", "9 s: late ends"]);
}

#[tokio::test(start_paused = true)]
async fn all_or_nothing_ends_with_the_first_failure() {
    let hub = Hub::new()
        .with(slow("late", &["a"], 20))
        .and_then(|hub| hub.with(failing("down", ErrorKind::Unauthenticated)))
        .unwrap();
    let start = Instant::now();
    let incomplete = hub.list_all_or_nothing(&Query::new()).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(outcomes(&incomplete.receipt), ["late skipped 0/0", "down failed 0/0 (down: it fails)"]);

    let whole = Hub::new().with(slow("late", &["a"], 20)).unwrap();
    assert_eq!(whole.list_all_or_nothing(&Query::new()).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_whole_may_have_a_deadline_of_its_own() {
    let hub = Hub::new().with(slow("slow", &["a"], 20)).unwrap().with_deadline(Duration::from_secs(5));
    let start = Instant::now();
    let listing = hub.list(&Query::new()).await;
    assert_eq!((start.elapsed(), listing.receipt.is_failure()), (Duration::from_secs(5), true));
}

#[tokio::test(start_paused = true)]
async fn equal_ids_of_two_providers_are_two_connections() {
    let hub = Hub::new().with(slow("a", &["1"], 0)).and_then(|hub| hub.with(slow("b", &["1"], 0))).unwrap();
    let mut urns: Vec<_> = hub.list(&Query::new()).await.items.iter().map(|c| c.urn().to_string()).collect();
    urns.sort();
    assert_eq!(urns, ["a:1", "b:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_once_and_an_unknown_one_says_what_exists() {
    let hub = Hub::new().with(slow("a", &["1"], 60)).unwrap();
    assert_eq!(hub.clone().with(slow("a", &[], 0)).unwrap_err().kind(), ErrorKind::Config);
    let error = hub.get(&"b:1".parse().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"there is no provider `b`; there are: a");
    let error = hub.clone().select(&["b".parse().unwrap()]).unwrap_err();
    insta::assert_snapshot!(error, @"there is no provider `b`; there are: a");
    let error = hub.get(&"a:1".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "every call ends");
}
