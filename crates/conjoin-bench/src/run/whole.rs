//! P12 and P13: a whole list as a whole process, against what people run instead.

use crate::process::{Emulated, FETCH, HTTPX, PARALLEL, REQUESTS, Script, in_turn, lines};
use crate::table::Line;

const ROWS: u64 = 2_000;
const ROUNDS: u32 = 7;
/// Of the vendor's documents, and the most that the vendor takes: what the command asks for.
const PAGES: [u32; 2] = [20, 150];

/// P12: without latency, where work counts.
pub(super) fn at_once() -> Vec<Line> {
    let server = served(0);
    let mut told = Vec::new();
    for script in [&REQUESTS, &FETCH] {
        for size in PAGES {
            let what = format!("2,000 rows, 0 ms: {}, {size} rows a page", script.name);
            let (ours, theirs) = match run(&server, script, size) {
                Ok(spent) => spent,
                Err(why) => {
                    told.push(Line::skipped("P12", what, why));
                    continue;
                }
            };
            let (wall, cpu) = (theirs.wall / ours.wall, theirs.cpu / ours.cpu);
            if size == PAGES[0] {
                told.push(Line::faster("P12", &*what, wall, 15.0).with(format!("{:.1} ms", ours.wall)));
                told.push(
                    Line::faster("P12", format!("{what}: processor time"), cpu, 20.0)
                        .with(format!("{:.1} ms", ours.cpu)),
                );
            } else {
                told.push(Line::told("P12", what, format!("{wall:.2}×, processor time {cpu:.2}×")));
            }
        }
    }
    told
}

/// P13: with latency, where waiting counts.
pub(super) fn at_a_distance() -> Vec<Line> {
    let server = served(20);
    let mut told = Vec::new();
    for (script, goal) in [(&REQUESTS, 18.0), (&FETCH, 18.0), (&HTTPX, 1.8), (&PARALLEL, 1.8)] {
        for size in PAGES {
            let what = format!("2,000 rows, 20 ms: {}, {size} rows a page", script.name);
            told.push(match run(&server, script, size) {
                Err(why) => Line::skipped("P13", what, why),
                Ok((ours, theirs)) => {
                    let ratio = theirs.wall / ours.wall;
                    if size == PAGES[0] {
                        Line::faster("P13", what, ratio, goal).with(format!("{:.1} ms", ours.wall))
                    } else {
                        Line::told("P13", what, format!("{ratio:.2}×"))
                    }
                }
            });
        }
    }
    told
}

fn served(latency: u64) -> Emulated {
    let server = Emulated::start("pica", ROWS, latency);
    assert_eq!(lines(&mut server.list("jsonl")) as u64, ROWS, "all rows come");
    server
}

type Both = (crate::process::Spent, crate::process::Spent);

fn run(server: &Emulated, script: &Script, rows_a_page: u32) -> Result<Both, String> {
    if let Some(why) = script.missing() {
        return Err(why);
    }
    let [ours, theirs] = in_turn(ROUNDS, [server.list("jsonl"), server.script(script, rows_a_page)]);
    Ok((ours, theirs))
}
