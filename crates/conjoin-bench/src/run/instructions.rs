//! P4: instructions a connection, which no other program on the machine can change.

use std::process::Command;

use conjoin_testkit::emulator::EmulatedVendor;
use serde_json::Value;

use crate::decode::Decoding;
use crate::process::has;
use crate::table::Line;

const ROWS: u64 = 100;
const TIMES: u64 = 10;
/// Of the last release, by vendor.
const BASELINE: &str = include_str!("../../instructions.json");

/// What is counted: a page of a vendor, decoded so many times.
pub fn decode_again_and_again(vendor: &str, times: u64) {
    let decoding = Decoding::new(vendor.parse().expect("a vendor"), ROWS);
    for _ in 0..times {
        std::hint::black_box(decoding.ours());
    }
}

pub(super) fn run() -> Vec<Line> {
    let what =
        |vendor: &str| format!("{vendor}: instructions a connection, {ROWS} rows, against the last release");
    let baseline: Value = serde_json::from_str(BASELINE).expect("instructions.json");
    let vendors = EmulatedVendor::ALL.into_iter().map(EmulatedVendor::name);
    let line = |vendor: &'static str| {
        if !has("valgrind") {
            return Line::skipped("P4", what(vendor), "missing here: valgrind");
        }
        // What comes before and after the decoding is in both.
        let (many, none) = (count(vendor, TIMES), count(vendor, 0));
        let each = (many - none) / (TIMES * ROWS) as f64;
        let before = baseline[vendor].as_f64().unwrap_or(f64::NAN);
        Line::at_most("P4", what(vendor), each / before, 1.05, "×").with(format!("{each:.0} instructions"))
    };
    vendors.map(line).collect()
}

fn count(vendor: &str, times: u64) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().expect("this program's path"))
        .args(["decode", vendor, &times.to_string()])
        .output()
        .expect("valgrind runs");
    let told = String::from_utf8_lossy(&output.stderr);
    let count = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    count.unwrap_or_else(|| panic!("valgrind tells no count: {told}"))
}
