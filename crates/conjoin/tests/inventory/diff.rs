//! What differs between two sides, and what may not be said.

use std::fmt::Write as _;

use conjoin::{
    Authorization, Connection, Diff, Hub, Inventory, MemoryProvider, Owner, OwnerKind, Query, Status,
};

use crate::support::{Scripted, Told, connection, down, rows};

async fn side(told: Told) -> Inventory {
    Scripted::new("p", [told]).hub().inventory(Query::new()).await
}

async fn diff(old: Told, new: Told) -> Diff {
    Scripted::new("p", [new]).hub().diff(side(old).await).await
}

/// A diff, a line each.
fn told(diff: &Diff) -> String {
    let mut out = String::new();
    for difference in &diff.differences {
        let facts: Vec<_> = difference
            .facts
            .iter()
            .map(|f| {
                let value = |v: &Option<String>| v.clone().unwrap_or_else(|| "-".to_owned());
                format!("{} {} → {}", f.fact, value(&f.before), value(&f.after))
            })
            .collect();
        let urn = &difference.urn;
        writeln!(out, "{} {urn} {}", difference.kind, facts.join(", ")).unwrap();
    }
    for of in &diff.providers {
        writeln!(
            out,
            "{}: {}{} same, {} maybe removed, {} maybe added, {} outside",
            of.provider,
            of.skipped.map(|why| format!("{why:?}, ")).unwrap_or_default(),
            of.same,
            of.maybe_removed,
            of.maybe_added,
            of.outside
        )
        .unwrap();
    }
    writeln!(out, "complete: {}", diff.complete).unwrap();
    out
}

fn expired(c: &mut Connection) {
    c.authorization = Authorization::Expired;
}

#[tokio::test]
async fn each_kind_of_difference_has_its_word() {
    let p = |id: &str, fill: fn(&mut Connection)| connection("p", id, fill);
    let user = |id: &str| Owner::told(Some(OwnerKind::User), Some(id.into()));
    let old = vec![
        p("same", |_| ()),
        p("gone", |_| ()),
        p("breaks", |_| ()),
        p("recovers", expired),
        p("switched", |c| c.enabled = false.into()),
        p("renamed", |c| c.name = Some("old".into())),
        p("untitled", |c| c.name = Some("old".into())),
        {
            let mut c = p("moved", |_| ());
            c.owner = user("1");
            c
        },
        p("tagged", |c| c.tags = Some(["a", "b"].into_iter().collect())),
        p("reordered", |c| c.tags = Some(["a", "b"].into_iter().collect())),
        p("touched", |_| ()),
    ];
    let new = vec![
        p("same", |_| ()),
        p("new", expired),
        p("breaks", expired),
        p("recovers", |c| c.authorization = Authorization::Authorized),
        p("switched", |_| ()),
        p("renamed", |c| c.name = Some("new".into())),
        p("untitled", |_| ()),
        {
            let mut c = p("moved", |_| ());
            c.owner = user("2");
            c
        },
        p("tagged", |c| c.tags = Some(["a"].into_iter().collect())),
        p("reordered", |c| c.tags = Some(["b", "a"].into_iter().collect())),
        // Times move with every use; they are no difference.
        p("touched", |c| c.updated_at = Some(conjoin::Timestamp::now())),
    ];
    insta::assert_snapshot!("kinds", told(&diff(Told::Whole(old), Told::Whole(new)).await));
}

#[tokio::test]
async fn what_an_incomplete_side_lacks_is_neither_removed_nor_added() {
    let (both, one, two) = (rows(["a", "b"]), rows(["a"]), rows(["b"]));
    let mut out = String::new();
    for (case, old, new) in [
        ("new broke off", Told::Whole(both.clone()), Told::Broken(one.clone())),
        ("new has an unreadable row", Told::Whole(both.clone()), Told::Unreadable(one.clone())),
        ("new is down", Told::Whole(both.clone()), Told::Down(down())),
        ("old broke off", Told::Broken(one.clone()), Told::Whole(both.clone())),
        ("both broke off", Told::Broken(one.clone()), Told::Broken(two.clone())),
        // A complete listing of old knew of all: what came anew is new, however the new one ended.
        ("new broke off after a new one", Told::Whole(one.clone()), Told::Broken(both.clone())),
    ] {
        writeln!(out, "{case}\n{}", told(&diff(old, new).await)).unwrap();
    }
    insta::assert_snapshot!("incomplete", out);
}

