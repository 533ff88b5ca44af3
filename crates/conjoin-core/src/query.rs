//! What to list. A query means the same at every provider.

use serde::{Deserialize, Serialize};

use crate::canonical::{means, meant};
use crate::words::words;
use crate::{
    Connection, ConnectionId, Connector, Enabled, Environment, Expression, Field, Filter, OwnerKind, Status,
    Tag, Timestamp,
};

words! {
    /// How much to tell of each connection.
    #[derive(Default)]
    pub enum Detail {
        /// What the vendor's list tells.
        #[default]
        Summary = "summary",
        /// All that the vendor's lists tell together, which may cost more requests a page (never one a
        /// connection).
        Full = "full",
    }
}

words! {
    /// The three answers of a filter, as in SQL.
    pub enum Match {
        /// The facts satisfy it.
        Yes = "yes",
        /// The facts contradict it.
        No = "no",
        /// The vendor does not tell the fact. The row is left out, and the receipt counts it.
        Undetermined = "undetermined",
    }
}

impl Match {
    fn told<T>(fact: Option<T>, test: impl FnOnce(T) -> bool) -> Self {
        fact.map_or(Self::Undetermined, |fact| test(fact).into())
    }

    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Undetermined => match other() {
                Self::No => Self::No,
                _ => Self::Undetermined,
            },
        }
    }

    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Undetermined => Self::Undetermined,
        }
    }
}

impl From<bool> for Match {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Which connections to list. Without a filter: all that the credential may see, disabled ones included.
///
/// Filters of different kinds must all hold. Where a filter takes several values, one of them must hold,
/// except for tags, which must all be there. Every returned connection satisfies every filter, whatever the
/// vendor can do; a connection that does not tell a fact does not match a filter on it.
///
/// ```
/// use conjoin_core::{Query, Status};
/// let broken = Query::new().connector("slack").status(Status::NeedsReauth).status(Status::Failed);
/// # let _ = broken;
/// ```
///
/// In JSON the filters that are not set are left out. One that is not known is an error when read: an answer
/// must not be taken for one to a wider question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Query {
    /// Slugs of connectors: the vendor's or the [canonical](crate::ConnectorRef::canonical) one, exact; any of
    /// them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connectors: Vec<String>,
    /// Vendor's ids of the integration behind the connection; any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// Categories of connectors, in the vendor's words and exact; any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Ids; any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<ConnectionId>,
    /// The kind of owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_kind: Option<OwnerKind>,
    /// The owner's id, exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// The switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Derived statuses; any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<Status>,
    /// The environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Tags; all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Text in the name or in the display name, upper and lower case alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Made at this instant or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_after: Option<Timestamp>,
    /// Made before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_before: Option<Timestamp>,
    /// An expression over the facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// How much to tell.
    pub detail: Detail,
}

impl Query {
    /// Everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a connector by its slug.
    #[must_use]
    pub fn connector(mut self, slug: impl Into<String>) -> Self {
        self.connectors.push(slug.into());
        self
    }

    /// Adds an integration by the vendor's id of it.
    #[must_use]
    pub fn instance(mut self, id: impl Into<String>) -> Self {
        self.instances.push(id.into());
        self
    }

