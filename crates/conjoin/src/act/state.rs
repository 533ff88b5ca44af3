//! What of a connection a change may depend on.

use conjoin_core::{Connection, Enabled, Owner, OwnerKind, Tags, Text};
use serde::{Deserialize, Serialize};

/// The facts of a connection that somebody decides, as they were at one moment: what a change sets, and what
/// makes it the connection that was meant. Health is not among them: it comes and goes by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct State {
    /// Whether the vendor says that it is deleted or archived.
    pub removed: bool,
    /// Its switch.
    pub enabled: Enabled,
    /// The name that its user chose.
    pub name: Option<Text>,
    /// Its tags.
    pub tags: Option<Tags>,
    /// Who it belongs to.
    pub owner: Option<Owner>,
    /// The slug of the app that it reaches.
    pub connector: Option<Text>,
}

impl State {
    /// The state that a connection is in.
    pub fn of(connection: &Connection) -> Self {
        Self {
            removed: connection.removed,
            enabled: connection.enabled,
            name: connection.name.clone(),
            tags: connection.tags.clone(),
            owner: connection.owner.clone(),
            connector: connection.connector.slug.clone(),
        }
    }

    /// The first fact that is told by both and is not the same, in words: `it is disabled now, and was
    /// enabled`. A fact that one of them does not tell is no difference: vendors' lists tell different ones.
    pub fn differs(&self, now: &Self) -> Option<String> {
        let changed =
            |what: &str, now: &str, was: &str| Some(format!("its {what} is {now} now, and was {was}"));
        if self.removed != now.removed {
            let word = |removed| if removed { "deleted" } else { "not deleted" };
            return Some(format!("it is {} now, and was {}", word(now.removed), word(self.removed)));
        }
        let told = self.enabled != Enabled::Unknown && now.enabled != Enabled::Unknown;
        if told && self.enabled != now.enabled {
            return Some(format!("it is {} now, and was {}", now.enabled, self.enabled));
        }
        if let (Some(was), Some(now)) = (&self.name, &now.name)
            && was != now
        {
            return changed("name", &format!("{now:?}"), &format!("{was:?}"));
        }
        if let (Some(was), Some(now)) = (&self.tags, &now.tags)
            && !same_tags(was, now)
        {
            return changed("set of tags", &words(now), &words(was));
        }
        if let (Some(was), Some(now)) = (&self.owner, &now.owner)
            && was != now
        {
            return changed("owner", &owner(now), &owner(was));
        }
        if let (Some(was), Some(now)) = (&self.connector, &now.connector)
            && was != now
        {
            return changed("connector", now, was);
        }
        None
    }
}

/// Whether two sets hold the same tags, in whatever order.
pub(super) fn same_tags(one: &Tags, other: &Tags) -> bool {
    one.len() == other.len() && one.iter().all(|tag| other.contains(tag))
}

fn words(tags: &Tags) -> String {
    if tags.is_empty() {
        return "empty".to_owned();
    }
    tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn owner(owner: &Owner) -> String {
    let told = [owner.kind.as_ref().map(OwnerKind::as_str), owner.id.as_deref(), owner.tenant.as_deref()];
    told.into_iter().flatten().collect::<Vec<_>>().join(":")
}
