//! Named facts beside the model.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use smallvec::SmallVec;

use crate::Text;

/// Names with what they stand for, sorted by name: few, so a list is smaller and faster than a
/// tree; one stands in place.
///
/// In JSON an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T>(SmallVec<[(Text, T); 1]>);

/// Named facts of a vendor that have no place in the model. Never a blanket copy of an answer.
pub type Extra = Named<ExtraFact>;

/// A fact of a vendor that has no place in the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ExtraFact {
    /// A text.
    Text(Text),
    /// Anything else.
    Value(Value),
}

impl ExtraFact {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Value(value) => value.as_str(),
        }
    }
}

/// A text as it is, anything else as JSON.
impl fmt::Display for ExtraFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Value(value) => f.pad(&value.to_string()),
        }
    }
}

impl From<Text> for ExtraFact {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for ExtraFact {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for ExtraFact {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for ExtraFact {
    fn from(flag: bool) -> Self {
        Self::Value(flag.into())
    }
}

impl From<u64> for ExtraFact {
    fn from(number: u64) -> Self {
        Self::Value(number.into())
    }
}

impl From<i64> for ExtraFact {
    fn from(number: i64) -> Self {
        Self::Value(number.into())
    }
}

impl From<Value> for ExtraFact {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.into()),
            value => Self::Value(value),
        }
    }
}

impl<T> Named<T> {
    /// Keeps what a name stands for, unless it is not told.
    pub fn set(&mut self, name: &'static str, value: Option<impl Into<T>>) {
        if let Some(value) = value {
            self.insert(Text::from_static(name), value.into());
        }
    }

    /// Keeps what a name stands for, and gives back what it stood for before.
    pub fn insert(&mut self, name: Text, value: T) -> Option<T> {
        // Mostly they come in order.
        let is_last = self.0.last().is_none_or(|(last, _)| *last < name);
        let place =
            if is_last { Err(self.0.len()) } else { self.0.binary_search_by(|(known, _)| known.cmp(&name)) };
        match place {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                // Who has a second one has a third, mostly: one allocation for them.
                if self.0.len() == 1 {
                    self.0.reserve(3);
                }
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok().map(|at| &self.0[at].1)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// What the names stand for, by name.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Takes over all of another's, in the place of equal names.
    pub fn append(&mut self, other: Self) {
        self.extend(other.0);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(SmallVec::new())
    }
}

impl<T> Extend<(Text, T)> for Named<T> {
    fn extend<I: IntoIterator<Item = (Text, T)>>(&mut self, iter: I) {
        for (name, value) in iter {
            self.insert(name, value);
        }
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut named = Named::default();
                while let Some((name, value)) = map.next_entry::<Text, T>()? {
                    named.insert(name, value);
                }
                Ok(named)
            }
        }
        deserializer.deserialize_map(NamedVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_stand_by_name_and_read_back_as_written() {
        let mut extra = Extra::default();
        extra.set("version", Some("1.0.0"));
        extra.set("count", Some(3_u64));
        extra.set("absent", None::<&str>);
        extra.insert("a".into(), ExtraFact::from(serde_json::json!({"deep": [1.5, null]})));
        extra.set("version", Some("2"));
        let json = serde_json::to_string(&extra).unwrap();
        assert_eq!(json, r#"{"a":{"deep":[1.5,null]},"count":3,"version":"2"}"#);
        assert_eq!(serde_json::from_str::<Extra>(&json).unwrap(), extra);
        assert_eq!(extra.get("version").and_then(ExtraFact::as_str), Some("2"));
        assert_eq!(extra.get("count").unwrap().to_string(), "3");
    }
}