    /// Adds a category of connectors.
    #[must_use]
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.categories.push(category.into());
        self
    }

    /// Adds an id.
    #[must_use]
    pub fn id(mut self, id: ConnectionId) -> Self {
        self.ids.push(id);
        self
    }

    /// Sets the owner: its kind, its id, or both.
    #[must_use]
    pub fn owner(mut self, kind: Option<OwnerKind>, id: Option<String>) -> Self {
        (self.owner_kind, self.owner_id) = (kind, id);
        self
    }

    /// Sets the switch.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = Some(enabled);
        self
    }

    /// Adds a status.
    #[must_use]
    pub fn status(mut self, status: Status) -> Self {
        self.statuses.push(status);
        self
    }

    /// Sets the environment.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<Tag>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Sets the text in the name.
    #[must_use]
    pub fn name(mut self, text: impl Into<String>) -> Self {
        self.name = Some(text.into());
        self
    }

    /// Sets the span of creation, from an instant on, until before another.
    #[must_use]
    pub fn created(mut self, after: Option<Timestamp>, before: Option<Timestamp>) -> Self {
        (self.created_after, self.created_before) = (after, before);
        self
    }

    /// Sets the expression.
    #[must_use]
    pub fn matching(mut self, expression: Expression) -> Self {
        self.expression = Some(expression);
        self
    }

    /// Sets how much to tell.
    #[must_use]
    pub fn detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// The connector's slug, where the query names exactly one that a request could name, and that no vendor
    /// calls otherwise: what most vendors can filter by.
    pub fn only_connector(&self) -> Option<&str> {
        match self.connector_slugs()[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The slugs under which a vendor may have the connector, where the query names exactly one that a request
    /// could name: several where it is named by a [canonical](crate::ConnectorRef::canonical) slug. A vendor
    /// is asked for each of them, or for none.
    pub fn connector_slugs(&self) -> Vec<&str> {
        only(&self.connectors).map(meant).unwrap_or_default()
    }

    /// The integration's id, where the query names exactly one that a request could name.
    pub fn only_instance(&self) -> Option<&str> {
        only(&self.instances)
    }

    /// Whether the query judges by the state of a connection: its status, or what that is derived from. Some
    /// vendors tell it in one of their lists and not in another.
    pub fn judges_state(&self) -> bool {
        !self.statuses.is_empty()
            || self.expression.as_ref().is_some_and(|e| e.fields().into_iter().any(Field::is_state))
    }

    /// The same query with what its expression demands as filters, where those are not set: what a provider
    /// is asked, which knows nothing of expressions. It is satisfied by the same connections.
    #[must_use]
    pub fn narrowed(&self) -> Self {
        let mut query = self.clone();
        if let Some(expression) = &self.expression {
            expression.narrow(&mut query);
        }
        query
    }

    /// The filters that are set.
    pub fn filters(&self) -> Vec<Filter> {
        let set = |filter| match filter {
            Filter::Connector => !self.connectors.is_empty(),
            Filter::Instance => !self.instances.is_empty(),
            Filter::Category => !self.categories.is_empty(),
            Filter::Id => !self.ids.is_empty(),
            Filter::Owner => self.owner_kind.is_some() || self.owner_id.is_some(),
            Filter::Enabled => self.enabled.is_some(),
            Filter::Status => !self.statuses.is_empty(),
            Filter::Environment => self.environment.is_some(),
            Filter::Tags => !self.tags.is_empty(),
            Filter::Name => self.name.is_some(),
            Filter::Created => self.created_after.is_some() || self.created_before.is_some(),
            Filter::Where => self.expression.is_some(),
        };
        Filter::ALL.iter().copied().filter(|&filter| set(filter)).collect()
    }

    /// The part of the query that a connection cannot fall out of by changing: connectors, instances,
    /// categories, ids, creation, and how much to tell. Whoever compares listings of it may conclude that
    /// what is absent is gone.
    #[must_use]
    pub fn lasting(&self) -> Self {
        // Taken over one by one: a filter that is new is one that may change, until somebody thinks about it.
        let mut lasting = Self::new().created(self.created_after, self.created_before).detail(self.detail);
        lasting.connectors.clone_from(&self.connectors);
        lasting.instances.clone_from(&self.instances);
        lasting.categories.clone_from(&self.categories);
        lasting.ids.clone_from(&self.ids);
        lasting
    }

    /// Whether a connection satisfies the query.
    pub fn judge(&self, c: &Connection) -> Match {
        Filter::ALL.iter().fold(Match::Yes, |so_far, &filter| so_far.and(|| self.judge_filter(filter, c)))
    }

    fn judge_filter(&self, filter: Filter, c: &Connection) -> Match {
        let any = |wanted: &[String], fact: Option<&str>| {
            if wanted.is_empty() {
                Match::Yes
            } else {
                Match::told(fact, |fact| wanted.iter().any(|w| w == fact))
            }
        };
        let owner = c.owner.as_ref();
        match filter {
            Filter::Connector if self.connectors.is_empty() => Match::Yes,
            Filter::Connector => Match::told(c.connector.slug.as_deref(), |slug| {
                self.connectors.iter().any(|word| means(word, slug))
            }),
            Filter::Instance => any(&self.instances, c.connector_instance.as_deref()),
            Filter::Category => any(&self.categories, c.connector.category.as_deref()),
            Filter::Id if self.ids.is_empty() => Match::Yes,
            Filter::Id => Match::told(Some(&c.id), |id| self.ids.contains(id)),
            Filter::Owner => wanted(self.owner_kind.as_ref(), |kind| {
                Match::told(owner.and_then(|o| o.kind.as_ref()), |k| k == kind)
            })
            .and(|| {
                wanted(self.owner_id.as_deref(), |id| {
                    Match::told(owner.and_then(|o| o.id.as_deref()), |i| i == id)
                })
            }),
            Filter::Enabled => wanted(self.enabled, |on| {
                Match::told((c.enabled != Enabled::Unknown).then_some(c.enabled), |e| e == Enabled::from(on))
            }),
            Filter::Status if self.statuses.is_empty() => Match::Yes,
            Filter::Status => match c.status() {
                status if self.statuses.contains(&status) => Match::Yes,
                Status::Unknown => Match::Undetermined,
                _ => Match::No,
            },
            Filter::Environment => wanted(self.environment.as_ref(), |environment| {
                Match::told(c.environment.as_ref(), |e| e == environment)
            }),
            Filter::Tags if self.tags.is_empty() => Match::Yes,
            Filter::Tags => {
                Match::told(c.tags.as_ref(), |tags| self.tags.iter().all(|tag| tags.contains(tag)))
            }
            Filter::Name => wanted(self.name.as_deref(), |text| {
                let text = text.to_lowercase();
                let names: Vec<_> = c.name.iter().chain(&c.display_name).collect();
                Match::told((!names.is_empty()).then_some(names), |names| {
                    names.iter().any(|name| name.to_lowercase().contains(&text))
                })
            }),
            Filter::Created => {
                wanted(self.created_after, |after| Match::told(c.created_at, |at| at >= after))
                    .and(|| wanted(self.created_before, |before| Match::told(c.created_at, |at| at < before)))
            }
            Filter::Where => wanted(self.expression.as_ref(), |expression| expression.judge(c)),
        }
    }
}

/// The only word, unless it could not be sent as a part of a path: no vendor has such a one.
fn only(words: &[String]) -> Option<&str> {
    match words {
        [one] if !matches!(&**one, "" | "." | "..") => Some(one),
        _ => None,
    }
}

/// A filter that is not set holds.
fn wanted<T>(filter: Option<T>, judge: impl FnOnce(T) -> Match) -> Match {
    filter.map_or(Match::Yes, judge)
}

/// Which connectors to list. Without a filter: the whole catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConnectorQuery {
    /// Text in the slug or the name, upper and lower case alike.
    pub search: Option<String>,
    /// The category in the vendor's words, exact.
    pub category: Option<String>,
    /// Whether the credential's user has a connection to it.
    pub connected: Option<bool>,
}

