//! The selection language: which connections, as an expression over their facts.

mod parse;
mod print;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::field::Fact;
use crate::{Connection, ConnectionId, Environment, Field, Match, OwnerKind, Query, Status, Timestamp};

/// Which connections, as an expression over their facts: one small language for live listings, for stored
/// connections, and for fixtures.
///
/// ```
/// use conjoin_core::{Expression, Query};
/// let broken: Expression =
///     "status = needs_reauth and connector in (slack, github) and created < 2026-01-01".parse()?;
/// let query = Query::new().matching(broken);
/// # let _ = query;
/// # Ok::<_, conjoin_core::InvalidExpression>(())
/// ```
///
/// ```text
/// expression = term { "or" term }
/// term       = factor { "and" factor }
/// factor     = "not" factor | "(" expression ")" | comparison
/// comparison = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~" ) value
///            | field [ "not" ] "in" "(" value { "," value } ")"
///            | field [ "not" ] "contains" value
///            | field "is" [ "not" ] ( "told" | "null" )
/// ```
///
/// - A **field** is a [`Field`]: `status`, `connector`, `owner.id`, `created`, …
/// - A **value** is a word (`slack`, `user:42`, `ana@example.com`, `2026-01-01`), or any text in `'` or `"`,
///   in which the quote itself is written twice. Keywords are written in any case.
/// - **Texts** are compared exactly; `~` (or `contains`) looks for a part, upper and lower case alike. A
///   connector is also found by its canonical slug. An owner is written `KIND:ID`, `KIND:` or `ID`.
/// - **Times** are dates and date-times in UTC unless they name a zone, `now`, `30d ago` and `in 12h` (s, m,
///   h, d, w), counted from when the expression is read. A date is its whole day: `created = 2026-01-01` is
///   any time of it, and `created > 2026-01-01` after it.
/// - A field with **several values** satisfies a comparison that one of them satisfies. `!=`, `!~` and `not
///   in` are the `not` of the others.
/// - **Silence** is neither yes nor no, as in SQL: what is not told satisfies no comparison and no `not` of
///   one. `is told` and `is null` ask for it. The states `unknown` of the status, the authorization and the
///   health are silence, unless asked for by that word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expression(Node);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    /// At least two.
    Or(Vec<Node>),
    /// At least two.
    And(Vec<Node>),
    Not(Box<Node>),
    Told(Field),
    /// One of the values.
    Compare(Field, Comparison, Vec<Value>),
}

/// How a fact is compared. Several values are for [`Is`](Self::Is) alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Comparison {
    Is,
    Contains,
    Below,
    UpTo,
    Above,
    From,
}

/// What a fact is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Value {
    Text(String),
    Flag(bool),
    At(Timestamp),
    /// A day in UTC: its first instant, and that of the next.
    Day(Timestamp, Timestamp),
}

impl Expression {
    /// Reads an expression in which relative times count from a certain instant.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, InvalidExpression> {
        parse::expression(text, now).map(Self)
    }

    /// Whether a connection satisfies it.
    pub fn judge(&self, c: &Connection) -> Match {
        self.0.judge(c)
    }

    /// The fields that it looks at, each once, in order.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        self.0.fields(&mut fields);
        fields
    }

    /// Sets what every connection that satisfies it satisfies as filters that are not set yet, so that a
    /// vendor can be asked for it. None of it changes what is satisfied.
    pub(crate) fn narrow(&self, query: &mut Query) {
        self.0.narrow(query);
    }
}

impl FromStr for Expression {
    type Err = InvalidExpression;

    /// Reads an expression in which relative times count from now.
    fn from_str(text: &str) -> Result<Self, InvalidExpression> {
        Self::parse(text, Timestamp::now())
    }
}

