//! What is kept, for how long, and what a caller sees of it; in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use conjoin::*;
use futures_util::future::{join, join_all};
use tokio::time::{Instant, advance, sleep, timeout};

const MINUTE: Duration = Duration::from_secs(60);

/// A vendor that takes a second for everything unless told otherwise, counts what it is asked, and fails where it
/// is told to.
#[derive(Debug)]
struct Vendor {
    inner: MemoryProvider,
    seconds: AtomicU64,
    asked: AtomicUsize,
    down: AtomicBool,
}

impl Vendor {
    fn new(rows: usize) -> Arc<Self> {
        let inner = (0..rows).fold(MemoryProvider::new("crm").with_page_size(2), |provider, at| {
            provider.with(&format!("c{at}"), |c| c.enabled = true.into())
        });
        let inner = inner.with_connector("slack", |_| {}).with_connector("github", |_| {});
        Arc::new(Self {
            inner,
            seconds: AtomicU64::new(1),
            asked: AtomicUsize::new(0),
            down: AtomicBool::new(false),
        })
    }

    async fn answer<T>(&self, changes: bool, answer: impl Future<Output = Result<T>>) -> Result<T> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let seconds = Duration::from_secs(self.seconds.load(Ordering::SeqCst));
        // What is answered is the state at the beginning, and what is changed is changed in the middle.
        let answer = if changes {
            sleep(seconds / 2).await;
            let answer = answer.await;
            sleep(seconds / 2).await;
            answer
        } else {
            let answer = answer.await;
            sleep(seconds).await;
            answer
        };
        if self.down.load(Ordering::SeqCst) {
            Err(Error::new(ErrorKind::Unavailable, "it is down"))
        } else {
            answer
        }
    }

    /// How often it was asked since the last time.
    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl ConnectionProvider for Vendor {
    fn info(&self) -> &ProviderInfo {
        self.inner.info()
    }

    fn plan(&self, query: &Query) -> Plan {
        self.inner.plan(query).with_request("GET /things")
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        self.answer(false, self.inner.list_page(query, cursor)).await
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.answer(false, self.inner.get(id)).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        self.answer(true, self.inner.set_enabled(id, enabled)).await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        self.answer(true, self.inner.rename(id, name)).await
    }

    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        self.answer(true, self.inner.set_tags(id, tags)).await
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        self.answer(true, self.inner.delete(id)).await
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.answer(false, self.inner.check(id)).await
    }

    async fn list_connectors_page(
        &self,
        query: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        self.answer(false, self.inner.list_connectors_page(query, cursor)).await
    }

    async fn get_connector(&self, slug: &str) -> Result<Connector> {
        self.answer(false, self.inner.get_connector(slug)).await
    }
}

fn cached(rows: usize) -> (Arc<Vendor>, Cached) {
    let vendor = Vendor::new(rows);
    (Arc::clone(&vendor), Cached::new(vendor, MINUTE))
}

fn id(at: usize) -> ConnectionId {
    ConnectionId::new(format!("c{at}")).unwrap()
}

