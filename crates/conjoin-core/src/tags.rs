//! Tags: plain words, or keys with a value.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use smallvec::SmallVec;

use crate::Text;

/// One tag: a plain word, or a key with a value.
///
/// In JSON a plain tag is a string, a tag with a value `{"key": …, "value": …}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub struct Tag {
    /// The word, or the key.
    pub key: Text,
    /// The value, for vendors that keep pairs.
    pub value: Option<Text>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Plain(Text),
    Pair { key: Text, value: Option<Text> },
}

impl From<Form> for Tag {
    fn from(form: Form) -> Self {
        match form {
            Form::Plain(key) => Self { key, value: None },
            Form::Pair { key, value } => Self { key, value },
        }
    }
}

impl From<Tag> for Form {
    fn from(tag: Tag) -> Self {
        match tag.value {
            None => Self::Plain(tag.key),
            value => Self::Pair { key: tag.key, value },
        }
    }
}

impl From<&str> for Tag {
    fn from(key: &str) -> Self {
        Self { key: key.into(), value: None }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => f.write_str(&self.key),
            Some(value) => write!(f, "{}={value}", self.key),
        }
    }
}

/// A set of tags in the vendor's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Tag>")]
pub struct Tags(SmallVec<[Tag; 1]>);

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl Tags {
    /// No tags.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tag, unless it is there.
    pub fn insert(&mut self, tag: impl Into<Tag>) {
        let tag = tag.into();
        if !self.0.contains(&tag) {
            self.0.push(tag);
        }
    }

    /// Whether this very tag is there.
    pub fn contains(&self, tag: &Tag) -> bool {
        self.0.contains(tag)
    }

    /// The tags, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Tag> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl From<Vec<Tag>> for Tags {
    fn from(tags: Vec<Tag>) -> Self {
        tags.into_iter().collect()
    }
}

impl<T: Into<Tag>> FromIterator<T> for Tags {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let mut tags: SmallVec<[Tag; 1]> = iter.into_iter().map(Into::into).collect();
        if tags.len() > 1 {
            let mut seen = HashSet::with_capacity(tags.len());
            tags.retain(|tag| seen.insert(tag.clone()));
        }
        Self(tags)
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = &'a Tag;
    type IntoIter = std::slice::Iter<'a, Tag>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
