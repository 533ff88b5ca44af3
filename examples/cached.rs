//! Keeps a vendor's answers for a minute, and the requests below a rate, offline: the vendors are emulated in
//! this process.
//!
//! `cargo run -p conjoin --features cache --example cached`

use std::sync::Arc;
use std::time::Duration;

use conjoin::pica::{Dialect, Pica};
use conjoin::{BaseUrl, Cached, Hub, ProviderName, Query, Rate, RateLimit, Receipt, Secret, Setup, Tags};
use conjoin_testkit::emulator::{Emulator, EmulatorTransport};

/// With a real vendor: `Setup::new(name, secret, Arc::new(conjoin::ReqwestTransport::new()))`.
fn setup(name: &str, vendor: &EmulatorTransport) -> Result<Setup, Box<dyn std::error::Error>> {
    let setup = Setup::new(ProviderName::new(name)?, Secret::new("any"), Arc::new(vendor.clone()));
    Ok(setup.base_url(BaseUrl::new(vendor.base_url())?))
}

fn show(what: &str, receipt: &Receipt) {
    println!("{what}:");
    for provider in &receipt.providers {
        let age = provider.as_of.map_or("read now".to_owned(), |at| format!("kept since {at}"));
        println!("  {}: {} rows, {} requests, {age}", provider.provider, provider.rows, provider.requests);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vendor = Emulator::pica().transport();
    // The vendor counts by credential: both providers have the same one, and share the limit.
    let limit = RateLimit::new(Rate::per_second(50).with_burst(10));
    let sales = Pica::new(setup("sales", &vendor)?.rate_limit(limit.clone()), Dialect::default())?;
    let support = Pica::new(setup("support", &vendor)?.rate_limit(limit), Dialect::default())?;

    // One of them is kept; a clone of it stays here, and shares what is kept with the hub's.
    let sales = Cached::new(sales, Duration::from_secs(60));
    let hub = Hub::new().with(sales.clone())?.with(support)?;

    let query = Query::new();
    let listing = hub.list(&query).await;
    show("first", &listing.receipt);
    show("again", &hub.list(&query).await.receipt);

    // A change through it is seen at once.
    let urn = listing.items.iter().map(conjoin::Connection::urn).find(|urn| urn.provider.as_str() == "sales");
    let tags: Tags = ["reviewed"].into_iter().collect();
    hub.set_tags(&urn.ok_or("no connection")?, &tags).await?;
    let changed = hub.list(&query).await;
    show("after a change", &changed.receipt);
    let reviewed =
        changed.items.iter().filter(|c| c.provider.as_str() == "sales" && c.tags.as_ref() == Some(&tags));
    println!("{} reviewed", reviewed.count());

    // What changes elsewhere is seen when the minute is over, or is asked for.
    sales.invalidate();
    show("after `invalidate`", &hub.list(&query).await.receipt);
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
