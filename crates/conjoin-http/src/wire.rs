//! Declaring what a vendor sends.

/// Declares the objects that a vendor sends: structs of optional fields that read whatever comes.
///
/// A field is a [`Scalar`](crate::Scalar) unless it says otherwise, and has the vendor's name unless one is
/// given. What is not declared is never decoded.
///
/// ```
/// conjoin_http::wire! {
///     /// A connection, as the vendor sends it.
///     #[serde(rename_all = "camelCase")]
///     struct Row {
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
    ($($(#[$meta:meta])* struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident $(= $vendor:literal)? $(: $kind:ident $($inner:ident)?)?),+ $(,)?
    })+) => {$(
        #[derive(Default, ::serde::Deserialize)]
        #[serde(default, bound(deserialize = "'de: 'a"))]
        $(#[$meta])*
        pub(crate) struct $name<'a> {
            $($(#[$field_meta])* $(#[serde(rename = $vendor)])?
            pub(crate) $field: $crate::wire!(@type 'a $($kind $($inner)?)?),)+
        }
    )+};
    (@type $a:lifetime) => { $crate::Scalar<$a> };
    (@type $a:lifetime many) => { $crate::Many<$crate::Scalar<$a>> };
    (@type $a:lifetime variant) => { $crate::Variant<$a> };
    (@type $a:lifetime raw) => { $crate::Raw<$a> };
    (@type $a:lifetime maybe $inner:ident) => { $crate::Maybe<$inner<$a>> };
    (@type $a:lifetime many $inner:ident) => { $crate::Many<$crate::Maybe<$inner<$a>>> };
}
