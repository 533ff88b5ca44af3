//! Changing connections at once: what is asked, what is said, and what is not sent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use conjoin::*;
use futures_util::StreamExt as _;

/// A provider that writes down what it is asked, does not tell what was before, and may lose answers.
#[derive(Debug)]
struct Told {
    inner: MemoryProvider,
    info: ProviderInfo,
    asked: Mutex<Vec<String>>,
    /// Changes are made, and their answers lost.
    loses_answers: bool,
    down: bool,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Told {
    fn new(name: &str, unsupported: &[Operation]) -> Self {
        let inner = MemoryProvider::new(name)
            .with("on", |c| c.enabled = true.into())
            .with("off", |c| c.enabled = false.into())
            .with("tagged", |c| c.tags = Some(["a", "b"].into_iter().collect()));
        let mut info = inner.info().clone();
        info.capabilities = info.capabilities.operations(unsupported, Support::Unsupported);
        Self {
            inner,
            info,
            asked: Mutex::default(),
            loses_answers: false,
            down: false,
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        }
    }

    async fn ask(&self, what: &str, id: &ConnectionId) -> Result<()> {
        self.asked.lock().unwrap().push(format!("{what} {id}"));
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(10)).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        if self.down { Err(Error::new(ErrorKind::Unavailable, "it is down")) } else { Ok(()) }
    }

    fn answer(&self, id: &ConnectionId) -> Result<Change> {
        if self.loses_answers {
            return Err(Error::new(ErrorKind::Network, "the line broke").with_attempts(1));
        }
        Ok(Change::confirmed(id.clone()))
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[async_trait]
impl ConnectionProvider for Told {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        self.inner.list_page(query, cursor).await
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.ask("get", id).await?;
        self.inner.get(id).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        self.ask(if enabled { "enable" } else { "disable" }, id).await?;
        self.inner.set_enabled(id, enabled).await?;
        self.answer(id)
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        self.ask("rename", id).await?;
        self.inner.rename(id, name).await?;
        self.answer(id)
    }

    async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
        let words: Vec<_> = tags.iter().map(ToString::to_string).collect();
        self.ask(&format!("tag({})", words.join(",")), id).await?;
        self.inner.set_tags(id, tags).await?;
        self.answer(id)
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        self.ask("delete", id).await?;
        self.inner.delete(id).await?;
        self.answer(id).map(drop)
    }

    async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
        self.ask("check", id).await?;
        self.inner.check(id).await
    }
}

fn hub(providers: impl IntoIterator<Item = Told>) -> (Hub, Vec<std::sync::Arc<Told>>) {
    let providers: Vec<_> = providers.into_iter().map(std::sync::Arc::new).collect();
    let hub = providers.iter().try_fold(Hub::new(), |hub, provider| hub.with(provider.clone())).unwrap();
    (hub, providers)
}

fn urn(text: &str) -> Urn {
    text.parse().unwrap()
}

