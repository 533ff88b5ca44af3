//! Every operation, and that its claim is true in both directions.

use conjoin::{
    Connection, ConnectionId, ConnectionProviderExt as _, ConnectorQuery, Enabled, Error, ErrorKind,
    Operation, Query, Status, Support, Tags,
};

use crate::rig::{Rig, by_id, worlds};

/// A connection that is switched on.
async fn one(rig: &Rig) -> Connection {
    rig.list(&Query::new().enabled(true)).await.into_iter().next().unwrap()
}

/// Calls an operation, and checks that it did what it says.
async fn works(rig: &Rig, operation: Operation) -> Result<(), Error> {
    let provider = &*rig.provider;
    let row = one(rig).await;
    let id = &row.id;
    match operation {
        Operation::List => {}
        Operation::Get => assert_eq!(provider.get(id).await?.urn(), row.urn()),
        Operation::SetEnabled => {
            for (on, shown) in [(false, Enabled::Disabled), (true, Enabled::Enabled)] {
                // Twice: what is so already is no mistake.
                for _ in 0..2 {
                    assert_eq!(provider.set_enabled(id, on).await?.id, *id);
                }
                let now = rig.now(id).await.unwrap();
                assert_eq!(now.enabled, shown, "{}", rig.name);
                assert_eq!(now.status() == Status::Disabled, !on, "{}", rig.name);
            }
        }
        Operation::Rename => {
            let name = "Größe & Söhne / \"50 %\"?#";
            provider.rename(id, name).await?;
            let now = rig.now(id).await.unwrap();
            assert!(now.display_name.unwrap().starts_with(name), "{}", rig.name);
        }
        Operation::SetTags => {
            for tags in [&["vip", "a,b", "ü&x=1"][..], &[]] {
                let tags: Tags = tags.iter().copied().collect();
                provider.set_tags(id, &tags).await?;
                assert_eq!(rig.now(id).await.unwrap().tags.unwrap_or_default(), tags, "{}", rig.name);
            }
        }
        Operation::Delete => {
            provider.delete(id).await?;
            assert_eq!(rig.now(id).await, None, "{}", rig.name);
        }
        Operation::Check => {
            let checked = provider.check(id).await?;
            assert_eq!(checked.id, *id);
            assert_eq!(checked.enabled, row.enabled, "{}", rig.name);
        }
        Operation::Test => {
            let tested = provider.test(id).await?;
            assert_eq!((&tested.id, tested.health.evidence), (id, Some(conjoin::Evidence::Probed)));
        }
        Operation::ListConnectors => {
            let listing = provider.list_connectors(&ConnectorQuery::new()).await;
            assert!(listing.receipt.is_complete());
            let slugs: Vec<_> = listing.items.iter().map(|connector| connector.slug.as_str()).collect();
            assert!(["slack", "github", "clickup"].iter().all(|slug| slugs.contains(slug)), "{slugs:?}");
        }
        Operation::GetConnector => assert_eq!(provider.get_connector("github").await?.slug, "github"),
        other => panic!("there is no check of {other}"),
    }
    Ok(())
}

/// Calls an operation that is not claimed.
async fn call(rig: &Rig, operation: Operation, id: &ConnectionId) -> Result<(), Error> {
    let provider = &*rig.provider;
    match operation {
        Operation::List => provider.list_page(&Query::new(), None).await.map(drop),
        Operation::Get => provider.get(id).await.map(drop),
        Operation::SetEnabled => provider.set_enabled(id, false).await.map(drop),
        Operation::Rename => provider.rename(id, "x").await.map(drop),
        Operation::SetTags => provider.set_tags(id, &Tags::new()).await.map(drop),
        Operation::Delete => provider.delete(id).await,
        Operation::Check => provider.check(id).await.map(drop),
        Operation::Test => provider.test(id).await.map(drop),
        Operation::ListConnectors => {
            provider.list_connectors_page(&ConnectorQuery::new(), None).await.map(drop)
        }
        Operation::GetConnector => provider.get_connector("slack").await.map(drop),
        other => panic!("there is no call of {other}"),
    }
}

#[tokio::test]
async fn what_is_claimed_works_and_what_is_not_sends_nothing() {
    for world in worlds() {
        let rig = Rig::new(world).await;
        let id = one(&rig).await.id;
        for &operation in Operation::ALL {
            let claim = rig.provider.info().capabilities.of(operation);
            if claim == Support::Unsupported {
                let before = rig.requests();
                let error = call(&rig, operation, &id).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{} {operation}: {error}", rig.name);
                assert_eq!(rig.requests(), before, "{} {operation}", rig.name);
            } else if let Err(error) = works(&rig, operation).await {
                panic!("{} {operation}: {error}", rig.name);
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_whoever_is_asked() {
    for world in worlds() {
        let rig = Rig::new(world).await;
        let unknown = ConnectionId::new("00000000-0000-4000-8000-000000000000").unwrap();
        for &operation in Operation::ALL {
            let claimed = rig.provider.info().capabilities.of(operation).is_supported();
            let on_one =
                !matches!(operation, Operation::List | Operation::ListConnectors | Operation::GetConnector);
            if claimed && on_one {
                let error = call(&rig, operation, &unknown).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::NotFound, "{} {operation}: {error}", rig.name);
                assert_eq!(error.operation(), Some(operation), "{}", rig.name);
            }
        }
        let error = rig.provider.get_connector("no-such-app").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{}: {error}", rig.name);
    }
}

#[tokio::test]
async fn reading_one_tells_what_the_list_tells() {
    for (name, emulator, dialect) in worlds() {
        let rig = Rig::new((name, emulator.count(25), dialect)).await;
        for (id, listed) in by_id(rig.list(&Query::new()).await) {
            let mut read = rig.provider.get(&listed.id).await.unwrap();
            read.fetched_at = None;
            assert_eq!(read, listed, "{} {id}", rig.name);
        }
    }
}

/// Ids that would lead elsewhere, if they were put into a path as they are.
#[tokio::test]
async fn hostile_ids_stay_ids() {
    for world in worlds() {
        let rig = Rig::new(world).await;
        let before = by_id(rig.list(&Query::new()).await);
        let victim = before.values().next().unwrap().id.to_string();
        for id in [
            "a/../b",
            "%2e%2e",
            "..%2f",
            "x?limit=1",
            "x#y",
            "a b",
            "connections/clickup",
            "a\\b",
            "ü",
            &format!("x/../{victim}"),
            &format!("{victim}?"),
            &format!("{victim}/"),
        ] {
            let Ok(id) = ConnectionId::new(id) else { continue };
            for operation in [Operation::Get, Operation::Delete, Operation::SetEnabled, Operation::Check] {
                if rig.provider.info().capabilities.of(operation).is_supported() {
                    let error = call(&rig, operation, &id).await.unwrap_err();
                    let kind = error.kind();
                    assert!(
                        matches!(kind, ErrorKind::NotFound | ErrorKind::InvalidRequest),
                        "{} {operation} {id}: {error}",
                        rig.name
                    );
                }
            }
        }
        assert_eq!(by_id(rig.list(&Query::new()).await), before, "{}", rig.name);
    }
}