/// In JSON an expression is its text.
impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Node {
    fn judge(&self, c: &Connection) -> Match {
        match self {
            Self::Or(parts) => parts.iter().fold(Match::No, |so_far, part| so_far.or(|| part.judge(c))),
            Self::And(parts) => parts.iter().fold(Match::Yes, |so_far, part| so_far.and(|| part.judge(c))),
            Self::Not(part) => part.judge(c).not(),
            Self::Told(field) => Match::from(field.of(c).is_some()),
            Self::Compare(field, comparison, values) => match field.of(c) {
                Some(facts) => {
                    let holds = |fact| values.iter().any(|value| comparison.holds(fact, value));
                    Match::from(facts.iter().any(holds))
                }
                None if field.may_be_unknown() && values.contains(&Value::Text("unknown".to_owned())) => {
                    Match::Yes
                }
                None => Match::Undetermined,
            },
        }
    }

    fn fields(&self, found: &mut Vec<Field>) {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().for_each(|part| part.fields(found)),
            Self::Not(part) => part.fields(found),
            Self::Told(field) | Self::Compare(field, ..) if !found.contains(field) => found.push(*field),
            Self::Told(_) | Self::Compare(..) => {}
        }
    }

    fn narrow(&self, query: &mut Query) {
        let (field, comparison, values) = match self {
            Self::And(parts) => return parts.iter().for_each(|part| part.narrow(query)),
            Self::Compare(field, comparison, values) => (field, comparison, values),
            Self::Or(_) | Self::Not(_) | Self::Told(_) => return,
        };
        let text = |value: &Value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let texts = || values.iter().filter_map(text).collect::<Vec<_>>();
        let set = |filter: &mut Vec<String>| {
            if filter.is_empty() {
                *filter = texts();
            }
        };
        match (field, comparison, &**values) {
            (Field::Connector, Comparison::Is, _) => set(&mut query.connectors),
            (Field::Instance, Comparison::Is, _) => set(&mut query.instances),
            (Field::Category, Comparison::Is, _) => set(&mut query.categories),
            (Field::Id, Comparison::Is, _) if query.ids.is_empty() => {
                // An id that cannot be is no reason to ask for all others.
                query.ids = texts().into_iter().filter_map(|id| ConnectionId::new(id).ok()).collect();
            }
            (Field::Status, Comparison::Is, _) if query.statuses.is_empty() => {
                query.statuses = texts().iter().filter_map(|word| word.parse::<Status>().ok()).collect();
            }
            (Field::OwnerKind, Comparison::Is, [Value::Text(kind)]) => {
                query.owner_kind.get_or_insert_with(|| OwnerKind::from(&**kind));
            }
            (Field::OwnerId, Comparison::Is, [Value::Text(id)]) => {
                query.owner_id.get_or_insert_with(|| id.clone());
            }
            (Field::Environment, Comparison::Is, [Value::Text(word)]) => {
                query.environment.get_or_insert_with(|| Environment::from(&**word));
            }
            (Field::Enabled, Comparison::Is, [Value::Flag(on)]) => {
                query.enabled.get_or_insert(*on);
            }
            // With a value it is written as a plain one is that has a `=` in it.
            (Field::Tag, Comparison::Is, [Value::Text(tag)]) if !tag.contains('=') => {
                let tag = crate::Tag::from(&**tag);
                if !query.tags.contains(&tag) {
                    query.tags.push(tag);
                }
            }
            _ => {}
        }
    }
}

impl Comparison {
    fn holds(self, fact: &Fact<'_>, value: &Value) -> bool {
        match (fact, value) {
            (Fact::Text(fact), Value::Text(value)) if self == Self::Contains => {
                fact.to_lowercase().contains(&value.to_lowercase())
            }
            (Fact::Text(fact), Value::Text(value)) => fact == value,
            (Fact::Flag(fact), Value::Flag(value)) => fact == value,
            (Fact::Time(at), Value::At(value)) => match self {
                Self::Is | Self::Contains => at == value,
                Self::Below => at < value,
                Self::UpTo => at <= value,
                Self::Above => at > value,
                Self::From => at >= value,
            },
            (Fact::Time(at), Value::Day(first, next)) => match self {
                Self::Is | Self::Contains => first <= at && at < next,
                Self::Below => at < first,
                Self::UpTo => at < next,
                Self::Above => at >= next,
                Self::From => at >= first,
            },
            _ => false,
        }
    }
}

/// A text that is no expression: where, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidExpression {
    column: usize,
    span: Range<usize>,
    message: String,
}

impl InvalidExpression {
    /// The column, counted in characters from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The bytes that are meant; none, at the place where something is missing.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl fmt::Display for InvalidExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for InvalidExpression {}
