//! The benchmarks by their ids.

mod ahead;
mod decoding;
mod instructions;
mod memory;
mod size;
mod stack;
mod start;
mod whole;

use crate::table::Line;

/// A benchmark: its id, and how to run it.
pub type Benchmark = (&'static str, fn() -> Vec<Line>);

/// All of them.
pub const ALL: &[Benchmark] = &[
    ("P1", decoding::speed),
    ("P2", decoding::limit),
    ("P3", decoding::allocations),
    ("P4", instructions::run),
    ("P5", stack::run),
    ("P6", ahead::vendors),
    ("P7", ahead::pages),
    ("P8", memory::run),
    ("P9", start::run),
    ("P10", size::run),
    ("P12", whole::at_once),
    ("P13", whole::at_a_distance),
];

pub use instructions::decode_again_and_again;
