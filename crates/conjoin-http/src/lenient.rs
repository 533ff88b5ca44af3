//! Fields that read whatever a vendor puts into them.
//!
//! Vendors add words, send a number for a text, `null` where their documents forbid it, an object where a
//! text was promised. None of it may lose a row. So an adapter's wire types are made of these, and the
//! mapping asks them for what it needs: what is not there in the right form is "not told".

use std::borrow::Cow;
use std::fmt;

use conjoin_core::{ConnectionId, Text, Timestamp};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use smallvec::SmallVec;

use crate::Texts;

/// A field that should be a text, number or switch.
///
/// ```
/// use conjoin_http::Scalar;
/// #[derive(serde::Deserialize)]
/// struct Row<'a> {
///     #[serde(borrow, default)]
///     name: Scalar<'a>,
///     #[serde(borrow, default)]
///     active: Scalar<'a>,
/// }
/// let row: Row = serde_json::from_str(r#"{"name": "crm", "active": "perhaps"}"#).unwrap();
/// assert_eq!(row.name.text(), Some("crm"));
/// assert_eq!((row.active.flag(), row.active.raw().as_deref()), (None, Some("perhaps")));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Scalar<'a> {
    /// The field is not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A whole number beyond those.
    Large(u64),
    /// Another number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// An object.
    Object,
    /// An array.
    Array,
}

impl Scalar<'_> {
    /// Whether the field is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether there is anything in it: no silence, no `false`, no zero, no empty text.
    pub(crate) fn says_something(&self) -> bool {
        match self {
            Self::Absent | Self::Null | Self::Flag(false) | Self::Whole(0) => false,
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// The text; `None` for anything else, and for an empty one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The text, owned: as a [`Text`](conjoin_core::Text), or as a `String`.
    pub fn owned<T: for<'s> From<&'s str>>(&self) -> Option<T> {
        self.text().map(T::from)
    }

    /// The text, sharing its memory with equal ones of the page: for longer texts that many rows repeat.
    pub fn shared(&self, texts: &mut Texts) -> Option<Text> {
        self.text().map(|text| texts.share(text))
    }

    /// The text, or a number as text: for ids and versions that vendors write either way.
    pub fn word<T: for<'s> From<&'s str>>(&self) -> Option<T> {
        match self {
            Self::Whole(number) => Some(T::from(&number.to_string())),
            Self::Large(number) => Some(T::from(&number.to_string())),
            Self::Number(number) => Some(T::from(&number.to_string())),
            _ => self.owned(),
        }
    }

    /// The id of a connection, verbatim, or why it is none.
    pub fn id(&self) -> Result<ConnectionId, String> {
        match self {
            Self::Text(text) => {
                ConnectionId::new(&**text).map_err(|why| format!("the id cannot be used: {why}"))
            }
            Self::Absent | Self::Null => Err(format!("the id is {}", self.kind())),
            other => Err(format!("the id is {}, not a text", other.kind())),
        }
    }

    /// The switch; `None` for anything but `true` and `false`.
    pub fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// The count: a whole number, or a text of one; never negative.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Whole(number) => u64::try_from(*number).ok(),
            Self::Large(number) => Some(*number),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be whole and in range"
            )]
            Self::Number(number) if number.fract() == 0.0 && (0.0..=9e15).contains(number) => {
                Some(*number as u64)
            }
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The instant: RFC 3339 or epoch milliseconds. A date that cannot be read is `None`.
    pub fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Text(text) => Timestamp::read(text),
            Self::Whole(millis) => Timestamp::from_millis(*millis),
            Self::Number(_) => {
                self.count().and_then(|millis| Timestamp::from_millis(i64::try_from(millis).ok()?))
            }
            _ => None,
        }
    }

    /// What the vendor wrote, as text; `None` where it wrote nothing.
    pub fn raw(&self) -> Option<Text> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Flag(true) => Some("true".into()),
            Self::Flag(false) => Some("false".into()),
            Self::Object => Some("{…}".into()),
            Self::Array => Some("[…]".into()),
            Self::Text(text) => Some((&**text).into()),
            Self::Whole(_) | Self::Large(_) | Self::Number(_) => self.word(),
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Absent => "missing",
            Self::Null => "null",
            Self::Flag(_) => "a boolean",
            Self::Whole(_) | Self::Large(_) | Self::Number(_) => "a number",
            Self::Text(text) if text.is_empty() => "empty",
            Self::Text(_) => "a text",
            Self::Object => "an object",
            Self::Array => "an array",
        }
    }
}

/// Fills a field where it stands.
struct ScalarVisitor<'p, 'a>(&'p mut Scalar<'a>);

