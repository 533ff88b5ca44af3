//! The driver: rows, counts and ends, over a provider that answers as it is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashMap;

use async_trait::async_trait;
use conjoin_core::*;

/// A provider whose pages are written down: rows by id, the next cursor, cursors named ahead.
#[derive(Debug)]
struct Scripted {
    info: ProviderInfo,
    pages: HashMap<String, Result<Script>>,
}

#[derive(Clone, Debug, Default)]
struct Script {
    rows: Vec<&'static str>,
    bad: usize,
    next: Option<&'static str>,
    upcoming: Vec<&'static str>,
    total: Option<u64>,
}

impl Scripted {
    fn new(pages: impl IntoIterator<Item = (&'static str, Result<Script>)>) -> Self {
        let capabilities = Capabilities::NONE.operations(&[Operation::List], Support::Native);
        let info = ProviderInfo::new(ProviderName::new("p").unwrap(), "scripted", capabilities);
        Self { info, pages: pages.into_iter().map(|(at, page)| (at.to_owned(), page)).collect() }
    }
}

/// `lane/place`, or a place in the first lane.
fn cursor(text: &str) -> Cursor {
    let (lane, place) = text.split_once('/').unwrap_or(("", text));
    Cursor::pack("scripted.1", lane, &place).unwrap()
}

#[async_trait]
impl ConnectionProvider for Scripted {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, _: &Query, at: Option<&Cursor>) -> Result<Page<Connection>> {
        let key = match at {
            None => "start".to_owned(),
            Some(at) => {
                let place: String = at.unpack("scripted.1")?;
                if at.lane().is_empty() { place } else { format!("{}/{place}", at.lane()) }
            }
        };
        if let Some(meter) = Meter::current() {
            meter.count_request();
        }
        let script = self.pages.get(&key).cloned().unwrap_or_else(|| panic!("nobody may ask for {key}"))?;
        let items =
            script.rows.iter().map(|id| self.info.connection(ConnectionId::new(*id).unwrap())).collect();
        let bad = (0..script.bad).map(|n| RowError::new(n, format!("rows[{n}]"), "bad")).collect();
        Ok(Page::last(items)
            .with_skipped(bad)
            .with_next(script.next.map(cursor))
            .with_upcoming(script.upcoming.into_iter().map(cursor).collect())
            .with_declared_total(script.total))
    }
}

