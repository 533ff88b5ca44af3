//! What is known of a connection's state: facts on separate axes, and the rule that makes one word of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Text, Timestamp};

words! {
    /// The connection's own switch.
    #[derive(Default)]
    pub enum Enabled {
        /// Switched on.
        Enabled = "enabled",
        /// Switched off.
        Disabled = "disabled",
        /// The vendor does not tell.
        #[default]
        Unknown = "unknown",
    }
}

impl From<bool> for Enabled {
    fn from(on: bool) -> Self {
        if on { Self::Enabled } else { Self::Disabled }
    }
}

words! {
    /// Who keeps a connection from being used.
    pub enum BlockedBy {
        /// A person switched it off.
        User = "user",
        /// The vendor took it out of use.
        Vendor = "vendor",
        /// The connector (the integration as a whole) is off.
        Connector = "connector",
        /// Somebody; the vendor does not tell who.
        Unknown = "unknown",
    }
}

words! {
    /// Whether the third party still honours the grant.
    #[derive(Default)]
    pub enum Authorization {
        /// The end user has not finished consenting.
        Pending = "pending",
        /// Honoured.
        Authorized = "authorized",
        /// Lapsed by time.
        Expired = "expired",
        /// Withdrawn.
        Revoked = "revoked",
        /// Refused, or to be renewed, without a word on why.
        Invalid = "invalid",
        /// The connector needs none.
        NotRequired = "not_required",
        /// The vendor does not tell.
        #[default]
        Unknown = "unknown",
    }
}

impl Authorization {
    /// Whether only a new sign-in repairs it.
    pub fn is_lapsed(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked | Self::Invalid)
    }
}

words! {
    /// How well a connection works.
    #[derive(Default)]
    pub enum HealthState {
        /// It works.
        Healthy = "healthy",
        /// It is in trouble, and the vendor tries again by itself.
        Degraded = "degraded",
        /// It does not work.
        Unhealthy = "unhealthy",
        /// Nobody knows.
        #[default]
        Unknown = "unknown",
    }
}

words! {
    /// What a health is known from.
    pub enum Evidence {
        /// The vendor said so along with its other facts.
        Reported = "reported",
        /// A call made for this purpose showed it.
        Probed = "probed",
        /// Concluded from other facts.
        Inferred = "inferred",
    }
}

/// How well a connection works, how that is known, and since when.
///
/// `Unknown` with evidence means that the vendor itself said that it does not know (or said a word that
/// is not known here). `Unknown` without evidence means that it said nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The state.
    pub state: HealthState,
    /// What it is known from; `None` where nothing is known.
    pub evidence: Option<Evidence>,
    /// When it was observed, if told.
    pub observed_at: Option<Timestamp>,
}

impl Health {
    /// A state that the vendor reports among its other facts.
    pub fn reported(state: HealthState) -> Self {
        Self { state, evidence: Some(Evidence::Reported), observed_at: None }
    }

    /// A state that a call made for this purpose showed.
    pub fn probed(state: HealthState, observed_at: Option<Timestamp>) -> Self {
        Self { state, evidence: Some(Evidence::Probed), observed_at }
    }

    /// Whether somebody answered "unknown", as opposed to silence.
    pub fn is_explicitly_unknown(self) -> bool {
        self.state == HealthState::Unknown && self.evidence.is_some()
    }
}

/// Why a connection is in its state, as far as the vendor tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short code for programs.
    pub code: Option<Text>,
    /// A text for people.
    pub text: Option<Text>,
    /// Whether the vendor means the text for end users. If not, it may hold ids and internals.
    pub user_safe: bool,
    /// Since when.
    pub since: Option<Timestamp>,
}

words! {
    /// One word for a connection's state, derived from the facts by [`Rule`].
    pub enum Status {
        /// Set-up or consent is not finished. The end user finishes it.
        Pending = "pending",
        /// Enabled, and nothing is known against it. Look at the health for proof.
        Active = "active",
        /// In trouble; the vendor retries by itself.
        Degraded = "degraded",
        /// Expired, revoked or refused: only the end user can repair it, by signing in again.
        NeedsReauth = "needs_reauth",
        /// Switched off; the credential is kept.
        Disabled = "disabled",
        /// Broken for another reason. An operator or developer must look.
        Failed = "failed",
        /// Deleted or archived, but still visible.
        Removed = "removed",
        /// The vendor does not say.
        Unknown = "unknown",
    }
}

impl Status {
    /// Whether the connection can be used now; `None` where that cannot be told.
    pub fn is_usable(self) -> Option<bool> {
        match self {
            Self::Active => Some(true),
            Self::Degraded | Self::Unknown => None,
            Self::Pending | Self::NeedsReauth | Self::Disabled | Self::Failed | Self::Removed => Some(false),
        }
    }
}

