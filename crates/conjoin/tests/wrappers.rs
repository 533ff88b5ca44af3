//! What every provider must do, done by each wrapper and option around one, against the vendors' emulators.

use std::time::Duration;

use conjoin::aitronos::Aitronos;
use conjoin::pica::{Dialect, Pica};
use conjoin::toolzz::Toolzz;
use conjoin::{Cached, Rate};
use conjoin_testkit::conformance::Subject;
use conjoin_testkit::emulator::{Emulator, Quirk};

const MINUTE: Duration = Duration::from_secs(60);

/// Pica pages, and walks two lanes.
fn pica(subject: Subject) -> Subject {
    subject
        .vendor(|| Emulator::pica().transport())
        .paged(|| Emulator::pica().count(700).transport())
        .word("state")
        .switch("active")
}

mod pica_cached {
    use super::*;

    fn subject() -> Subject {
        pica(Subject::new(|setup| Ok(Cached::new(Pica::new(setup, Dialect::V2)?, MINUTE))))
    }

    conjoin_testkit::conformance!(subject);
}

mod aitronos_cached {
    use super::*;

    fn subject() -> Subject {
        let cached = |setup| Ok(Cached::new(Aitronos::new(setup, "org_conformance", None)?, MINUTE));
        Subject::new(cached).vendor(|| Emulator::aitronos().transport()).word("is_active").switch("is_active")
    }

    conjoin_testkit::conformance!(subject);
}

mod toolzz_cached {
    use super::*;

    fn emulator() -> Emulator {
        Emulator::toolzz().quirk(Quirk::DecoySecret)
    }

    fn subject() -> Subject {
        let unit = emulator().transport().facts().unit.unwrap_or_default();
        Subject::new(move |setup| Ok(Cached::new(Toolzz::new(setup, &unit)?, MINUTE)))
            .vendor(|| emulator().transport())
            .word("status")
            .switch("status")
            .decoy("decoy")
    }

    conjoin_testkit::conformance!(subject);
}

mod pica_rate_limited {
    use super::*;

    fn subject() -> Subject {
        pica(Subject::new(|setup| {
            Pica::new(setup.rate_limit(Rate::per_second(20).with_burst(2)), Dialect::V2)
        }))
    }

    conjoin_testkit::conformance!(subject);
}

mod pica_rate_limited_and_cached {
    use super::*;

    fn subject() -> Subject {
        let made = |setup: conjoin::Setup| Pica::new(setup.rate_limit(Rate::per_second(20)), Dialect::V2);
        pica(Subject::new(move |setup| Ok(Cached::new(made(setup)?, MINUTE))))
    }

    conjoin_testkit::conformance!(subject);
}
