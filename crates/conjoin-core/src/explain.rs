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

words! {
    /// Who has to do what is next about a connection.
    pub enum Who {
        /// Nobody.
        Nobody = "nobody",
        /// The person whose account at the third party it is.
        EndUser = "end_user",
        /// Whoever runs the app, or the vendor's dashboard.
        Operator = "operator",
        /// The vendor.
        Vendor = "vendor",
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
    /// Who has to do it.
    pub who: Who,
    /// The same in words.
    pub next: &'static str,
    /// When the facts were read.
    pub fetched_at: Option<Timestamp>,
    /// Each fact: first those that the rules look at, then those that help to understand it, then what it is.
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
    /// When it was so: when the vendor observed it where that is told, else when it was read. `None` where there
    /// is no value.
    pub seen_at: Option<Timestamp>,
    /// The vendor's field (or call) that it was read from; `None` where it was read from none.
    pub source: Option<&'static str>,
    /// Whether the rules look at it.
    pub decides: bool,
}

/// The facts that the rules look at.
const DECISIVE: [&str; 5] = ["removed", "enabled", "blocked_by", "authorization", "health"];

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

    /// What to do next about this connection, in words: the [`next`](Explanation::next) of its explanation,
    /// without the rest.
    pub fn next_step(&self) -> &'static str {
        self.next(self.decide().0)
    }

    /// Why it has its status: each fact, where it comes from, the rule that applied, and what to do next.
    pub fn explain(&self) -> Explanation {
        let (rule, status) = self.decide();
        let action = self.action();
        let source =
            |fact: &str| self.sources.iter().find(|(name, _)| *name == fact).map(|(_, field)| *field);
        let facts = self.facts().into_iter().map(|(fact, value)| {
            let observed = self.health.observed_at.filter(|_| fact == "health");
            let seen_at = value.as_ref().and(observed.or(self.fetched_at));
            let decides = DECISIVE.contains(&fact);
            ExplainedFact { fact, value, seen_at, source: source(fact), decides }
        });
        Explanation {
            urn: self.urn(),
            status,
            rule,
            because: rule.describe(),
            action,
            who: match action {
                Action::None => Who::Nobody,
                Action::Wait if rule == Rule::Pending => Who::EndUser,
                Action::Wait => Who::Vendor,
                Action::Reconnect => Who::EndUser,
                Action::Enable | Action::Fix | Action::Probe => Who::Operator,
            },
            next: self.next(rule),
            fetched_at: self.fetched_at,
            facts: facts.collect(),
        }
    }

    /// Every fact by its name, `None` where it is not told.
    fn facts(&self) -> Vec<(&'static str, Option<String>)> {
        let told = |known: bool, word: &str| known.then(|| word.to_owned());
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let text = |text: Option<&str>| text.map(str::to_owned);
        let joined = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
        let reason = self.reason.as_ref().map(|reason| [reason.code.as_deref(), reason.text.as_deref()]);
        let reason = reason.map(|parts| parts.into_iter().flatten().collect::<Vec<_>>().join(": "));
        let owner = self.owner.as_ref().map(|owner| {
            let parts = [owner.kind.as_ref().map(crate::OwnerKind::as_str), owner.id.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(":")
        });
        let health = self.health.evidence.map(|evidence| match self.health.observed_at {
            Some(at) => format!("{} ({evidence}, {at})", self.health.state),
            None => format!("{} ({evidence})", self.health.state),
        });
        let authorization = self.authorization;
        vec![
            ("removed", self.removed.then(|| "true".to_owned())),
            ("enabled", told(self.enabled != Enabled::Unknown, self.enabled.as_str())),
            ("blocked_by", self.blocked_by.map(|by| by.to_string())),
            ("authorization", told(authorization != crate::Authorization::Unknown, authorization.as_str())),
            ("health", health),
            ("raw_status", text(self.raw_status.as_deref())),
            ("reason", reason.filter(|reason| !reason.is_empty())),
            ("reason_since", time(self.reason.as_ref().and_then(|reason| reason.since))),
            ("last_error_at", time(self.last_error_at)),
            ("expires_at", time(self.expires_at)),
            ("connector", text(self.connector.slug.as_deref())),
            ("name", text(self.name.as_deref())),
            ("owner", owner.filter(|owner| !owner.is_empty())),
            ("environment", self.environment.as_ref().map(ToString::to_string)),
            ("auth_kind", self.auth_kind.as_ref().map(ToString::to_string)),
            ("scopes", self.scopes.clone().map(joined)),
            ("tags", self.tags.as_ref().map(|tags| joined(tags.iter().map(ToString::to_string).collect()))),
            ("created_at", time(self.created_at)),
            ("updated_at", time(self.updated_at)),
        ]
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
