//! P8: memory of a long list.

use crate::process::{Emulated, peak};
use crate::table::Line;

pub(super) fn run() -> Vec<Line> {
    let what = "1,000,000 connections of 150 a page as JSON lines: peak memory";
    let of = |rows| peak(&mut Emulated::start("pica", rows, 0).list("jsonl")).map(|kib| kib as f64 / 1024.0);
    let [Some(few), Some(many)] = [100_000, 1_000_000].map(of) else {
        return vec![Line::skipped("P8", what, "this system does not tell it in /proc")];
    };
    vec![
        Line::at_most("P8", what, many, 16.0, " MiB"),
        Line::at_most("P8", "the same: more than with 100,000", many - few, 4.0, " MiB"),
    ]
}