impl ConnectorQuery {
    /// The whole catalogue.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// Sets the category.
    #[must_use]
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = Some(category.into());
        self
    }

    /// Sets whether it is connected.
    #[must_use]
    pub fn connected(mut self, connected: bool) -> Self {
        self.connected = Some(connected);
        self
    }

    /// Whether a connector satisfies the query.
    pub fn judge(&self, c: &Connector) -> Match {
        wanted(self.search.as_deref(), |text| {
            let text = text.to_lowercase();
            let found = [Some(&c.slug), c.name.as_ref()]
                .into_iter()
                .flatten()
                .any(|fact| fact.to_lowercase().contains(&text));
            Match::told(Some(found), |found| found)
        })
        .and(|| {
            wanted(self.category.as_deref(), |wish| Match::told(c.category.as_deref(), |fact| fact == wish))
        })
        .and(|| wanted(self.connected, |wish| Match::told(c.connected, |fact| fact == wish)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProviderName, Vendor};

    fn connection() -> Connection {
        let provider = ProviderName::new("p").unwrap();
        Connection::new(provider, Vendor::new("v"), ConnectionId::new("c1").unwrap())
    }

    #[test]
    fn silence_is_neither_yes_nor_no() {
        let silent = connection();
        let filters = [
            Query::new().connector("slack"),
            Query::new().owner(Some(OwnerKind::User), None),
            Query::new().enabled(true),
            Query::new().status(Status::Active),
            Query::new().environment(Environment::Live),
            Query::new().tag("a"),
            Query::new().name("x"),
            Query::new().created(Some(Timestamp::now()), None),
        ];
        for query in filters {
            assert_eq!(query.judge(&silent), Match::Undetermined, "{query:?}");
        }
        assert_eq!(Query::new().judge(&silent), Match::Yes);
        assert_eq!(Query::new().status(Status::Unknown).judge(&silent), Match::Yes);
    }

    #[test]
    fn a_contradiction_wins_over_silence() {
        let query = Query::new().connector("slack").id(ConnectionId::new("other").unwrap());
        assert_eq!(query.judge(&connection()), Match::No);
    }

    #[test]
    fn tags_must_all_be_there_and_other_values_any() {
        let mut c = connection();
        c.tags = Some(["a", "b"].into_iter().collect());
        c.connector.slug = Some("slack".into());
        assert_eq!(Query::new().tag("a").tag("b").judge(&c), Match::Yes);
        assert_eq!(Query::new().tag("a").tag("c").judge(&c), Match::No);
        assert_eq!(Query::new().connector("github").connector("slack").judge(&c), Match::Yes);
    }

    #[test]
    fn names_match_whatever_their_case() {
        let mut c = connection();
        c.display_name = Some("Área Financeira".into());
        assert_eq!(Query::new().name("área").judge(&c), Match::Yes);
        assert_eq!(Query::new().name("rh").judge(&c), Match::No);
    }
}
