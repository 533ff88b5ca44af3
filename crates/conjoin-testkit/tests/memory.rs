//! The provider in memory, and references, boxes and shared pointers to it, conform.

use std::sync::Arc;

use conjoin_core::{
    Connection, ConnectionProvider, Environment, Health, HealthState, MemoryProvider, Owner, OwnerKind,
    Timestamp,
};
use conjoin_testkit::conformance::Subject;

/// Connections that tell every fact there is a filter for.
fn memory() -> MemoryProvider {
    let fill = |number: usize| {
        move |c: &mut Connection| {
            let even = number.is_multiple_of(2);
            c.connector.slug = Some(["slack", "github", "clickup"][number % 3].into());
            c.connector.category = Some(if even { "chat" } else { "code" }.into());
            c.connector_instance = Some(format!("instance-{}", number % 4).into());
            c.name = Some(format!("connection number {number}").into());
            c.owner = Owner::told(Some(OwnerKind::User), Some(format!("user-{}", number % 2).into()));
            c.enabled = (!number.is_multiple_of(4)).into();
            if number.is_multiple_of(5) {
                c.health = Health::reported(HealthState::Degraded);
            }
            c.environment = Some(if number > 3 { Environment::Test } else { Environment::Live });
            c.tags = Some(["all", if even { "even" } else { "odd" }].into_iter().collect());
            c.created_at = Timestamp::read(&format!("2026-01-0{}T00:00:00Z", number + 1));
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

    /// A reference needs somebody who owns: a provider in memory, kept as long as the program runs.
    fn subject() -> Subject {
        Subject::offline(|| -> &'static MemoryProvider { Box::leak(Box::new(memory())) })
    }

    conjoin_testkit::conformance!(offline subject);
}
