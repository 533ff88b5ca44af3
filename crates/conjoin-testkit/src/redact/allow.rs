//! What may be stored as it came: names, never values.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::FixtureError;

/// The names under which a vendor's values are no secret and nobody's own, so that fixtures keep them.
///
/// A value under any other name is replaced. There is one list for all vendors and one for each, as JSON: in
/// `crates/conjoin-testkit/allow/` for those that this kit knows, in `<fixtures>/<vendor>/allow.json` for
/// others. A review of what fixtures may show is a review of these files.
///
/// ```
/// use conjoin_testkit::Allow;
/// let allow = Allow::of("pica");
/// assert!(allow.has_host("api.picaos.com") && !allow.has_host("example.org"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allow {
    /// Hosts of the vendor's API.
    pub(crate) hosts: BTreeSet<String>,
    /// Path segments that are words of the vendor's routes.
    pub(crate) path: BTreeSet<String>,
    /// Query parameters.
    pub(crate) query: BTreeSet<String>,
    /// Headers of requests; others are left out.
    pub(crate) request_headers: BTreeSet<String>,
    /// Headers of requests that carry the credential.
    pub(crate) credential_headers: BTreeSet<String>,
    /// Headers of answers.
    pub(crate) response_headers: BTreeSet<String>,
    /// Keys of JSON objects, at any depth.
    pub(crate) keys: BTreeSet<String>,
    /// How the vendor's ids begin: `tcred_`.
    pub(crate) id_prefixes: BTreeSet<String>,
}

const COMMON: &str = include_str!("../../allow/common.json");
const VENDORS: [(&str, &str); 3] = [
    ("aitronos", include_str!("../../allow/aitronos.json")),
    ("pica", include_str!("../../allow/pica.json")),
    ("toolzz", include_str!("../../allow/toolzz.json")),
];

impl Allow {
    /// The file beside a vendor's fixtures.
    const FILE: &str = "allow.json";

    /// The list for a vendor that this kit knows; for any other, what is common to all.
    pub fn of(vendor: &str) -> Self {
        // The lists are part of this crate, and a test reads each.
        let own = VENDORS.iter().find(|(name, _)| *name == vendor);
        let own = own.and_then(|(_, text)| serde_json::from_str(text).ok());
        Self::common().and(own.unwrap_or_default())
    }

    /// The list for a vendor whose fixtures are in a folder: `<fixtures>/<vendor>/allow.json` on top of what is
    /// common to all, else [`Allow::of`].
    pub fn in_folder(fixtures: &Path, vendor: &str) -> Result<Self, FixtureError> {
        let path: PathBuf = fixtures.join(vendor).join(Self::FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Self::of(vendor)),
            Err(why) => return Err(FixtureError::new(why.to_string()).in_file(&path)),
        };
        let own = serde_json::from_str(&text).map_err(|why| {
            FixtureError::new(format!("this is no list of what may be stored: {why}")).in_file(&path)
        })?;
        Ok(Self::common().and(own))
    }

    fn common() -> Self {
        serde_json::from_str(COMMON).unwrap_or_default()
    }

    fn and(mut self, other: Self) -> Self {
        self.hosts.extend(other.hosts);
        self.path.extend(other.path);
        self.query.extend(other.query);
        self.request_headers.extend(other.request_headers);
        self.credential_headers.extend(other.credential_headers);
        self.response_headers.extend(other.response_headers);
        self.keys.extend(other.keys);
        self.id_prefixes.extend(other.id_prefixes);
        self
    }

    /// Adds a host of the vendor's API.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.insert(host.into());
        self
    }

    /// Whether this is a host of the vendor's API.
    pub fn has_host(&self, host: &str) -> bool {
        self.hosts.contains(host)
    }

    /// The hosts of the vendor's API.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_this_crate_is_read() {
        assert!(!serde_json::from_str::<Allow>(COMMON).unwrap().keys.is_empty());
        for (vendor, text) in VENDORS {
            assert!(!serde_json::from_str::<Allow>(text).unwrap().hosts.is_empty(), "{vendor}");
            assert!(Allow::of(vendor).keys.contains("total"), "{vendor}");
        }
        assert_eq!(Allow::of("acme"), Allow::common());
    }
}
