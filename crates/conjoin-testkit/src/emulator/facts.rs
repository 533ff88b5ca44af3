//! What a caller must know besides the base URL.

use std::fmt;

/// What a vendor's caller must know to reach the emulated account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// Aitronos: an organization's id. Any other one is served the same data, but `org_forbidden`.
    pub organization: Option<String>,
    /// Toolzz: the id of the unit that holds the credentials.
    pub unit: Option<String>,
    /// Toolzz: slug and id of each integration, in the order of the catalogue.
    pub integrations: Vec<(String, String)>,
}

impl fmt::Display for Facts {
    /// One fact a line: `organization: …`, `unit: …`, `integration SLUG: …`. Nothing for Pica.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let organization = self.organization.iter().map(|id| ("organization".to_owned(), id));
        let unit = self.unit.iter().map(|id| ("unit".to_owned(), id));
        let integrations = self.integrations.iter().map(|(slug, id)| (format!("integration {slug}"), id));
        for (number, (name, id)) in organization.chain(unit).chain(integrations).enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{name}: {id}")?;
        }
        Ok(())
    }
}
