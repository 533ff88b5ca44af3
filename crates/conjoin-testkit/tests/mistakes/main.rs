//! The kit's own test: planted mistakes, each caught by a check that is named after it.

mod adapter;
mod vendor;

use std::fmt::Write as _;

use adapter::{Adapter, Mistake};
use conjoin_testkit::conformance::{Subject, check, checks};
use vendor::Acme;

fn subject(mistake: Mistake) -> Subject {
    Subject::new(move |setup| Adapter::new(setup, mistake))
        .vendor(|| Acme::new(8))
        .paged(|| Acme::new(10))
        .word("status")
        .switch("on")
}

mod without_a_mistake {
    fn subject() -> super::Subject {
        super::subject(super::Mistake::None)
    }

    conjoin_testkit::conformance!(subject);
}

/// The same adapter against answers that stay as they are: what an author has before there is an emulator.
mod over_canned_answers {
    use conjoin_testkit::conformance::{Canned, Subject};

    use super::{Adapter, Mistake};

    const ROW: &str = r#"{"id": "a1", "app": "slack", "label": "the first", "status": "ok", "on": true}"#;

    fn answers() -> Canned {
        let list = format!(r#"{{"data": [{ROW}], "next": null, "total": 1}}"#);
        Canned::new()
            .on("GET /v1/accounts", 200, list)
            .on("GET /v1/accounts/a1", 200, ROW)
            .on("PATCH /v1/accounts/a1", 200, ROW)
            .on("DELETE /v1/accounts/a1", 200, ROW)
            .on("GET /v1/apps/{slug}", 404, r#"{"error": {"message": "no such app"}}"#)
            .on("GET /v1/apps/slack", 200, r#"{"slug": "slack"}"#)
    }

    fn subject() -> Subject {
        let make = |setup| Adapter::new(setup, Mistake::None);
        Subject::new(make).canned(answers).word("status").switch("on")
    }

    mod checks {
        // `many_pages_are_whole` and its like have nothing to do here: one request is the whole list.
        conjoin_testkit::conformance!(super::subject);
    }
}

/// Each mistake, and the check that must name it.
const PLANTED: &[(Mistake, &str)] = &[
    (Mistake::AsksForWhatIsOnAlone, "the_unfiltered_list_hides_nothing"),
    (Mistake::DropsDisabledRows, "one_page_is_whole"),
    (Mistake::TakesTheFilterForTheFact, "a_filter_that_the_vendor_ignores_changes_nothing"),
    (Mistake::StopsAtAnEmptyPage, "an_empty_page_is_not_the_end"),
    (Mistake::FollowsCursorsItself, "a_repeated_page_ends_the_list"),
    (Mistake::CountsRowsToTheTotal, "a_bad_row_does_not_move_the_next_page"),
    (Mistake::TakesABadPageForTheEnd, "a_failed_page_makes_the_answer_partial"),
    (Mistake::FormatsTheIdIntoThePath, "hostile_ids_reach_no_other_path"),
    (Mistake::ShowsTheCredential, "the_credential_is_shown_nowhere"),
    (Mistake::ClaimsToDelete, "a_change_shows"),
    (Mistake::TakesTheSwitchForHealth, "health_is_not_concluded_from_the_switch"),
    (Mistake::FailsOnUnknownWords, "an_unknown_word_survives"),
    (Mistake::FailsTheListForOneRow, "a_bad_row_is_skipped_and_named"),
    (Mistake::HidesUnreadableRows, "a_bad_row_is_skipped_and_named"),
    (Mistake::ForgetsACapability, "what_is_not_claimed_is_unsupported_and_sends_nothing"),
    (Mistake::TakesAnyCursor, "a_foreign_cursor_is_refused"),
];

/// What an author reads, for each mistake; a person judges in review whether it helps.
#[test]
fn every_planted_mistake_is_caught_by_name() {
    let mut told = String::new();
    for &(mistake, name) in PLANTED {
        let subject = subject(mistake);
        let failed: Vec<_> = checks().filter_map(|name| Some((name, check(name, &subject).err()?))).collect();
        let advice = failed.iter().find(|(failed, _)| *failed == name).map(|(_, advice)| advice);
        let names: Vec<_> = failed.iter().map(|(name, _)| *name).collect();
        let advice =
            advice.unwrap_or_else(|| panic!("{mistake:?} is not caught by `{name}`, but by {names:?}"));
        writeln!(told, "{mistake:?}\n  {name}: {advice}").unwrap();
        for other in names.into_iter().filter(|other| *other != name) {
            writeln!(told, "  also {other}").unwrap();
        }
    }
    insta::assert_snapshot!("every_planted_mistake_is_caught_by_name", told);
}