#[tokio::test]
async fn a_change_is_told_however_the_listing_ended() {
    let new = vec![connection("p", "a", expired)];
    let diff = diff(Told::Whole(rows(["a", "b"])), Told::Broken(new)).await;
    insta::assert_snapshot!(told(&diff), @r"
    status_changed p:a status active → needs_reauth, authorization - → expired
    p: 0 same, 1 maybe removed, 0 maybe added, 0 outside
    complete: false
    ");
}

#[tokio::test]
async fn a_provider_of_one_side_is_not_compared() {
    let hub = |names: &[&str]| {
        names.iter().fold(Hub::new(), |hub, name| {
            hub.with(MemoryProvider::new(name).with("c", |c| c.enabled = true.into())).unwrap()
        })
    };
    let old = hub(&["a", "b"]).inventory(Query::new()).await;
    let mut out = told(&hub(&["b", "c"]).diff(old).await);
    // The same name, another vendor behind it.
    let old = Scripted::new("b", [Told::Whole(vec![connection("b", "c", |_| ())])]);
    out += &told(&hub(&["b"]).diff(old.hub().inventory(Query::new()).await).await);
    insta::assert_snapshot!(out, @r"
    a: OnlyOld, 0 same, 0 maybe removed, 0 maybe added, 0 outside
    b: 1 same, 0 maybe removed, 0 maybe added, 0 outside
    c: OnlyNew, 0 same, 0 maybe removed, 0 maybe added, 0 outside
    complete: false
    b: OtherVendor, 0 same, 0 maybe removed, 0 maybe added, 0 outside
    complete: false
    ");
}

/// Two snapshots of other questions, the second against the first.
fn compare(old: Inventory, new: &Inventory) -> Diff {
    let providers: Vec<_> = new.receipt().providers.into_iter().map(|p| (p.provider, p.vendor)).collect();
    let mut comparison = conjoin::Comparison::new(old, new.taken_at(), new.query().clone(), providers);
    new.connections().for_each(|connection| comparison.observe(connection.clone()));
    new.receipt().providers.into_iter().for_each(|receipt| comparison.conclude(receipt));
    comparison.finish()
}

#[tokio::test]
async fn where_the_questions_differ_only_what_both_ask_for_is_compared() {
    let memory = |ids: &[&str]| {
        let fill = |c: &mut Connection| {
            c.enabled = true.into();
            c.connector.slug = Some(if c.id.as_str().starts_with('s') { "slack" } else { "gmail" }.into());
            c.tags = c.id.as_str().ends_with('t').then(|| ["t"].into_iter().collect());
        };
        Hub::new().with(ids.iter().fold(MemoryProvider::new("p"), |p, id| p.with(id, fill))).unwrap()
    };
    let (old, new) = (memory(&["s1", "s2", "g1"]), memory(&["s1", "s3", "g2"]));
    let (all, slack) = (Query::new(), Query::new().connector("slack"));
    let wide_then_narrow = compare(old.inventory(all.clone()).await, &new.inventory(slack.clone()).await);
    let narrow_then_wide = compare(old.inventory(slack).await, &new.inventory(all).await);
    // A query for what may change proves nothing of what it does not give.
    let tagged = Query::new().tag("t");
    let (old, new) = (memory(&["1t", "2t"]), memory(&["2t", "3t"]));
    let both_by_tag = compare(old.inventory(tagged.clone()).await, &new.inventory(tagged).await);
    let out = [wide_then_narrow, narrow_then_wide, both_by_tag].map(|diff| told(&diff)).join("\n");
    insta::assert_snapshot!("other_questions", out);
}

#[tokio::test]
async fn facts_that_another_question_does_not_bring_are_no_difference() {
    let old = Hub::new()
        .with(MemoryProvider::new("p").with("c", |c| (c.enabled, c.name) = (true.into(), Some("n".into()))))
        .unwrap();
    let new = Hub::new()
        .with(
            MemoryProvider::new("p")
                .with("c", |c| (c.enabled, c.environment) = (true.into(), Some("live".into()))),
        )
        .unwrap();
    let full = Query::new().detail(conjoin::Detail::Full);
    let other = compare(old.inventory(full).await, &new.inventory(Query::new()).await);
    assert_eq!(told(&other), "p: 1 same, 0 maybe removed, 0 maybe added, 0 outside\ncomplete: true\n");
    let same = compare(old.inventory(Query::new()).await, &new.inventory(Query::new()).await);
    assert!(told(&same).starts_with("changed p:c name n → -, environment - → live\n"), "{}", told(&same));
}

#[tokio::test]
async fn filters_keep_what_satisfies_them_before_or_after() {
    let old = vec![
        connection("p", "breaks", |_| ()),
        connection("p", "heals", expired),
        connection("p", "goes", |_| ()),
    ];
    let new = vec![connection("p", "breaks", expired), connection("p", "heals", |_| ())];
    let diff =
        diff(Told::Whole(old), Told::Whole(new)).await.concerning(&Query::new().status(Status::NeedsReauth));
    let urns: Vec<_> = diff.differences.iter().map(|d| format!("{} {}", d.kind, d.urn)).collect();
    assert_eq!(urns, ["status_changed p:breaks", "recovered p:heals"]);
}
