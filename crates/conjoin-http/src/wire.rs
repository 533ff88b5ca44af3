//! Declaring what a vendor sends.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// Declares the objects that a vendor sends: structs of optional fields that read whatever comes.
///
/// A field is a [`Scalar`](crate::Scalar) unless it says otherwise, and has the vendor's name unless one is
/// given. What is not declared is never decoded. Of a name that comes twice the last value counts, as it does
/// for `JSON.parse`.
///
/// ```
/// conjoin_http::wire! {
///     /// A connection, as the vendor sends it.
///     struct Row in camelCase {
///         id, created_at,          // `id`, `createdAt`: a text, number or switch
///         kind = "type",           // the vendor's `type`
///         tags: many,              // an array of such
///         state: variant,          // a word, or an object whose only key is the word
///         app: maybe App,          // an object
///         fields: many Field,      // an array of objects
///         secret: raw,             // bytes that are not looked into
///     }
///     struct App { slug }
///     struct Field { label }
/// }
/// let row: Row = serde_json::from_str(r#"{"id": "c1", "type": "x", "app": {"slug": "slack"}, "tags": 3}"#).unwrap();
/// assert_eq!(row.id.text(), Some("c1"));
/// assert_eq!(row.app.0.unwrap().slug.text(), Some("slack"));
/// assert_eq!(row.tags.0, None);
/// ```
#[macro_export]
macro_rules! wire {
    ($($(#[$meta:meta])* struct $name:ident $(in $case:ident)? {
        $($(#[$field_meta:meta])* $field:ident $(= $vendor:literal)? $(: $kind:ident $($inner:ident)?)?),+ $(,)?
    })+) => {$(
        #[derive(Default)]
        $(#[$meta])*
        pub(crate) struct $name<'a> {
            $($(#[$field_meta])* pub(crate) $field: $crate::wire!(@type 'a $($kind $($inner)?)?),)+
        }

        #[allow(non_camel_case_types, non_upper_case_globals, unreachable_pub)]
        const _: () = {
            #[derive(Clone, Copy)]
            pub enum __Field { $($field),+ }

            impl<'de: 'a, 'a> $crate::wired::Object<'de> for $name<'a> {
                type Field = __Field;

                fn field(__name: &str) -> ::core::option::Option<__Field> {
                    $crate::wire!(@names [$($case)?] $($field $(= $vendor)?),+);
                    match __name {
                        $($field => ::core::option::Option::Some(__Field::$field),)+
                        _ => ::core::option::Option::None,
                    }
                }

                fn read<A: ::serde::de::MapAccess<'de>>(
                    &mut self,
                    __field: __Field,
                    __map: &mut A,
                ) -> ::core::result::Result<(), A::Error> {
                    match __field {
                        $(__Field::$field => __map.next_value_seed($crate::wired::Place(&mut self.$field)),)+
                    }
                }
            }

            impl<'de: 'a, 'a> ::serde::Deserialize<'de> for $name<'a> {
                fn deserialize<D: ::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    $crate::wired::object(deserializer)
                }
            }
        };
    )+};
    (@type $a:lifetime) => { $crate::Scalar<$a> };
    (@type $a:lifetime many) => { $crate::Many<$crate::Scalar<$a>> };
    (@type $a:lifetime variant) => { $crate::Variant<$a> };
    (@type $a:lifetime raw) => { $crate::Raw<$a> };
    (@type $a:lifetime maybe $inner:ident) => { $crate::Maybe<$inner<$a>> };
    (@type $a:lifetime many $inner:ident) => { $crate::Many<$crate::Maybe<$inner<$a>>> };
    (@names $case:tt $($field:ident $(= $vendor:literal)?),+) => {$(
        const $field: &str = $crate::wire!(@name $case $field $(= $vendor)?);
    )+};
    (@name $case:tt $field:ident = $vendor:literal) => { $vendor };
    (@name [] $field:ident) => { $crate::wired::plain(::core::stringify!($field)) };
    (@name [camelCase] $field:ident) => {{
        const CAMEL: $crate::wired::Camel<{ ::core::stringify!($field).len() }> =
            $crate::wired::Camel::new(::core::stringify!($field));
        CAMEL.as_str()
    }};
}

