//! Plans and journals: applied, interrupted at every step, resumed, undone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use conjoin::*;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::Notify;

/// When a program dies, counted in calls of the provider.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// Before the call reaches the vendor.
    Before(usize),
    /// After it did, before the answer is seen.
    After(usize),
}

/// A vendor that outlives the program, and counts what reaches it.
#[derive(Debug)]
struct Vendor {
    inner: MemoryProvider,
    calls: Mutex<usize>,
    changes: Mutex<BTreeMap<String, usize>>,
    death: Mutex<Option<Death>>,
    dead: Notify,
    scope: Mutex<ProviderInfo>,
}

impl Vendor {
    fn new(ids: usize) -> Arc<Self> {
        let inner = (0..ids).fold(MemoryProvider::new("work"), |provider, n| {
            provider.with(&format!("c{n}"), |c| {
                c.enabled = (n != 1).into();
                c.name = Some(format!("name {n}").into());
                c.owner = Owner::told(Some(OwnerKind::User), Some("42".into()));
            })
        });
        let scope = Mutex::new(inner.info().clone().with_scope("https://work.test"));
        Arc::new(Self {
            inner,
            calls: Mutex::default(),
            changes: Mutex::default(),
            death: Mutex::default(),
            dead: Notify::new(),
            scope,
        })
    }

    async fn around<T>(
        &self,
        change: Option<&ConnectionId>,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            *calls += 1;
            *calls
        };
        let death = *self.death.lock().unwrap();
        if matches!(death, Some(Death::Before(at)) if at <= number) {
            return self.die().await;
        }
        if let Some(id) = change {
            *self.changes.lock().unwrap().entry(id.to_string()).or_default() += 1;
        }
        let result = call.await;
        if matches!(death, Some(Death::After(at)) if at <= number) {
            return self.die().await;
        }
        result
    }

    async fn die<T>(&self) -> T {
        self.dead.notify_one();
        std::future::pending().await
    }

    /// Every connection's switch and name.
    async fn state(&self) -> Vec<(String, Enabled, Option<String>)> {
        let rows = self.inner.list(&Query::new()).await.items;
        rows.into_iter().map(|c| (c.id.to_string(), c.enabled, c.name.map(String::from))).collect()
    }

    fn hub(self: &Arc<Self>) -> Hub {
        Hub::new().with(Program { vendor: self.clone(), info: self.scope.lock().unwrap().clone() }).unwrap()
    }
}

/// The program's end of the line.
#[derive(Debug)]
struct Program {
    vendor: Arc<Vendor>,
    info: ProviderInfo,
}

#[async_trait]
impl ConnectionProvider for Program {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        self.vendor.inner.list_page(query, cursor).await
    }

    async fn get(&self, id: &ConnectionId) -> Result<Connection> {
        self.vendor.around(None, self.vendor.inner.get(id)).await
    }

    async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
        self.vendor.around(Some(id), self.vendor.inner.set_enabled(id, enabled)).await
    }

    async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
        self.vendor.around(Some(id), self.vendor.inner.rename(id, name)).await
    }

    async fn delete(&self, id: &ConnectionId) -> Result<()> {
        self.vendor.around(Some(id), self.vendor.inner.delete(id)).await
    }
}

/// A folder of the test's own.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("journal-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Applies a plan until it ends or the program dies. The endings, in the plan's order.
async fn apply(vendor: &Arc<Vendor>, plan: &ChangePlan, path: &Path, at_once: usize) -> Option<Vec<Applied>> {
    // Several calls may have died together.
    while vendor.dead.notified().now_or_never().is_some() {}
    let (hub, journal) = (vendor.hub(), Journal::open(path, plan).unwrap());
    let work = hub.apply(plan, &journal, at_once).collect::<Vec<_>>();
    tokio::select! {
        ended = work => Some(ended.into_iter().map(Result::unwrap).collect()),
        () = vendor.dead.notified() => None,
    }
}

fn endings(rows: &[Applied]) -> Vec<(&str, bool)> {
    rows.iter().map(|row| (row.ending.as_str(), row.earlier)).collect()
}

async fn offboarding(vendor: &Arc<Vendor>) -> ChangePlan {
    let query = Query::new().owner(Some(OwnerKind::User), Some("42".into()));
    vendor.hub().plan_edit(&Edit::Disable, &query).await
}

