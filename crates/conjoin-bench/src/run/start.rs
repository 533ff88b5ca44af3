//! P9: from nothing to an answer, as a whole process.

use std::process::Command;

use crate::process::{Emulated, FETCH, REQUESTS, Script, conjoin, has, in_turn};
use crate::table::Line;

const ROUNDS: u32 = 25;

pub(super) fn run() -> Vec<Line> {
    let mut version = conjoin();
    version.arg("--version");
    let [version, nothing] = in_turn(2 * ROUNDS, [version, Command::new("/bin/true")]);
    let mut lines = vec![
        Line::at_most("P9", "conjoin --version: /bin/true", version.wall / nothing.wall, 2.0, "×")
            .with(format!("{:.2} ms", version.wall)),
    ];
    let server = Emulated::start("pica", 20, 0);
    let list = "conjoin list of one page of 20 rows";
    if has("curl") {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-H", &format!("x-pica-secret: {}", crate::page::CREDENTIAL)]);
        curl.arg(format!("{}/v1/vault/connections?limit=150&active=true", server.base_url));
        let [ours, curl] = in_turn(ROUNDS, [server.list("table"), curl]);
        lines.push(
            Line::at_most("P9", format!("{list}: curl of the page"), ours.wall / curl.wall, 0.75, "×")
                .with(format!("{:.2} ms", ours.wall)),
        );
    } else {
        lines.push(Line::skipped("P9", format!("{list}: curl of the page"), "missing here: curl"));
    }
    lines.push(against(&server, list, &REQUESTS, 18.0));
    lines.push(against(&server, list, &FETCH, 23.0));
    lines
}

fn against(server: &Emulated, list: &str, script: &Script, goal: f64) -> Line {
    let what = format!("{list}: {}", script.name);
    if let Some(why) = script.missing() {
        return Line::skipped("P9", what, why);
    }
    let [ours, theirs] = in_turn(ROUNDS / 2, [server.list("table"), server.script(script, 150)]);
    Line::faster("P9", what, theirs.wall / ours.wall, goal)
}
