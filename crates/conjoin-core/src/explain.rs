//! Why a connection has its status, from which facts, and what to do next.

use serde::Serialize;

use crate::words::words;
use crate::{BlockedBy, Connection, Enabled, Rule, Status, Timestamp, Urn};

words! {
    /// What to do next about a connection.
    pub enum Action {
        /// Nothing.
        None = "none",
        /// Wait: the vendor retries, or the end user is signing in.
        Wait = "wait",
        /// The end user signs in again.
        Reconnect = "reconnect",
        /// An operator switches it on.
        Enable = "enable",
        /// An operator or developer looks into it.
        Fix = "fix",
        /// Somebody checks it, since nobody knows.
        Probe = "probe",
    }
}

/// The status of a connection, taken apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The connection.
    pub urn: Urn,
    /// Its status.
    pub status: Status,
    /// The rule that decided it.
    pub rule: Rule,
    /// The rule in words.
    pub because: &'static str,
    /// What to do next.
    pub action: Action,
    /// The same in words, with who has to do it.
    pub next: &'static str,
    /// When the facts were read.
    pub fetched_at: Option<Timestamp>,
    /// Each fact that the rules look at, and more that help to understand it.
    pub facts: Vec<ExplainedFact>,
}

/// One fact, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplainedFact {
    /// The fact's name in the model.
    pub fact: &'static str,
    /// Its value; `None` where the vendor does not tell.
    pub value: Option<String>,
    /// The vendor's field (or call) that it was read from; `None` where it was read from none.
    pub source: Option<&'static str>,
}

impl Connection {
    /// What to do next about this connection.
    pub fn action(&self) -> Action {
        match self.status() {
            Status::Active | Status::Removed => Action::None,
            Status::Pending | Status::Degraded => Action::Wait,
            Status::NeedsReauth => Action::Reconnect,
            Status::Disabled if self.authorization.is_lapsed() => Action::Reconnect,
            Status::Disabled => Action::Enable,
            Status::Failed => Action::Fix,
            Status::Unknown => Action::Probe,
        }
    }

    /// Why it has its status: each fact, where it comes from, the rule that applied, and what to do next.
    pub fn explain(&self) -> Explanation {
        let (rule, status) = self.decide();
        let health = self.health;
        let reason = self.reason.as_ref();
        let told = |known: bool, word: &str| known.then(|| word.to_owned());
        let facts = [
            ("enabled", told(self.enabled != Enabled::Unknown, self.enabled.as_str())),
            ("blocked_by", self.blocked_by.map(|by| by.to_string())),
            (
                "authorization",
                told(self.authorization != crate::Authorization::Unknown, self.authorization.as_str()),
            ),
            (
                "health",
                health.evidence.map(|evidence| match health.observed_at {
                    Some(at) => format!("{} ({evidence}, {at})", health.state),
                    None => format!("{} ({evidence})", health.state),
                }),
            ),
            ("reason", reason.and_then(|r| r.text.clone().or_else(|| r.code.clone()))),
            ("raw_status", self.raw_status.clone()),
            ("removed", self.removed.then(|| "true".to_owned())),
            ("last_error_at", self.last_error_at.map(|at| at.to_string())),
            ("expires_at", self.expires_at.map(|at| at.to_string())),
        ];
        let source =
            |fact: &str| self.sources.iter().find(|(name, _)| *name == fact).map(|(_, field)| *field);
        Explanation {
            urn: self.urn(),
            status,
            rule,
            because: rule.describe(),
            action: self.action(),
            next: self.next(rule),
            fetched_at: self.fetched_at,
            facts: facts
                .into_iter()
                .map(|(fact, value)| ExplainedFact { fact, value, source: source(fact) })
                .collect(),
        }
    }

    fn next(&self, rule: Rule) -> &'static str {
        match (self.action(), self.blocked_by) {
            (Action::None, _) if rule == Rule::Removed => {
                "nothing: it is gone, and a new connection replaces it"
            }
            (Action::None, _) => "nothing",
            (Action::Wait, _) if rule == Rule::Pending => "the end user finishes signing in",
            (Action::Wait, _) => "nobody yet: the vendor retries by itself",
            (Action::Reconnect, _) if rule == Rule::Disabled => {
                "the end user signs in again: enabling it will not be enough, since its authorization has lapsed"
            }
            (Action::Reconnect, _) => "the end user signs in again",
            (Action::Enable, Some(BlockedBy::Connector)) => {
                "an operator switches the whole integration on at the vendor; this connection's own switch is not the cause"
            }
            (Action::Enable, _) => "an operator enables it",
            (Action::Fix, _) => {
                "an operator or developer looks at the reason, at the vendor or at the third party"
            }
            (Action::Probe, _) => "check it: the facts at hand do not tell whether it works",
        }
    }
}
