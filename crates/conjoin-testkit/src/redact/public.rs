//! Values that are known to be public: documented samples, and what was made up after them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::FixtureError;

/// Values of documented and synthetic fixtures that stand under names which are not allowed, and that somebody
/// has looked at: `<fixtures>/<vendor>/public.json`, a sorted list of texts. A number stands as its text.
///
/// Recorded fixtures have no part in it: what a service answered is nobody's sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicValues {
    values: BTreeSet<String>,
}

impl PublicValues {
    /// The file beside a vendor's fixtures.
    const FILE: &str = "public.json";

    /// The list of a vendor whose fixtures are in a folder; empty where there is none.
    pub fn in_folder(fixtures: &Path, vendor: &str) -> Result<Self, FixtureError> {
        let path = Self::path(fixtures, vendor);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(why) => return Err(FixtureError::new(why.to_string()).in_file(&path)),
        };
        let values = serde_json::from_str(&text).map_err(|why| {
            FixtureError::new(format!("this is no list of public values, a JSON array of texts: {why}"))
                .in_file(&path)
        })?;
        Ok(Self { values })
    }

    /// Writes the list where [`in_folder`](Self::in_folder) reads it.
    pub fn save(&self, fixtures: &Path, vendor: &str) -> Result<(), FixtureError> {
        let path = Self::path(fixtures, vendor);
        let mut text = serde_json::to_string_pretty(&self.values).unwrap_or_default();
        text.push('\n');
        std::fs::write(&path, text).map_err(|why| FixtureError::new(why.to_string()).in_file(&path))
    }

    fn path(fixtures: &Path, vendor: &str) -> PathBuf {
        fixtures.join(vendor).join(Self::FILE)
    }

    /// Whether the value is in the list.
    pub fn contains(&self, value: &str) -> bool {
        self.values.contains(value)
    }

    /// Whether the text is part of a value of the list.
    pub(crate) fn has_part(&self, part: &str) -> bool {
        self.contains(part) || self.values.iter().any(|value| value.contains(part))
    }
}

impl Extend<String> for PublicValues {
    fn extend<I: IntoIterator<Item = String>>(&mut self, values: I) {
        self.values.extend(values);
    }
}

impl FromIterator<String> for PublicValues {
    fn from_iter<I: IntoIterator<Item = String>>(values: I) -> Self {
        Self { values: values.into_iter().collect() }
    }
}
