//! P1 to P3: from a page to connections.

use std::hint::black_box;

use conjoin_testkit::emulator::EmulatedVendor;

use crate::decode::Decoding;
use crate::measure::shortest;
use crate::table::Line;

const SIZES: [u64; 3] = [20, 100, 10_000];

fn each(measure: impl Fn(&Decoding, u32, String) -> Vec<Line>) -> Vec<Line> {
    let pages = EmulatedVendor::ALL.into_iter().flat_map(|vendor| SIZES.map(|rows| (vendor, rows)));
    let run = |(vendor, rows): (EmulatedVendor, u64)| {
        let rounds = if rows > 1_000 { 15 } else { 80 };
        measure(&Decoding::new(vendor, rows), rounds, format!("{}, {rows} rows", vendor.name()))
    };
    pages.flat_map(run).collect()
}

/// P1: against what people would otherwise write.
pub(super) fn speed() -> Vec<Line> {
    each(|page, rounds, name| {
        let [ours, flatten, value] = shortest(
            rounds,
            [&mut || drop(black_box(page.ours())), &mut || drop(black_box(page.flatten())), &mut || {
                drop(black_box(page.value()));
            }],
        );
        let per_row = ours / page.connections.len() as f64;
        vec![
            Line::faster("P1", format!("{name}: against derive + flatten"), flatten / ours, 2.5)
                .with(format!("{per_row:.0} ns a row")),
            Line::faster("P1", format!("{name}: against serde_json::Value"), value / ours, 3.5),
        ]
    })
}

/// P2: against what cannot be beaten.
pub(super) fn limit() -> Vec<Line> {
    each(|page, rounds, name| {
        let [ours, limit] =
            shortest(rounds, [&mut || drop(black_box(page.ours())), &mut || drop(black_box(page.limit()))]);
        vec![Line::at_most(
            "P2",
            format!("{name}: checking the JSON and copying the result"),
            ours / limit,
            2.0,
            "×",
        )]
    })
}

/// P3 is counted by a test, with an allocator that would slow everything here.
pub(super) fn allocations() -> Vec<Line> {
    let how = "held by an ordinary test: cargo test -p conjoin-bench --test allocations";
    vec![Line::told("P3", "allocations a connection, 100 rows, each vendor: ≤ 4", how)]
}