/// What `wire!` makes of its structs: objects that are filled in place, field by field.
pub trait Object<'de>: Default {
    /// One of its fields.
    type Field: Copy;

    /// The field that has a name at the vendor.
    fn field(name: &str) -> Option<Self::Field>;

    /// Reads a field's value.
    fn read<A: MapAccess<'de>>(&mut self, field: Self::Field, map: &mut A) -> Result<(), A::Error>;
}

/// A field, read where it stands.
#[derive(Debug)]
pub struct Place<'p, T>(pub &'p mut T);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Place<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        T::deserialize_in_place(deserializer, self.0)
    }
}

/// Reads an object.
pub fn object<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        while let Some(field) = map.next_key_seed(Name::<T>(PhantomData))? {
            match field {
                Some(field) => object.read(field, &mut map)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(object)
    }
}

/// A name, read as the field that has it.
struct Name<T>(PhantomData<T>);

impl<'de, T: Object<'de>> DeserializeSeed<'de> for Name<T> {
    type Value = Option<T::Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, T: Object<'de>> Visitor<'de> for Name<T> {
    type Value = Option<T::Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(T::field(name))
    }
}

/// The name of a field, also where it is written as a raw identifier.
pub const fn plain(field: &str) -> &str {
    match field.as_bytes() {
        [b'r', b'#', name @ ..] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => field,
        },
        _ => field,
    }
}

/// The name of a field in camel case, made when the adapter is compiled.
#[derive(Debug)]
pub struct Camel<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Camel<N> {
    /// Writes `created_at` as `createdAt`.
    pub const fn new(field: &str) -> Self {
        let (field, mut camel) = (plain(field).as_bytes(), Self { bytes: [0; N], length: 0 });
        let mut at = 0;
        while at < field.len() {
            if field[at] != b'_' {
                let starts_word = camel.length > 0 && field[at - 1] == b'_';
                camel.bytes[camel.length] =
                    if starts_word { field[at].to_ascii_uppercase() } else { field[at] };
                camel.length += 1;
            }
            at += 1;
        }
        camel
    }

    /// The name.
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(name) => name,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    crate::wire! {
        struct Row in camelCase {
            id, name, platform_version, a_b_, field, map, r#use, _key,
            kind = "type": variant,
            tags: many,
            app: maybe App,
            payload: raw,
        }
        struct App { display_name, r#type }
    }

    fn row(json: &str) -> Row<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn names_are_the_vendor_s() {
        let json = r#"{"id":"1","name":"2","platformVersion":"3","aB":"4","field":"5","map":"6","use":"7","key":"8",
            "type":"x"}"#;
        let row = row(json);
        let fields =
            [row.id, row.name, row.platform_version, row.a_b_, row.field, row.map, row.r#use, row._key];
        let told = fields.map(|field| field.owned::<String>().unwrap());
        assert_eq!(told, ["1", "2", "3", "4", "5", "6", "7", "8"]);
        assert_eq!(row.kind.0.as_deref(), Some("x"));
        let row =
            self::row(r#"{"platform_version":"3","app":{"display_name":"x","type":"y"},"\u0069d":"1"}"#);
        assert!(row.platform_version.is_absent());
        let app = row.app.0.unwrap();
        let told = (app.display_name.text(), app.r#type.text(), row.id.text());
        assert_eq!(told, (Some("x"), Some("y"), Some("1")));
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_value_counts() {
        let row = row(r#"{"id":"a","tags":["x"],"app":{"display_name":"x"},"payload":1,"other":1,"other":2,
            "id":null,"tags":7,"app":{},"payload":{"display_name":"y"},"id":"b"}"#);
        assert_eq!((row.id.text(), row.tags.0.is_none()), (Some("b"), true));
        assert!(row.app.0.unwrap().display_name.is_absent());
        assert_eq!(row.payload.object::<App<'_>>().unwrap().display_name.text(), Some("y"));
    }
}
