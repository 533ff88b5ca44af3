//! In a hub, beside another provider, with no change to Conjoin.

use std::path::Path;
use std::sync::Arc;

use conjoin::{Hub, MemoryProvider, ProviderName, Query, Secret, Setup, Status};
use conjoin_composio::Composio;
use conjoin_testkit::{Fixture, Replay};

#[tokio::test]
async fn a_hub_lists_it_with_the_others() -> Result<(), Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/composio/list/every-status.har");
    let replay = Arc::new(Replay::new(Fixture::load(file)?));
    let setup = Setup::new(ProviderName::new("agents")?, Secret::new(Replay::CREDENTIAL), replay.clone());
    let other = MemoryProvider::new("crm").with("c1", |connection| connection.enabled = true.into());
    let hub = Hub::new().with(Composio::new(setup)?)?.with(other)?;

    let all = hub.list(&Query::new()).await.complete()?;
    let mut told: Vec<_> = all.iter().map(|row| format!("{} {}", row.urn(), row.status())).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "agents:ca_example01 active",
            "agents:ca_example02 disabled",
            "agents:ca_example03 needs_reauth",
            "agents:ca_example04 pending",
            "agents:ca_example05 pending",
            "agents:ca_example06 failed",
            "agents:ca_example07 disabled",
            "agents:ca_example08 unknown",
            "agents:ca_example09 disabled",
            "crm:c1 active",
        ]
    );
    assert_eq!(all.iter().filter(|row| row.status() == Status::NeedsReauth).count(), 1);
    replay.verify()?;
    Ok(())
}
