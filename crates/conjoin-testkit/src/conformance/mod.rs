//! What every provider must do, as named tests.
//!
//! An author gives a [`Subject`]: how to make the provider, and a vendor to run it against (an emulator, or
//! [`Canned`] answers). The kit does the rest: it makes the vendor's answers worse, one way at a time, and
//! looks at what the provider makes of them.
//!
//! ```no_run
//! use conjoin_testkit::conformance::{Canned, Subject};
//! # use conjoin_core::{ConnectionProvider, Result};
//! # fn acme(_: conjoin_http::Setup) -> Result<conjoin_core::MemoryProvider> { Ok(conjoin_core::MemoryProvider::new("acme")) }
//!
//! fn subject() -> Subject {
//!     Subject::new(acme)
//!         .canned(|| {
//!             Canned::new()
//!                 .on("GET /v1/accounts", 200, r#"{"items": [{"id": "a1", "status": "ACTIVE", "on": true}]}"#)
//!                 .on("PATCH /v1/accounts/{id}", 200, "{}")
//!         })
//!         .word("status")
//!         .switch("on")
//! }
//!
//! conjoin_testkit::conformance!(subject);
//! ```
//!
//! Each test is named after the behaviour that it protects. A failure is written to the author: what is
//! claimed, what was seen, and the ways out of it.

mod advice;
mod bench;
mod cancellation;
mod canned;
mod capabilities;
mod decoding;
mod errors;
mod filters;
mod ids;
mod paging;
mod plan;
mod rows;
mod secrets;
mod subject;
mod tap;
mod told;
mod trace;

pub use advice::{Advice, Verdict};
pub use canned::Canned;
pub use subject::Subject;

/// Expands to the tests of conformance for a subject: `conformance!(subject)` with
/// `fn subject() -> Subject`, or `conformance!(offline subject)` for a provider that has no transport.
#[macro_export]
macro_rules! conformance {
    (offline $subject:path) => {
        $crate::__each_check!(__offline_tests, $subject);
    };
    ($subject:path) => {
        $crate::__each_check!(__wired_tests, $subject);
    };
}

/// Every check, by name: those that need a transport, and those that do not.
#[doc(hidden)]
#[macro_export]
macro_rules! __each_check {
    ($then:ident, $argument:path) => {
        $crate::$then! { $argument;
            offline:
                one_page_is_whole
                many_pages_are_whole
                a_foreign_cursor_is_refused
                a_filter_never_loses_a_row
                the_unfiltered_list_hides_nothing
                a_filter_on_nothing_known_is_an_empty_list
                claimed_filters_are_told_and_the_others_are_not
                what_is_claimed_works
                what_is_not_claimed_is_unsupported_and_sends_nothing
                a_change_shows
                what_is_not_there_is_not_found;
            wired:
                an_empty_page_is_not_the_end
                a_repeated_page_ends_the_list
                a_failed_page_makes_the_answer_partial
                a_bad_row_does_not_move_the_next_page
                a_filter_that_the_vendor_ignores_changes_nothing
                the_plan_is_what_is_sent
                a_bad_row_is_skipped_and_named
                no_field_fails_a_row
                an_unknown_word_survives
                health_is_not_concluded_from_the_switch
                hostile_ids_reach_no_other_path
                every_status_has_its_kind
                every_fault_is_an_error_in_time
                what_passes_is_asked_again
                the_credential_travels_in_one_header
                the_credential_is_shown_nowhere
                secrets_in_the_data_are_dropped
                a_dropped_call_leaves_the_client_usable;
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __wired_tests {
    ($subject:path; offline: $($offline:ident)+; wired: $($wired:ident)+;) => {
        $( #[test] fn $offline() { $crate::conformance::settle(stringify!($offline), &$subject()); } )+
        $( #[test] fn $wired() { $crate::conformance::settle(stringify!($wired), &$subject()); } )+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __offline_tests {
    ($subject:path; offline: $($offline:ident)+; wired: $($wired:ident)+;) => {
        $( #[test] fn $offline() { $crate::conformance::settle(stringify!($offline), &$subject()); } )+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __check_table {
    ($module:path; offline: $($offline:ident)+; wired: $($wired:ident)+;) => {
        /// Every check, by name.
        const CHECKS: &[(&str, fn(&Subject) -> Verdict)] =
            &[$( (stringify!($offline), checks::$offline), )+ $( (stringify!($wired), checks::$wired), )+];
    };
}

mod checks {
    pub(super) use super::cancellation::*;
    pub(super) use super::capabilities::*;
    pub(super) use super::decoding::*;
    pub(super) use super::errors::*;
    pub(super) use super::filters::*;
    pub(super) use super::ids::*;
    pub(super) use super::paging::*;
    pub(super) use super::plan::*;
    pub(super) use super::rows::*;
    pub(super) use super::secrets::*;
}

crate::__each_check!(__check_table, checks);

/// The names of all checks.
pub fn checks() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}

/// Runs a check by its name.
pub fn check(name: &str, subject: &Subject) -> Verdict {
    let found = CHECKS.iter().find(|(check, _)| *check == name);
    let (_, check) = found.ok_or_else(|| Advice::new(format!("there is no check `{name}`")))?;
    check(subject)
}

/// Runs a check as a test.
///
/// # Panics
/// With the advice, where the check fails.
#[doc(hidden)]
#[expect(clippy::panic, reason = "a test fails by panicking")]
pub fn settle(name: &str, subject: &Subject) {
    if let Err(advice) = check(name, subject) {
        panic!("{name}: {advice}");
    }
}
