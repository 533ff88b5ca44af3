//! P10: how large the command is.

use crate::process::conjoin;
use crate::table::Line;

pub(super) fn run() -> Vec<Line> {
    let bytes = std::fs::metadata(conjoin().get_program()).expect("the command").len();
    vec![Line::at_most("P10", "the stripped release binary, TLS in", bytes as f64 / 1e6, 8.0, " MB")]
}
