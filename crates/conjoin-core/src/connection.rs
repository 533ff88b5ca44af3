//! The unified connection.

use std::fmt;
use std::str::FromStr;

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::canonical::canonical;
use crate::id::Written;
use crate::status::Facts;
use crate::{
    AuthKind, Authorization, BlockedBy, ConnectionId, Enabled, Extra, Health, InvalidId, Named, ProviderName,
    Reason, Rule, Status, Tags, Text, Timestamp, Urn, Vendor,
};

/// A vendor-held authorisation to act on one connector for one owner.
///
/// Facts are public fields; `None` (and the axes' `Unknown`) means that the vendor does not tell.
/// The [`status`](Self::status) is derived from the facts, never stored.
///
/// **In JSON** every field is there, in snake case, and what is not told is `null`. `urn` and `status` are
/// added; reading ignores both, so that they cannot disagree with the facts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Connection {
    /// The configured provider that gave it.
    pub provider: ProviderName,
    /// The vendor behind the provider.
    pub vendor: Vendor,
    /// The vendor's id: the one that addresses operations.
    pub id: ConnectionId,
    /// Other ids that the vendor gives it, by the vendor's name for them.
    #[serde(default)]
    pub other_ids: Named<Text>,
    /// The app that it reaches.
    #[serde(default)]
    pub connector: ConnectorRef,
    /// The vendor's id of the configured integration behind it, where that is apart from the connector.
    #[serde(default)]
    pub connector_instance: Option<Text>,
    /// The name that its user chose.
    #[serde(default)]
    pub name: Option<Text>,
    /// What to show: the vendor's label, which it may have derived from the name or from the connector.
    #[serde(default)]
    pub display_name: Option<Text>,
    /// The account at the third party. Personal data.
    #[serde(default)]
    pub account: Option<Account>,
    /// Who it belongs to.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// Whether the vendor says that it is deleted or archived.
    #[serde(default)]
    pub removed: bool,
    /// Its own switch.
    #[serde(default)]
    pub enabled: Enabled,
    /// Who keeps it from being used, if anybody does.
    #[serde(default)]
    pub blocked_by: Option<BlockedBy>,
    /// Whether the third party honours it.
    #[serde(default)]
    pub authorization: Authorization,
    /// How well it works, and how that is known.
    #[serde(default)]
    pub health: Health,
    /// Why it is in its state.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// The vendor's own word for the state, unchanged. A plain on/off switch has no word.
    #[serde(default)]
    pub raw_status: Option<Text>,
    /// Live or test.
    #[serde(default)]
    pub environment: Option<Environment>,
    /// How it signed in.
    #[serde(default)]
    pub auth_kind: Option<AuthKind>,
    /// Granted scopes; `None` is "not told", empty is "none".
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Tags; `None` is "not told", empty is "none".
    #[serde(default)]
    pub tags: Option<Tags>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When its record changed last.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// When its authorization ends.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// When it failed last.
    #[serde(default)]
    pub last_error_at: Option<Timestamp>,
    /// When this was read from the vendor.
    #[serde(default)]
    pub fetched_at: Option<Timestamp>,
    /// Facts of the vendor without a place above: non-secret, chosen by the adapter one by one.
    #[serde(default)]
    pub extra: Extra,
    /// Which field of the vendor each fact was read from, for [`explain`](Self::explain). Not in JSON.
    #[serde(skip)]
    pub sources: Sources,
}

/// Pairs of a fact's name here and the vendor's field that it was read from.
pub type Sources = &'static [(&'static str, &'static str)];

impl Connection {
    /// A connection of which nothing but its id is known.
    pub fn new(provider: ProviderName, vendor: Vendor, id: ConnectionId) -> Self {
        Self {
            provider,
            vendor,
            id,
            other_ids: Named::default(),
            connector: ConnectorRef::default(),
            connector_instance: None,
            name: None,
            display_name: None,
            account: None,
            owner: None,
            removed: false,
            enabled: Enabled::Unknown,
            blocked_by: None,
            authorization: Authorization::Unknown,
            health: Health::default(),
            reason: None,
            raw_status: None,
            environment: None,
            auth_kind: None,
            scopes: None,
            tags: None,
            created_at: None,
            updated_at: None,
            expires_at: None,
            last_error_at: None,
            fetched_at: None,
            extra: Extra::default(),
            sources: &[],
        }
    }

