//! Pushing a filter down gives the same answer as applying it here: the vendor's own filtering is an
//! optimisation that must never change what a query means.

use std::collections::BTreeSet;

use conjoin::{
    Authorization, Connection, ConnectionId, Detail, Environment, Match, Operation, OwnerKind, Query, Status,
    Timestamp,
};

use crate::rig::{Rig, by_id, worlds};

/// Up to so many values of each fact are asked for.
const VALUES: usize = 3;

/// The first different values of a fact.
fn values<T: Clone + PartialEq>(rows: &[Connection], fact: impl Fn(&Connection) -> Option<T>) -> Vec<T> {
    let mut found = Vec::new();
    for value in rows.iter().filter_map(fact) {
        if found.len() < VALUES && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// Texts that a vendor, or what stands before it, may read as something else.
const ODD: [&str; 14] =
    ["", ".", "..", " ", "true", "false", "0", "null", "a,b", "slack,github", "../x", "a&b=c", "é ü", "%2C"];

/// One query for each way to filter, from the values that there are and from odd ones.
fn queries(rows: &[Connection]) -> Vec<Query> {
    let new = Query::new;
    let text = |fact: Option<&str>| fact.map(str::to_owned);
    let mut all = vec![new(), new().enabled(true), new().enabled(false)];
    let connectors = values(rows, |row| text(row.connector.slug.as_deref()));
    all.push(connectors.iter().take(2).fold(new(), Query::connector));
    all.extend(connectors.iter().map(|slug| new().connector(slug)));
    all.extend(connectors.iter().map(|slug| new().connector(slug).enabled(false)));
    all.extend(connectors.iter().map(|slug| new().connector(slug).status(Status::Active)));
    all.extend(
        values(rows, |row| text(row.connector_instance.as_deref())).iter().map(|id| new().instance(id)),
    );
    all.extend(
        values(rows, |row| text(row.connector.category.as_deref())).iter().map(|word| new().category(word)),
    );
    all.extend(values(rows, |row| Some(row.id.clone())).into_iter().map(|id| new().id(id)));
    let owner =
        |row: &Connection| row.owner.as_ref().map(|owner| (owner.kind.clone(), text(owner.id.as_deref())));
    for (kind, id) in values(rows, owner) {
        all.push(new().owner(kind.clone(), None));
        all.push(new().owner(None, id.clone()));
        all.push(new().owner(kind, id));
    }
    all.extend(Status::ALL.iter().map(|&status| new().status(status)));
    all.push(new().status(Status::Active).status(Status::Disabled));
    all.extend([Environment::Live, Environment::Test].map(|environment| new().environment(environment)));
    let tags = values(rows, |row| row.tags.as_ref()?.iter().next().cloned());
    all.extend(tags.iter().map(|tag| new().tag(tag.clone())));
    all.extend(tags.windows(2).map(|pair| new().tag(pair[0].clone()).tag(pair[1].clone())));
    all.extend(
        values(rows, |row| row.display_name.clone()).iter().map(|name| new().name(name.to_uppercase())),
    );
    let created: Vec<Timestamp> = values(rows, |row| row.created_at);
    all.extend(created.iter().map(|&at| new().created(Some(at), None)));
    all.extend(created.iter().map(|&at| new().created(None, Some(at))));
    all.extend(expressions(rows).iter().map(|text| new().matching(text.parse().unwrap())));
    let full: Vec<_> = all.iter().map(|query| query.clone().detail(Detail::Full)).collect();
    all.extend(full);
    for odd in ODD {
        all.push(new().connector(odd));
        all.push(new().instance(odd));
        all.push(new().category(odd));
        all.push(new().tag(odd));
        all.push(new().name(odd));
        all.push(new().owner(None, Some(odd.to_owned())));
        all.push(new().owner(Some(OwnerKind::from(odd)), None));
        all.extend(ConnectionId::new(odd).map(|id| new().id(id)));
    }
    all
}

/// Expressions that demand what a vendor can be asked for, and such as do not.
fn expressions(rows: &[Connection]) -> Vec<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let mut all = Vec::new();
    for slug in values(rows, |row| row.connector.slug.as_deref().map(quoted)) {
        all.push(format!("connector = {slug}"));
        all.push(format!("not connector = {slug} or enabled = false"));
        all.push(format!("connector = {slug} and status != active"));
        all.push(format!("connector in ({slug}, nope) and (authorization != authorized or health is null)"));
    }
    for owner in values(rows, |row| row.owner.as_ref().map(|owner| quoted(&owner.to_string()))) {
        all.push(format!("owner = {owner} and enabled = true"));
        all.push(format!("owner != {owner}"));
    }
    for tag in values(rows, |row| row.tags.as_ref()?.iter().next().map(|tag| quoted(&tag.to_string()))) {
        all.push(format!("tag = {tag} and tag = {tag} and not (tag = nope)"));
    }
    let odd = ODD.map(quoted).join(", ");
    all.push(format!("connector in ({odd}) or tag in ({odd}) or name in ({odd})"));
    all.push(format!("instance not in ({odd}) and category in ({odd})"));
    all
}

/// Whether a row of a filtered list says what the whole list says of it.
///
/// A list that tells fewer facts may know of no trouble: Aitronos' list by tool leaves the authorization
/// open, and a connection that is switched on is then active. It must not contradict a fact.
fn agrees(asked: &Connection, whole: &Connection) -> bool {
    asked.status() == whole.status()
        || (asked.status() == Status::Active && asked.authorization == Authorization::Unknown)
}

async fn equal(rig: &Rig) {
    let whole = by_id(rig.list(&Query::new()).await);
    for query in queries(&whole.values().cloned().collect::<Vec<_>>()) {
        let asked = by_id(rig.list(&query).await);
        let here = whole.iter().filter(|(_, row)| query.judge(row) == Match::Yes);
        let here: Vec<_> = here.map(|(id, _)| id).collect();
        assert_eq!(asked.keys().collect::<Vec<_>>(), here, "{}: {query:?}", rig.name);
        for (id, row) in &asked {
            let (told, wanted) = (row.status(), whole[id].status());
            assert!(agrees(row, &whole[id]), "{}: {query:?}: {id} is {told}, not {wanted}", rig.name);
            let full = query.detail == Detail::Full || query.judges_state();
            assert!(!full || told == wanted, "{}: {query:?}: {id} is {told}, not {wanted}", rig.name);
        }
    }
}

#[tokio::test]
async fn filtering_there_and_here_is_the_same_for_the_documented_samples() {
    for world in worlds() {
        equal(&Rig::new(world).await).await;
    }
}

#[tokio::test]
async fn filtering_there_and_here_is_the_same_for_many_rows() {
    for (name, emulator, dialect) in worlds() {
        equal(&Rig::new((name, emulator.count(60).seed(7), dialect)).await).await;
    }
}

/// A connector is found by its canonical slug, whatever the vendor calls it, and by the vendor's exactly.
#[tokio::test]
async fn a_canonical_slug_finds_every_spelling() {
    let mut spellings = BTreeSet::new();
    for (name, emulator, dialect) in worlds() {
        let rig = Rig::new((name, emulator.count(120).seed(3), dialect)).await;
        let whole = rig.list(&Query::new()).await;
        let slug = |row: &Connection| row.connector.slug.as_deref().map(str::to_owned);
        for canonical in ["google-calendar", "google-drive"] {
            let spelled = |row: &&Connection| row.connector.canonical() == Some(canonical);
            let here: BTreeSet<_> = whole.iter().filter(spelled).map(|row| row.id.clone()).collect();
            for query in [
                Query::new().connector(canonical),
                Query::new().connector(canonical).detail(Detail::Full),
                Query::new().matching(format!("connector = {canonical}").parse().unwrap()),
            ] {
                let asked: BTreeSet<_> = rig.list(&query).await.into_iter().map(|row| row.id).collect();
                assert_eq!(asked, here, "{}: {query:?}", rig.name);
            }
            for spelling in whole.iter().filter(spelled).filter_map(slug).collect::<BTreeSet<_>>() {
                let exact = rig.list(&Query::new().connector(&*spelling)).await;
                assert_eq!(exact.len(), here.len(), "{}: {spelling}", rig.name);
                spellings.insert(spelling);
            }
        }
        let none = rig.list(&Query::new().connector("googlecalendar")).await;
        assert_eq!(none.len(), 0, "{}: a spelling of another vendor is not the canonical one", rig.name);
    }
    let all: Vec<_> = spellings.iter().map(String::as_str).collect();
    assert_eq!(all, ["google-calendar", "google-drive", "google_calendar", "google_drive"]);
}

/// A tag is found as it was set, whatever the vendor makes of commas and blanks.
#[tokio::test]
async fn odd_tags_are_found_as_they_were_set() {
    for world in worlds() {
        let rig = Rig::new(world).await;
        if !rig.provider.info().capabilities.of(Operation::SetTags).is_supported() {
            continue;
        }
        let id = rig.list(&Query::new()).await[0].id.clone();
        for odd in ODD.into_iter().chain([" vip", "vip ", "[x]", "*", "x;y"]).filter(|odd| !odd.is_empty()) {
            rig.provider.set_tags(&id, &[odd].into_iter().collect()).await.unwrap();
            let found = rig.list(&Query::new().tag(odd)).await;
            assert!(found.iter().any(|row| row.id == id), "{}: {odd:?}", rig.name);
        }
    }
}
