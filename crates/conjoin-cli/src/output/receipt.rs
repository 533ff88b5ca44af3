//! What an answer is worth, under it.

use conjoin::{Filter, Outcome, ProviderReceipt, Receipt};

use super::failure::{labelled, message, next_step};
use super::style::{BAD, CAUTION, GOOD, Style, of_outcome};
use super::text::{count, grouped, printable, shorten, wrap_items};
use super::time::took;

/// So many unreadable rows of a provider are shown with their place.
const SHOWN_SKIPPED: usize = 3;
/// How much of a place and of a reason is shown.
const PLACE: usize = 80;
const REASON: usize = 200;

/// A receipt for people: a provider a line, with what is not as usual; under it what went wrong and what to
/// do next; and last whether the answer is complete, or what is missing.
pub(crate) fn receipt_text(receipt: &Receipt, style: &Style) -> String {
    let providers = &receipt.providers;
    let name = providers.iter().map(|p| p.provider.as_str().len()).max().unwrap_or(0);
    let outcome = providers.iter().map(|p| p.outcome.as_str().len()).max().unwrap_or(0);
    let indent = name + 2 + outcome + 2;
    let mut out = String::new();
    let room = style.width.map(|width| width.saturating_sub(indent).max(20));
    for provider in providers {
        let word = provider.outcome.as_str();
        let (after_name, after_word) =
            (indent - outcome - 2 - provider.provider.as_str().len(), outcome - word.len() + 2);
        out.push_str(provider.provider.as_str());
        out.push_str(&" ".repeat(after_name));
        out.push_str(&style.paint(of_outcome(provider.outcome), word));
        out.push_str(&" ".repeat(after_word));
        out.push_str(&wrap_items(&facts(provider), room).join(&format!("\n{}", " ".repeat(indent))));
        out.push('\n');
        out.push_str(&trouble(provider, style));
    }
    out.push_str(&verdict(receipt, style));
    out
}

/// What came, then what is not as usual.
fn facts(provider: &ProviderReceipt) -> Vec<String> {
    if provider.outcome == Outcome::Skipped && provider.requests == 0 {
        return vec!["not asked".to_owned()];
    }
    let mut facts = vec![
        if provider.returned == provider.rows {
            count(provider.rows, "row", "rows")
        } else {
            format!("{} of {}", grouped(provider.returned), count(provider.rows, "row", "rows"))
        },
        count(provider.pages.into(), "page", "pages"),
        count(provider.requests.into(), "request", "requests"),
        took(provider.elapsed),
    ];
    let mut unusual = |number: u64, one: &str, many: &str| {
        if number > 0 {
            facts.push(count(number, one, many));
        }
    };
    unusual(provider.retries.into(), "retry", "retries");
    unusual(provider.skipped_rows, "unreadable", "unreadable");
    unusual(provider.duplicates, "duplicate dropped", "duplicates dropped");
    unusual(provider.filtered, "filtered here", "filtered here");
    if provider.undetermined > 0 {
        let mut asked = provider.pushed.iter().chain(&provider.applied_here);
        let untold = match (asked.next(), asked.next()) {
            (Some(&one), None) if one != Filter::Where => format!("{one} is not told"),
            _ => "a filtered fact is not told".to_owned(),
        };
        facts.push(format!("{} undetermined ({untold})", grouped(provider.undetermined)));
    }
    if let Some(declared) = provider.declared_total.filter(|&declared| declared > provider.rows) {
        facts.push(format!("the vendor declares {}", grouped(declared)));
    }
    facts
}

/// What is worth knowing, what went wrong and what to do next, under the provider.
fn trouble(provider: &ProviderReceipt, style: &Style) -> String {
    let mut out = String::new();
    // Of an answer that did not come there is nothing to note.
    for note in provider.notes.iter().filter(|_| provider.pages > 0) {
        let note = shorten(&printable(note), REASON).into_owned();
        out.push_str(&labelled("note", &style.dim("note"), &note, style, 2));
    }
    for row in provider.skipped.iter().take(SHOWN_SKIPPED) {
        let place = format!("page {}, {}", row.page, shorten(&printable(&row.path), PLACE));
        let text = format!("{place}: {}", shorten(&printable(&row.reason), REASON));
        out.push_str(&labelled("unreadable", &style.paint(CAUTION, "unreadable"), &text, style, 2));
    }
    let shown = provider.skipped.len().min(SHOWN_SKIPPED) as u64;
    if shown > 0 && provider.skipped_rows > shown {
        out.extend(["  … and ", &grouped(provider.skipped_rows - shown), " more\n"]);
    }
    if let Some(error) = &provider.error {
        let text = message(error);
        let prefix = format!("{}: ", provider.provider);
        let text = text.strip_prefix(&prefix).unwrap_or(&text);
        out.push_str(&labelled("error", &style.paint(BAD, "error"), text, style, 2));
        if let Some(next) = next_step(error) {
            out.push_str(&labelled("next", "next", &next, style, 2));
        }
    }
    out
}

/// Whether the answer is complete; if not, what is missing.
fn verdict(receipt: &Receipt, style: &Style) -> String {
    if receipt.providers.is_empty() {
        return "No provider was asked.\n".to_owned();
    }
    if receipt.is_complete() {
        let rows = receipt.providers.iter().map(|provider| provider.returned).sum();
        let (rows, providers) =
            (count(rows, "row", "rows"), count(receipt.providers.len() as u64, "provider", "providers"));
        // A note may say that there is more than was asked for.
        let noted = receipt.providers.iter().any(|provider| !provider.notes.is_empty());
        let nothing = if noted { "" } else { ", nothing is missing" };
        return format!("{}: {rows} of {providers}{nothing}\n", style.paint(GOOD, "complete"));
    }
    let missing: Vec<_> = receipt.providers.iter().filter_map(missing).collect();
    let (word, paint) = if receipt.is_failure() { ("failed", BAD) } else { ("incomplete", CAUTION) };
    labelled(word, &style.paint(paint, word), &missing.join("; "), style, 0)
}

fn missing(provider: &ProviderReceipt) -> Option<String> {
    let name = &provider.provider;
    let unread = |rows| count(rows, "row", "rows");
    Some(match provider.outcome {
        Outcome::Ok => return None,
        Outcome::Failed => format!("{name} gave nothing"),
        Outcome::TimedOut => format!("{name} gave nothing in time"),
        Outcome::Skipped if provider.requests == 0 => format!("{name} was not asked"),
        Outcome::Skipped => format!("{name} was not asked to the end"),
        _ => match (provider.error.is_some(), provider.skipped_rows) {
            (false, rows) => format!("{} of {name} could not be read", unread(rows)),
            (true, 0) => format!("{name} broke off after {}", unread(provider.rows)),
            (true, rows) => {
                format!(
                    "{name} broke off after {}, of which {} could not be read",
                    unread(provider.rows),
                    grouped(rows)
                )
            }
        },
    })
}
