//! Connections as one table, and what is to be done about them.

use std::borrow::Cow;

use conjoin::{Account, BlockedBy, Connection, Owner, Status, Text, Timestamp};

use super::style::{Style, of_status};
use super::table::{Cell, Column, Table};
use super::text::{count, grouped, printable, shorten, wrap};
use super::time::ago;

/// How much of a vendor's reason stands under a row; `conjoin explain` has the whole.
const REASON: usize = 200;

/// Connections as one table, in the order that is given. Under a row in trouble stands what is known of it. The
/// URN is never cut. No connection is a sentence.
pub(crate) fn connections_table(connections: &[&Connection], style: &Style, now: Timestamp) -> String {
    if connections.is_empty() {
        return "No connections.\n".to_owned();
    }
    let mut table = Table::new([
        Column::whole("STATUS"),
        Column::whole("PROVIDER").dropped(3),
        Column::shrinking("CONNECTOR", 10),
        Column::shrinking("NAME", 16),
        Column::shrinking("OWNER", 10).dropped(1),
        Column::whole("CREATED").dropped(2),
    ])
    .with_key("URN");
    for &connection in connections {
        let status = connection.status();
        let cells = vec![
            Cell::new(status.as_str()).painted(of_status(status)),
            Cell::new(connection.provider.as_str()),
            Cell::told(connector(connection)),
            Cell::told(label(connection)),
            Cell::told(connection.owner.as_ref().and_then(owner)),
            Cell::told(connection.created_at.map(|at| ago(at, now))),
        ];
        let note = trouble(connection, status, now);
        table.row(cells, Some(Cell::new(connection.urn().to_string())), note);
    }
    table.render(style)
}

/// How many connections there are of each status, and who does what next about them. Nothing for none.
pub(crate) fn connections_summary(connections: &[Connection], style: &Style) -> String {
    let mut groups: Vec<(Status, &'static str, u64)> = Vec::new();
    let mut broken = false;
    for connection in connections {
        let (status, next) = (connection.status(), connection.next_step());
        broken |= !matches!(status, Status::Active | Status::Removed);
        match groups.iter_mut().find(|(s, n, _)| (*s, *n) == (status, next)) {
            Some((_, _, number)) => *number += 1,
            None => groups.push((status, next, 1)),
        }
    }
    groups.sort_by_key(|&(status, next, number)| (urgency(status), std::cmp::Reverse(number), next));
    let total = count(connections.len() as u64, "connection", "connections");
    match groups[..] {
        [] => return String::new(),
        [(status @ Status::Active, _, _)] => {
            return format!("{total}, {}\n", style.paint(of_status(status), status.as_str()));
        }
        _ => {}
    }
    let digits = groups.iter().map(|(_, _, number)| grouped(*number).len()).max().unwrap_or(0);
    let word = groups.iter().map(|(status, _, _)| status.as_str().len()).max().unwrap_or(0);
    let indent = 2 + digits + 1 + word + 2;
    let room = style.width.map(|width| width.saturating_sub(indent).max(20));
    let mut out = format!("{total}\n");
    for (status, next, number) in groups {
        let padding = " ".repeat(word - status.as_str().len());
        let status = style.paint(of_status(status), status.as_str());
        let next =
            wrap(if next == "nothing" { "" } else { next }, room).join(&format!("\n{}", " ".repeat(indent)));
        let line = format!("  {:>digits$} {status}{padding}  {next}", grouped(number));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if broken {
        out.push_str(&style.dim("`conjoin explain URN` shows the facts behind a status"));
        out.push('\n');
    }
    out
}

/// What to call a connection: the name that its user chose, else the vendor's label, else the account.
pub(crate) fn label(connection: &Connection) -> Option<&str> {
    let told = |text: &'_ Option<Text>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let names = [&connection.name, &connection.display_name];
    let name = names.into_iter().find(|name| told(name)).and_then(|name| name.as_deref());
    name.or_else(|| account(connection.account.as_ref()?))
}

/// What to show of an account.
pub(crate) fn account(account: &Account) -> Option<&str> {
    [&account.display, &account.email, &account.login, &account.external_id]
        .into_iter()
        .find_map(|text| text.as_deref())
}

/// An owner as `kind:id`, or as much of it as is told.
pub(crate) fn owner(owner: &Owner) -> Option<Cow<'_, str>> {
    match (&owner.kind, &owner.id) {
        (Some(kind), Some(id)) => Some(format!("{kind}:{id}").into()),
        (Some(kind), None) => Some(kind.as_str().into()),
        (None, Some(id)) => Some((&**id).into()),
        (None, None) => None,
    }
}

/// A reason's code and text, whichever is told.
pub(crate) fn reason(connection: &Connection) -> Option<Cow<'_, str>> {
    let reason = connection.reason.as_ref()?;
    match (reason.code.as_deref(), reason.text.as_deref()) {
        (Some(code), Some(text)) if code != text => Some(format!("{code}: {text}").into()),
        (_, Some(text)) => Some(text.into()),
        (code, None) => code.map(Into::into),
    }
}

/// The connector's slug, else its name.
pub(crate) fn connector(connection: &Connection) -> Option<&str> {
    connection.connector.slug.as_deref().or(connection.connector.name.as_deref())
}

/// What the vendor says is wrong, if anything is.
fn trouble(connection: &Connection, status: Status, now: Timestamp) -> Option<String> {
    if matches!(status, Status::Active | Status::Removed) {
        return None;
    }
    let mut facts = Vec::new();
    if connection.authorization.is_lapsed() {
        facts.push(format!("authorization {}", connection.authorization));
    }
    if let Some(by @ (BlockedBy::Vendor | BlockedBy::Connector)) = connection.blocked_by {
        facts.push(format!("blocked by the {by}"));
    }
    let short = |text: &str| shorten(printable(text).trim().trim_end_matches('.'), REASON).into_owned();
    if let Some(reason) = reason(connection) {
        facts.push(short(&reason));
    } else if let Some(word) = connection.raw_status.as_deref().filter(|word| says_more(word, status)) {
        facts.push(format!("the vendor says `{}`", short(word)));
    }
    if facts.is_empty() {
        return None;
    }
    let since = connection.reason.as_ref().and_then(|reason| reason.since).or(connection.last_error_at);
    let since = since.map(|at| format!(" ({})", ago(at, now))).unwrap_or_default();
    Some(format!("why: {}{since}", facts.join("; ")))
}

/// Whether the vendor's word tells more than the status that was made of it.
fn says_more(word: &str, status: Status) -> bool {
    status != Status::Disabled && !word.eq_ignore_ascii_case(status.as_str())
}

/// What needs somebody comes first.
pub(super) fn urgency(status: Status) -> u8 {
    match status {
        Status::NeedsReauth => 0,
        Status::Failed => 1,
        Status::Degraded => 2,
        Status::Pending => 3,
        Status::Disabled => 5,
        Status::Active => 6,
        Status::Removed => 7,
        // And any word that is not known here.
        _ => 4,
    }
}

/// What needs somebody comes first, then by provider, connector and name.
pub(crate) fn by_urgency(connections: &[Connection]) -> Vec<&Connection> {
    let mut keyed: Vec<_> = connections
        .iter()
        .map(|c| ((urgency(c.status()), &c.provider, connector(c), label(c), &c.id), c))
        .collect();
    keyed.sort_by_key(|&(key, _)| key);
    keyed.into_iter().map(|(_, connection)| connection).collect()
}
