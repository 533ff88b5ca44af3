//! What every provider must do, done by this one against its fixtures.

use conjoin_composio::Composio;
use conjoin_testkit::Fixture;
use conjoin_testkit::conformance::{Canned, Subject};

fn fixture(name: &str) -> Fixture {
    let path = format!("{}/fixtures/composio/{name}.har", env!("CARGO_MANIFEST_DIR"));
    Fixture::load(path).unwrap_or_else(|why| panic!("{why}"))
}

fn canned() -> Canned {
    let body = |name: &str| fixture(name).exchanges[0].response.body.to_bytes();
    let lists = ["list/every-status", "list/by-connector", "list/by-user", "list_connectors/success"];
    let canned = lists
        .iter()
        .fold(Canned::new(), |canned, name| canned.fixture(&fixture(name)))
        .each("GET /api/v3/connected_accounts/{id}", &body("list/every-status"), "items", "id")
        .each("GET /api/v3/toolkits/{id}", &body("list_connectors/success"), "items", "slug");
    // Any other account is not found.
    (1..=9).fold(canned, |canned, number| {
        let account = format!("/api/v3/connected_accounts/ca_example{number:02}");
        canned.on(&format!("PATCH {account}/status"), 200, body("set_enabled/disable")).on(
            &format!("DELETE {account}"),
            200,
            body("delete/success"),
        )
    })
}

fn subject() -> Subject {
    Subject::new(Composio::new)
        .canned(canned)
        .paged(|| Canned::new().fixture(&fixture("list/three-pages")))
        .word("status")
        // `is_disabled` is a switch the other way round.
        .switch(None)
        .decoy("decoy-secret")
}

conjoin_testkit::conformance!(subject);
