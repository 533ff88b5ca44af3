//! What differs between two inventories.

use std::path::Path;

use conjoin::{
    Compared, Diff, Difference, DifferenceKind, NotCompared, Outcome, Query, Receipt, Side, Status, Timestamp,
};

use super::connections::{connector, label, owner};
use super::failure::labelled;
use super::receipt::receipt_text;
use super::style::{BAD, CAUTION, GOOD, Style, of_status};
use super::table::{Cell, Column, Table};
use super::text::{count, grouped, printable, shorten};
use super::time::ago;

/// How much of a fact is shown; JSON has the whole.
const FACT: usize = 80;

/// The differences as one table, in their order; under each the facts that differ. Nothing for none.
pub(crate) fn diff_table(differences: &[Difference], style: &Style) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::whole("CHANGE"),
        Column::whole("STATUS"),
        Column::shrinking("CONNECTOR", 10),
        Column::shrinking("NAME", 16),
        Column::shrinking("OWNER", 10).dropped(1),
    ])
    .with_key("URN");
    for difference in differences {
        let Some(connection) = difference.connection() else { continue };
        let status = connection.status();
        let cells = vec![
            Cell::new(words(difference.kind)).painted(of_kind(difference)),
            Cell::new(status.as_str()).painted(of_status(status)),
            Cell::told(connector(connection)),
            Cell::told(label(connection)),
            Cell::told(connection.owner.as_ref().and_then(owner)),
        ];
        let note = (!difference.facts.is_empty()).then(|| changes(difference));
        table.row(cells, Some(Cell::new(difference.urn.to_string())), note);
    }
    table.render(style) + "\n"
}

/// The facts of a difference: `status: active → needs_reauth; name: Ops → Support`.
pub(crate) fn changes(difference: &Difference) -> String {
    let value = |value: &Option<String>| match value.as_deref() {
        None => "not told".to_owned(),
        Some("") => "none".to_owned(),
        Some(text) => shorten(&printable(text), FACT).into_owned(),
    };
    let fact = |fact: &conjoin::FactChange| {
        format!("{}: {} → {}", fact.fact.replace('_', " "), value(&fact.before), value(&fact.after))
    };
    let name = difference.facts.iter().find(|fact| fact.fact == "name");
    // Most vendors make the label of the name.
    let repeats = |fact: &&conjoin::FactChange| {
        fact.fact == "label"
            && name.is_some_and(|name| (&name.before, &name.after) == (&fact.before, &fact.after))
    };
    difference.facts.iter().filter(|fact| !repeats(fact)).map(fact).collect::<Vec<_>>().join("; ")
}

/// A kind as people say it.
pub(crate) fn words(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::StatusChanged => "status changed",
        other => other.as_str(),
    }
}

/// How a difference looks: by where it leads.
pub(crate) fn of_kind(difference: &Difference) -> anstyle::Style {
    match difference.kind {
        DifferenceKind::Added | DifferenceKind::Entered | DifferenceKind::Recovered => GOOD,
        DifferenceKind::Removed | DifferenceKind::Left => BAD,
        DifferenceKind::StatusChanged => match difference.connection().map(conjoin::Connection::status) {
            Some(Status::Active) => GOOD,
            Some(Status::NeedsReauth | Status::Failed) => BAD,
            _ => CAUTION,
        },
        _ => CAUTION,
    }
}

/// What was compared with what, what could not be compared and why, and how many differences there are.
pub(crate) fn diff_verdict(diff: &Diff, filtered: bool, style: &Style) -> String {
    let now = Timestamp::now();
    let mut out = String::new();
    for (name, side) in [("old", &diff.old), ("new", &diff.new)] {
        out.push_str(&labelled(name, &style.dim(name), &taken(side, now), style, 0));
    }
    if !diff.asked_the_same() {
        let told = format!(
            "the old side for {}, the new one for {}; what differs may come from that, and a fact that one side does not tell is not compared",
            question(&diff.old.query),
            question(&diff.new.query)
        );
        out.push_str(&labelled(
            "asked differently",
            &style.paint(CAUTION, "asked differently"),
            &told,
            style,
            0,
        ));
    }
    for of in &diff.providers {
        for what in doubts(of, diff) {
            out.push_str(&labelled(
                of.provider.as_str(),
                &style.paint(CAUTION, of.provider.as_str()),
                &what,
                style,
                0,
            ));
        }
    }
    // Why a vendor did not answer, and what to do next; who answered stands there too, for the whole picture.
    if diff.new.receipt.providers.iter().any(|provider| provider.error.is_some()) {
        out.push_str(&receipt_text(&diff.new.receipt, style));
    }
    out.push_str(&sum(diff, filtered, style));
    out
}

fn taken(side: &Side, now: Timestamp) -> String {
    let rows = side.receipt.providers.iter().map(|provider| provider.returned).sum();
    let rows = count(rows, "connection", "connections");
    let providers = count(side.receipt.providers.len() as u64, "provider", "providers");
    format!("{} ({}), {rows} of {providers}", side.taken_at, ago(side.taken_at, now))
}

/// A query as its JSON has it, in one line: `connectors slack, gmail and enabled true`.
fn question(query: &Query) -> String {
    let value = serde_json::to_value(query).unwrap_or_default();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => {
            let items =
                items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            items.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let facts = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|&(name, _)| name != "detail" || query.detail != conjoin::Detail::Summary)
        .map(|(name, value)| format!("{} {}", name.replace('_', " "), text(value)));
    let facts = facts.collect::<Vec<_>>().join(" and ");
    if facts.is_empty() { "everything".to_owned() } else { printable(&facts).into_owned() }
}

