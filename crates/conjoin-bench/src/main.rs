//! Runs the benchmarks of which the ids are given, and prints one table.

#![allow(clippy::expect_used, reason = "what cannot run has failed")]

use std::process::ExitCode;

use conjoin_bench::{run, table};

const USAGE: &str = "usage: conjoin-bench all|ID… [--json FILE]";

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, vendor, times] = &words[..]
        && word == "decode"
    {
        run::decode_again_and_again(vendor, times.parse().unwrap_or(0));
        return ExitCode::SUCCESS;
    }
    let mut file = "target/bench.json".to_owned();
    if let Some(at) = words.iter().position(|word| word == "--json") {
        file = words.drain(at..).nth(1).unwrap_or(file);
    }
    let all = words.iter().any(|word| word == "all");
    let known = |word: &String| word == "all" || run::ALL.iter().any(|(id, _)| id.eq_ignore_ascii_case(word));
    if words.is_empty() || !words.iter().all(known) {
        let ids: Vec<_> = run::ALL.iter().map(|(id, _)| *id).collect();
        eprintln!("{USAGE}\nthere are: {}", ids.join(", "));
        return ExitCode::from(2);
    }
    let mut lines = Vec::new();
    for (id, benchmark) in run::ALL {
        if all || words.iter().any(|word| id.eq_ignore_ascii_case(word)) {
            eprintln!("{id} …");
            lines.extend(benchmark());
        }
    }
    print!("{}", table::table(&lines));
    let json = serde_json::to_vec_pretty(&lines).expect("JSON");
    if let Err(why) = std::fs::write(&file, json) {
        eprintln!("{file} cannot be written: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
