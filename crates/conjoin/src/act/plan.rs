//! What an edit would change, row by row, as a file.

use std::fmt;
use std::path::Path;

use conjoin_core::{ProviderInfo, ProviderName, Status, Timestamp, Urn, Vendor};
use serde::{Deserialize, Serialize};

use super::file::{new_id, write_whole};
use super::{Edit, FileError, State};
use crate::Hub;

/// What an edit would change, and why it would not change the rest.
///
/// In JSON one object; it holds no secret, but it names people. Made by [`Hub::plan_edit`] and
/// [`Hub::plan_edits`], carried out by [`Hub::apply`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangePlan {
    /// [`ChangePlan::FORMAT`].
    pub format: String,
    /// What tells this plan from others.
    pub id: String,
    /// When it was made. The connections may have changed since; applying looks again.
    pub made_at: Timestamp,
    /// Whether every connection that was asked for is among the rows.
    pub complete: bool,
    /// The providers that were asked.
    pub providers: Vec<PlannedProvider>,
    /// The connections that were found, one a row.
    pub rows: Vec<PlannedChange>,
}

/// A provider that a plan is about, by what tells it from another account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedProvider {
    /// Its name.
    pub name: ProviderName,
    /// Its vendor.
    pub vendor: Vendor,
    /// Which account it is, as [`ProviderInfo::scope`] tells.
    pub scope: Option<String>,
    /// Why rows of it may be missing; `None` where none is.
    #[serde(default)]
    pub missing: Option<String>,
    /// Connections that are not in the plan because the vendor does not tell a fact that was asked for.
    #[serde(default)]
    pub undetermined: u64,
}

impl PlannedProvider {
    pub(super) fn of(info: &ProviderInfo) -> Self {
        Self {
            name: info.name.clone(),
            vendor: info.vendor.clone(),
            scope: info.scope.clone(),
            missing: None,
            undetermined: 0,
        }
    }
}

/// One connection, and what is to become of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedChange {
    /// The connection.
    pub urn: Urn,
    /// What is to become of it.
    pub verdict: Verdict,
    /// Why it is not to be changed; or, where it is, what that will not do.
    pub why: Option<String>,
    /// The change.
    pub edit: Edit,
    /// Whether the change can be undone.
    pub undoable: bool,
    /// Its status when the plan was made; `None` where it could not be read.
    pub status: Option<Status>,
    /// Its state when the plan was made. Applying changes it only if it still is in it.
    pub before: State,
}

/// What is to become of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It is to be changed.
    Change,
    /// It is already so.
    Already,
    /// The vendor has no way to do it.
    Unsupported,
    /// The change would not do what it is for: something else keeps the connection as it is.
    Blocked,
    /// What it is now could not be read, or is not told: so nobody could say what was changed.
    Undetermined,
}

impl Verdict {
    /// All of them, in order.
    pub const ALL: &[Self] =
        &[Self::Change, Self::Already, Self::Unsupported, Self::Blocked, Self::Undetermined];

    /// The verdict as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Already => "already",
            Self::Unsupported => "unsupported",
            Self::Blocked => "blocked",
            Self::Undetermined => "undetermined",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl ChangePlan {
    /// The format of the file. Another number is another format.
    pub const FORMAT: &str = "conjoin.plan/1";

    pub(super) fn new(providers: Vec<PlannedProvider>, rows: Vec<PlannedChange>) -> Self {
        Self {
            format: Self::FORMAT.to_owned(),
            id: new_id(),
            made_at: Timestamp::now(),
            complete: providers.iter().all(|provider| provider.missing.is_none()),
            providers,
            rows,
        }
    }

    /// The rows that are to be changed.
    pub fn changes(&self) -> impl Iterator<Item = &PlannedChange> {
        self.rows.iter().filter(|row| row.verdict == Verdict::Change)
    }

    /// Whether a row is to be deleted, which nobody can undo.
    pub fn deletes(&self) -> bool {
        self.changes().any(|row| row.edit == Edit::Delete)
    }

    /// The names of the providers whose connections are to be changed.
    pub fn changed_providers(&self) -> Vec<ProviderName> {
        let changed =
            |provider: &&PlannedProvider| self.changes().any(|row| row.urn.provider == provider.name);
        self.providers.iter().filter(changed).map(|provider| provider.name.clone()).collect()
    }

    /// Reads a plan from its file.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| FileError::at(path, format!("the plan cannot be read: {error}")))?;
        Self::parse(&text).map_err(|error| FileError::at(path, error))
    }

    /// Reads a plan from its text.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let not = |error: serde_json::Error| FileError::new(format!("this is no plan: {error}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(not)?;
        match value.get("format").and_then(serde_json::Value::as_str) {
            Some(Self::FORMAT) => {}
            Some(other) => {
                return Err(FileError::new(format!(
                    "the plan's format is `{other}`, and this version reads `{}`; make the plan again",
                    Self::FORMAT
                )));
            }
            None => {
                return Err(FileError::new("this is no plan: it has no `format`; `conjoin plan` makes one"));
            }
        }
        let plan: Self = serde_json::from_value(value).map_err(not)?;
        let mut seen = std::collections::HashSet::new();
        for row in &plan.rows {
            if !seen.insert(&row.urn) {
                return Err(FileError::new(format!("the plan names {} twice", row.urn)));
            }
            if !plan.providers.iter().any(|provider| provider.name == row.urn.provider) {
                let what =
                    format!("the plan has a row of `{}`, which is not among its providers", row.urn.provider);
                return Err(FileError::new(what));
            }
        }
        Ok(plan)
    }

    /// Writes the plan into a file, whole or not at all, for its owner's eyes alone.
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let failed =
            |error: &dyn fmt::Display| FileError::at(path, format!("the plan cannot be written: {error}"));
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| failed(&error))?;
        text.push(b'\n');
        write_whole(path, &text).map_err(|error| failed(&error))
    }

    /// Whether the hub's providers are those that the plan was made for: the same name, vendor and scope.
    ///
    /// The credential is not compared. One may be renewed between a change and its undoing; and where two
    /// credentials see different connections, the ids of one are not found with the other.
    pub fn check_accounts(&self, hub: &Hub) -> Result<(), FileError> {
        for planned in &self.providers {
            if !self.changes().any(|row| row.urn.provider == planned.name) {
                continue;
            }
            let Some(provider) = hub.provider(&planned.name) else {
                return Err(FileError::new(format!(
                    "the plan is for the provider `{}`, which is not configured",
                    planned.name
                )));
            };
            let info = provider.info();
            let account = |vendor: &Vendor, scope: &Option<String>| match scope {
                Some(scope) => format!("{vendor} at {scope}"),
                None => vendor.to_string(),
            };
            if info.vendor != planned.vendor || info.scope != planned.scope {
                return Err(FileError::new(format!(
                    "the plan was made for `{}` being {}, and it is configured as {}; make the plan again",
                    planned.name,
                    account(&planned.vendor, &planned.scope),
                    account(&info.vendor, &info.scope),
                )));
            }
        }
        Ok(())
    }
}
