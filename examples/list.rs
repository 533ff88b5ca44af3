//! Lists the connections of three vendors as one, offline: the vendors are emulated in this process.
//!
//! `cargo run -p conjoin --example list`

use std::sync::Arc;

use conjoin::aitronos::Aitronos;
use conjoin::pica::{Dialect, Pica};
use conjoin::toolzz::Toolzz;
use conjoin::{BaseUrl, Hub, ProviderName, Query, Secret, Setup, Status};
use conjoin_testkit::emulator::{Emulator, EmulatorTransport};

/// With a real vendor: `Setup::new(name, secret, Arc::new(conjoin::ReqwestTransport::new()))`.
fn setup(name: &str, vendor: &EmulatorTransport) -> Result<Setup, Box<dyn std::error::Error>> {
    let setup = Setup::new(ProviderName::new(name)?, Secret::new("any"), Arc::new(vendor.clone()));
    Ok(setup.base_url(BaseUrl::new(vendor.base_url())?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let aitronos = Emulator::aitronos().transport();
    let pica = Emulator::pica().transport();
    let toolzz = Emulator::toolzz().transport();
    let unit = toolzz.facts().unit.unwrap_or_default();

    let hub = Hub::new()
        .with(Aitronos::new(setup("work", &aitronos)?, "org_demo", None)?)?
        .with(Pica::new(setup("crm", &pica)?, Dialect::default())?)?
        .with(Toolzz::new(setup("brasil", &toolzz)?, &unit)?)?;

    let query = Query::new().status(Status::NeedsReauth).status(Status::Degraded);
    let listing = hub.list(&query).await;
    for connection in &listing.items {
        println!("{} is {}: {}", connection.urn(), connection.status(), connection.explain().next);
    }
    // An answer may be partial. `complete` gives the rows only if none is missing.
    let rows = listing.complete()?;
    println!("{} connections need attention", rows.len());
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
