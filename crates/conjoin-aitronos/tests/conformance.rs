//! What every provider must do, done by this one against the vendor's emulator.

use conjoin_aitronos::Aitronos;
use conjoin_testkit::conformance::Subject;
use conjoin_testkit::emulator::{Emulator, Quirk};

fn subject() -> Subject {
    Subject::new(|setup| Aitronos::new(setup, "org_conformance", None))
        .vendor(|| Emulator::aitronos().transport())
        .word("is_active")
        .switch("is_active")
}

conjoin_testkit::conformance!(subject);

/// The vendor's framework redirects on the slash.
mod with_a_redirect_before_the_list {
    use super::*;

    fn subject() -> Subject {
        super::subject().vendor(|| Emulator::aitronos().quirk(Quirk::RedirectToSlash).transport())
    }

    conjoin_testkit::conformance!(subject);
}
