//! Reading a list from an answer: quickly, and row by row where a row is bad.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use conjoin_core::RowError;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Many, Scalar};

/// The names under which vendors put lists. An adapter whose vendor has others names them itself.
pub const LIST_NAMES: [&str; 5] = ["rows", "items", "connections", "connectors", "data"];

/// A list as it stands in an answer: rows, what stands beside them, and the rows that cannot be read.
#[derive(Debug)]
pub struct List<'a, T> {
    /// The rows that could be read, each with its place in the answer, from 0.
    pub rows: Vec<(usize, T)>,
    /// The rows that could not.
    pub skipped: Vec<RowError>,
    /// The name that the list has in its envelope; empty for a bare array.
    pub name: Cow<'a, str>,
    fields: Vec<(Cow<'a, str>, Scalar<'a>)>,
}

impl<T> List<'_, T> {
    /// A field that stands beside the list, such as a total.
    pub fn field(&self, name: &str) -> &Scalar<'_> {
        self.fields.iter().find(|(field, _)| field == name).map_or(&Scalar::Absent, |(_, value)| value)
    }

    /// How many rows came, unreadable ones included.
    pub fn len(&self) -> usize {
        self.rows.len() + self.skipped.len()
    }

    /// Whether no row came.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why an answer holds no list.
#[derive(Debug)]
pub(crate) enum NoList {
    /// It is no JSON, or ends too early.
    Syntax(serde_json::Error),
    /// It is JSON of another shape.
    Shape(String),
}

/// Reads a bare array, or an object that holds one under one of the names.
pub(crate) fn read<'a, T: Deserialize<'a>>(json: &'a str, names: &[&str]) -> Result<List<'a, T>, NoList> {
    if let Ok(body) = body::<ObjectRow<T>>(json, names) {
        let (name, rows, fields) = body.check(names)?;
        let rows = rows.into_iter().map(|row| row.0).enumerate().collect();
        return Ok(List { rows, skipped: Vec::new(), name, fields });
    }
    // Some row cannot be read: find out which, one at a time.
    let body = body::<&RawValue>(json, names).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => NoList::Shape(without_values(&error)),
        _ => NoList::Syntax(error),
    })?;
    let (name, raw, fields) = body.check(names)?;
    let (mut rows, mut skipped) = (Vec::with_capacity(raw.len()), Vec::new());
    for (index, raw) in raw.into_iter().enumerate() {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        match serde_path_to_error::deserialize::<_, ObjectRow<T>>(&mut deserializer) {
            Ok(row) => rows.push((index, row.0)),
            Err(error) => {
                let inner = error.path().to_string();
                let dot = if inner == "." || inner.starts_with('[') { "" } else { "." };
                let path = format!("{name}[{index}]{dot}{}", if inner == "." { "" } else { &inner });
                skipped.push(RowError::new(index, path, without_values(error.inner())));
            }
        }
    }
    Ok(List { rows, skipped, name, fields })
}

/// A decoding error without the vendor's values in it, which may be anything, and without its place.
pub(crate) fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match (text.find('"'), text.rfind('"')) {
        (Some(from), Some(to)) if from < to => format!("{}\"…\"{}", &text[..from], &text[to + 1..]),
        _ => text.to_owned(),
    }
}

/// A row that must be an object: the derived reading of a struct would take an array as well, by position.
pub(crate) struct ObjectRow<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ObjectRow<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RowVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for RowVisitor<T> {
            type Value = ObjectRow<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(ObjectRow)
            }
        }
        deserializer.deserialize_map(RowVisitor(PhantomData))
    }
}

type Fields<'a> = Vec<(Cow<'a, str>, Scalar<'a>)>;

struct Body<'a, T> {
    name: Cow<'a, str>,
    rows: Option<Vec<T>>,
    fields: Fields<'a>,
}

impl<'a, T> Body<'a, T> {
    fn check(self, names: &[&str]) -> Result<(Cow<'a, str>, Vec<T>, Fields<'a>), NoList> {
        let field = |name: &str| self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        let error = field("error").is_some_and(|value| !matches!(value, Scalar::Null | Scalar::Flag(false)));
        if error || field("success") == Some(&Scalar::Flag(false)) {
            return Err(NoList::Shape("it is an error, in spite of its status".to_owned()));
        }
        let rows = self.rows.ok_or_else(|| {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            NoList::Shape(format!("it holds no list (expected {} or a bare array)", names.join(" or ")))
        })?;
        Ok((self.name, rows, self.fields))
    }
}