/// What a crash may leave at the end of a file: part of a line.
fn tear(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes.extend_from_slice(b"{\"event\":\"end\",\"at\":\"2026-");
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_plan_is_applied_and_undone_and_everything_is_as_before() {
    let (vendor, folder) = (Vendor::new(4), Folder::new());
    let before = vendor.state().await;
    let plan = offboarding(&vendor).await;
    let verdicts: Vec<_> = plan.rows.iter().map(|row| row.verdict.as_str()).collect();
    assert_eq!(verdicts, ["change", "already", "change", "change"]);
    plan.save(&folder.at("plan.json")).unwrap();
    assert_eq!(ChangePlan::load(&folder.at("plan.json")).unwrap(), plan, "a plan reads back as written");

    let journal = folder.at("plan.journal.jsonl");
    let rows = apply(&vendor, &plan, &journal, 2).await.unwrap();
    assert_eq!(endings(&rows), [("done", false); 3]);
    assert!(vendor.state().await.iter().all(|(_, enabled, _)| *enabled == Enabled::Disabled));
    // A second time nothing is asked at all.
    let calls = *vendor.calls.lock().unwrap();
    let again = apply(&vendor, &plan, &journal, 2).await.unwrap();
    assert_eq!((endings(&again), *vendor.calls.lock().unwrap()), (vec![("done", true); 3], calls));

    let undoing = {
        let done = Journal::load(&journal).unwrap();
        done.mark_undone().unwrap();
        done.undoing()
    };
    let rows = apply(&vendor, &undoing, &folder.at("undo.jsonl"), 2).await.unwrap();
    assert_eq!(endings(&rows), [("done", false); 3]);
    assert_eq!(vendor.state().await, before);
    // The journal is not to claim that it is done, since it is undone.
    let error = Journal::open(&journal, &plan).unwrap_err().to_string();
    assert!(
        error.ends_with("what this journal tells was undone, or is being undone; make a new plan"),
        "{error}"
    );
    assert_eq!(Journal::load(&journal).unwrap().undoing().rows, undoing.rows, "an undoing goes on");
    // And the undoing can be undone.
    let redoing = Journal::load(&folder.at("undo.jsonl")).unwrap().undoing();
    apply(&vendor, &redoing, &folder.at("redo.jsonl"), 2).await.unwrap();
    assert!(vendor.state().await.iter().all(|(_, enabled, _)| *enabled == Enabled::Disabled));
}

/// The calls of the whole: three connections, each read and changed.
const CALLS: usize = 6;

#[tokio::test]
async fn killed_at_any_step_of_applying_nothing_is_lost_or_done_twice() {
    for at_once in [1, 3] {
        for death in (1..=CALLS).flat_map(|n| [Death::Before(n), Death::After(n)]) {
            let (vendor, folder) = (Vendor::new(4), Folder::new());
            let before = vendor.state().await;
            let (plan, journal) = (offboarding(&vendor).await, folder.at("journal.jsonl"));
            *vendor.death.lock().unwrap() = Some(death);
            assert!(apply(&vendor, &plan, &journal, at_once).await.is_none(), "{death:?}");
            tear(&journal);
            *vendor.death.lock().unwrap() = None;
            let rows = apply(&vendor, &plan, &journal, at_once).await.unwrap();
            assert!(rows.iter().all(|row| row.ending == Ending::Done), "{death:?}: {rows:?}");
            assert!(vendor.state().await.iter().all(|(_, enabled, _)| *enabled == Enabled::Disabled));
            let once: BTreeMap<_, _> = ["c0", "c2", "c3"].map(|id| (id.to_owned(), 1)).into();
            assert_eq!(*vendor.changes.lock().unwrap(), once, "{death:?}, {at_once} at once");

            let undoing = Journal::load(&journal).unwrap().undoing();
            apply(&vendor, &undoing, &folder.at("undo.jsonl"), at_once).await.unwrap();
            assert_eq!(vendor.state().await, before, "{death:?}, {at_once} at once");
        }
    }
}

#[tokio::test]
async fn killed_at_any_step_of_undoing_everything_is_as_before_once() {
    for death in (1..=CALLS).flat_map(|n| [Death::Before(n), Death::After(n)]) {
        let (vendor, folder) = (Vendor::new(4), Folder::new());
        let before = vendor.state().await;
        let (plan, journal) = (offboarding(&vendor).await, folder.at("journal.jsonl"));
        apply(&vendor, &plan, &journal, 1).await.unwrap();
        (*vendor.calls.lock().unwrap(), *vendor.death.lock().unwrap()) = (0, Some(death));
        let undoing = || Journal::load(&journal).unwrap().undoing();
        assert!(apply(&vendor, &undoing(), &folder.at("undo.jsonl"), 1).await.is_none(), "{death:?}");
        tear(&folder.at("undo.jsonl"));
        *vendor.death.lock().unwrap() = None;
        apply(&vendor, &undoing(), &folder.at("undo.jsonl"), 1).await.unwrap();
        assert_eq!(vendor.state().await, before, "{death:?}");
        let twice: BTreeMap<_, _> = ["c0", "c2", "c3"].map(|id| (id.to_owned(), 2)).into();
        assert_eq!(*vendor.changes.lock().unwrap(), twice, "{death:?}: once to and once fro");
    }
}

#[tokio::test]
async fn an_undoing_takes_up_what_a_crash_left_open() {
    for death in (1..=CALLS).flat_map(|n| [Death::Before(n), Death::After(n)]) {
        let (vendor, folder) = (Vendor::new(4), Folder::new());
        let before = vendor.state().await;
        let (plan, journal) = (offboarding(&vendor).await, folder.at("journal.jsonl"));
        *vendor.death.lock().unwrap() = Some(death);
        apply(&vendor, &plan, &journal, 2).await;
        *vendor.death.lock().unwrap() = None;
        let undoing = Journal::load(&journal).unwrap().undoing();
        if undoing.changes().next().is_some() {
            let rows = apply(&vendor, &undoing, &folder.at("undo.jsonl"), 2).await.unwrap();
            assert!(rows.iter().all(|row| row.ending.is_good()), "{death:?}: {rows:?}");
        }
        assert_eq!(vendor.state().await, before, "{death:?}");
    }
}

#[tokio::test]
async fn a_journal_is_whole_at_every_byte_at_which_it_may_have_been_cut() {
    let (vendor, folder) = (Vendor::new(3), Folder::new());
    let (plan, journal) = (offboarding(&vendor).await, folder.at("journal.jsonl"));
    apply(&vendor, &plan, &journal, 1).await.unwrap();
    let bytes = std::fs::read(&journal).unwrap();
    for end in 0..=bytes.len() {
        let cut = folder.at("cut.jsonl");
        std::fs::write(&cut, &bytes[..end]).unwrap();
        drop(Journal::open(&cut, &plan).unwrap());
        let left = std::fs::read(&cut).unwrap();
        let whole = bytes[..end].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        // Where not even the first line was whole, a new one is begun.
        assert!(left == bytes[..whole] || (whole == 0 && left.ends_with(b"\n")), "cut at {end}");
    }
    let mut damaged = bytes.clone();
    damaged[10] = b'\x01';
    std::fs::write(&journal, damaged).unwrap();
    let error = Journal::load(&journal).unwrap_err().to_string();
    assert!(error.contains("line 1 of the journal is damaged"), "{error}");
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_left_alone() {
    let (vendor, folder) = (Vendor::new(5), Folder::new());
    let plan = offboarding(&vendor).await;
    let id = |text: &str| ConnectionId::new(text).unwrap();
    vendor.inner.set_enabled(&id("c0"), false).await.unwrap();
    vendor.inner.rename(&id("c2"), "theirs").await.unwrap();
    vendor.inner.delete(&id("c3")).await.unwrap();
    let journal = folder.at("journal.jsonl");
    let rows = apply(&vendor, &plan, &journal, 1).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| format!("{} {} {}", row.urn, row.ending, row.why.as_deref().unwrap_or("-")))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    work:c0 already -
    work:c2 conflict its name is "theirs" now, and was "name 2"
    work:c3 conflict it is no longer there
    work:c4 done -
    "#);
    // What this run did not change, it does not undo; nor what is not as it was left.
    vendor.inner.rename(&id("c4"), "theirs too").await.unwrap();
    let undoing = Journal::load(&journal).unwrap().undoing();
    let urns: Vec<_> = undoing.rows.iter().map(|row| row.urn.to_string()).collect();
    assert_eq!(urns, ["work:c4"]);
    let rows = apply(&vendor, &undoing, &folder.at("undo.jsonl"), 1).await.unwrap();
    assert_eq!(endings(&rows), [("conflict", false)]);
    assert_eq!(vendor.inner.get(&id("c4")).await.unwrap().enabled, Enabled::Disabled);
}

#[tokio::test]
async fn renames_are_restored_and_deletions_are_said_to_be_final() {
    let (vendor, folder) = (Vendor::new(2), Folder::new());
    let edits = vec![
        ("work:c0".parse().unwrap(), Edit::rename("new")),
        ("work:c1".parse().unwrap(), Edit::Delete),
        ("work:none".parse().unwrap(), Edit::Delete),
    ];
    let plan = vendor.hub().plan_edits(edits, 2).await;
    assert!(plan.deletes() && !plan.complete);
    let journal = folder.at("journal.jsonl");
    let rows = apply(&vendor, &plan, &journal, 1).await.unwrap();
    assert_eq!(endings(&rows), [("done", false), ("done", false)]);
    let undoing = Journal::load(&journal).unwrap().undoing();
    let told: Vec<_> = undoing
        .rows
        .iter()
        .map(|row| format!("{} {} {}", row.urn, row.verdict, row.why.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(told, ["work:c1 blocked a deletion cannot be undone", "work:c0 change -"]);
    apply(&vendor, &undoing, &folder.at("undo.jsonl"), 1).await.unwrap();
    assert_eq!(vendor.state().await, [("c0".to_owned(), Enabled::Enabled, Some("name 0".to_owned()))]);
}

#[tokio::test]
async fn a_deletion_that_a_crash_left_open_is_done_and_not_sent_again() {
    let (vendor, folder) = (Vendor::new(1), Folder::new());
    let plan = vendor.hub().plan_edit(&Edit::Delete, &Query::new()).await;
    *vendor.death.lock().unwrap() = Some(Death::After(2));
    assert!(apply(&vendor, &plan, &folder.at("journal.jsonl"), 1).await.is_none());
    *vendor.death.lock().unwrap() = None;
    let rows = apply(&vendor, &plan, &folder.at("journal.jsonl"), 1).await.unwrap();
    assert_eq!(endings(&rows), [("done", false)]);
    assert_eq!(vendor.changes.lock().unwrap()["c0"], 1);
}

#[tokio::test]
async fn a_journal_serves_one_run_of_one_plan_at_one_account() {
    let (vendor, folder) = (Vendor::new(2), Folder::new());
    let (plan, path) = (offboarding(&vendor).await, folder.at("journal.jsonl"));
    let said = |error: FileError| error.to_string().replace(&*folder.0.to_string_lossy(), "FOLDER");
    let held = Journal::open(&path, &plan).unwrap();
    insta::assert_snapshot!(said(Journal::open(&path, &plan).unwrap_err()), @"FOLDER/journal.jsonl: another run is working with this journal; wait for its end");
    drop(held);
    let other = offboarding(&vendor).await;
    insta::assert_snapshot!(said(Journal::open(&path, &other).unwrap_err()), @"FOLDER/journal.jsonl: this journal belongs to another plan; name another file with --journal");
    apply(&vendor, &plan, &path, 1).await.unwrap();
    let mut changed = plan.clone();
    changed.rows[0].edit = Edit::rename("x");
    insta::assert_snapshot!(said(Journal::open(&path, &changed).unwrap_err()), @"FOLDER/journal.jsonl: the plan says something else of work:c0 than when this journal was begun; make a new plan");

    plan.check_accounts(&vendor.hub()).unwrap();
    vendor.scope.lock().unwrap().scope = Some("https://other.test".to_owned());
    insta::assert_snapshot!(plan.check_accounts(&vendor.hub()).unwrap_err(), @"the plan was made for `work` being memory at https://work.test, and it is configured as memory at https://other.test; make the plan again");
    insta::assert_snapshot!(plan.check_accounts(&Hub::new()).unwrap_err(), @"the plan is for the provider `work`, which is not configured");
}

#[cfg(unix)]
#[tokio::test]
async fn plans_and_journals_are_for_their_owners_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    let (vendor, folder) = (Vendor::new(2), Folder::new());
    let plan = offboarding(&vendor).await;
    plan.save(&folder.at("plan.json")).unwrap();
    apply(&vendor, &plan, &folder.at("journal.jsonl"), 1).await.unwrap();
    for name in ["plan.json", "journal.jsonl"] {
        let mode = std::fs::metadata(folder.at(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 2, "nothing is left over");
}

#[test]
fn what_is_no_plan_is_refused_and_says_why() {
    let said = |text: &str| ChangePlan::parse(text).unwrap_err().to_string();
    let row = |urn: &str| {
        format!(
            r#"{{"urn":"{urn}","verdict":"change","why":null,"edit":{{"change":"disable"}},"undoable":true,"status":"active","before":{{}}}}"#
        )
    };
    let plan = |rows: &str| {
        format!(
            r#"{{"format":"conjoin.plan/1","id":"x","made_at":"2026-01-01T00:00:00Z","complete":true,"providers":[{{"name":"a","vendor":"v","scope":null}}],"rows":[{rows}]}}"#
        )
    };
    let told = [
        said(""),
        said("[]"),
        said("{}"),
        said(r#"{"format":"conjoin.plan/9"}"#),
        said(r#"{"format":"conjoin.plan/1"}"#),
        said(&plan(&format!("{},{}", row("a:1"), row("a:1")))),
        said(&plan(&row("b:1"))),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    this is no plan: EOF while parsing a value at line 1 column 0
    this is no plan: it has no `format`; `conjoin plan` makes one
    this is no plan: it has no `format`; `conjoin plan` makes one
    the plan's format is `conjoin.plan/9`, and this version reads `conjoin.plan/1`; make the plan again
    this is no plan: missing field `id`
    the plan names a:1 twice
    the plan has a row of `b`, which is not among its providers
    ");
    assert_eq!(ChangePlan::parse(&plan(&row("a:1"))).unwrap().rows.len(), 1);
}