fn tags(words: &[&str]) -> Tags {
    words.iter().copied().collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_vendor_cannot_do_is_said_with_who_can_and_nothing_is_sent() {
    let cannot = [Operation::SetEnabled, Operation::Test];
    let (hub, told) = hub([Told::new("crm", &cannot), Told::new("work", &[]), Told::new("brasil", &[])]);
    let error = hub.edit(urn("crm:on"), &Edit::Disable).await.unwrap_err();
    insta::assert_snapshot!(error, @"crm: the vendor has no way to enable or disable a connection; of the configured providers these can: work, brasil");
    assert_eq!((error.kind(), told[0].asked()), (ErrorKind::Unsupported, Vec::new()));
    // Those that are configured and not asked are named all the same.
    let narrowed = hub.select(&["crm".parse().unwrap()]).unwrap();
    let error = narrowed.edit(urn("crm:on"), &Edit::Disable).await.unwrap_err();
    assert!(error.message().ends_with("these can: work, brasil"), "{error}");
    let (alone, _) = self::hub([Told::new("crm", &cannot)]);
    let error = alone.edit(urn("crm:on"), &Edit::Enable).await.unwrap_err();
    insta::assert_snapshot!(error, @"crm: the vendor has no way to enable or disable a connection; none of the configured providers can");
    let error = alone.edit(urn("work:on"), &Edit::Enable).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test(start_paused = true)]
async fn what_is_already_so_is_read_and_not_written() {
    let (hub, told) = hub([Told::new("work", &[])]);
    let change = hub.edit(urn("work:off"), &Edit::Disable).await.unwrap();
    assert_eq!((change.changed, told[0].asked()), (Some(false), vec!["get off".to_owned()]));
    let change = hub.edit(urn("work:on"), &Edit::Disable).await.unwrap();
    assert_eq!(change.changed, Some(true));
    assert_eq!(told[0].asked(), ["get on", "disable on"]);
    let same = Edit::SetTags { tags: tags(&["b", "a"]) };
    assert_eq!(hub.edit(urn("work:tagged"), &same).await.unwrap().changed, Some(false));
    // What was listed a moment ago is not read again.
    told[0].asked();
    let listed = hub.list(&Query::new().enabled(false)).await.items.remove(0);
    assert_eq!(hub.edit(listed, &Edit::Disable).await.unwrap().changed, Some(false));
    assert_eq!(told[0].asked(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_taken_away_and_the_others_stay() {
    let (hub, told) = hub([Told::new("work", &[])]);
    let edit = Edit::EditTags { add: tags(&["c"]), remove: tags(&["a", "x"]) };
    assert_eq!(hub.edit(urn("work:tagged"), &edit).await.unwrap().changed, Some(true));
    assert_eq!(told[0].asked(), ["get tagged", "tag(b,c) tagged"]);
    assert_eq!(hub.edit(urn("work:tagged"), &edit).await.unwrap().changed, Some(false));
    let error = hub.edit(urn("work:on"), &edit).await.unwrap_err();
    insta::assert_snapshot!(error, @"work: the vendor does not tell the tags that there are, to which some could be added; set them all");
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_is_lost_is_looked_for() {
    let (hub, told) = hub([Told { loses_answers: true, ..Told::new("work", &[]) }]);
    assert_eq!(hub.edit(urn("work:on"), &Edit::Disable).await.unwrap().changed, Some(true));
    assert_eq!(told[0].asked(), ["get on", "disable on", "get on"]);
    assert_eq!(hub.edit(urn("work:off"), &Edit::Delete).await.unwrap().changed, Some(true));
    assert_eq!(told[0].asked(), ["delete off", "get off"]);
    let missing = hub.edit(urn("work:off"), &Edit::Delete).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound, "a mistaken URN is not a success");
}

#[tokio::test(start_paused = true)]
async fn many_are_changed_so_many_at_a_time_and_told_in_order() {
    let mut provider = Told::new("work", &[]);
    provider.inner = (0..20).fold(MemoryProvider::new("work"), |provider, n| {
        provider.with(&format!("c{n}"), |c| c.enabled = true.into())
    });
    let (hub, told) = hub([provider]);
    let edits: Vec<_> = (0..20).map(|n| (Target::from(urn(&format!("work:c{n}"))), Edit::Disable)).collect();
    let ended: Vec<_> = hub.edit_all(edits, 3).collect().await;
    let order: Vec<_> = ended.iter().map(|(urn, ..)| urn.id.to_string()).collect();
    assert_eq!(order, (0..20).map(|n| format!("c{n}")).collect::<Vec<_>>());
    assert!(ended.iter().all(|(.., result)| result.as_ref().unwrap().changed == Some(true)));
    assert_eq!(told[0].most_at_once.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_down_is_given_up_after_five_calls_and_the_others_go_on() {
    let (hub, told) = hub([Told { down: true, ..Told::new("down", &[]) }, Told::new("work", &[])]);
    let mut urns: Vec<_> = (0..50).map(|n| urn(&format!("down:c{n}"))).collect();
    urns.push(urn("work:on"));
    let checked: Vec<_> = hub.check_all(urns, false, 1).collect().await;
    assert_eq!(told[0].asked().len(), 5);
    assert!(checked[50].1.is_ok());
    let last = checked[49].1.as_ref().unwrap_err();
    insta::assert_snapshot!(last, @"down: not tried, since 5 calls before it ended so: it is down");
    assert_eq!(last.kind(), ErrorKind::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_from_before_is_no_ground_for_a_change() {
    let vendor = std::sync::Arc::new(Told::new("work", &[]));
    let hub = Hub::new().with(Cached::new(vendor.clone(), Duration::from_secs(3600))).unwrap();
    let id = urn("work:on");
    assert_eq!(hub.get(&id).await.unwrap().enabled, Enabled::Enabled);
    let plan = hub.plan_edits(vec![(id.clone(), Edit::Disable)], 1).await;
    // Somebody else switches it off, which the kept answer does not know.
    vendor.inner.set_enabled(&id.id, false).await.unwrap();
    assert_eq!(hub.get(&id).await.unwrap().enabled, Enabled::Enabled);
    assert_eq!(hub.edit(id.clone(), &Edit::Disable).await.unwrap().changed, Some(false));
    assert_eq!(hub.plan_edits(vec![(id, Edit::Disable)], 1).await.rows[0].verdict, Verdict::Already);
    assert_eq!(plan.rows[0].verdict, Verdict::Change);
}
