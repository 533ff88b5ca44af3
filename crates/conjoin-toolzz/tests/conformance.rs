//! What every provider must do, done by this one against the vendor's emulator, with secrets in its data.

use conjoin_testkit::conformance::Subject;
use conjoin_testkit::emulator::{Emulator, Quirk};
use conjoin_toolzz::Toolzz;

fn emulator() -> Emulator {
    Emulator::toolzz().quirk(Quirk::DecoySecret)
}

fn subject() -> Subject {
    let unit = emulator().transport().facts().unit.unwrap_or_default();
    Subject::new(move |setup| Toolzz::new(setup, &unit))
        .vendor(|| emulator().transport())
        .word("status")
        .switch("status")
        .decoy("decoy")
}

conjoin_testkit::conformance!(subject);
