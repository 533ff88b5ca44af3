//! P6 and P7 in waves of requests, under tokio's own clock: the same on every machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use conjoin::{ConnectionProvider, Event, Hub, Query};
use conjoin_bench::page::provider;
use conjoin_testkit::emulator::{EmulatedVendor, Emulator};
use futures_util::StreamExt as _;
use tokio::time::Instant;

fn emulated(vendor: EmulatedVendor, rows: u64, latency: u64) -> Arc<dyn ConnectionProvider> {
    let transport = Emulator::of(vendor).count(rows).latency(Duration::from_millis(latency)).transport();
    let base_url = transport.base_url().to_owned();
    provider(vendor, Arc::new(transport), &base_url)
}

#[tokio::test(start_paused = true)]
async fn pages_ahead_take_no_more_waves_than_their_number_over_the_width() {
    const LATENCY: u64 = 50;
    // One lane; the other of all connections begins when the first page names it, which may take a wave more.
    for (query, more) in [(Query::new().enabled(true), 0), (Query::new(), 1)] {
        for width in [1, 4, 8, 16, 32] {
            let hub = Hub::new().with(emulated(EmulatedVendor::Pica, 2_200, LATENCY)).unwrap();
            let start = Instant::now();
            let listing = hub.with_width(width).list(&query).await;
            let elapsed = start.elapsed();
            let receipt = &listing.receipt.providers[0];
            assert!(listing.items.len() > 2_000 && receipt.error.is_none(), "{receipt:?}");
            let waves = 1 + (u64::from(receipt.pages) - 1).div_ceil(width as u64) + more;
            // A millisecond a wave is the clock's grain.
            let most = Duration::from_millis(waves * (LATENCY + 1));
            assert!(elapsed <= most, "{width} ahead: {elapsed:?} for {} pages, {waves} waves", receipt.pages);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn many_vendors_take_as_long_as_the_slowest_and_show_the_fastest_at_once() {
    let vendors = [(EmulatedVendor::Aitronos, 20), (EmulatedVendor::Toolzz, 50), (EmulatedVendor::Pica, 80)];
    let hub = |vendors: &[(EmulatedVendor, u64)]| {
        let with = |hub: Hub, &(vendor, latency): &_| hub.with(emulated(vendor, 100, latency)).unwrap();
        vendors.iter().fold(Hub::new(), with)
    };
    let grain = Duration::from_millis(4);
    let (rows, _, slowest) = list(&hub(&vendors[2..])).await;
    assert_eq!(rows, 100);
    let (_, fastest, _) = list(&hub(&vendors[..1])).await;
    let (rows, first, all) = list(&hub(&vendors)).await;
    assert_eq!(rows, 300);
    assert!(first <= fastest + grain, "first rows after {first:?}, of the fastest alone after {fastest:?}");
    assert!(all <= slowest + grain, "all rows after {all:?}, of the slowest alone after {slowest:?}");
}

/// How many rows came, and when: the first, and all.
async fn list(hub: &Hub) -> (usize, Duration, Duration) {
    let (query, start) = (Query::new(), Instant::now());
    let mut events = hub.stream(&query);
    let (mut rows, mut first) = (0, None);
    while let Some(event) = events.next().await {
        if let Event::Rows(came) = event {
            first.get_or_insert_with(|| start.elapsed());
            rows += came.len();
        }
    }
    (rows, first.unwrap(), start.elapsed())
}
