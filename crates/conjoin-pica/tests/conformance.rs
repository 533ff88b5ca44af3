//! What every provider must do, done by this one against the vendor's emulator, in each dialect.

use conjoin_pica::{Dialect, Pica};
use conjoin_testkit::conformance::Subject;
use conjoin_testkit::emulator::{Emulator, PicaDialect, Quirk};

fn subject(ours: Dialect, theirs: PicaDialect) -> Subject {
    let emulator = move || Emulator::pica().dialect(theirs);
    Subject::new(move |setup| Pica::new(setup, ours))
        .vendor(move || emulator().transport())
        .paged(move || emulator().count(700).transport())
        .word(if theirs == PicaDialect::Legacy { None } else { Some("state") })
        .switch("active")
}

mod v2 {
    fn subject() -> super::Subject {
        super::subject(super::Dialect::V2, super::PicaDialect::V2)
    }

    conjoin_testkit::conformance!(subject);
}

mod one {
    fn subject() -> super::Subject {
        super::subject(super::Dialect::ONE, super::PicaDialect::One)
    }

    conjoin_testkit::conformance!(subject);
}

mod legacy {
    fn subject() -> super::Subject {
        super::subject(super::Dialect::LEGACY, super::PicaDialect::Legacy)
    }

    conjoin_testkit::conformance!(subject);
}

/// The open-source server counts rows that it does not send.
mod legacy_with_an_inflated_total {
    fn emulator() -> super::Emulator {
        let emulator = super::Emulator::pica().dialect(super::PicaDialect::Legacy);
        emulator.quirk(super::Quirk::InflatedTotal).quirk(super::Quirk::AllTags)
    }

    fn subject() -> super::Subject {
        super::subject(super::Dialect::LEGACY, super::PicaDialect::Legacy)
            .vendor(|| emulator().transport())
            .paged(|| emulator().count(700).transport())
    }

    conjoin_testkit::conformance!(subject);
}