/// A page, as a result like a page that fails.
#[allow(clippy::unnecessary_wraps, reason = "stands among pages that fail")]
fn rows(rows: &[&'static str], next: Option<&'static str>) -> Result<Script> {
    Ok(Script { rows: rows.to_vec(), next, ..Script::default() })
}

async fn list(provider: Scripted) -> (Vec<String>, ProviderReceipt) {
    let listing = provider.list(&Query::new()).await;
    let ids = listing.items.iter().map(|connection| connection.id.to_string()).collect();
    (ids, listing.receipt.providers.into_iter().next().unwrap())
}

/// The counts of a receipt, and how it ended.
fn told(receipt: &ProviderReceipt) -> String {
    let error = receipt.error.as_ref().map_or_else(String::new, |error| format!(", {error}"));
    format!(
        "{}: {} requests, {} pages, {} rows = {} returned + {} filtered + {} undetermined + {} duplicates + {} skipped{error}",
        receipt.outcome,
        receipt.requests,
        receipt.pages,
        receipt.rows,
        receipt.returned,
        receipt.filtered,
        receipt.undetermined,
        receipt.duplicates,
        receipt.skipped_rows,
    )
}

#[tokio::test]
async fn pages_are_walked_to_the_end_and_an_empty_one_is_not_the_end() {
    let (ids, receipt) = list(Scripted::new([
        ("start", rows(&["a", "b"], Some("2"))),
        ("2", rows(&[], Some("3"))),
        ("3", rows(&["c"], None)),
    ]))
    .await;
    assert_eq!(ids, ["a", "b", "c"]);
    insta::assert_snapshot!(told(&receipt), @"ok: 3 requests, 3 pages, 3 rows = 3 returned + 0 filtered + 0 undetermined + 0 duplicates + 0 skipped");
}

#[tokio::test]
async fn pages_named_ahead_are_asked_once_and_come_in_order() {
    let ahead = Script { rows: vec!["a"], next: Some("2"), upcoming: vec!["3", "4"], ..Script::default() };
    let (ids, receipt) = list(Scripted::new([
        ("start", Ok(ahead)),
        ("2", Ok(Script { rows: vec!["b"], next: Some("3"), upcoming: vec!["4"], ..Script::default() })),
        ("3", rows(&["c"], Some("4"))),
        ("4", rows(&["d"], None)),
    ]))
    .await;
    assert_eq!(ids, ["a", "b", "c", "d"]);
    assert_eq!((receipt.requests, receipt.outcome), (4, Outcome::Ok));
}

#[tokio::test]
async fn duplicates_are_dropped_and_counted_over_pages_and_lanes() {
    let first = Script { rows: vec!["a", "b"], next: Some("2"), total: Some(3), ..Script::default() };
    let other = Script { rows: vec!["a", "b", "c"], total: Some(3), ..Script::default() };
    let (ids, receipt) = list(Scripted::new([
        ("start", Ok(first)),
        ("2", rows(&["b", "c"], Some("off/1"))),
        ("off/1", Ok(other)),
    ]))
    .await;
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(receipt.declared_total, Some(3), "a lane that only repeats another adds nothing");
    insta::assert_snapshot!(told(&receipt), @"ok: 3 requests, 3 pages, 7 rows = 3 returned + 0 filtered + 0 undetermined + 4 duplicates + 0 skipped");
}

#[tokio::test]
async fn another_lane_may_repeat_everything_and_still_go_on() {
    let (_, receipt) = list(Scripted::new([
        ("start", rows(&["a", "b"], Some("off/1"))),
        ("off/1", rows(&["a"], Some("off/2"))),
        ("off/2", rows(&["b"], None)),
    ]))
    .await;
    assert_eq!((receipt.outcome, receipt.duplicates), (Outcome::Ok, 2));
}

#[tokio::test]
async fn a_lane_may_end_with_rows_that_shifted_and_another_follows() {
    let (ids, receipt) = list(Scripted::new([
        ("start", rows(&["a", "b"], Some("2"))),
        ("2", rows(&["b"], Some("off/1"))),
        ("off/1", rows(&["c"], None)),
    ]))
    .await;
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!((receipt.outcome, receipt.duplicates), (Outcome::Ok, 1));
}

#[tokio::test]
async fn a_repeated_page_that_claims_more_is_an_error_not_a_loop() {
    let (ids, receipt) = list(Scripted::new([
        ("start", rows(&["a"], Some("2"))),
        ("2", rows(&["a"], Some("3"))),
        ("3", rows(&["a"], None)),
    ]))
    .await;
    assert_eq!(ids, ["a"]);
    insta::assert_snapshot!(told(&receipt), @"partial: 2 requests, 2 pages, 2 rows = 1 returned + 0 filtered + 0 undetermined + 1 duplicates + 0 skipped, p: the vendor repeats rows already given while it claims more (page 2); the list cannot be finished");
}

#[tokio::test]
async fn a_repeated_page_with_an_unreadable_row_is_an_error_too() {
    let page = |next| Ok(Script { rows: vec!["a"], bad: 1, next, ..Script::default() });
    let (_, receipt) = list(Scripted::new([("start", page(Some("2"))), ("2", page(Some("3")))])).await;
    assert_eq!((receipt.outcome, receipt.requests), (Outcome::Partial, 2));
    assert_eq!(receipt.error.unwrap().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error_not_a_loop() {
    let (ids, receipt) =
        list(Scripted::new([("start", rows(&["a"], Some("2"))), ("2", rows(&["b"], Some("2")))])).await;
    assert_eq!(ids, ["a", "b"]);
    insta::assert_snapshot!(told(&receipt), @"partial: 2 requests, 2 pages, 2 rows = 2 returned + 0 filtered + 0 undetermined + 0 duplicates + 0 skipped, p: the vendor sends the list back to a page already given (page 2); the list cannot be finished");
}

#[tokio::test]
async fn pages_without_end_and_without_a_new_row_to_read_are_an_error_not_a_loop() {
    let place = |number: u32| &*number.to_string().leak();
    for bad in [0, 1] {
        let page = |number: u32| {
            let next = Some(place(number + 1));
            Ok(Script { bad, next, ..Script::default() })
        };
        let start = [("start", rows(&["a"], Some("0")))];
        let (ids, receipt) =
            list(Scripted::new(start.into_iter().chain((0..200).map(|n| (place(n), page(n)))))).await;
        assert_eq!(ids, ["a"]);
        assert_eq!((receipt.outcome, receipt.pages), (Outcome::Partial, 101), "{}", told(&receipt));
    }
}

#[tokio::test]
async fn unreadable_rows_make_an_answer_partial() {
    let (ids, receipt) =
        list(Scripted::new([("start", Ok(Script { rows: vec!["a"], bad: 2, ..Script::default() }))])).await;
    assert_eq!(ids, ["a"]);
    assert_eq!(receipt.skipped.len(), 2);
    insta::assert_snapshot!(told(&receipt), @"partial: 1 requests, 1 pages, 3 rows = 1 returned + 0 filtered + 0 undetermined + 0 duplicates + 2 skipped");
}

#[tokio::test]
async fn an_unreadable_row_that_another_lane_repeats_is_one_row() {
    let page = |next| Ok(Script { rows: vec!["a"], bad: 1, next, ..Script::default() });
    let (_, receipt) = list(Scripted::new([("start", page(Some("off/1"))), ("off/1", page(None))])).await;
    insta::assert_snapshot!(told(&receipt), @"partial: 2 requests, 2 pages, 4 rows = 1 returned + 0 filtered + 0 undetermined + 2 duplicates + 1 skipped");

    // Next to a new row it is another one.
    let other = Ok(Script { rows: vec!["b"], bad: 1, ..Script::default() });
    let (_, receipt) = list(Scripted::new([("start", page(Some("off/1"))), ("off/1", other)])).await;
    assert_eq!((receipt.skipped_rows, receipt.duplicates), (2, 0));
}

#[tokio::test]
async fn a_failure_keeps_what_came_before_it() {
    let down = || Err(Error::new(ErrorKind::Unavailable, "down"));
    let (ids, receipt) = list(Scripted::new([("start", rows(&["a"], Some("2"))), ("2", down())])).await;
    assert_eq!((ids, receipt.outcome), (vec!["a".to_owned()], Outcome::Partial));
    let (_, receipt) = list(Scripted::new([("start", down())])).await;
    assert_eq!(receipt.outcome, Outcome::Failed);
    let late = Err(Error::new(ErrorKind::Timeout, "late"));
    let (_, receipt) = list(Scripted::new([("start", late)])).await;
    assert_eq!(receipt.outcome, Outcome::TimedOut);
}

#[tokio::test]
async fn a_stream_that_is_not_whole_ends_with_an_error() {
    use futures_util::StreamExt as _;
    let provider = Scripted::new([("start", Ok(Script { rows: vec!["a"], bad: 1, ..Script::default() }))]);
    let query = Query::new();
    let items: Vec<_> = provider.stream(&query).collect().await;
    assert!(items[0].is_ok());
    assert_eq!(items[1].as_ref().unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(items.len(), 2);
}

#[tokio::test]
async fn finding_says_not_found_only_after_a_whole_list() {
    let id = ConnectionId::new("x").unwrap();
    let whole = Scripted::new([("start", rows(&["a"], None))]);
    assert_eq!(whole.find(&id).await.unwrap_err().kind(), ErrorKind::NotFound);
    let torn = Scripted::new([("start", Ok(Script { rows: vec!["a"], bad: 1, ..Script::default() }))]);
    assert_eq!(torn.find(&id).await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn what_is_not_claimed_answers_unsupported() {
    let provider = Scripted::new([]);
    let id = ConnectionId::new("a").unwrap();
    let errors = [
        provider.get(&id).await.map(drop),
        provider.set_enabled(&id, true).await.map(drop),
        provider.rename(&id, "n").await.map(drop),
        provider.set_tags(&id, &Tags::new()).await.map(drop),
        provider.delete(&id).await,
        provider.check(&id).await.map(drop),
        provider.test(&id).await.map(drop),
        provider.list_connectors_page(&ConnectorQuery::new(), None).await.map(drop),
        provider.get_connector("slack").await.map(drop),
    ];
    let told: Vec<_> = errors.into_iter().map(|error| error.unwrap_err().to_string()).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    p: the vendor has no way to read one connection
    p: the vendor has no way to enable or disable a connection
    p: the vendor has no way to rename a connection
    p: the vendor has no way to tag a connection
    p: the vendor has no way to delete a connection
    p: the vendor has no way to check a connection
    p: the vendor has no way to test a connection by using it
    p: the vendor has no way to list connectors
    p: the vendor has no way to read one connector
    ");
}

mod pushing {
    use proptest::prelude::*;

    use super::*;

    fn connections() -> impl Strategy<Value = Vec<Connection>> {
        let fact = || prop::option::of(prop::sample::select(vec!["a", "b"]));
        let one = (fact(), fact(), prop::option::of(any::<bool>()), fact(), fact(), any::<bool>());
        prop::collection::vec(one, 0..30).prop_map(|facts| {
            let connection =
                |(n, (slug, owner, enabled, tag, name, lapsed)): (usize, (_, _, _, _, Option<&str>, _))| {
                    let provider = ProviderName::new("m").unwrap();
                    let id = ConnectionId::new(format!("c{n}")).unwrap();
                    let mut c = Connection::new(provider, Vendor::new("memory"), id);
                    c.connector.slug = Option::<&str>::map(slug, Into::into);
                    c.owner = Owner::told(None, Option::<&str>::map(owner, Into::into));
                    c.enabled = Option::<bool>::map_or(enabled, Enabled::Unknown, Into::into);
                    c.tags = Option::<&str>::map(tag, |tag| [tag].into_iter().collect());
                    c.name = name.map(Into::into);
                    if lapsed {
                        c.authorization = Authorization::Expired;
                    }
                    c
                };
            facts.into_iter().enumerate().map(connection).collect()
        })
    }

    fn queries() -> impl Strategy<Value = Query> {
        let fact = || prop::option::of(prop::sample::select(vec!["a", "b"]));
        (fact(), fact(), prop::option::of(any::<bool>()), fact(), fact(), any::<bool>()).prop_map(
            |(slug, owner, enabled, tag, name, lapsed)| {
                let mut query = Query::new().owner(None, owner.map(str::to_owned));
                query.connectors.extend(slug.map(str::to_owned));
                query.enabled = enabled;
                query.tags.extend(tag.map(Tag::from));
                query.name = name.map(str::to_owned);
                query.statuses.extend(lapsed.then_some(Status::NeedsReauth));
                query
            },
        )
    }

    proptest! {
        /// Whether a provider filters or leaves it to the driver, and whatever its pages: the same answer.
        #[test]
        fn pushing_filters_down_never_changes_an_answer(
            connections in connections(), query in queries(), size in 1..12usize, other in 1..12usize,
        ) {
            let ids = |pushes: bool, size: usize| {
                let provider = MemoryProvider::new("m")
                    .with_connections(connections.clone())
                    .pushing_filters(pushes)
                    .with_page_size(size);
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let listing = runtime.block_on(provider.list(&query));
                let receipt = &listing.receipt.providers[0];
                let sum = receipt.returned + receipt.filtered + receipt.undetermined + receipt.duplicates;
                assert_eq!((receipt.outcome, receipt.rows), (Outcome::Ok, sum));
                listing.items.into_iter().map(|c| c.id).collect::<Vec<_>>()
            };
            prop_assert_eq!(ids(true, size), ids(false, other));
        }
    }
}
