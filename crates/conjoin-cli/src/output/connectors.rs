//! Connectors as one table.

use std::borrow::Cow;

use conjoin::{AuthKind, Connector, FormField};

use super::style::{CAUTION, GOOD, Style};
use super::table::{Cell, Column, Table};

/// Connectors as one table, by provider and slug. The slug, which `--connector` takes, is never cut. Facts
/// that no vendor tells have no column. No connector is a sentence.
pub(crate) fn connectors_table(connectors: &[Connector], style: &Style) -> String {
    if connectors.is_empty() {
        return "No connectors.\n".to_owned();
    }
    let mut table = Table::new([
        Column::whole("PROVIDER"),
        Column::whole("CONNECTOR"),
        Column::shrinking("NAME", 12),
        Column::shrinking("CATEGORY", 8).dropped(1),
        Column::shrinking("SIGN-IN", 8).dropped(4),
        Column::whole("CONNECTED").dropped(5),
        Column::shrinking("OFFERED", 7).dropped(2),
        Column::shrinking("ASKS FOR", 12).dropped(3),
    ]);
    let mut sorted: Vec<_> = connectors.iter().collect();
    sorted.sort_by(|a, b| (&a.provider, &a.slug, &a.name).cmp(&(&b.provider, &b.slug, &b.name)));
    for connector in sorted {
        let connected = match connector.connected {
            Some(true) => Cell::new("yes").painted(GOOD),
            Some(false) => Cell::new("no"),
            None => Cell::told(None::<&str>),
        };
        let cells = vec![
            Cell::new(connector.provider.as_str()),
            Cell::new(&*connector.slug),
            Cell::told(connector.name.as_deref()),
            Cell::told(connector.category.as_deref()),
            Cell::told(connector.auth_kind.as_ref().map(AuthKind::as_str)),
            connected,
            offered(connector),
            Cell::told(connector.form_fields.as_deref().map(asks_for)),
        ];
        table.row(cells, None, None);
    }
    table.render(style)
}

/// Whether the vendor offers it now, and in which stage.
fn offered(connector: &Connector) -> Cell<'_> {
    match (connector.available, connector.stage.as_deref()) {
        (Some(false), _) => Cell::new("no").painted(CAUTION),
        (Some(true), None) => Cell::new("yes"),
        (_, stage) => Cell::told(stage),
    }
}

/// What a user fills in to connect; what may be left empty stands in brackets.
fn asks_for(fields: &[FormField]) -> Cow<'_, str> {
    if fields.is_empty() {
        return "nothing".into();
    }
    let names: Vec<Cow<'_, str>> = fields
        .iter()
        .map(|field| {
            let name = field.label.as_deref().or(field.name.as_deref()).unwrap_or("?");
            if field.required == Some(false) { format!("[{name}]").into() } else { name.into() }
        })
        .collect();
    names.join(", ").into()
}
