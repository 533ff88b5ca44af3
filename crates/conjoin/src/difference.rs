//! What differs between two sights of one connection.

use std::borrow::Cow;
use std::fmt;

use conjoin_core::{
    Authorization, BlockedBy, Connection, Enabled, Environment, Evidence, Match, OwnerKind, Query, Status,
    Urn,
};
use serde::Serialize;
use serde::ser::SerializeMap as _;

/// What became of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DifferenceKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is in the selection and was not: it is new, or has changed so that the filters find it.
    Entered,
    /// It was in the selection and is not: it is gone, or has changed so that the filters leave it out.
    Left,
    /// It was in trouble (`needs_reauth`, `failed` or `degraded`) and is active.
    Recovered,
    /// Its status is another, in any other way.
    StatusChanged,
    /// Its status is the same, and other facts are not.
    Changed,
}

impl DifferenceKind {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Added,
        Self::Removed,
        Self::Entered,
        Self::Left,
        Self::Recovered,
        Self::StatusChanged,
        Self::Changed,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Entered => "entered",
            Self::Left => "left",
            Self::Recovered => "recovered",
            Self::StatusChanged => "status_changed",
            Self::Changed => "changed",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What became of one connection between two sights of it.
///
/// In JSON: `kind`, `urn`, the `facts` that differ, and the whole `connection` as it was last seen.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// In one word.
    pub kind: DifferenceKind,
    /// Which connection it is about.
    pub urn: Urn,
    /// The facts that differ, where it is on both sides.
    pub facts: Vec<FactChange>,
    /// How it was; `None` where it was not there.
    pub before: Option<Connection>,
    /// How it is; `None` where it is not there.
    pub after: Option<Connection>,
}

/// A fact before and after; `None` is "not told".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FactChange {
    /// The fact's name.
    pub fact: &'static str,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
}

/// Which facts count, where one side does not tell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Silence is a fact: a name that is no longer told was taken away.
    Differs,
    /// The two sides were asked differently, and may have been told different facts.
    Ignored,
}

impl Difference {
    pub(crate) fn new_row(kind: DifferenceKind, after: Connection) -> Self {
        Self { kind, urn: after.urn(), facts: Vec::new(), before: None, after: Some(after) }
    }

    pub(crate) fn absent(kind: DifferenceKind, before: Connection) -> Self {
        Self { kind, urn: before.urn(), facts: Vec::new(), before: Some(before), after: None }
    }

    /// What differs between two sights, if anything does.
    pub(crate) fn between(before: &Connection, after: &Connection, silence: Silence) -> Option<Self> {
        let facts: Vec<_> = facts(before)
            .into_iter()
            .zip(facts(after))
            .filter(|((_, before), (_, after))| before != after)
            .filter(|((_, a), (_, b))| silence == Silence::Differs || (a.is_some() && b.is_some()))
            .map(|((fact, before), (_, after))| FactChange {
                fact,
                before: before.map(Cow::into_owned),
                after: after.map(Cow::into_owned),
            })
            .collect();
        if facts.is_empty() {
            return None;
        }
        let urn = after.urn();
        let kind = match (before.status(), after.status()) {
            (was, is) if was == is => DifferenceKind::Changed,
            (Status::NeedsReauth | Status::Failed | Status::Degraded, Status::Active) => {
                DifferenceKind::Recovered
            }
            _ => DifferenceKind::StatusChanged,
        };
        let (before, after) = (Some(before.clone()), Some(after.clone()));
        Some(Self { kind, urn, facts, before, after })
    }

    /// The connection as it was last seen.
    pub fn connection(&self) -> Option<&Connection> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether it is about a connection that satisfies a query, before or after.
    pub fn concerns(&self, query: &Query) -> bool {
        self.before.iter().chain(&self.after).any(|connection| query.judge(connection) == Match::Yes)
    }
}

impl Serialize for Difference {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(4))?;
        out.serialize_entry("kind", &self.kind)?;
        out.serialize_entry("urn", &self.urn)?;
        out.serialize_entry("facts", &self.facts)?;
        out.serialize_entry("connection", &self.connection())?;
        out.end()
    }
}

type Fact<'a> = (&'static str, Option<Cow<'a, str>>);

/// The facts that are compared, always the same in the same order. Not among them: times, which move with
/// every use; a reason's text, which holds times and ids; the vendor's word, of which the status is made; and
/// facts of the connector alone.
fn facts(c: &Connection) -> [Fact<'_>; 17] {
    fn told<'a>(fact: Option<impl Into<Cow<'a, str>>>) -> Option<Cow<'a, str>> {
        fact.map(Into::into)
    }
    let account = c.account.as_ref();
    let owner = c.owner.as_ref();
    let who =
        owner.and_then(|owner| match (owner.kind.as_ref().map(OwnerKind::as_str), owner.id.as_deref()) {
            (Some(kind), Some(id)) => Some(format!("{kind}:{id}").into()),
            (kind, id) => told(kind.or(id)),
        });
    let words = |mut words: Vec<String>| {
        words.sort_unstable();
        Cow::Owned(words.join(", "))
    };
    [
        ("status", told(Some(c.status().as_str()))),
        ("enabled", told((c.enabled != Enabled::Unknown).then(|| c.enabled.as_str()))),
        ("blocked_by", told(c.blocked_by.map(BlockedBy::as_str))),
        (
            "authorization",
            told((c.authorization != Authorization::Unknown).then(|| c.authorization.as_str())),
        ),
        // What a health is known from comes and goes with the question; its state does not.
        ("health", told(c.health.evidence.map(|_: Evidence| c.health.state.as_str()))),
        ("reason", told(c.reason.as_ref().and_then(|reason| reason.code.as_deref()))),
        ("connector", told(c.connector.slug.as_deref())),
        ("name", told(c.name.as_deref())),
        ("label", told(c.display_name.as_deref())),
        ("owner", who),
        ("tenant", told(owner.and_then(|owner| owner.tenant.as_deref()))),
        ("account", told(account.and_then(|account| account.display.as_deref()))),
        ("account_email", told(account.and_then(|account| account.email.as_deref()))),
        (
            "account_id",
            told(account.and_then(|account| account.external_id.as_deref().or(account.login.as_deref()))),
        ),
        ("environment", told(c.environment.as_ref().map(Environment::as_str))),
        ("tags", c.tags.as_ref().map(|tags| words(tags.iter().map(ToString::to_string).collect()))),
        ("scopes", c.scopes.as_ref().map(|scopes| words(scopes.clone()))),
    ]
}
