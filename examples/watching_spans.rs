//! Watches what is asked of a vendor, offline: a list of which the first request fails.
//!
//! Each call of an operation is a span, and each request in it, with OpenTelemetry's names: `tracing-opentelemetry`
//! or any other subscriber takes them as they are. No query, header or body is in them.
//!
//! `cargo run -p conjoin --example watching_spans`

use std::sync::Arc;

use conjoin::pica::{Dialect, Pica};
use conjoin::{BaseUrl, Hub, ProviderName, Query, Secret, Setup};
use conjoin_testkit::emulator::Emulator;
use conjoin_testkit::faults::{Faulty, Mishap, When};
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `INFO` is operations; `DEBUG` is requests as well, whose paths hold ids.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_target(false)
        .init();

    let vendor = Emulator::pica().transport();
    let base_url = BaseUrl::new(vendor.base_url())?;
    let shaky = Faulty::new(Arc::new(vendor), Mishap::Status(503), When::First(1));
    let setup = Setup::new(ProviderName::new("crm")?, Secret::new("any"), Arc::new(shaky));
    let hub = Hub::new().with(Pica::new(setup.base_url(base_url), Dialect::default())?)?;

    let rows = hub.list(&Query::new().connector("gmail")).await.complete()?;
    println!("{} connections", rows.len());
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
