//! What every provider must do, done by this one against the vendor's emulator.

use conjoin_aitronos::Aitronos;
use conjoin_testkit::conformance::Subject;
use conjoin_testkit::emulator::Emulator;

fn subject() -> Subject {
    Subject::new(|setup| Aitronos::new(setup, "org_conformance", None))
        .vendor(|| Emulator::aitronos().transport())
        .word("is_active")
        .switch("is_active")
}

conjoin_testkit::conformance!(subject);
