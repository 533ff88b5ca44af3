//! Pushing a filter down gives the same answer as applying it here: the vendor's own filtering is an
//! optimisation that must never change what a query means.

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
            let full = query.detail == Detail::Full || !query.statuses.is_empty();
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
