//! A connection of the emulated Pica, and the shapes in which its dialects show it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use super::PicaDialect;
use super::catalogue::{PLATFORMS, Platform};
use crate::emulator::clock::{self, Nanos, SECOND};
use crate::emulator::dice::{self, Dice, Recipe};
use crate::emulator::store::Row;

/// The two environments; a key sees only its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Environment {
    Test,
    Live,
}

impl Environment {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Test => Self::Live,
            Self::Live => Self::Test,
        }
    }

    /// What tells the generated rows of the environments apart.
    fn salt(self) -> u64 {
        match self {
            Self::Test => 0,
            Self::Live => 0x11FE,
        }
    }

    /// The recipe for this environment's rows.
    pub(super) fn recipe(self, recipe: &Recipe) -> Recipe {
        Recipe { seed: recipe.seed ^ self.salt(), ..recipe.clone() }
    }
}

/// One connection, whatever the dialect.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) uuid: u128,
    /// The instant inside the older kind of id.
    pub(super) minted: Nanos,
    pub(super) platform: &'static Platform,
    pub(super) platform_version: &'static str,
    pub(super) name: Option<String>,
    /// The key after its environment and platform: `default::46f7…`.
    pub(super) key_tail: String,
    pub(super) identity: Option<String>,
    pub(super) identity_type: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) state: String,
    pub(super) active: bool,
    pub(super) created: Nanos,
    /// Deleted rows stay in the open-source server, unlisted.
    pub(super) deleted: bool,
}

/// A connection as a dialect shows it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Shown<'a> {
    V2(V2Row<'a>),
    Value(Value),
}

impl Shown<'_> {
    pub(super) fn value(self) -> Value {
        match self {
            // Of texts and switches alone there is always a value.
            Self::V2(row) => serde_json::to_value(row).unwrap_or_default(),
            Self::Value(value) => value,
        }
    }
}

/// What load is made of: written as it is, without a value between.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct V2Row<'a> {
    id: String,
    platform_version: &'a str,
    name: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    key: String,
    environment: &'static str,
    platform: &'static str,
    identity: Option<&'a str>,
    identity_type: &'a str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    tags: &'a [String],
    version: &'static str,
    active: bool,
    created_at: String,
}

/// What v2 shows, and finds, where a row has no identity type.
pub(super) const UNTYPED: &str = "user";

/// What a list asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter {
    pub(super) keys: Option<Vec<String>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) all_tags: bool,
    pub(super) platform: Option<String>,
    pub(super) platform_version: Option<String>,
    pub(super) name: Option<String>,
    pub(super) identity: Option<String>,
    pub(super) identity_type: Option<String>,
    /// What a row without an identity type counts as.
    pub(super) untyped: Option<&'static str>,
    pub(super) active: Option<bool>,
    /// The open-source server's filters on any field.
    pub(super) fields: Vec<super::legacy::FieldFilter>,
    /// The environment as the keys spell it.
    pub(super) environment: Option<Environment>,
}

impl Connection {
    /// A new connection with nothing against it. Its key names no identity.
    pub(super) fn new(uuid: u128, suffix: u128, platform: &'static Platform, created: Nanos) -> Self {
        let suffix = dice::hex(suffix);
        Self {
            uuid,
            minted: created,
            platform,
            platform_version: "1.0.0",
            name: None,
            key_tail: format!("default::{suffix}"),
            // Without an identity the server fills in the group.
            identity: Some(suffix),
            identity_type: None,
            tags: Vec::new(),
            state: "operational".to_owned(),
            active: true,
            created,
            deleted: false,
        }
    }

    /// Makes the connection somebody's, which its key tells too.
    pub(super) fn owned_by(mut self, identity: &str, identity_type: &str) -> Self {
        let spelled = identity.replace([' ', ':'], "-");
        self.key_tail = format!("{}|{spelled}", self.key_tail);
        self.identity = Some(identity.to_owned());
        self.identity_type = Some(identity_type.to_owned());
        self
    }

    pub(super) fn key(&self, environment: Environment) -> String {
        format!("{}::{}::{}", environment.word(), self.platform.slug, self.key_tail)
    }

    /// The id in the dialect's form.
    pub(super) fn shown_id(&self, dialect: PicaDialect) -> String {
        match dialect {
            PicaDialect::Legacy => legacy_id("conn", self.minted, self.uuid),
            _ => self.id(),
        }
    }