/// The rule that decided a status. The first that applies, in this order, wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// The vendor says that it is deleted or archived.
    Removed,
    /// The authorization is pending.
    Pending,
    /// The vendor itself took it out of use because the grant has lapsed; a switch that reads "off" is a
    /// consequence, not a choice.
    LapsedAndBlockedByVendor,
    /// Its switch is off, or somebody blocks it.
    Disabled,
    /// The grant has lapsed.
    Lapsed,
    /// It is unhealthy for another reason than the grant.
    Unhealthy,
    /// It is degraded.
    Degraded,
    /// It is enabled, and the vendor is silent about the rest or says that it is fine.
    Enabled,
    /// The switch is not told, or the vendor answers "unknown" or a word that is not known here.
    NotTold,
}

impl Rule {
    pub(crate) fn decide(facts: Facts) -> (Self, Status) {
        let lapsed = facts.authorization.is_lapsed();
        if facts.removed {
            (Self::Removed, Status::Removed)
        } else if facts.authorization == Authorization::Pending {
            (Self::Pending, Status::Pending)
        } else if lapsed && facts.blocked_by == Some(BlockedBy::Vendor) {
            (Self::LapsedAndBlockedByVendor, Status::NeedsReauth)
        } else if facts.enabled == Enabled::Disabled || facts.blocked_by.is_some() {
            (Self::Disabled, Status::Disabled)
        } else if lapsed {
            (Self::Lapsed, Status::NeedsReauth)
        } else if facts.health.state == HealthState::Unhealthy {
            (Self::Unhealthy, Status::Failed)
        } else if facts.health.state == HealthState::Degraded {
            (Self::Degraded, Status::Degraded)
        } else if facts.enabled == Enabled::Enabled && !facts.health.is_explicitly_unknown() {
            (Self::Enabled, Status::Active)
        } else {
            (Self::NotTold, Status::Unknown)
        }
    }

    /// The rule in words; fits after "because ".
    pub fn describe(self) -> &'static str {
        match self {
            Self::Removed => "the vendor says that it is deleted or archived",
            Self::Pending => "the sign-in is not finished",
            Self::LapsedAndBlockedByVendor => {
                "the vendor took it out of use and asks for a reconnection, whatever its switch reads"
            }
            Self::Disabled => "it is switched off or blocked, which comes before any state of health",
            Self::Lapsed => "its authorization has lapsed",
            Self::Unhealthy => "it is unhealthy, and nothing says that signing in again would help",
            Self::Degraded => "it is degraded, and the vendor retries by itself",
            Self::Enabled => "it is enabled, and nothing is known against it",
            Self::NotTold => {
                "the vendor does not tell, says \"unknown\", or uses a word that is not known here"
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// The facts that a status is derived from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) removed: bool,
    pub(crate) enabled: Enabled,
    pub(crate) blocked_by: Option<BlockedBy>,
    pub(crate) authorization: Authorization,
    pub(crate) health: Health,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of facts, as one table that a person can read.
    #[test]
    fn the_whole_derivation() {
        use std::fmt::Write as _;
        let mut table = String::new();
        let healths = [
            ("silent", Health::default()),
            ("healthy", Health::reported(HealthState::Healthy)),
            ("degraded", Health::reported(HealthState::Degraded)),
            ("unhealthy", Health::reported(HealthState::Unhealthy)),
            ("says unknown", Health::reported(HealthState::Unknown)),
        ];
        let blockers = [None, Some(BlockedBy::User), Some(BlockedBy::Vendor), Some(BlockedBy::Connector)];
        for authorization in [
            Authorization::Unknown,
            Authorization::Authorized,
            Authorization::Pending,
            Authorization::Expired,
        ] {
            for enabled in [Enabled::Enabled, Enabled::Disabled, Enabled::Unknown] {
                for blocked_by in blockers {
                    write!(
                        table,
                        "{:<11} {:<9} {:<13}",
                        authorization,
                        enabled,
                        blocked_by.map_or("-", BlockedBy::as_str)
                    )
                    .unwrap();
                    for (name, health) in healths {
                        let facts = Facts { removed: false, enabled, blocked_by, authorization, health };
                        write!(table, "  {name} → {}", Rule::decide(facts).1).unwrap();
                    }
                    table.push('\n');
                }
            }
        }
        insta::assert_snapshot!("the_whole_derivation", table);
        let removed = Facts { removed: true, ..Facts::default() };
        assert_eq!(Rule::decide(removed).1, Status::Removed);
    }
}
