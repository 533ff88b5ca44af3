//! The configured providers.

use conjoin::{Capabilities, Operation, ProviderName, Support, Vendor};
use serde::Serialize;

use super::style::Style;
use super::table::{Cell, Column, Table};

/// One configured provider.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProviderRow {
    /// The name that the user gave it.
    pub(crate) name: ProviderName,
    /// Its vendor.
    pub(crate) vendor: Vendor,
    /// Where it is reached.
    pub(crate) base_url: Option<String>,
    /// Where its credential comes from: `env AITRONOS_API_KEY`. Never the credential.
    pub(crate) credential: Option<String>,
    /// What it can do.
    pub(crate) capabilities: Capabilities,
}

/// The configured providers, in their order, and under each what it can do. None is a sentence.
pub(crate) fn providers_table(providers: &[ProviderRow], style: &Style) -> String {
    if providers.is_empty() {
        return "No providers are configured.\n".to_owned();
    }
    let mut table =
        Table::new([Column::whole("PROVIDER"), Column::whole("VENDOR"), Column::whole("CREDENTIAL")])
            .with_key("URL");
    for provider in providers {
        let cells = vec![
            Cell::new(provider.name.as_str()),
            Cell::new(provider.vendor.as_str()),
            Cell::told(provider.credential.as_deref()),
        ];
        table.row(cells, Some(Cell::told(provider.base_url.as_deref())), Some(can(&provider.capabilities)));
    }
    table.render(style)
}

/// What it can do; what is made of other calls is marked, and what it lacks is left out.
fn can(capabilities: &Capabilities) -> String {
    let words: Vec<_> = Operation::ALL
        .iter()
        .filter_map(|&operation| match capabilities.of(operation) {
            Support::Unsupported => None,
            Support::Emulated(how) => Some(format!("{operation} ({how})")),
            _ => Some(operation.to_string()),
        })
        .collect();
    if words.is_empty() { "can do nothing".to_owned() } else { format!("can {}", words.join("; ")) }
}
