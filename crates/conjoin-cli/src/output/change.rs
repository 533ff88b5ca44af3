//! What a change did.

use conjoin::{Applied, Change, Connection, Edit, Ending, Error, Status, Tags, Urn};

use super::failure::message;
use super::style::{BAD, BOLD, CAUTION, GOOD, Style, of_status};
use super::text::{count, printable};

/// What is said of a change that was made: `enabled`.
pub(crate) fn past(edit: &Edit) -> &'static str {
    match edit {
        Edit::Enable => "enabled",
        Edit::Disable => "disabled",
        Edit::Rename { .. } => "renamed",
        Edit::SetTags { tags } if tags.is_empty() => "untagged",
        Edit::SetTags { .. } | Edit::EditTags { .. } => "tagged",
        Edit::Delete => "deleted",
        _ => "changed",
    }
}

/// How a connection is after it: `named Ops`.
pub(super) fn state(edit: &Edit) -> String {
    let words = |tags: &Tags| tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match edit {
        Edit::Rename { name } => format!("named {}", printable(name)),
        Edit::SetTags { tags } if tags.is_empty() => "without tags".to_owned(),
        Edit::SetTags { tags } => format!("tagged {}", printable(&words(tags))),
        Edit::EditTags { add, remove } => {
            let parts = [("with", add), ("without", remove)].into_iter().filter(|(_, tags)| !tags.is_empty());
            let parts: Vec<_> = parts.map(|(how, tags)| format!("{how} {}", words(tags))).collect();
            format!("tagged {}", printable(&parts.join(", ")))
        }
        other => past(other).to_owned(),
    }
}

/// What a change did, on one line: `enabled work:abc`, or `work:abc was already enabled`; where the vendor
/// says how the connection is now and that is not what was hoped for, that and what to do next.
pub(crate) fn change_text(urn: &Urn, edit: &Edit, change: &Change, style: &Style) -> String {
    let told = if change.changed == Some(false) { already(urn, edit, style) } else { done(urn, edit, style) };
    let but = change.connection.as_ref().and_then(|connection| surprise(connection, edit, style));
    format!("{told}{}\n", but.unwrap_or_default())
}

/// A change that was not made, on one line.
pub(crate) fn failed_text(urn: &Urn, error: &Error, style: &Style) -> String {
    let text = message(error);
    let text = text.strip_prefix(&format!("{}: ", urn.provider)).unwrap_or(&text);
    ended("failed", urn, text, style)
}

/// How a row of a plan ended, on one line.
pub(crate) fn applied_text(applied: &Applied, style: &Style) -> String {
    let Applied { urn, edit, why, .. } = applied;
    let earlier = if applied.earlier { style.dim(" (by an earlier run)") } else { String::new() };
    match applied.ending {
        Ending::Done => format!("{}{earlier}\n", done(urn, edit, style)),
        Ending::Already => format!("{}{earlier}\n", already(urn, edit, style)),
        other => match &applied.error {
            Some(error) if other == Ending::Failed => failed_text(urn, error, style),
            _ => {
                let why = printable(why.as_deref().unwrap_or_default()).into_owned();
                let why = why.strip_prefix(&format!("{}: ", urn.provider)).unwrap_or(&why).to_owned();
                ended(other.as_str(), urn, &why, style)
            }
        },
    }
}

/// How many changes ended how: `3 disabled, 1 already so, 2 failed`.
pub(crate) fn tally(counts: &[(&str, u64)]) -> String {
    let told = counts.iter().filter(|(_, number)| *number > 0);
    let told: Vec<_> = told.map(|(word, number)| count(*number, word, word)).collect();
    if told.is_empty() { "nothing to do\n".to_owned() } else { format!("{}\n", told.join(", ")) }
}

fn done(urn: &Urn, edit: &Edit, style: &Style) -> String {
    let (past, name) = (style.paint(GOOD, past(edit)), style.paint(BOLD, &urn.to_string()));
    match edit {
        Edit::Enable | Edit::Disable | Edit::Delete => format!("{past} {name}"),
        _ => format!("{past} {name}: now {}", state(edit)),
    }
}

fn already(urn: &Urn, edit: &Edit, style: &Style) -> String {
    format!("{} was already {}", style.paint(BOLD, &urn.to_string()), state(edit))
}

fn ended(word: &str, urn: &Urn, why: &str, style: &Style) -> String {
    let paint = if word == "failed" { BAD } else { CAUTION };
    format!("{} {}: {why}\n", style.paint(paint, word), style.paint(BOLD, &urn.to_string()))
}

/// What is left to do after switching on: the switch is rarely the only thing that keeps a connection off.
fn surprise(connection: &Connection, edit: &Edit, style: &Style) -> Option<String> {
    let status = connection.status();
    if *edit != Edit::Enable || matches!(status, Status::Active | Status::Unknown) {
        return None;
    }
    let word = style.paint(of_status(status), status.as_str());
    Some(format!(", but it is {word}: {}", connection.next_step()))
}
