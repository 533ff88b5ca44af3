//! P1 and P2 under divan: a page of each vendor, read in every way.

use conjoin_bench::decode::Decoding;
use conjoin_testkit::emulator::EmulatedVendor;
use divan::Bencher;
use divan::counter::ItemsCount;

const ROWS: [u64; 3] = [20, 100, 10_000];

fn main() {
    divan::main();
}

fn read<T>(bencher: Bencher<'_, '_>, vendor: EmulatedVendor, rows: u64, way: fn(&Decoding) -> T) {
    let decoding = Decoding::new(vendor, rows);
    bencher.counter(ItemsCount::new(rows)).bench_local(|| way(&decoding));
}

macro_rules! vendors {
    ($($name:ident = $vendor:ident),*) => {$(
        mod $name {
            use super::*;

            #[divan::bench(args = ROWS)]
            fn ours(bencher: Bencher<'_, '_>, rows: u64) {
                read(bencher, EmulatedVendor::$vendor, rows, Decoding::ours);
            }

            #[divan::bench(args = ROWS)]
            fn flatten(bencher: Bencher<'_, '_>, rows: u64) {
                read(bencher, EmulatedVendor::$vendor, rows, Decoding::flatten);
            }

            #[divan::bench(args = ROWS)]
            fn value(bencher: Bencher<'_, '_>, rows: u64) {
                read(bencher, EmulatedVendor::$vendor, rows, Decoding::value);
            }

            #[divan::bench(args = ROWS)]
            fn limit(bencher: Bencher<'_, '_>, rows: u64) {
                read(bencher, EmulatedVendor::$vendor, rows, Decoding::limit);
            }
        }
    )*};
}

vendors!(aitronos = Aitronos, pica = Pica, toolzz = Toolzz);
