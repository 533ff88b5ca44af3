//! What Pica sends, field by field, over its four shapes.

use conjoin_http::{Many, Maybe, Scalar, Variant};
use serde::Deserialize;

/// A vault connection, in any of the four shapes. No credential is ever among the fields.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(crate) struct ConnectionRow<'a> {
    pub(crate) id: Scalar<'a>,
    /// Shapes 1 and 2.
    #[serde(rename = "_id")]
    pub(crate) old_id: Scalar<'a>,
    pub(crate) key: Scalar<'a>,
    pub(crate) platform: Scalar<'a>,
    pub(crate) platform_version: Scalar<'a>,
    pub(crate) version: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
    /// One.
    pub(crate) title: Scalar<'a>,
    /// One.
    pub(crate) image: Scalar<'a>,
    /// One: the connector's name.
    pub(crate) connector: Scalar<'a>,
    /// A word, or in shape 2 an object such as `{"api": {}}`.
    #[serde(rename = "type")]
    pub(crate) kind: Variant<'a>,
    pub(crate) environment: Scalar<'a>,
    pub(crate) identity: Scalar<'a>,
    pub(crate) identity_type: Scalar<'a>,
    /// The platform's text, not the user's.
    pub(crate) description: Scalar<'a>,
    pub(crate) state: Scalar<'a>,
    pub(crate) tags: Many<Scalar<'a>>,
    pub(crate) active: Scalar<'a>,
    pub(crate) created_at: Scalar<'a>,
    pub(crate) updated_at: Scalar<'a>,
    /// The management view.
    pub(crate) expires_at: Scalar<'a>,
    /// The management view.
    pub(crate) connection_definition_id: Scalar<'a>,
    /// Shape 2.
    pub(crate) deleted: Scalar<'a>,
    /// Shape 2, the full record.
    pub(crate) has_error: Scalar<'a>,
    pub(crate) error: Scalar<'a>,
}

/// A row of the catalogue.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(crate) struct CatalogueRow<'a> {
    /// An integer in shape 3, a text on One, absent in shape 2.
    pub(crate) id: Scalar<'a>,
    pub(crate) platform: Scalar<'a>,
    pub(crate) version: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
    pub(crate) title: Scalar<'a>,
    pub(crate) description: Scalar<'a>,
    pub(crate) category: Scalar<'a>,
    pub(crate) image: Scalar<'a>,
    pub(crate) oauth: Scalar<'a>,
    pub(crate) oauth_scopes: Maybe<Scopes<'a>>,
    pub(crate) active: Scalar<'a>,
    pub(crate) status: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Scopes<'a> {
    pub(crate) scopes: Many<Scalar<'a>>,
}