/// The ids of a list, which is complete.
async fn ids(provider: &dyn ConnectionProvider) -> Vec<String> {
    let rows = provider.list(&Query::new()).await.complete().unwrap();
    rows.iter().map(|row| row.id.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_once_and_its_age_is_seen_until_it_is_too_old() {
    let (vendor, cached) = cached(5);
    let fresh = cached.list(&Query::new()).await;
    assert_eq!((vendor.asked(), fresh.receipt.providers[0].as_of), (3, None));

    advance(Duration::from_secs(50)).await;
    let kept = cached.list(&Query::new()).await;
    assert_eq!((vendor.asked(), &kept.items), (0, &fresh.items), "with the times at which they were read");
    let receipt = &kept.receipt.providers[0];
    assert_eq!(receipt.as_of, fresh.items[0].fetched_at);
    assert_eq!((receipt.pages, receipt.rows, receipt.requests, receipt.declared_total), (1, 5, 0, Some(5)));

    // Its first page was read before the fifty seconds and the two that the others took.
    advance(Duration::from_secs(8)).await;
    let again = cached.list(&Query::new()).await;
    assert_eq!((vendor.asked(), again.receipt.providers[0].as_of), (3, None));
    assert_eq!(again.items.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn single_ones_and_the_catalogue_are_kept_as_well() {
    let (vendor, cached) = cached(1);
    for asked in [1, 0] {
        assert!(cached.get(&id(0)).await.unwrap().fetched_at.is_some());
        assert_eq!(vendor.asked(), asked);
        assert!(cached.get_connector("slack").await.unwrap().fetched_at.is_some());
        assert_eq!(vendor.asked(), asked);
        let catalogue = cached.list_connectors(&ConnectorQuery::new()).await;
        assert_eq!((vendor.asked(), catalogue.receipt.providers[0].as_of.is_some()), (asked, asked == 0));
        assert_eq!(catalogue.items.len(), 2);
        cached.check(&id(0)).await.unwrap();
        assert_eq!(vendor.asked(), 1, "a check always asks");
    }
    assert_eq!(ids(&cached).await, ["c0"], "a list is another question");
    let other = cached.list(&Query::new().enabled(false)).await;
    assert_eq!((vendor.asked(), other.items.len()), (2, 0), "as is another query");
}

#[tokio::test(start_paused = true)]
async fn a_plan_says_that_nothing_will_be_sent() {
    let (_, cached) = cached(1);
    assert_eq!(cached.plan(&Query::new()).requests.len(), 1);
    ids(&cached).await;
    let plan = cached.plan(&Query::new());
    assert_eq!(
        (plan.requests.len(), plan.paging),
        (0, "the answer is kept from before, and nothing is sent")
    );
    assert_eq!(cached.plan(&Query::new().enabled(true)).requests.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_change_forgets_everything_also_one_that_fails_or_is_dropped() {
    let (vendor, cached) = cached(9);
    let fill = async || {
        ids(&cached).await;
        cached.get(&id(0)).await.unwrap();
        vendor.asked();
        ids(&cached).await;
        cached.get(&id(0)).await.unwrap();
        assert_eq!(vendor.asked(), 0);
    };
    let forgotten = async |what: &str| {
        vendor.asked();
        cached.get(&id(0)).await.unwrap();
        assert_eq!(vendor.asked(), 1, "{what}");
        ids(&cached).await;
        assert!(vendor.asked() >= 4, "{what}");
    };
    fill().await;
    cached.set_enabled(&id(0), false).await.unwrap();
    forgotten("set_enabled").await;
    fill().await;
    cached.rename(&id(0), "other").await.unwrap();
    forgotten("rename").await;
    assert_eq!(cached.get(&id(0)).await.unwrap().name.as_deref(), Some("other"));
    fill().await;
    cached.set_tags(&id(0), &["a"].into_iter().collect()).await.unwrap();
    forgotten("set_tags").await;
    fill().await;
    cached.delete(&id(8)).await.unwrap();
    forgotten("delete").await;
    assert_eq!(ids(&cached).await.len(), 8);
    fill().await;
    cached.delete(&id(8)).await.unwrap_err();
    forgotten("a change that fails").await;
    fill().await;
    timeout(Duration::from_millis(600), cached.rename(&id(0), "third")).await.unwrap_err();
    forgotten("a change that is dropped").await;
    assert_eq!(cached.get(&id(0)).await.unwrap().name.as_deref(), Some("third"), "it had arrived");
    fill().await;
    cached.clone().invalidate();
    forgotten("invalidate").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_read_while_something_changes_is_not_kept() {
    let (_, cached) = cached(1);
    let read = |after: u64| {
        let cached = &cached;
        async move {
            sleep(Duration::from_millis(after)).await;
            (cached.get(&id(0)).await.unwrap().name, ids(cached).await)
        }
    };
    let change = async {
        sleep(Duration::from_millis(500)).await;
        cached.rename(&id(0), "new").await.unwrap();
    };
    // One begins before the change, and ends after it; one begins while it goes on.
    let ((before, ()), _) = join(join(read(0), change), read(700)).await;
    assert_eq!(before.0, None);
    assert_eq!(cached.get(&id(0)).await.unwrap().name.as_deref(), Some("new"));
    let listed = cached.list(&Query::new()).await;
    assert_eq!(listed.items[0].name.as_deref(), Some("new"));
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_after_a_change_does_not_join_what_was_asked_before() {
    let (vendor, cached) = cached(1);
    vendor.seconds.store(10, Ordering::SeqCst);
    let (early, late) = (id(0), id(0));
    let after = async {
        sleep(Duration::from_millis(1)).await;
        vendor.seconds.store(1, Ordering::SeqCst);
        cached.rename(&late, "new").await.unwrap();
        (cached.get(&late).await.unwrap().name, cached.list(&Query::new()).await.items[0].name.clone())
    };
    let query = Query::new();
    let (got, listed, after) = futures_util::join!(cached.get(&early), cached.list(&query), after);
    assert_eq!((got.unwrap().name, &listed.items[0].name), (None, &None));
    assert_eq!(after, (Some("new".into()), Some("new".into())));
}

#[tokio::test(start_paused = true)]
async fn errors_are_never_kept() {
    let (vendor, cached) = cached(3);
    vendor.down.store(true, Ordering::SeqCst);
    cached.get(&id(0)).await.unwrap_err();
    cached.list(&Query::new()).await.complete().unwrap_err();
    vendor.down.store(false, Ordering::SeqCst);
    cached.get(&id(0)).await.unwrap();
    assert_eq!(ids(&cached).await.len(), 3);
    cached.get(&id(77)).await.unwrap_err();
    vendor.asked();
    cached.get(&id(77)).await.unwrap_err();
    assert_eq!(vendor.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_is_partial_every_time_and_never_kept() {
    let (vendor, cached) = cached(5);
    for _ in 0..2 {
        let break_off = async {
            sleep(Duration::from_millis(1500)).await;
            vendor.down.store(true, Ordering::SeqCst);
        };
        let query = Query::new();
        let (listing, ()) = join(cached.list(&query), break_off).await;
        assert_eq!((listing.items.len(), listing.receipt.providers[0].outcome), (2, Outcome::Partial));
        vendor.down.store(false, Ordering::SeqCst);
    }
    assert_eq!(ids(&cached).await.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn equal_questions_at_once_are_asked_once() {
    let (vendor, cached) = cached(5);
    let start = Instant::now();
    let lists = join_all((0..10).map(|_| ids(&cached))).await;
    assert!(lists.iter().all(|list| list.len() == 5));
    assert_eq!(vendor.asked(), 3);
    let (one, same) = (id(0), id(0));
    let (one, same) = join(cached.get(&one), cached.get(&same)).await;
    assert_eq!((one.unwrap(), vendor.asked()), (same.unwrap(), 1));
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn whoever_joined_goes_on_where_the_first_one_leaves() {
    let (vendor, cached) = cached(1);
    let (first, second) = (id(0), id(0));
    let impatient = timeout(Duration::from_millis(500), cached.get(&first));
    let (dropped, got) = join(impatient, cached.get(&second)).await;
    dropped.unwrap_err();
    got.unwrap();
    assert_eq!(vendor.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_looks_late_does_not_make_others_join_what_landed_long_ago() {
    let (vendor, cached) = cached(1);
    let (one, other) = (id(0), id(0));
    let mut late = std::pin::pin!(cached.get(&one));
    assert!(futures_util::poll!(&mut late).is_pending());
    cached.get(&other).await.unwrap();
    assert_eq!(vendor.asked(), 1);
    advance(MINUTE).await;
    cached.get(&other).await.unwrap();
    assert_eq!(vendor.asked(), 1);
    late.await.unwrap();
}

/// A vendor that answers in no time that anybody gives it, but once.
#[derive(Debug)]
struct Deadlines(MemoryProvider, AtomicUsize);

#[async_trait]
impl ConnectionProvider for Deadlines {
    fn info(&self) -> &ProviderInfo {
        self.0.info()
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        sleep(Duration::from_secs(1)).await;
        match self.1.fetch_add(1, Ordering::SeqCst) {
            0 => Err(Error::new(ErrorKind::Timeout, "the first had less time")),
            _ => self.0.list_page(query, cursor).await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_one_s_deadline_is_not_ours() {
    let vendor = Deadlines(MemoryProvider::new("crm").with("c0", |_| {}), AtomicUsize::new(0));
    let cached = Cached::new(vendor, MINUTE);
    let query = Query::new();
    let (first, second) = join(cached.list(&query), cached.list(&query)).await;
    assert_eq!(first.receipt.providers[0].outcome, Outcome::TimedOut);
    assert_eq!(second.items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_put_together_of_pages_from_different_times() {
    let (vendor, cached) = cached(6);
    // Somebody reads the first page, and nothing more.
    let page = cached.list_page(&Query::new(), None).await.unwrap();
    let next = page.next.clone().unwrap();
    // Where rows go missing at the front, the following pages move up.
    vendor.inner.delete(&id(0)).await.unwrap();
    vendor.inner.delete(&id(1)).await.unwrap();
    assert_eq!(ids(&cached).await, ["c2", "c3", "c4", "c5"], "from the beginning, all of it anew");
    assert_eq!(ids(&cached).await, ["c2", "c3", "c4", "c5"]);
    // Whoever goes on with the old page asks the vendor, as if nothing was kept.
    vendor.asked();
    let rest = cached.list_page(&Query::new(), Some(&next)).await.unwrap();
    assert_eq!((vendor.asked(), rest.as_of, rest.items[0].id.as_str()), (1, None, "c4"));
}

/// Six rows of which the first goes, so that the others move up, while somebody who began before waits ten seconds for the second page.
async fn with_an_old_second_page<T>(meanwhile: impl AsyncFnOnce(&Cached) -> T) -> (Page<Connection>, T) {
    let (vendor, cached) = cached(6);
    let first = cached.list_page(&Query::new(), None).await.unwrap();
    vendor.seconds.store(10, Ordering::SeqCst);
    let (query, next) = (Query::new(), first.next);
    let old = cached.list_page(&query, next.as_ref());
    let others = async {
        sleep(Duration::from_secs(1)).await;
        vendor.seconds.store(1, Ordering::SeqCst);
        vendor.inner.delete(&id(0)).await.unwrap();
        meanwhile(&cached).await
    };
    let (old, told) = join(old, others).await;
    (old.unwrap(), told)
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_asked_for_before_a_list_began_is_not_joined_by_it() {
    let (old, told) = with_an_old_second_page(async |cached| ids(cached).await).await;
    assert_eq!(old.items[0].id.as_str(), "c2");
    assert_eq!(told, ["c1", "c2", "c3", "c4", "c5"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_asked_for_before_a_list_began_is_no_part_of_what_is_kept() {
    let begun = async |cached: &Cached| {
        cached.list_page(&Query::new(), None).await.unwrap();
        cached.clone()
    };
    let (old, cached) = with_an_old_second_page(begun).await;
    cached.list_page(&Query::new(), old.next.as_ref()).await.unwrap();
    assert_eq!(ids(&cached).await, ["c1", "c2", "c3", "c4", "c5"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_read_too_slowly_is_not_kept() {
    let (vendor, cached) = cached(4);
    let page = cached.list_page(&Query::new(), None).await.unwrap();
    advance(MINUTE).await;
    cached.list_page(&Query::new(), page.next.as_ref()).await.unwrap();
    vendor.asked();
    ids(&cached).await;
    assert_eq!(vendor.asked(), 2);
}

/// A vendor whose pages say that there are more, and repeat themselves; all of them are named at once.
#[derive(Debug)]
struct Stuck(ProviderInfo);

#[async_trait]
impl ConnectionProvider for Stuck {
    fn info(&self) -> &ProviderInfo {
        &self.0
    }

    async fn list_page(&self, _: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        let at: u8 = cursor.map_or(Ok(1), |cursor| cursor.unpack("stuck.1"))?;
        let later =
            |from: u8| (from..=3).map(|at| Cursor::pack("stuck.1", "", &at)).collect::<Result<Vec<_>>>();
        let row = self.0.connection(ConnectionId::new("c1").unwrap());
        let page = Page::last(vec![row]).with_next(later(at + 1)?.into_iter().next());
        Ok(page.with_upcoming(later(at + 1)?))
    }
}

#[tokio::test]
async fn a_list_that_does_not_end_well_is_not_kept_though_all_its_pages_came() {
    let name = ProviderName::new("stuck").unwrap();
    let capabilities = Capabilities::NONE.operations(&[Operation::List], Support::Native);
    let cached = Cached::new(Stuck(ProviderInfo::new(name, "stuck", capabilities)), MINUTE);
    for _ in 0..2 {
        let receipt = cached.list(&Query::new()).await.receipt;
        assert_eq!((receipt.providers[0].outcome, receipt.providers[0].as_of), (Outcome::Partial, None));
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_rows_are_kept_than_there_is_room_for() {
    let one_page = Vendor::new(2);
    let short = Cached::new(Arc::clone(&one_page), MINUTE).with_max_rows(1);
    ids(&short).await;
    ids(&short).await;
    assert_eq!(one_page.asked(), 2);
    let vendor = Vendor::new(6);
    let roomy = Cached::new(Arc::clone(&vendor), MINUTE).with_max_rows(6);
    let narrow = roomy.clone().with_max_rows(5);
    for (provider, asked) in [(&roomy, 0), (&narrow, 3)] {
        ids(provider).await;
        vendor.asked();
        ids(provider).await;
        assert_eq!(vendor.asked(), asked);
    }
}
