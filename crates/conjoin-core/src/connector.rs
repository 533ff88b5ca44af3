//! What can be connected: the third-party apps in a vendor's catalogue.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::canonical::canonical;
use crate::connection::open_words;
use crate::{ProviderName, Timestamp, Vendor};

/// How a connector signs in. Vendors' words differ; one that is not known here is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthKind {
    /// A redirect flow that ends in tokens.
    OAuth2,
    /// A key or token that the user pastes.
    ApiKey,
    /// User name and password.
    Basic,
    /// The vendor's own word.
    Other(String),
}

impl AuthKind {
    /// The kind as one word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OAuth2 => "oauth2",
            Self::ApiKey => "api_key",
            Self::Basic => "basic",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for AuthKind {
    /// Reads the words that vendors use.
    fn from(word: &str) -> Self {
        match word {
            "oauth2" | "oauth" => Self::OAuth2,
            "api_key" | "apikey" => Self::ApiKey,
            "basic" | "basic_auth" => Self::Basic,
            other => Self::Other(other.to_owned()),
        }
    }
}

open_words!(AuthKind);

/// A field of the form, or another requirement, that a user fills in to connect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormField {
    /// The technical name, which the request to connect carries. `None` for a requirement in words only.
    pub name: Option<String>,
    /// What the user is shown.
    pub label: Option<String>,
    /// The input's type in the vendor's words: `string`, `password`, …
    pub kind: Option<String>,
    /// Whether it must be filled in.
    pub required: Option<bool>,
    /// At most so many characters.
    pub max_length: Option<u64>,
    /// Help for the user.
    pub description: Option<String>,
}

/// A third-party app that connections can reach, as one provider's catalogue describes it.
///
/// In JSON every field is there; what the vendor does not tell is `null`. The
/// [`canonical`](Self::canonical) slug is added; reading ignores it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Connector {
    /// The provider that was asked.
    pub provider: ProviderName,
    /// Its vendor.
    pub vendor: Vendor,
    /// The vendor's slug, which [`Query::connector`](crate::Query::connector) takes.
    pub slug: String,
    /// The vendor's id of the connector, where it has one beside the slug.
    pub id: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// A sentence about the app.
    pub description: Option<String>,
    /// The vendor's category.
    pub category: Option<String>,
    /// Where the icon is.
    pub icon_url: Option<String>,
    /// How one signs in.
    pub auth_kind: Option<AuthKind>,
    /// What must be filled in to connect; `None` where the vendor does not tell, empty where nothing.
    pub form_fields: Option<Vec<FormField>>,
    /// OAuth scopes that it asks for.
    pub scopes: Option<Vec<String>>,
    /// Whether the credential's user has a connection to it.
    pub connected: Option<bool>,
    /// Whether the vendor offers it now.
    pub available: Option<bool>,
    /// The vendor's release stage: `stable`, `beta`, `generally_available`, …
    pub stage: Option<String>,
    /// The vendor's version of it.
    pub version: Option<String>,
    /// When this was read from the vendor.
    #[serde(default)]
    pub fetched_at: Option<Timestamp>,
}

impl Connector {
    /// The one slug of an app that vendors call by different ones, as
    /// [`ConnectorRef::canonical`](crate::ConnectorRef::canonical) has it.
    pub fn canonical(&self) -> Option<&'static str> {
        canonical(&self.slug)
    }

    /// A connector of which nothing but its slug is known.
    pub fn new(provider: ProviderName, vendor: Vendor, slug: impl Into<String>) -> Self {
        Self {
            provider,
            vendor,
            slug: slug.into(),
            id: None,
            name: None,
            description: None,
            category: None,
            icon_url: None,
            auth_kind: None,
            form_fields: None,
            scopes: None,
            connected: None,
            available: None,
            stage: None,
            version: None,
            fetched_at: None,
        }
    }
}

impl Serialize for Connector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        macro_rules! fields {
            ($($name:ident),* $(,)?) => {{
                let count = [$(stringify!($name)),*].len() + 4;
                let mut out = serializer.serialize_struct("Connector", count)?;
                out.serialize_field("provider", &self.provider)?;
                out.serialize_field("vendor", &self.vendor)?;
                out.serialize_field("slug", &self.slug)?;
                out.serialize_field("canonical", &self.canonical())?;
                $(out.serialize_field(stringify!($name), &self.$name)?;)*
                out.end()
            }};
        }
        fields!(
            id,
            name,
            description,
            category,
            icon_url,
            auth_kind,
            form_fields,
            scopes,
            connected,
            available,
            stage,
            version,
            fetched_at,
        )
    }
}
