//! Reading a list from an answer: quickly, and row by row where a row is bad.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use conjoin_core::{Page, RowError};
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::lenient::nothing_else;
use crate::{Scalar, Texts};

/// The names under which vendors put lists. An adapter whose vendor has others names them itself.
pub const LIST_NAMES: [&str; 5] = ["rows", "items", "connections", "connectors", "data"];

/// A list as it stands in an answer: rows, what stands beside them, and the rows that cannot be read.
#[derive(Debug, PartialEq)]
pub struct List<'a, T> {
    /// The rows that could be read, in the answer's order.
    pub rows: Vec<T>,
    /// The rows that could not, likewise.
    pub skipped: Vec<RowError>,
    /// The name that the list has in its envelope; empty for a bare array.
    pub name: Cow<'a, str>,
    fields: Fields<'a>,
}

type Fields<'a> = Vec<(Cow<'a, str>, Scalar<'a>)>;

impl<T> List<'_, T> {
    /// A field that stands beside the list, such as a total. Of a name that comes twice the last value counts.
    pub fn field(&self, name: &str) -> &Scalar<'_> {
        self.fields.iter().rfind(|(field, _)| field == name).map_or(&Scalar::Absent, |(_, value)| value)
    }

    /// How many rows came, unreadable ones included.
    pub fn len(&self) -> usize {
        self.rows.len() + self.skipped.len()
    }

    /// Whether no row came.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The page that this list is.
    pub fn page(self) -> Page<T> {
        Page::last(self.rows).with_skipped(self.skipped)
    }
}

/// The field of a row that stands against reading it, such as `id`, and why.
pub type Unreadable = (&'static str, String);

/// Why an answer holds no list.
#[derive(Debug)]
pub(crate) enum NoList {
    /// It is no JSON, or ends too early.
    Syntax(serde_json::Error),
    /// It is JSON of another shape.
    Shape(String),
}

/// Reads a bare array, or an object that holds one under one of the names: in one pass, without anything
/// between the answer and what a row is mapped to; and row by row, where some row is no such row at all.
pub(crate) fn read<'a, R: Deserialize<'a>, T>(
    json: &'a str,
    names: &[&str],
    map: &mut impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
) -> Result<List<'a, T>, NoList> {
    match in_one_pass(json, names, map) {
        Ok(list) => list,
        Err(_) => row_by_row(json, names, map),
    }
}

fn in_one_pass<'a, R: Deserialize<'a>, T>(
    json: &'a str,
    names: &[&str],
    map: &mut impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
) -> serde_json::Result<Result<List<'a, T>, NoList>> {
    // Rows are seldom shorter, and what is not needed is never touched.
    let rows = Vec::with_capacity(json.len() / BYTES_A_ROW);
    let mut taken = Mapped { map, texts: Texts::default(), rows, skipped: Vec::new(), row: PhantomData };
    let body = body(json, names, &mut taken)?;
    Ok(body.check(names).map(|(name, fields)| {
        let error = |(index, (field, why))| RowError::new(index, format!("{name}[{index}].{field}"), why);
        let skipped = taken.skipped.into_iter().map(error).collect();
        List { rows: taken.rows, skipped, name, fields }
    }))
}

fn row_by_row<'a, R: Deserialize<'a>, T>(
    json: &'a str,
    names: &[&str],
    map: &mut impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
) -> Result<List<'a, T>, NoList> {
    let mut raw = Vec::<&RawValue>::new();
    let body = body(json, names, &mut raw).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => NoList::Shape(without_values(&error)),
        _ => NoList::Syntax(error),
    })?;
    let (name, fields) = body.check(names)?;
    let (mut rows, mut skipped, mut texts) = (Vec::with_capacity(raw.len()), Vec::new(), Texts::default());
    for (index, raw) in raw.into_iter().enumerate() {
        let mut deserializer = serde_json::Deserializer::from_str(raw.get());
        let (path, why) = match serde_path_to_error::deserialize::<_, ObjectRow<R>>(&mut deserializer) {
            Ok(ObjectRow(row)) => match map(row, &mut texts) {
                Ok(row) => {
                    rows.push(row);
                    continue;
                }
                Err((field, why)) => (field.to_owned(), why),
            },
            Err(error) => (error.path().to_string(), without_values(error.inner())),
        };
        let dot = if path == "." || path.starts_with('[') { "" } else { "." };
        let path = format!("{name}[{index}]{dot}{}", if path == "." { "" } else { &path });
        skipped.push(RowError::new(index, path, why));
    }
    Ok(List { rows, skipped, name, fields })
}

/// What is taken for the length of a short row.
const BYTES_A_ROW: usize = 256;

/// Takes the rows of a list as they come.
trait Rows<'de> {
    /// Takes the next row, unless there is none.
    fn next<A: SeqAccess<'de>>(&mut self, seq: &mut A) -> Result<bool, A::Error>;
}