fn body<'a, T: Deserialize<'a>>(json: &'a str, names: &[&str]) -> serde_json::Result<Body<'a, T>> {
    struct BodyVisitor<'n, T>(&'n [&'n str], PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for BodyVisitor<'_, T> {
        type Value = Body<'de, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list, or an object that holds one")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut rows = Vec::new();
            while let Some(row) = seq.next_element()? {
                rows.push(row);
            }
            Ok(Body { name: Cow::Borrowed(""), rows: Some(rows), fields: Vec::new() })
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut body = Body { name: Cow::Borrowed(""), rows: None, fields: Vec::new() };
            while let Some(Key(key)) = map.next_key()? {
                if self.0.contains(&&*key) {
                    // Something else under such a name is a field that nobody asked for.
                    if let Many(Some(rows)) = map.next_value::<Many<T>>()? {
                        if body.rows.replace(rows).is_some() {
                            return Err(A::Error::custom("the answer holds two lists"));
                        }
                        body.name = key;
                    }
                } else if body.fields.len() < MAX_FIELDS {
                    let value = map.next_value()?;
                    body.fields.push((key, value));
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(body)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let body = deserializer.deserialize_any(BodyVisitor(names, PhantomData))?;
    deserializer.end()?;
    Ok(body)
}

/// An envelope's fields beyond these are not kept.
const MAX_FIELDS: usize = 64;

/// A key, borrowed where it has no escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => Ok(Self(text)),
            other => Err(D::Error::custom(format!("a key is {}", other.kind()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Strict {
        id: String,
    }

    fn ids(json: &str) -> Result<(Vec<String>, Vec<String>), String> {
        let list = read::<Strict>(json, &["rows", "items"]).map_err(|e| match e {
            NoList::Syntax(_) => "syntax".to_owned(),
            NoList::Shape(why) => why,
        })?;
        let skipped = list.skipped.iter().map(ToString::to_string).collect();
        Ok((list.rows.into_iter().map(|(_, row)| row.id).collect(), skipped))
    }

    #[test]
    fn lists_stand_bare_or_in_an_envelope() {
        for json in
            [r#"[{"id":"a"}]"#, r#"{"rows":[{"id":"a"}]}"#, r#"{"total":1,"items":[{"id":"a"}],"x":{}}"#]
        {
            assert_eq!(ids(json).unwrap(), (vec!["a".to_owned()], vec![]), "{json}");
        }
        for json in ["[]", r#"{"rows":[]}"#] {
            assert_eq!(ids(json).unwrap(), (vec![], vec![]), "{json}");
        }
    }

    #[test]
    fn what_stands_under_a_list_s_name_and_is_none_is_a_field_like_others() {
        for json in [r#"{"rows":[{"id":"a"}],"items":null}"#, r#"{"items":{"x":1},"rows":[{"id":"a"}]}"#] {
            assert_eq!(ids(json).unwrap(), (vec!["a".to_owned()], vec![]), "{json}");
        }
    }

    #[test]
    fn a_bad_row_is_named_and_the_others_stand() {
        let (rows, skipped) =
            ids(r#"{"rows":[{"id":"a"},{"id":7},"s3cret",null,["b"],{"id":"c"}]}"#).unwrap();
        assert_eq!(rows, ["a", "c"]);
        insta::assert_snapshot!(skipped.join("\n"), @r#"
        rows[1].id: invalid type: integer `7`, expected a string
        rows[2]: invalid type: string "…", expected an object
        rows[3]: invalid type: null, expected an object
        rows[4]: invalid type: sequence, expected an object
        "#);
    }

    #[test]
    fn what_is_no_list_is_no_empty_list() {
        let cases = [
            "",
            "{",
            "[{\"id\":\"a\"}",
            "[] x",
            "{}",
            "null",
            "\"rows\"",
            r#"{"rows":null}"#,
            r#"{"rows":{}}"#,
            r#"{"rows":[],"items":[]}"#,
            r#"{"rows":[],"error":{"code":1}}"#,
            r#"{"rows":[],"success":false}"#,
        ];
        let told: Vec<_> = cases.iter().map(|json| format!("{json:30} {}", ids(json).unwrap_err())).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    proptest! {
        /// The quick way and the way row by row tell the same.
        #[test]
        fn both_ways_agree(rows in prop::collection::vec("[a-z]{0,4}", 0..8)) {
            let good: Vec<_> = rows.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
            let quick = ids(&format!("[{}]", good.join(","))).unwrap();
            let slow = ids(&format!("[{}]", [&*good, &["0".to_owned()]].concat().join(","))).unwrap();
            prop_assert_eq!(&quick.0, &rows);
            prop_assert_eq!(quick.0, slow.0);
            prop_assert_eq!(slow.1.len(), 1);
        }

        #[test]
        fn nothing_panics(json in r#"[\[\]{}",:a-z0-9 \\]{0,40}"#) {
            let _ = ids(&json);
        }
    }
}
