//! What a change did.

use conjoin::{Change, Connection, Status, Tags, Urn};

use super::style::{BOLD, GOOD, Style, of_status};
use super::text::printable;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Done<'a> {
    /// Switched on.
    Enabled,
    /// Switched off.
    Disabled,
    /// Given this name.
    Renamed(&'a str),
    /// Given these tags.
    Tagged(&'a Tags),
}

/// What a change did, on one line: `enabled work:abc`, or `work:abc was already enabled`; where the vendor
/// says how the connection is now and that is not what was hoped for, that and what to do next.
pub(crate) fn change_text(urn: &Urn, done: Done<'_>, change: &Change, style: &Style) -> String {
    let (past, state) = match done {
        Done::Enabled => ("enabled", "enabled".to_owned()),
        Done::Disabled => ("disabled", "disabled".to_owned()),
        Done::Renamed(name) => ("renamed", format!("named {}", printable(name))),
        Done::Tagged(tags) if tags.is_empty() => ("untagged", "without tags".to_owned()),
        Done::Tagged(tags) => {
            let tags: Vec<_> = tags.iter().map(ToString::to_string).collect();
            ("tagged", format!("tagged {}", printable(&tags.join(", "))))
        }
    };
    let urn = style.paint(BOLD, &urn.to_string());
    let told = match (change.changed, done) {
        (Some(false), _) => format!("{urn} was already {state}"),
        (_, Done::Enabled | Done::Disabled) => format!("{} {urn}", style.paint(GOOD, past)),
        (_, Done::Renamed(_) | Done::Tagged(_)) => format!("{} {urn}: now {state}", style.paint(GOOD, past)),
    };
    let but = change.connection.as_ref().and_then(|connection| surprise(connection, done, style));
    format!("{told}{}\n", but.unwrap_or_default())
}

/// What is left to do after switching on: the switch is rarely the only thing that keeps a connection off.
fn surprise(connection: &Connection, done: Done<'_>, style: &Style) -> Option<String> {
    let status = connection.status();
    if !matches!(done, Done::Enabled) || matches!(status, Status::Active | Status::Unknown) {
        return None;
    }
    let word = style.paint(of_status(status), status.as_str());
    Some(format!(", but it is {word}: {}", connection.explain().next))
}
