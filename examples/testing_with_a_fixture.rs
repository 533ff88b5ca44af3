//! Testing an app against what a vendor answered once: no network, no account, no secret.
//!
//! `cargo run -p conjoin --example testing_with_a_fixture`

use std::path::Path;
use std::sync::Arc;

use conjoin::pica::{Dialect, Pica};
use conjoin::{Hub, ProviderName, Query, Secret, Setup, Status};
use conjoin_testkit::{Fixture, Replay};

/// The app: counts the connections that somebody has to look at.
async fn broken(hub: &Hub) -> Result<usize, Box<dyn std::error::Error>> {
    let query = Query::new().status(Status::NeedsReauth).status(Status::Failed);
    Ok(hub.list(&query).await.complete()?.len())
}

/// Its test. In a project of yours this is a `#[tokio::test]`.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pica/list/v2.har");
    let replay = Arc::new(Replay::new(Fixture::load(file)?));
    let setup =
        Setup::new(ProviderName::new("crm")?, Secret::new(Replay::CREDENTIAL), Arc::clone(&replay) as _);
    let hub = Hub::new().with(Pica::new(setup, Dialect::default())?)?;

    let count = broken(&hub).await?;
    println!("{count} broken");
    // Whatever the app did: it asked for all that the fixture holds, and for nothing else.
    replay.verify()?;
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
