//! P6 and P7: requests side by side, over sockets. Their deterministic halves are `tests/waves.rs`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conjoin::{ConnectionProvider, Event, Hub, Query, ReqwestTransport};
use conjoin_testkit::emulator::EmulatedVendor;
use futures_util::StreamExt as _;

use crate::page;
use crate::process::Emulated;
use crate::served::serve;
use crate::table::Line;

const ROUNDS: u32 = 9;

/// Milliseconds until the first rows, and until the end.
async fn list(hub: &Hub, query: &Query) -> (f64, f64, u32) {
    let start = Instant::now();
    let millis = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    let (mut first, mut pages) = (f64::NAN, 0);
    let mut events = hub.stream(query);
    while let Some(event) = events.next().await {
        match event {
            Event::Rows(_) if first.is_nan() => first = millis(start),
            Event::End(receipt) => {
                assert!(receipt.error.is_none(), "{:?}", receipt.error);
                pages += receipt.pages;
            }
            _ => {}
        }
    }
    (first, millis(start), pages)
}

fn provider(vendor: EmulatedVendor, server: &Emulated) -> Arc<dyn ConnectionProvider> {
    page::provider(vendor, Arc::new(ReqwestTransport::new()), &server.base_url)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// P6: three vendors together against each alone.
pub(super) fn vendors() -> Vec<Line> {
    let vendors = [(EmulatedVendor::Aitronos, 20), (EmulatedVendor::Toolzz, 50), (EmulatedVendor::Pica, 80)];
    let servers = vendors.map(|(vendor, latency)| (vendor, Emulated::start(vendor.name(), 100, latency)));
    let hub = |which: &[usize]| {
        which
            .iter()
            .fold(Hub::new(), |hub, &at| hub.with(provider(servers[at].0, &servers[at].1)).expect("a hub"))
    };
    let (all, fastest, slowest, query) = (hub(&[0, 1, 2]), hub(&[0]), hub(&[2]), Query::new());
    let (mut first, mut whole, mut alone_first, mut alone) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX);
    runtime().block_on(async {
        for _ in 0..=ROUNDS {
            let (a, b, _) = list(&all, &query).await;
            (first, whole) = (first.min(a), whole.min(b));
            alone_first = alone_first.min(list(&fastest, &query).await.0);
            alone = alone.min(list(&slowest, &query).await.1);
        }
    });
    vec![
        Line::at_most("P6", "three vendors at 20 / 50 / 80 ms: the slowest alone", whole / alone, 1.05, "×")
            .with(format!("{whole:.1} ms")),
        Line::at_most(
            "P6",
            "the same, until the first rows: the fastest alone",
            first / alone_first,
            1.05,
            "×",
        )
        .with(format!("{first:.1} ms")),
    ]
}

/// P7: pages ahead against as many round trips as they must take.
pub(super) fn pages() -> Vec<Line> {
    let (query, runtime) = (Query::new().enabled(true), runtime());
    let hub = |rows| {
        let pages = runtime.block_on(page::pages(rows));
        let base_url = serve(pages, Duration::from_millis(50));
        Hub::new()
            .with(page::provider(EmulatedVendor::Pica, Arc::new(ReqwestTransport::new()), &base_url))
            .expect("a hub")
    };
    // One lane: of the switched-on ones there are 2,000, and a few.
    let (all, few) = (hub(2_174), hub(20));
    let lines = [4, 8, 16, 32].map(|width| {
        let hub = all.clone().with_width(width);
        let (mut whole, mut trip, mut pages) = (f64::MAX, f64::MAX, 0);
        runtime.block_on(async {
            for _ in 0..ROUNDS {
                let (_, millis, came) = list(&hub, &query).await;
                (whole, pages) = (whole.min(millis), came);
                trip = trip.min(list(&few, &query).await.1);
            }
        });
        let trips = 1 + (pages - 1).div_ceil(width as u32);
        let what = format!("2,000 rows of 150 a page, 50 ms, {width} ahead: {trips} round trips");
        Line::at_most("P7", what, whole / (f64::from(trips) * trip), 1.05, "×").with(format!("{whole:.0} ms"))
    });
    lines.into()
}