/// Why not everything of a provider could be compared.
fn doubts(of: &Compared, diff: &Diff) -> Vec<String> {
    match of.skipped {
        Some(NotCompared::OnlyOld) => return vec!["not compared: only the old side asked it".to_owned()],
        Some(NotCompared::OnlyNew) => return vec!["not compared: the old side did not ask it".to_owned()],
        Some(_) => return vec!["not compared: the name stood for another vendor then".to_owned()],
        None => {}
    }
    let connections = |number| count(number, "connection", "connections");
    let outcome = |side: &Side| {
        let of = side.receipt.providers.iter().find(|receipt| receipt.provider == of.provider);
        of.map_or(Outcome::Skipped, |receipt| receipt.outcome)
    };
    let mut out = Vec::new();
    if !of.new_complete {
        out.push(format!(
            "the new side is not complete ({}): {} of the old one may be there still, and {} not told as removed",
            outcome(&diff.new),
            connections(of.maybe_removed),
            if of.maybe_removed == 1 { "is" } else { "are" }
        ));
    }
    if !of.old_complete {
        out.push(format!(
            "the old side is not complete ({}): {} of the new one may have been there, and {} not told as added",
            outcome(&diff.old),
            connections(of.maybe_added),
            if of.maybe_added == 1 { "is" } else { "are" }
        ));
    }
    if of.outside > 0 {
        out.push(format!("{} of one side were not asked for on the other", connections(of.outside)));
    }
    out
}

/// `3 differences: 1 added, 2 recovered`, or that there are none.
fn sum(diff: &Diff, filtered: bool, style: &Style) -> String {
    let of = if filtered { " that the filters concern" } else { "" };
    let rest = if diff.complete { "" } else { "; not everything could be compared" };
    if diff.differences.is_empty() {
        let same = diff.providers.iter().map(|of| of.same).sum();
        let (word, paint) =
            if diff.complete { ("no differences", GOOD) } else { ("no differences found", CAUTION) };
        return format!(
            "{}{of}: {} the same on both sides{rest}\n",
            style.paint(paint, word),
            if same == 1 {
                "1 connection is".to_owned()
            } else {
                format!("{} connections are", grouped(same))
            }
        );
    }
    let kinds = DifferenceKind::ALL.iter().filter_map(|&kind| {
        let number = diff.differences.iter().filter(|difference| difference.kind == kind).count() as u64;
        (number > 0).then(|| format!("{} {}", grouped(number), words(kind)))
    });
    let number = count(diff.differences.len() as u64, "difference", "differences");
    format!("{}{of}: {}{rest}\n", style.bold(&number), kinds.collect::<Vec<_>>().join(", "))
}

/// What a snapshot is worth, and where it is.
pub(crate) fn snapshot_text(
    path: &Path,
    rows: u64,
    written: bool,
    receipt: &Receipt,
    style: &Style,
) -> String {
    let path = path.display().to_string();
    let file = style.bold(&printable(&path));
    let told = if !written {
        format!("nothing came, and nothing was written: {file} is as it was\n")
    } else if receipt.is_complete() {
        format!("wrote {} to {file}\n", count(rows, "connection", "connections"))
    } else {
        format!(
            "wrote {} to {file}, {}\n",
            count(rows, "connection", "connections"),
            style.paint(CAUTION, "which is not complete and says so")
        )
    };
    told + &receipt_text(receipt, style)
}

#[cfg(test)]
mod tests {
    use conjoin::{Inventory, ProviderReceipt};

    use super::super::tests::{hostile, sample};
    use super::*;

    /// All differences between two sets of rows.
    fn differences(old: &[conjoin::Connection], new: &[conjoin::Connection]) -> Vec<Difference> {
        let mut providers: Vec<_> =
            old.iter().map(|row| (row.provider.clone(), row.vendor.clone())).collect();
        providers.dedup();
        let mut known = Inventory::new(Query::new());
        let mut told = Vec::new();
        for rows in [old, new] {
            for (name, vendor) in &providers {
                known.begin(name, vendor);
            }
            told = rows.iter().filter_map(|row| known.observe(row.clone())).collect();
            for (name, vendor) in providers.clone() {
                let mut receipt = ProviderReceipt::skipped(name, vendor);
                receipt.outcome = Outcome::Ok;
                told.extend(known.conclude(receipt));
            }
        }
        told
    }

    #[test]
    fn differences_fit_the_terminal_and_what_is_copied_is_whole() {
        let old = sample();
        let mut new = sample();
        new.remove(0);
        new[0].authorization = conjoin::Authorization::Authorized;
        new[0].health = conjoin::Health::default();
        new[1].name =
            Some("Faturação, União Europeia: contas a receber e a pagar do segundo semestre".into());
        new[6].name = Some("\u{1b}[2Jowned".into());
        let differences = differences(&old, &new);
        for (name, width) in [("60", Some(60)), ("200", Some(200)), ("pipe", None)] {
            let style = Style { color: false, width };
            insta::assert_snapshot!(format!("diff_{name}"), diff_table(&differences, &style));
        }
    }

    #[test]
    fn what_vendors_wrote_reaches_no_terminal_as_it_is() {
        let old = hostile();
        let new: Vec<_> = old
            .iter()
            .cloned()
            .map(|mut row| {
                row.name = row.name.map(|name| format!("{name}!").into());
                row
            })
            .collect();
        let told = diff_table(&differences(&old, &new), &Style::PLAIN);
        assert!(!told.is_empty() && !told.contains(|c: char| c.is_control() && c != '\n'), "{told:?}");
    }
}
