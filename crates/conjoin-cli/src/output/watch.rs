//! What changes while somebody watches, a line an event.

use std::time::Duration;

use conjoin::{Difference, ProviderName, ProviderReceipt, WatchEvent};

use super::connections::{connector, label};
use super::diff::{changes, of_kind, words};
use super::failure::message;
use super::style::{BAD, CAUTION, GOOD, Style};
use super::text::{count, printable};
use super::time::took;

/// An event on one line: when, what, of which connection or provider, and what differs.
pub(crate) fn event_line(event: &WatchEvent, style: &Style) -> String {
    let (word, paint, what) = match event {
        WatchEvent::Difference { difference, .. } => {
            (words(difference.kind), of_kind(difference), connection(difference, style))
        }
        WatchEvent::ProviderDown { receipt, .. } => {
            let why = receipt.error.as_ref().map(|error| {
                let text = message(error);
                text.strip_prefix(&format!("{}: ", receipt.provider)).unwrap_or(&text).to_owned()
            });
            ("provider down", BAD, provider(receipt, &why.unwrap_or_default(), style))
        }
        WatchEvent::ProviderPartial { receipt, .. } => {
            let rows = format!("{} cannot be read", count(receipt.skipped_rows, "row", "rows"));
            ("provider partial", CAUTION, provider(receipt, &rows, style))
        }
        WatchEvent::ProviderUp { receipt, .. } => {
            ("provider up", GOOD, provider(receipt, "answers in full", style))
        }
        _ => (event.name(), CAUTION, String::new()),
    };
    format!("{}  {}  {what}\n", style.dim(&event.at().to_string()), style.paint(paint, word))
}

fn connection(difference: &Difference, style: &Style) -> String {
    let Some(connection) = difference.connection() else { return String::new() };
    let name =
        [connector(connection), label(connection)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let urn = style.bold(&difference.urn.to_string());
    let name = if name.is_empty() { name } else { format!(" ({})", printable(&name)) };
    let facts = if difference.facts.is_empty() {
        format!("status: {}", connection.status())
    } else {
        changes(difference)
    };
    format!("{urn}{name}  {facts}")
}

fn provider(receipt: &ProviderReceipt, what: &str, style: &Style) -> String {
    format!("{}  {what}", style.bold(receipt.provider.as_str()))
}

/// What is watched, once it is known.
pub(crate) fn watching_text<'a>(
    connections: u64,
    providers: impl Iterator<Item = &'a ProviderName>,
    interval: Duration,
    style: &Style,
) -> String {
    let providers: Vec<_> = providers.map(ProviderName::as_str).collect();
    let connections = count(connections, "connection", "connections");
    style.dim(&format!("watching {connections} of {} every {}", providers.join(", "), took(interval))) + "\n"
}
