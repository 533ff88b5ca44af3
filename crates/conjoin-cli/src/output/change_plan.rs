//! What a change would do.

use conjoin::{ChangePlan, Edit, Enabled, PlannedChange, Verdict};

use super::change::state;
use super::connections::owner;
use super::failure::labelled;
use super::style::{CAUTION, DIM, GOOD, Style};
use super::table::{Cell, Column, Table};
use super::text::{count, printable};

/// A plan for people: what is to become of each connection and why, how many of each there are, and what the
/// plan does not know.
pub(crate) fn change_plan_text(plan: &ChangePlan, style: &Style) -> String {
    let mut table = Table::new([
        Column::whole("VERDICT"),
        Column::shrinking("CHANGE", 12),
        Column::shrinking("CONNECTOR", 6).dropped(2),
        Column::shrinking("NAME", 8).dropped(3),
        Column::shrinking("OWNER", 8).dropped(1),
    ])
    .with_key("URN");
    for verdict in Verdict::ALL {
        for row in plan.rows.iter().filter(|row| row.verdict == *verdict) {
            let paint = match verdict {
                Verdict::Change => GOOD,
                Verdict::Already => DIM,
                _ => CAUTION,
            };
            let cells = vec![
                Cell::new(verdict.as_str()).painted(paint),
                Cell::new(change(row)),
                Cell::told(row.before.connector.as_deref()),
                Cell::told(row.before.name.as_deref()),
                Cell::told(row.before.owner.as_ref().and_then(owner)),
            ];
            // The same for every connection of a provider: said once, below.
            let why = row.why.as_deref().filter(|_| *verdict != Verdict::Unsupported);
            let why = why.map(|why| format!("why: {}", printable(why)));
            table.row(cells, Some(Cell::new(row.urn.to_string())), why);
        }
    }
    let mut out = String::new();
    if plan.rows.is_empty() {
        out.push_str("No connection satisfies the filters.\n");
    } else {
        out.push_str(&table.render(style));
    }
    out.push('\n');
    out.push_str(&summary(plan));
    for provider in &plan.providers {
        let cannot =
            |row: &&PlannedChange| row.verdict == Verdict::Unsupported && row.urn.provider == provider.name;
        if let Some(why) = plan.rows.iter().find(cannot).and_then(|row| row.why.as_deref()) {
            let text = format!("{}: {}", provider.name, printable(why));
            out.push_str(&labelled("unsupported", &style.paint(CAUTION, "unsupported"), &text, style, 0));
        }
    }
    for provider in &plan.providers {
        if let Some(missing) = &provider.missing {
            let missing = missing.strip_prefix(&format!("{}: ", provider.name)).unwrap_or(missing);
            let text = format!(
                "{} may have more connections, which are not in this plan: {}",
                provider.name,
                printable(missing)
            );
            out.push_str(&labelled("incomplete", &style.paint(CAUTION, "incomplete"), &text, style, 0));
        }
        if provider.undetermined > 0 {
            let text = format!(
                "{} of {} do not tell a fact that was asked for, and are not in this plan",
                count(provider.undetermined, "connection", "connections"),
                provider.name
            );
            out.push_str(&labelled("undetermined", &style.paint(CAUTION, "undetermined"), &text, style, 0));
        }
    }
    out
}

/// `3 to change, 1 already so`, or that there is nothing.
fn summary(plan: &ChangePlan) -> String {
    let number = |verdict: Verdict| plan.rows.iter().filter(|row| row.verdict == verdict).count() as u64;
    let word = |verdict| match verdict {
        Verdict::Change => "to change",
        Verdict::Already => "already so",
        Verdict::Unsupported => "that the vendor cannot change",
        Verdict::Blocked => "blocked",
        _ => "undetermined",
    };
    let told = Verdict::ALL.iter().filter(|verdict| number(**verdict) > 0);
    let told: Vec<_> = told.map(|verdict| count(number(*verdict), word(*verdict), word(*verdict))).collect();
    let final_ones = plan.changes().filter(|row| !row.undoable).count() as u64;
    let undo = match final_ones {
        0 => String::new(),
        some => format!("; {}", count(some, "change cannot be undone", "changes cannot be undone")),
    };
    if told.is_empty() { "nothing to change\n".to_owned() } else { format!("{}{undo}\n", told.join(", ")) }
}

/// From what to what.
fn change(row: &PlannedChange) -> String {
    let to = match &row.edit {
        Edit::Rename { name } => printable(name).into_owned(),
        Edit::Delete => "deleted".to_owned(),
        edit => state(edit),
    };
    let from = match &row.edit {
        Edit::Enable | Edit::Disable => {
            Some(row.before.enabled).filter(|&e| e != Enabled::Unknown).map(|e| e.to_string())
        }
        Edit::Rename { .. } => row.before.name.as_deref().map(str::to_owned),
        Edit::SetTags { .. } => row.before.tags.clone().map(|tags| state(&Edit::SetTags { tags })),
        _ => None,
    };
    match from {
        Some(from) if row.verdict == Verdict::Change => format!("{} → {to}", printable(&from)),
        _ => to,
    }
}
