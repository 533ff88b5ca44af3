//! Watching, under a clock that stands still until everybody waits.

use std::time::Duration;

use conjoin::{Authorization, Error, ErrorKind, Query, Status, Watch, WatchEvent};

use crate::support::{Scripted, Told, connection, down, rows};

const MINUTE: Duration = Duration::from_secs(60);

/// A round's events in words.
fn told(events: &[WatchEvent]) -> Vec<String> {
    events
        .iter()
        .map(|event| match event {
            WatchEvent::Difference { difference, .. } => {
                format!("{} {}", event.name(), difference.urn)
            }
            _ => format!("{} {}", event.name(), event.provider()),
        })
        .collect()
}

async fn rounds(watch: &mut Watch, provider: &Scripted, number: usize) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for _ in 0..number {
        out.push(told(&watch.next(&provider.hub()).await));
    }
    out
}

/// How many seconds lie between one question and the next.
fn waits(provider: &Scripted) -> Vec<u64> {
    let asked = provider.asked.lock().unwrap();
    asked.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn the_first_listing_tells_nothing_and_each_later_one_what_changed() {
    let broken = vec![connection("p", "a", |c| c.authorization = Authorization::Expired)];
    let provider = Scripted::new(
        "p",
        [
            Told::Whole(rows(["a", "b"])),
            Told::Whole(rows(["a", "b"])),
            Told::Whole(broken),
            Told::Whole(rows(["a", "c"])),
        ],
    );
    let mut watch = Watch::new(Query::new(), MINUTE);
    assert_eq!(
        rounds(&mut watch, &provider, 5).await,
        [
            vec![],
            vec![],
            vec!["status_changed p:a", "removed p:b"],
            vec!["recovered p:a", "added p:c"],
            vec![],
        ]
    );
    assert_eq!(waits(&provider), [60; 4]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_removes_nothing_and_is_told_once() {
    let provider = Scripted::new(
        "p",
        [
            Told::Whole(rows(["a", "b", "c"])),
            Told::Down(down()),
            Told::Down(down()),
            Told::Broken(rows(["a", "d"])),
            Told::Unreadable(rows(["a", "d"])),
            Told::Whole(rows(["a", "b", "d"])),
        ],
    );
    let mut watch = Watch::new(Query::new(), MINUTE);
    assert_eq!(
        rounds(&mut watch, &provider, 6).await,
        [
            vec![],
            vec!["provider_down p"],
            vec![],
            // What came is true, and it was not there when all were known.
            vec!["added p:d"],
            vec!["provider_partial p"],
            vec!["provider_up p", "removed p:c"],
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_in_an_outage_does_not_make_everything_new_afterwards() {
    let provider = Scripted::new(
        "p",
        [
            Told::Down(down()),
            Told::Broken(rows(["a"])),
            Told::Whole(rows(["a", "b"])),
            Told::Whole(rows(["a", "b", "c"])),
        ],
    );
    let mut watch = Watch::new(Query::new(), MINUTE);
    assert_eq!(
        rounds(&mut watch, &provider, 4).await,
        [vec!["provider_down p"], vec![], vec!["provider_up p"], vec!["added p:c"]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_down_is_asked_less_and_less_often() {
    let mut told = vec![Told::Down(down()); 8];
    told.push(Told::Whole(rows(["a"])));
    let provider = Scripted::new("p", told);
    let mut watch = Watch::new(Query::new(), MINUTE);
    rounds(&mut watch, &provider, 10).await;
    assert_eq!(waits(&provider), [60, 120, 240, 480, 900, 900, 900, 900, 60]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_a_vendor_asks_for_is_kept_within_reason() {
    let asks = |seconds| {
        let error = Error::new(ErrorKind::RateLimited, "later");
        Told::Down(error.with_retry_after(Some(Duration::from_secs(seconds))))
    };
    let provider = Scripted::new("p", [asks(1000), asks(1_000_000_000), Told::Whole(Vec::new())]);
    let mut watch = Watch::new(Query::new(), MINUTE);
    rounds(&mut watch, &provider, 3).await;
    assert_eq!(waits(&provider), [1000, 3600]);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_down_does_not_delay_the_others() {
    let sick = Scripted::new("sick", [Told::Down(down())]);
    let well = Scripted::new("p", [Told::Whole(rows(["a"]))]);
    let hub = sick.hub().with(well.clone()).unwrap();
    let mut watch = Watch::new(Query::new(), MINUTE);
    for _ in 0..8 {
        watch.next(&hub).await;
    }
    assert_eq!(waits(&well), [60; 7]);
    assert_eq!(waits(&sick), [60, 120, 240]);
}

#[tokio::test(start_paused = true)]
async fn filters_choose_of_what_is_told_and_see_both_ways() {
    let at = |authorization| {
        vec![connection("p", "a", |c| c.authorization = authorization), connection("p", "b", |_| ())]
    };
    let provider = Scripted::new(
        "p",
        [
            Told::Whole(at(Authorization::Authorized)),
            Told::Whole(at(Authorization::Expired)),
            Told::Whole(at(Authorization::Authorized)),
            Told::Whole(rows(["a"])),
        ],
    );
    let mut watch = Watch::new(Query::new().status(Status::NeedsReauth), MINUTE);
    assert_eq!(
        rounds(&mut watch, &provider, 4).await,
        [vec![], vec!["status_changed p:a"], vec!["recovered p:a"], vec![]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_state_survives_a_restart_with_what_is_down() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("state.jsonl");
    assert!(Watch::resume(Query::new(), MINUTE, &path).unwrap().is_none());

    let provider = Scripted::new("p", [Told::Whole(rows(["a", "b"])), Told::Down(down())]);
    let mut watch = Watch::new(Query::new(), MINUTE);
    rounds(&mut watch, &provider, 2).await;
    watch.save(&path).unwrap();

    let provider = Scripted::new("p", [Told::Down(down()), Told::Whole(rows(["a", "c"]))]);
    let mut watch = Watch::resume(Query::new(), MINUTE, &path).unwrap().unwrap();
    assert_eq!(
        rounds(&mut watch, &provider, 2).await,
        [vec![], vec!["added p:c", "provider_up p", "removed p:b"]]
    );
    // What may change is chosen from what is told; another connector is another question.
    assert!(Watch::resume(Query::new().status(Status::Failed), MINUTE, &path).unwrap().is_some());
    let error = Watch::resume(Query::new().connector("slack"), MINUTE, &path).unwrap_err();
    assert!(error.to_string().contains("another question"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_was_cancelled_removes_nothing() {
    let provider = Scripted::new("p", [Told::Whole(rows(["a", "b"])), Told::Whole(rows(["a"]))]);
    let mut watch = Watch::new(Query::new(), MINUTE);
    watch.next(&provider.hub()).await;
    let cancelled = tokio::time::timeout(Duration::from_secs(1), watch.next(&provider.hub())).await;
    assert!(cancelled.is_err());
    assert_eq!(watch.inventory().len(), 2);
    assert_eq!(rounds(&mut watch, &provider, 1).await, [vec!["removed p:b"]]);
}
