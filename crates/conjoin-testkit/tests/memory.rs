//! The provider in memory, and references, boxes and shared pointers to it, conform.

use std::sync::{Arc, LazyLock};

use conjoin_core::{
    Connection, ConnectionProvider, Environment, Health, HealthState, MemoryProvider, Owner, OwnerKind,
};
use conjoin_testkit::conformance::Subject;

/// Connections that tell every fact there is a filter for.
fn memory() -> MemoryProvider {
    let fill = |number: u64| {
        move |c: &mut Connection| {
            let slug = ["slack", "github", "clickup"][usize::try_from(number % 3).unwrap()];
            c.connector.slug = Some(slug.into());
            c.connector.category = Some(["chat", "code"][usize::try_from(number % 2).unwrap()].into());
            c.connector_instance = Some(format!("instance-{}", number % 4).into());
            c.name = Some(format!("connection number {number}"));
            c.owner = Owner::told(Some(OwnerKind::User), Some(format!("user-{}", number % 2).into()));
            c.enabled = (number % 4 != 0).into();
            if number % 5 == 0 {
                c.health = Health::reported(HealthState::Degraded);
            }
            c.environment = Some([Environment::Live, Environment::Test][usize::from(number > 3)].clone());
            c.tags =
                Some(["all", ["even", "odd"][usize::try_from(number % 2).unwrap()]].into_iter().collect());
            c.created_at =
                conjoin_core::Timestamp::from_millis(1_760_000_000_000 + i64::try_from(number).unwrap());
        }
    };
    let empty = MemoryProvider::new("memory").with_page_size(2).with_connector("slack", |_| {});
    (0..7).fold(empty, |provider, number| provider.with(&format!("c{number}"), fill(number)))
}

mod pushing {
    use super::*;

    fn subject() -> Subject {
        Subject::offline(memory)
    }

    conjoin_testkit::conformance!(offline subject);
}

mod leaving_filters_to_the_driver {
    use super::*;

    fn subject() -> Subject {
        Subject::offline(|| memory().pushing_filters(false))
    }

    conjoin_testkit::conformance!(offline subject);
}

mod behind_a_box {
    use super::*;

    fn subject() -> Subject {
        Subject::offline(|| Box::new(memory()) as Box<dyn ConnectionProvider>)
    }

    conjoin_testkit::conformance!(offline subject);
}

mod behind_a_shared_pointer {
    use super::*;

    fn subject() -> Subject {
        Subject::offline(|| Arc::new(memory()) as Arc<dyn ConnectionProvider>)
    }

    conjoin_testkit::conformance!(offline subject);
}

mod behind_a_reference {
    use super::*;

    /// A provider that lives as long as the program; each subject gets one of its own.
    fn subject() -> Subject {
        static LIVING: LazyLock<std::sync::Mutex<Vec<&'static MemoryProvider>>> =
            LazyLock::new(Default::default);
        Subject::offline(|| {
            let provider: &'static MemoryProvider = Box::leak(Box::new(memory()));
            LIVING.lock().unwrap().push(provider);
            provider
        })
    }

    conjoin_testkit::conformance!(offline subject);
}