    /// A row of the list, and the answer of get.
    pub(super) fn row(&self, dialect: PicaDialect, environment: Environment) -> Shown<'_> {
        match dialect {
            PicaDialect::Legacy => Shown::Value(self.legacy_row(environment)),
            PicaDialect::V2 => Shown::V2(self.v2_row(environment, true)),
            PicaDialect::V2NoState => Shown::V2(self.v2_row(environment, false)),
            PicaDialect::One => Shown::Value(self.one_row(environment)),
        }
    }

    fn v2_row(&self, environment: Environment, with_state: bool) -> V2Row<'_> {
        V2Row {
            id: self.id(),
            platform_version: self.platform_version,
            name: self.name.as_deref(),
            kind: self.platform.kind(),
            key: self.key(environment),
            environment: environment.word(),
            platform: self.platform.slug,
            identity: self.identity.as_deref(),
            identity_type: self.identity_type.as_deref().unwrap_or(UNTYPED),
            description: self.platform.description,
            state: with_state.then_some(&*self.state),
            tags: &self.tags,
            version: "1.0.0",
            active: self.active,
            created_at: clock::micros(self.created),
        }
    }

    fn one_row(&self, environment: Environment) -> Value {
        json!({
            "id": self.id(),
            "connector": self.platform.name,
            "platformVersion": self.platform_version,
            "name": self.name,
            "title": self.platform.name,
            "type": self.platform.kind(),
            "key": self.key(environment),
            "environment": environment.word(),
            "platform": self.platform.slug,
            "identity": self.identity,
            "identityType": self.identity_type,
            "description": self.platform.description,
            "image": self.platform.image(),
            "version": "1.0.0",
            "state": self.state,
            "tags": self.tags,
            "active": self.active,
        })
    }

    fn legacy_row(&self, environment: Environment) -> Value {
        let kind = self.platform.kind();
        let millis = self.created / 1_000_000;
        let mut row = json!({
            "_id": self.shown_id(PicaDialect::Legacy),
            "platformVersion": self.platform_version,
            "name": self.name,
            "type": {(kind): {}},
            "key": self.key(environment),
            "environment": environment.word(),
            "platform": self.platform.slug,
            "identity": self.identity,
            "identityType": self.identity_type,
            "description": self.platform.description,
            "createdAt": millis,
            "updatedAt": millis,
            "updated": false,
            "version": "1.0.0",
            "lastModifiedBy": "system",
            "deleted": self.deleted,
            "active": self.active,
            "deprecated": false,
        });
        if !self.tags.is_empty() {
            row["tags"] = json!(self.tags);
        }
        row
    }
}

/// An id of the older kind: `conn::<time>::<uuid>`.
pub(super) fn legacy_id(prefix: &str, minted: Nanos, uuid: u128) -> String {
    let time = URL_SAFE_NO_PAD.encode(minted.to_be_bytes());
    format!("{prefix}::{time}::{}", URL_SAFE_NO_PAD.encode(uuid.to_be_bytes()))
}

/// The UUID in an id of the older kind, `conn::<time>::<uuid>`.
pub(super) fn legacy_uuid(id: &str) -> Option<u128> {
    let mut parts = id.split("::");
    let (prefix, _, uuid) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(uuid).ok()?;
    let known = prefix == "conn" && parts.next().is_none();
    known.then(|| bytes.try_into().ok().map(u128::from_be_bytes)).flatten()
}

const IDENTITY_TYPES: &[&str] = &["user", "team", "organization", "project"];
const TAGS: &[&str] = &["new-user", "main", "billing", "emea", "trial", "vip"];

impl Row for Connection {
    type Filter = Filter;

    fn generate(recipe: &Recipe, index: u64) -> Self {
        let mut dice = Dice::new(recipe.seed ^ 0x91CA, index);
        let back = i64::try_from(index + 1).unwrap_or_default() * 37 * SECOND;
        let created = clock::START - back - i64::try_from(dice.below(1_000_000)).unwrap_or_default() * 1_000;
        let uuid = dice::row_uuid(recipe.seed, index);
        let mut row = Self::new(uuid, dice.uuid(), dice::nth(PLATFORMS, index), created);
        if dice.chance(85) {
            let identity_type = *dice.pick(IDENTITY_TYPES);
            // Some owners hold more than one connection.
            row = row.owned_by(&format!("{identity_type}_{}", dice.below(index / 2 + 1) + 1), identity_type);
        }
        if dice.chance(40) {
            row.tags = vec![(*dice.pick(TAGS)).to_owned()];
        }
        let state = match dice.below(100) {
            0..4 => "failed",
            4..9 => "degraded",
            9..11 => "unknown",
            _ => "operational",
        };
        row.active = state != "failed" && !dice.chance(4);
        state.clone_into(&mut row.state);
        row.platform_version = *dice.pick(&["1.0.0", "1.0.0", "v1", "3"]);
        row
    }

    fn index_of(recipe: &Recipe, id: &str) -> Option<u64> {
        Some(dice::row_index(recipe.seed, dice::parse_uuid(id)?))
    }

    fn id(&self) -> String {
        dice::uuid_text(self.uuid)
    }

    fn matches(&self, filter: &Filter) -> bool {
        let same = |asked: &Option<String>, has: Option<&str>| {
            asked.as_deref().is_none_or(|asked| has == Some(asked))
        };
        let environment = filter.environment.unwrap_or(Environment::Test);
        !self.deleted
            && filter.active.is_none_or(|active| active == self.active)
            && same(&filter.platform, Some(self.platform.slug))
            && same(&filter.platform_version, Some(self.platform_version))
            && same(&filter.name, self.name.as_deref())
            && same(&filter.identity, self.identity.as_deref())
            && same(&filter.identity_type, self.identity_type.as_deref().or(filter.untyped))
            && filter.tags.as_ref().is_none_or(|tags| self.is_tagged(tags, filter.all_tags))
            && filter.keys.as_ref().is_none_or(|keys| keys.contains(&self.key(environment)))
            && (filter.fields.is_empty() || {
                let row = self.legacy_row(environment);
                filter.fields.iter().all(|field| field.accepts(&row))
            })
    }
}

impl Connection {
    fn is_tagged(&self, tags: &[String], all: bool) -> bool {
        if all {
            tags.iter().all(|tag| self.tags.contains(tag))
        } else {
            tags.iter().any(|tag| self.tags.contains(tag))
        }
    }
}
