//! The shape of JSON: which fields there are, and of which types; no values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The shape of all the values that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// The words for the types that were seen.
    pub(super) types: BTreeSet<&'static str>,
    /// How many objects were seen.
    pub(super) objects: usize,
    /// The fields of the objects, each with how many of them have it.
    pub(super) fields: BTreeMap<String, (Shape, usize)>,
    /// The items of the arrays; `None` where no array had any.
    pub(super) items: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(value);
        shape
    }

    /// Adds a value that was seen at the same place.
    pub(super) fn add(&mut self, value: &Value) {
        self.types.insert(match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        });
        match value {
            Value::Array(items) => {
                for item in items {
                    self.items.get_or_insert_default().add(item);
                }
            }
            Value::Object(fields) => {
                self.objects += 1;
                for (key, value) in fields {
                    let (shape, count) = self.fields.entry(key.clone()).or_default();
                    shape.add(value);
                    *count += 1;
                }
            }
            _ => {}
        }
    }

    /// The types, for people.
    pub(super) fn words(&self) -> String {
        self.types.iter().copied().collect::<Vec<_>>().join(" or ")
    }
}
