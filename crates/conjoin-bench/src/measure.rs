//! Ratios inside one run: every candidate takes its turn in every round, so that what else the machine does
//! falls on all of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The shortest time of each candidate, in nanoseconds a call: noise only ever adds.
pub fn shortest<const N: usize>(rounds: u32, mut candidates: [&mut dyn FnMut(); N]) -> [f64; N] {
    // As many calls a turn as take about two milliseconds, so that the clock does not matter.
    let calls = candidates.each_mut().map(|candidate| {
        let start = Instant::now();
        candidate();
        let once = start.elapsed().max(Duration::from_nanos(100));
        (Duration::from_millis(2).as_nanos() / once.as_nanos()).clamp(1, 20_000) as u32
    });
    let mut best = [f64::INFINITY; N];
    for _ in 0..rounds {
        for ((candidate, calls), best) in candidates.iter_mut().zip(calls).zip(&mut best) {
            let start = Instant::now();
            for _ in 0..calls {
                black_box(&mut **candidate)();
            }
            *best = best.min(start.elapsed().as_nanos() as f64 / f64::from(calls));
        }
    }
    best
}

/// The middle of some numbers.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