    /// `provider:id`, which names it anywhere.
    pub fn urn(&self) -> Urn {
        Urn::new(self.provider.clone(), self.id.clone())
    }

    /// One word for its state, by [`Rule`].
    pub fn status(&self) -> Status {
        self.decide().1
    }

    pub(crate) fn decide(&self) -> (Rule, Status) {
        Rule::decide(Facts {
            removed: self.removed,
            enabled: self.enabled,
            blocked_by: self.blocked_by,
            authorization: self.authorization,
            health: self.health,
        })
    }
}

impl Serialize for Connection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        macro_rules! fields {
            ($($name:ident),* $(,)?) => {{
                let count = [$(stringify!($name)),*].len() + 2;
                let mut out = serializer.serialize_struct("Connection", count)?;
                out.serialize_field("urn", &format_args!("{}", Written(&self.provider, &self.id)))?;
                out.serialize_field("status", &self.status())?;
                $(out.serialize_field(stringify!($name), &self.$name)?;)*
                out.end()
            }};
        }
        fields!(
            provider,
            vendor,
            id,
            other_ids,
            connector,
            connector_instance,
            name,
            display_name,
            account,
            owner,
            removed,
            enabled,
            blocked_by,
            authorization,
            health,
            reason,
            raw_status,
            environment,
            auth_kind,
            scopes,
            tags,
            created_at,
            updated_at,
            expires_at,
            last_error_at,
            fetched_at,
            extra,
        )
    }
}

/// The app that a connection reaches, as far as the connection's own record tells.
///
/// **In JSON** the [`canonical`](Self::canonical) slug is added; reading ignores it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConnectorRef {
    /// The vendor's slug: Pica's `platform`, Toolzz's `integration.slug`, Aitronos' tool key.
    pub slug: Option<Text>,
    /// The name for people.
    pub name: Option<Text>,
    /// The vendor's category.
    pub category: Option<Text>,
    /// Where the icon is.
    pub icon_url: Option<Text>,
    /// The vendor's version of the connector.
    pub version: Option<Text>,
}

impl ConnectorRef {
    /// The one slug of an app that vendors call by different ones (`gmail`, `google-mail`), from a reviewed
    /// table: the file `connectors.txt` of this crate. `None` where the table does not have the vendor's slug.
    pub fn canonical(&self) -> Option<&'static str> {
        canonical(self.slug.as_deref()?)
    }
}

impl Serialize for ConnectorRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("ConnectorRef", 6)?;
        out.serialize_field("slug", &self.slug)?;
        out.serialize_field("canonical", &self.canonical())?;
        out.serialize_field("name", &self.name)?;
        out.serialize_field("category", &self.category)?;
        out.serialize_field("icon_url", &self.icon_url)?;
        out.serialize_field("version", &self.version)?;
        out.end()
    }
}

/// The account at the third party. Personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Account {
    /// E-mail address.
    pub email: Option<Text>,
    /// Login name.
    pub login: Option<Text>,
    /// The third party's id of the account.
    pub external_id: Option<Text>,
    /// What to show.
    pub display: Option<Text>,
}

impl Account {
    /// An account known by its e-mail address.
    pub fn email(address: impl Into<Text>) -> Self {
        Self { email: Some(address.into()), ..Self::default() }
    }
}

/// Who a connection belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Owner {
    /// What kind of owner; `None` if not told.
    pub kind: Option<OwnerKind>,
    /// The owner's id in the vendor's (or the app's) words.
    pub id: Option<Text>,
    /// The scope around the owner, such as Toolzz's unit.
    pub tenant: Option<Text>,
}

