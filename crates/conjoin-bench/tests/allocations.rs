//! P3: how often memory is asked for to make a connection of a row. The same on every machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use conjoin_bench::decode::Decoding;
use conjoin_testkit::emulator::EmulatedVendor;

const ROWS: u64 = 100;
/// A connection, with its share of what the call and the page need.
const MOST: u64 = 4;

#[test]
fn a_connection_takes_four_allocations_at_most() {
    for vendor in EmulatedVendor::ALL {
        let decoding = Decoding::new(vendor, ROWS);
        let allocations = allocation_counter::measure(|| drop(decoding.ours())).count_total;
        eprintln!("{}: {allocations} for {ROWS} connections", vendor.name());
        assert!(allocations <= MOST * ROWS, "{}: {allocations} for {ROWS} connections", vendor.name());
        // A counter that counts nothing would hold every promise.
        assert!(allocations >= ROWS, "{}: {allocations}", vendor.name());
    }
}
