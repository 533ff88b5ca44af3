//! Facts by name, as columns show them and as rows are sorted by them.

use std::borrow::Cow;
use std::cmp::Ordering;

use conjoin::{Connection, Fact, Field, Timestamp};

use super::connections::{account, label, owner, reason, urgency};
use super::style::{Style, of_status};
use super::table::{Cell, Column, Table};
use super::time::ago;
use crate::args::Sort;

/// A fact as one text, exact; `None` where it is not told. Of several values that mean the same (a name, an
/// account) the best to show, of others all.
pub(super) fn text(field: Field, c: &Connection) -> Option<Cow<'_, str>> {
    match field {
        Field::Connector => c.connector.slug.as_deref().map(Cow::Borrowed),
        Field::Name => label(c).map(Cow::Borrowed),
        Field::Account => c.account.as_ref().and_then(account).map(Cow::Borrowed),
        Field::Owner => c.owner.as_ref().and_then(owner),
        Field::Reason => reason(c),
        Field::Status => Some(c.status().as_str().into()),
        // "unknown" is a fact where somebody said so.
        Field::Health => c.health.evidence.map(|_| c.health.state.as_str().into()),
        _ => {
            let facts = field.of(c)?;
            let words = facts.iter().map(|fact| match fact {
                Fact::Text(text) => text.to_string(),
                Fact::Flag(flag) => flag.to_string(),
                Fact::Time(at) => at.to_string(),
                _ => String::new(),
            });
            Some(words.collect::<Vec<_>>().join("; ").into())
        }
    }
}

/// Connections as a table of the fields that were asked for, all of them, in their order. Instants are told as
/// ages. A URN at the end is never cut, and moves to a line of its own where it does not fit.
pub(crate) fn chosen_table(
    connections: &[&Connection],
    columns: &[Field],
    style: &Style,
    now: Timestamp,
) -> String {
    let (columns, key) = match columns {
        [before @ .., Field::Urn] => (before, true),
        all => (all, false),
    };
    let mut table = Table::new(columns.iter().map(|&field| column(field)).collect::<Vec<_>>());
    if key {
        table = table.with_key("URN");
    }
    for connection in connections {
        let cells = columns.iter().map(|&field| cell(field, connection, now)).collect();
        table.row(cells, key.then(|| Cell::new(connection.urn().to_string())), None);
    }
    table.render(style)
}

fn column(field: Field) -> Column {
    let header = field.as_str().to_uppercase();
    match field {
        Field::OtherId
        | Field::ConnectorName
        | Field::Name
        | Field::DisplayName
        | Field::Account
        | Field::AccountEmail
        | Field::AccountLogin
        | Field::AccountDisplay
        | Field::Owner
        | Field::OwnerId
        | Field::OwnerTenant
        | Field::Reason
        | Field::RawStatus
        | Field::Scope
        | Field::Tag => Column::shrinking(header, 10),
        // What can be copied, and what is short.
        _ => Column::whole(header),
    }
}

fn cell(field: Field, c: &Connection, now: Timestamp) -> Cell<'_> {
    if field == Field::Status {
        return Cell::new(c.status().as_str()).painted(of_status(c.status()));
    }
    let facts = field.of(c);
    match facts.as_deref() {
        Some([Fact::Time(at)]) => Cell::new(ago(*at, now)),
        _ => Cell::told(text(field, c)),
    }
}

/// Sorts by fields, the first before the next: texts whatever their case, statuses by who needs somebody
/// first. What is not told comes last, backwards as well. Rows that are alike stay as they are.
pub(crate) fn sort_by(connections: &mut [&Connection], keys: &[Sort]) {
    for key in keys.iter().rev() {
        connections.sort_by_cached_key(|c| Place { told: place(key.field, c), backwards: key.backwards });
    }
}

/// What a row is sorted by.
#[derive(PartialEq, Eq)]
struct Place {
    told: Option<Told>,
    backwards: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Rank(u8),
    Flag(bool),
    Time(Timestamp),
    Text(String, String),
}

fn place(field: Field, c: &Connection) -> Option<Told> {
    if field == Field::Status {
        return Some(Told::Rank(urgency(c.status())));
    }
    match field.of(c).as_deref() {
        Some([Fact::Time(at)]) => Some(Told::Time(*at)),
        Some([Fact::Flag(flag)]) => Some(Told::Flag(*flag)),
        _ => text(field, c).map(|text| Told::Text(text.to_lowercase(), text.into_owned())),
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.told, &other.told) {
            (Some(a), Some(b)) if self.backwards => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{hostile, now, sample};
    use super::super::text::width;
    use super::*;

    fn sorted(connections: &[Connection], keys: &[&str]) -> Vec<String> {
        let mut rows: Vec<_> = connections.iter().collect();
        sort_by(&mut rows, &keys.iter().map(|key| key.parse().unwrap()).collect::<Vec<_>>());
        let shown = |field, c| text(field, c).unwrap_or_else(|| "-".into()).into_owned();
        rows.iter().map(|c| format!("{} {}", shown(Field::Status, c), shown(Field::Created, c))).collect()
    }

    #[test]
    fn rows_are_sorted_by_several_fields_and_what_is_not_told_comes_last() {
        let all: Vec<_> = sample().into_iter().take(6).collect();
        assert_eq!(
            sorted(&all, &["created"]),
            [
                "failed 2023-11-02T10:00:00Z",
                "active 2025-07-19T16:19:29Z",
                "needs_reauth 2026-02-20T05:02:59Z",
                "degraded 2026-03-01T10:30:00Z",
                "pending -",
                "disabled -",
            ]
        );
        let backwards = sorted(&all, &["-created"]);
        assert_eq!(backwards[0], "degraded 2026-03-01T10:30:00Z");
        assert_eq!(&backwards[4..], ["pending -", "disabled -"]);
        let status: Vec<_> =
            sorted(&all, &["status"]).iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(status, ["needs_reauth", "failed", "degraded", "pending", "disabled", "active"]);
        let both: Vec<_> = {
            let mut rows: Vec<_> = all.iter().collect();
            sort_by(&mut rows, &["vendor".parse().unwrap(), "-name".parse().unwrap()]);
            rows.iter().map(|c| c.connector.slug.as_deref().unwrap()).collect()
        };
        assert_eq!(both, ["slack", "gmail", "hubspot", "stripe", "resend", "google-calendar"]);
    }

    #[test]
    fn chosen_columns_are_all_there_at_every_width() {
        let connections = sample();
        let rows: Vec<_> = connections.iter().collect();
        let columns = ["status", "connector.canonical", "name", "owner.id", "created", "tag", "urn"];
        let columns = columns.map(|name| name.parse().unwrap());
        for (name, limit) in [("60", Some(60)), ("200", Some(200)), ("pipe", None)] {
            let text = chosen_table(&rows, &columns, &Style { color: false, width: limit }, now());
            insta::assert_snapshot!(format!("chosen_{name}"), text);
        }
        let hostile = hostile();
        for &field in Field::ALL {
            let style = Style { color: false, width: Some(60) };
            let text = chosen_table(&hostile.iter().collect::<Vec<_>>(), &[field], &style, now());
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{field}");
            assert_eq!(text.lines().next(), Some(&*field.as_str().to_uppercase()));
            let free = !matches!(field, Field::Urn | Field::Id | Field::Connector);
            assert!(!free || text.lines().all(|line| width(line) <= 60), "{field}: {text}");
        }
    }
}