impl Owner {
    /// An owner, unless neither kind nor id is told.
    pub fn told(kind: Option<OwnerKind>, id: Option<Text>) -> Option<Self> {
        (kind.is_some() || id.is_some()).then_some(Self { kind, id, tenant: None })
    }
}

impl fmt::Display for Owner {
    /// Writes `kind:id`, `kind:` or `id`, whichever is told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = &self.kind {
            write!(f, "{kind}:")?;
        }
        f.write_str(self.id.as_deref().unwrap_or_default())
    }
}

impl FromStr for Owner {
    type Err = InvalidId;

    /// Reads `user:42`, `user:` or `42`. What stands before a colon and is no known kind belongs to the id.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let kind = |word: &str| {
            Some(OwnerKind::from(&*word.to_lowercase())).filter(|kind| OwnerKind::KNOWN.contains(kind))
        };
        let (kind, id) = match text.split_once(':').map(|(word, id)| (kind(word), id)) {
            _ if text.trim_matches(':').is_empty() => return Err(InvalidId::NotAnOwner),
            None | Some((None, _)) => (None, Some(text.into())),
            Some((kind, "")) => (kind, None),
            Some((kind, id)) => (kind, Some(id.into())),
        };
        Ok(Self { kind, id, tenant: None })
    }
}

/// The kinds of owner. A word that is not known here is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OwnerKind {
    /// One person.
    User,
    /// A team.
    Team,
    /// An organization.
    Organization,
    /// A project.
    Project,
    /// An organizational unit.
    Unit,
    /// The vendor's own word.
    Other(Text),
}

impl OwnerKind {
    /// The kinds that have a word here.
    pub const KNOWN: [Self; 5] = [Self::User, Self::Team, Self::Organization, Self::Project, Self::Unit];

    /// The kind as one word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::User => "user",
            Self::Team => "team",
            Self::Organization => "organization",
            Self::Project => "project",
            Self::Unit => "unit",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for OwnerKind {
    fn from(word: &str) -> Self {
        match word {
            "user" => Self::User,
            "team" => Self::Team,
            "organization" => Self::Organization,
            "project" => Self::Project,
            "unit" => Self::Unit,
            other => Self::Other(other.into()),
        }
    }
}

/// Live or test.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Production data.
    Live,
    /// A sandbox.
    Test,
    /// The vendor's own word.
    Other(Text),
}

impl Environment {
    /// The environment as one word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for Environment {
    fn from(word: &str) -> Self {
        match word {
            "live" => Self::Live,
            "test" => Self::Test,
            other => Self::Other(other.into()),
        }
    }
}

/// Open sets of words: in JSON the word itself.
macro_rules! open_words {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(&*$crate::Text::deserialize(deserializer)?))
            }
        }
    )*};
}
pub(crate) use open_words;

open_words!(OwnerKind, Environment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_owner_are_read_as_they_are_written() {
        for kind in OwnerKind::KNOWN {
            assert_eq!(OwnerKind::from(kind.as_str()), kind);
        }
        assert_eq!(OwnerKind::from("workspace"), OwnerKind::Other("workspace".into()));
    }

    #[test]
    fn owners_are_written_in_three_ways() {
        let read = |text: &str| text.parse::<Owner>().map(|owner| (owner.kind, owner.id));
        assert_eq!(read("user:42"), Ok((Some(OwnerKind::User), Some("42".into()))));
        assert_eq!(read("Team:"), Ok((Some(OwnerKind::Team), None)));
        assert_eq!(read("42"), Ok((None, Some("42".into()))));
        assert_eq!(read("urn:x:42"), Ok((None, Some("urn:x:42".into()))));
        assert_eq!(read("user:a:b"), Ok((Some(OwnerKind::User), Some("a:b".into()))));
        assert!(read("").is_err() && read(":").is_err());
        for written in ["user:42", "team:", "42", "urn:x:42"] {
            assert_eq!(written.parse::<Owner>().unwrap().to_string(), written);
        }
    }
}
