//! What every provider must do, done by this one. A failure says what to change.

use conjoin_acme::Acme;
use conjoin_testkit::conformance::{Canned, Subject};

const LIST: &str = "GET /v1/connections";

// TODO 7: the vendor's answers: a sample of the list that tells every status, every state of the switch and several
// connectors, an answer for each filter that is pushed, and a list of several pages.
fn canned() -> Canned {
    Canned::new().on(LIST, 200, include_str!("list.json")).on(
        "GET /v1/connections?app=slack",
        200,
        r#"{"items": [{"id": "c1", "name": "Team", "app": {"slug": "slack"}, "status": "active", "enabled": true,
            "created_at": "2026-01-15T09:30:00Z"}], "next_cursor": null}"#,
    )
}

fn paged() -> Canned {
    let page = |ids: [&str; 2], next: &str| {
        let row = |id| format!(r#"{{"id": "{id}", "status": "active", "enabled": true}}"#);
        format!(r#"{{"items": [{}, {}], "next_cursor": {next}}}"#, row(ids[0]), row(ids[1]))
    };
    Canned::new()
        .on(LIST, 200, page(["p1", "p2"], r#""two""#))
        .on("GET /v1/connections?cursor=two", 200, page(["p3", "p4"], r#""three""#))
        .on("GET /v1/connections?cursor=three", 200, page(["p5", "p6"], "null"))
}

fn subject() -> Subject {
    Subject::new(Acme::new)
        .canned(canned)
        .paged(paged)
        // TODO 7: the fields of a row that hold the vendor's word and its switch, or `None`.
        .word("status")
        .switch("enabled")
        // A secret of the sample, which must come out nowhere.
        .decoy("decoy-secret")
}

conjoin_testkit::conformance!(subject);
