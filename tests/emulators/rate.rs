//! A vendor that limits the rate: it is asked less, and not given up on while pages come.

use std::sync::Arc;
use std::time::Duration;

use conjoin::pica::{Dialect, Pica};
use conjoin::{BaseUrl, Hub, Outcome, ProviderName, Query, Secret, Setup};
use conjoin_testkit::emulator::Emulator;

const ROWS: u64 = 1_500;

/// A long list from a vendor that takes so many requests a second, so many pages ahead.
async fn list(emulator: Emulator, ahead: usize) -> (usize, Outcome, u32, u32) {
    let transport = emulator.count(ROWS).latency(Duration::from_millis(20)).transport();
    let base_url = BaseUrl::new(transport.base_url()).unwrap();
    let name = ProviderName::new("p").unwrap();
    let setup = Setup::new(name, Secret::new("sk_test_x"), Arc::new(transport)).base_url(base_url);
    let hub = Hub::new().with(Pica::new(setup, Dialect::V2).unwrap()).unwrap();
    let listing = hub.with_width(ahead).with_timeout(Duration::from_secs(300)).list(&Query::new()).await;
    let receipt = &listing.receipt.providers[0];
    (listing.items.len(), receipt.outcome, receipt.requests, receipt.pages)
}

#[tokio::test(start_paused = true)]
async fn a_limited_rate_slows_a_list_down_and_costs_no_row() {
    for per_second in [1, 5] {
        for ahead in [1, 32] {
            let (rows, outcome, requests, pages) = list(Emulator::pica().rate_limit(per_second), ahead).await;
            assert_eq!((rows as u64, outcome), (ROWS, Outcome::Ok), "{per_second}/s, {ahead} ahead");
            // Who is refused waits as the vendor says: not many refusals a page.
            assert!(requests <= 4 * pages, "{per_second}/s, {ahead} ahead: {requests} for {pages} pages");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_refuses_for_ever_is_not_asked_for_ever() {
    let refusing = Emulator::pica().fault("429=1".parse().unwrap());
    let (rows, outcome, requests, _) = list(refusing, 32).await;
    assert_eq!((rows, outcome), (0, Outcome::Failed));
    assert!(requests <= 6, "{requests}");
}