impl<'de: 'a, 'a> Visitor<'de> for ScalarVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        *self.0 = Scalar::Null;
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        *self.0 = Scalar::Flag(flag);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        *self.0 = Scalar::Whole(number);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        *self.0 = i64::try_from(number).map_or(Scalar::Large(number), Scalar::Whole);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        *self.0 = Scalar::Number(number);
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        *self.0 = Scalar::Text(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        *self.0 = Scalar::Text(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        *self.0 = Scalar::Object;
        IgnoredAny.visit_map(map).map(drop)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        *self.0 = Scalar::Array;
        IgnoredAny.visit_seq(seq).map(drop)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut scalar = Self::Absent;
        Self::deserialize_in_place(deserializer, &mut scalar)?;
        Ok(scalar)
    }

    fn deserialize_in_place<D: Deserializer<'de>>(deserializer: D, place: &mut Self) -> Result<(), D::Error> {
        deserializer.deserialize_any(ScalarVisitor(place))
    }
}

/// Reads every value that is not the wanted one as `None`.
macro_rules! nothing_else {
    ($value:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

pub(crate) use nothing_else;

/// A field that should be one of several words, or an object whose only key is the word: the two forms in
/// which serde-based servers write an enumeration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant<'a>(pub Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Variant<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VariantVisitor;
        impl<'de> Visitor<'de> for VariantVisitor {
            type Value = Variant<'de>;
            nothing_else!(Variant(None));
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Variant(Some(Cow::Borrowed(text))))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let word = map.next_entry::<Scalar<'de>, IgnoredAny>()?;
                IgnoredAny.visit_map(map)?;
                Ok(Variant(match word {
                    Some((Scalar::Text(word), _)) => Some(word),
                    _ => None,
                }))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                IgnoredAny.visit_seq(seq).map(|_| Variant(None))
            }
        }
        deserializer.deserialize_any(VariantVisitor)
    }
}

/// A field whose bytes are not looked into, unless and until the rest of its object has told what it is.
#[derive(Clone, Copy, Default, serde::Deserialize)]
#[serde(transparent)]
pub struct Raw<'a>(#[serde(borrow)] Option<&'a serde_json::value::RawValue>);

impl<'a> Raw<'a> {
    /// Reads the object that it is; anything else is `None`.
    pub fn object<T: Deserialize<'a>>(self) -> Option<T> {
        serde_json::from_str::<Maybe<T>>(self.0?.get()).ok()?.0
    }

    /// Reads the array that it is; anything else is `None`.
    pub fn array<T: Deserialize<'a>>(self) -> Option<Vec<T>> {
        serde_json::from_str::<Many<T>>(self.0?.get()).ok()?.0.map(SmallVec::into_vec)
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Raw(…)" } else { "Raw" })
    }
}

/// A field that should be an object: anything else is "not told".
#[derive(Clone, Debug, PartialEq)]
pub struct Maybe<T>(pub Option<T>);

/// A field that should be an array: anything else is "not told". One element stands in place, as most tags do.
#[derive(Clone, Debug, PartialEq)]
pub struct Many<T>(pub Option<SmallVec<[T; 1]>>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MaybeVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
            type Value = Maybe<T>;
            nothing_else!(Maybe(None));
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|value| Maybe(Some(value)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                IgnoredAny.visit_seq(seq).map(|_| Maybe(None))
            }
        }
        deserializer.deserialize_any(MaybeVisitor(std::marker::PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;
            nothing_else!(Many(None));
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                IgnoredAny.visit_map(map).map(|_| Many(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = SmallVec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Many(Some(items)))
            }
        }
        deserializer.deserialize_any(ManyVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [&str; 11] = [
        "null",
        "true",
        "1",
        "-1",
        "1.5",
        "1e300",
        "\"\"",
        "\"a\\u0041\"",
        "{\"a\":[1]}",
        "[{\"a\":1}]",
        "18446744073709551615",
    ];

    #[test]
    fn every_field_reads_every_value() {
        for json in VALUES {
            serde_json::from_str::<Scalar<'_>>(json).unwrap();
            serde_json::from_str::<Variant<'_>>(json).unwrap();
            serde_json::from_str::<Maybe<std::collections::HashMap<String, Scalar<'_>>>>(json).unwrap();
            serde_json::from_str::<Many<Scalar<'_>>>(json).unwrap();
        }
    }

    #[test]
    fn counts_are_whole_and_come_in_three_forms() {
        let count = |json: &str| serde_json::from_str::<Scalar<'_>>(json).unwrap().count();
        assert_eq!([count("3"), count("3.0"), count("\"3\"")], [Some(3); 3]);
        assert_eq!([count("-3"), count("3.5"), count("\"x\""), count("null"), count("1e300")], [None; 5]);
    }

    #[test]
    fn a_date_that_cannot_be_read_is_not_told() {
        let at =
            |json: &str| serde_json::from_str::<Scalar<'_>>(json).unwrap().timestamp().map(|t| t.to_string());
        assert_eq!(at("1742508720866").as_deref(), Some("2025-03-20T22:12:00.866Z"));
        assert_eq!(at("\"2026-01-10T12:00:00.000000Z\"").as_deref(), Some("2026-01-10T12:00:00Z"));
        assert_eq!(
            [at("\"date-time\""), at("1e300"), at("{}"), at("99999999999999999999")],
            [const { None }; 4]
        );
    }
}
