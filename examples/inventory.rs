//! Keeps an inventory in a file, and tells what has changed since; offline, with a vendor emulated in this
//! process.
//!
//! `cargo run -p conjoin --example inventory`

use std::sync::Arc;
use std::time::Duration;

use conjoin::toolzz::Toolzz;
use conjoin::{BaseUrl, Hub, Inventory, ProviderName, Query, Secret, Setup, Watch};
use conjoin_testkit::emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vendor = Emulator::toolzz().transport();
    let setup = Setup::new(ProviderName::new("brasil")?, Secret::new("any"), Arc::new(vendor.clone()));
    let unit = vendor.facts().unit.unwrap_or_default();
    let provider = Toolzz::new(setup.base_url(BaseUrl::new(vendor.base_url())?), &unit)?;
    let hub = Hub::new().with(provider)?;

    // A snapshot is a file of JSON lines that is there whole or not at all.
    let path = std::env::temp_dir().join("conjoin-example-inventory.jsonl");
    hub.inventory(Query::new()).await.save(&path)?;

    // A watch tells what changes between one listing and the next; the first one tells nothing.
    let mut watch = Watch::new(Query::new(), Duration::from_millis(100));
    watch.next(&hub).await;

    let urn = hub.list(&Query::new().enabled(true)).await.complete()?[0].urn();
    hub.set_enabled(&urn, false).await?;
    for event in watch.next(&hub).await {
        println!("seen while watching: {} at {}", event.name(), event.at());
    }

    // What differs now from the file. What an incomplete answer lacks is neither removed nor added.
    let diff = hub.diff(Inventory::load(&path)?).await;
    for difference in &diff.differences {
        for fact in &difference.facts {
            println!("{urn} {}: {} {:?} -> {:?}", difference.kind, fact.fact, fact.before, fact.after);
        }
    }
    println!("everything could be compared: {}", diff.complete);
    std::fs::remove_file(&path)?;
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
