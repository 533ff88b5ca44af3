//! Connections that may be the same one.

use conjoin::{Shared, Strength, Timestamp, Twins};

use super::connections::{label, owner};
use super::style::{BAD, CAUTION, DIM, Style, of_status};
use super::table::{Cell, Column, Table};
use super::text::{count, printable, shorten};
use super::time::ago;

/// How much of a fact stands among the evidence; `-o json` has the whole.
const VALUE: usize = 80;

/// Groups of twins as one table, the strongest first; under each group the evidence. No twins are a sentence, and
/// so is an answer that is not complete.
pub(crate) fn twins_text(found: &[Twins<'_>], complete: bool, style: &Style, now: Timestamp) -> String {
    let mut out = if found.is_empty() { "No twins.\n".to_owned() } else { table(found, style, now) };
    if !found.is_empty() {
        let of = |strength: Strength| found.iter().filter(|group| group.strength == strength).count() as u64;
        let parts = Strength::ALL.iter().rev().map(|&strength| (of(strength), strength));
        let parts: Vec<_> = parts
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        let groups = count(found.len() as u64, "group of twins", "groups of twins");
        out.extend(["\n", &groups, ": ", &parts.join(", "), "\n"]);
    }
    if !complete {
        out.push_str("The listing is not complete: there may be more.\n");
    }
    out
}

fn table(found: &[Twins<'_>], style: &Style, now: Timestamp) -> String {
    let mut table = Table::new([
        Column::whole("TWINS"),
        Column::whole("STRENGTH"),
        Column::whole("STATUS"),
        Column::whole("PROVIDER").dropped(3),
        Column::whole("CONNECTOR"),
        Column::shrinking("NAME", 10).dropped(4),
        Column::shrinking("OWNER", 10).dropped(1),
        Column::whole("CREATED").dropped(2),
    ])
    .with_key("URN");
    for (number, group) in found.iter().enumerate() {
        for (at, connection) in group.connections.iter().enumerate() {
            let status = connection.status();
            let cells = vec![
                Cell::new((number + 1).to_string()),
                Cell::new(group.strength.as_str()).painted(of_strength(group.strength)),
                Cell::new(status.as_str()).painted(of_status(status)),
                Cell::new(connection.provider.as_str()),
                Cell::told(connection.connector.slug.as_deref()),
                Cell::told(label(connection)),
                Cell::told(connection.owner.as_ref().and_then(owner)),
                Cell::told(connection.created_at.map(|at| ago(at, now))),
            ];
            let last = at + 1 == group.connections.len();
            let key = Cell::new(connection.urn().to_string());
            table.row(
                cells,
                Some(key),
                last.then(|| format!("because {}: {}", group.because, evidence(group))),
            );
        }
    }
    table.render(style)
}

/// The facts that are told alike, on one line.
pub(super) fn evidence(group: &Twins<'_>) -> String {
    let fact = |shared: &Shared| format!("{} {}", shared.field, shorten(&printable(&shared.value), VALUE));
    group.evidence.iter().map(fact).collect::<Vec<_>>().join(", ")
}

fn of_strength(strength: Strength) -> anstyle::Style {
    match strength {
        Strength::Strong => BAD,
        Strength::Likely => CAUTION,
        _ => DIM,
    }
}

#[cfg(test)]
mod tests {
    use conjoin::{Connection, twins};

    use super::super::tests::{hostile, now, sample};
    use super::*;

    /// Two groups of one account, and one of a person.
    fn held_twice() -> Vec<Connection> {
        let mut all: Vec<_> = sample().into_iter().take(3).chain(hostile().into_iter().take(1)).collect();
        all[3].owner = "user:4\u{1b}[31m2".parse().ok();
        all.extend(all.clone().into_iter().map(|mut c| {
            c.provider = "other".parse().unwrap();
            c.id = format!("{}-again", c.id).parse().unwrap();
            c
        }));
        for c in &mut all {
            if c.connector.slug.as_deref() == Some("gmail") {
                c.connector.slug =
                    Some(if c.provider.as_str() == "other" { "google-mail" } else { "gmail" }.into());
                c.account.as_mut().unwrap().external_id = Some("108\u{1b}[2J".into());
            }
        }
        all
    }

    #[test]
    fn twins_stand_together_over_their_evidence() {
        let all = held_twice();
        let found = twins(&all);
        for (name, width) in [("60", Some(60)), ("120", Some(120)), ("pipe", None)] {
            let text = twins_text(&found, name != "60", &Style { color: false, width }, now());
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
            insta::assert_snapshot!(format!("twins_{name}"), text);
        }
    }
}