impl<'de: 'a, 'a> Rows<'de> for Vec<&'a RawValue> {
    fn next<A: SeqAccess<'de>>(&mut self, seq: &mut A) -> Result<bool, A::Error> {
        let row = seq.next_element::<&RawValue>()?;
        self.extend(row);
        Ok(row.is_some())
    }
}

/// Rows, mapped as soon as each is read.
struct Mapped<'m, R, T, F> {
    map: &'m mut F,
    texts: Texts,
    rows: Vec<T>,
    skipped: Vec<(usize, Unreadable)>,
    row: PhantomData<R>,
}

impl<'de, R, T, F> Rows<'de> for Mapped<'_, R, T, F>
where
    R: Deserialize<'de>,
    F: FnMut(R, &mut Texts) -> Result<T, Unreadable>,
{
    fn next<A: SeqAccess<'de>>(&mut self, seq: &mut A) -> Result<bool, A::Error> {
        Ok(seq.next_element_seed(self)?.is_some())
    }
}

/// One row, read and mapped where it is, so that it need not be moved.
impl<'de, R, T, F> DeserializeSeed<'de> for &mut Mapped<'_, R, T, F>
where
    R: Deserialize<'de>,
    F: FnMut(R, &mut Texts) -> Result<T, Unreadable>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, R, T, F> Visitor<'de> for &mut Mapped<'_, R, T, F>
where
    R: Deserialize<'de>,
    F: FnMut(R, &mut Texts) -> Result<T, Unreadable>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let row = R::deserialize(MapAccessDeserializer::new(map))?;
        match (self.map)(row, &mut self.texts) {
            Ok(row) => self.rows.push(row),
            Err(why) => self.skipped.push((self.rows.len() + self.skipped.len(), why)),
        }
        Ok(())
    }
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

/// What stands around a list.
struct Body<'a> {
    name: Option<Cow<'a, str>>,
    fields: Fields<'a>,
}

impl<'a> Body<'a> {
    fn check(self, names: &[&str]) -> Result<(Cow<'a, str>, Fields<'a>), NoList> {
        // Said once it is said, whatever else is.
        let is_error = |(name, value): &(Cow<'_, str>, Scalar<'_>)| match &**name {
            "error" => value.says_something(),
            "success" => value.flag() == Some(false),
            _ => false,
        };
        if self.fields.iter().any(is_error) {
            return Err(NoList::Shape("it is an error, in spite of its status".to_owned()));
        }
        let name = self.name.ok_or_else(|| {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            NoList::Shape(format!("it holds no list (expected {} or a bare array)", names.join(" or ")))
        })?;
        Ok((name, self.fields))
    }
}

fn body<'a>(json: &'a str, names: &[&str], rows: &mut impl Rows<'a>) -> serde_json::Result<Body<'a>> {
    struct BodyVisitor<'n, R>(&'n [&'n str], &'n mut R);
    impl<'de, R: Rows<'de>> Visitor<'de> for BodyVisitor<'_, R> {
        type Value = Body<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list, or an object that holds one")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while self.1.next(&mut seq)? {}
            Ok(Body { name: Some(Cow::Borrowed("")), fields: Vec::new() })
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut body = Body { name: None, fields: Vec::new() };
            let mut length = 0;
            while let Some(Key(key)) = map.next_key()? {
                if self.0.contains(&&*key) {
                    // Something else under such a name is a field that nobody asked for, and so is an empty array
                    // beside a list.
                    let Some(came) = map.next_value_seed(Told(&mut *self.1))? else { continue };
                    if length > 0 && came > 0 {
                        return Err(A::Error::custom("the answer holds two lists"));
                    }
                    if body.name.is_none() || came > 0 {
                        (body.name, length) = (Some(key), came);
                    }
                } else if body.fields.len() < MAX_FIELDS {
                    let value = map.next_value()?;
                    body.fields.push((key, value));
                } else {
                    return Err(A::Error::custom("the answer has more fields than any list"));
                }
            }
            Ok(body)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let body = deserializer.deserialize_any(BodyVisitor(names, rows))?;
    deserializer.end()?;
    Ok(body)
}

/// Takes the rows of an array, and tells how many there were; `None` where it is none.
struct Told<'r, R>(&'r mut R);

impl<'de, R: Rows<'de>> DeserializeSeed<'de> for Told<'_, R> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Rows<'de>> Visitor<'de> for Told<'_, R> {
    type Value = Option<usize>;
    nothing_else!(None);

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map).map(|_| None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut came = 0;
        while self.0.next(&mut seq)? {
            came += 1;
        }
        Ok(Some(came))
    }
}

/// No envelope has more fields.
const MAX_FIELDS: usize = 4096;

/// A key, borrowed where it has no escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => Ok(Self(text)),
            other => Err(D::Error::custom(format!("a key is {}", other.kind()))),
        }
    }
}

#[cfg(test)]
mod tests;
