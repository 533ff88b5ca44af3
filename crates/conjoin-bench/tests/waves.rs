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
    for width in [1, 4, 8, 16, 32] {
        let hub = Hub::new().with(emulated(EmulatedVendor::Pica, 2_000, LATENCY)).unwrap().with_width(width);
        let start = Instant::now();
        // One walk: without the filter Pica takes a second one, which begins when the first page has come.
        let listing = hub.list(&Query::new().enabled(true)).await;
        let elapsed = start.elapsed();
        let receipt = &listing.receipt.providers[0];
        assert_eq!((listing.receipt.is_complete(), receipt.retries), (true, 0));
        assert!(receipt.pages > 10, "{receipt:?}");
        let waves = 1 + (u64::from(receipt.pages) - 1).div_ceil(width as u64);
        // A millisecond a wave is the clock's grain.
        let most = Duration::from_millis(waves * (LATENCY + 1));
        assert!(elapsed <= most, "{width} ahead: {elapsed:?} for {} pages, {waves} waves", receipt.pages);
    }
}

#[tokio::test(start_paused = true)]
async fn many_vendors_take_as_long_as_the_slowest_and_show_the_fastest_at_once() {
    let vendors = [(EmulatedVendor::Aitronos, 20), (EmulatedVendor::Toolzz, 50), (EmulatedVendor::Pica, 80)];
    let hub = vendors
        .into_iter()
        .fold(Hub::new(), |hub, (vendor, latency)| hub.with(emulated(vendor, 100, latency)).unwrap());
    let (query, start) = (Query::new(), Instant::now());
    let slowest = Hub::new().with(emulated(EmulatedVendor::Pica, 100, 80)).unwrap();
    assert_eq!(slowest.list(&query).await.items.len(), 100);
    let (alone, start) = (start.elapsed(), Instant::now());
    let mut events = hub.stream(&query);
    let mut first = None;
    let mut rows = 0;
    while let Some(event) = events.next().await {
        if let Event::Rows(came) = event {
            first.get_or_insert_with(|| start.elapsed());
            rows += came.len();
        }
    }
    assert_eq!(rows, 300);
    assert!(first.unwrap() <= Duration::from_millis(21), "first rows after {first:?}");
    let all = start.elapsed();
    assert!(all <= alone.mul_f64(1.05), "all rows after {all:?}, the slowest alone after {alone:?}");
}
