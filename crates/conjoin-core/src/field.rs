//! The facts of a connection by name: what expressions compare, columns show and sorting orders by.

use std::borrow::Cow;

use crate::words::words;
use crate::{Authorization, Connection, Enabled, HealthState, Status, Timestamp};

words! {
    /// A fact of a connection by its name. The path that the fact has in JSON names it as well.
    ///
    /// Some facts may have several values ([`Connector`](Self::Connector), [`Name`](Self::Name),
    /// [`Account`](Self::Account), [`Tag`](Self::Tag), …); a comparison holds where it holds for one of them.
    pub enum Field {
        /// `provider:id`.
        Urn = "urn",
        /// The configured provider.
        Provider = "provider",
        /// The vendor behind it.
        Vendor = "vendor",
        /// The vendor's id.
        Id = "id",
        /// Any of the other ids that the vendor gives it.
        OtherId = "other_id" | "other_ids",
        /// The connector: the vendor's slug, or the canonical one.
        Connector = "connector" | "connector.slug",
        /// The connector's canonical slug.
        Canonical = "connector.canonical" | "canonical",
        /// The connector's name for people.
        ConnectorName = "connector.name" | "connector_name",
        /// The connector's category.
        Category = "category" | "connector.category",
        /// The vendor's id of the integration behind it.
        Instance = "instance" | "connector_instance",
        /// The name that its user chose, or what the vendor shows.
        Name = "name",
        /// What the vendor shows.
        DisplayName = "display_name",
        /// The account: what to show of it, its e-mail address, login or id.
        Account = "account",
        /// The account's e-mail address.
        AccountEmail = "account.email",
        /// The account's login name.
        AccountLogin = "account.login",
        /// The third party's id of the account.
        AccountId = "account.external_id" | "account.id",
        /// What to show of the account.
        AccountDisplay = "account.display",
        /// The owner, as `kind:id`, or as much of it as is told.
        Owner = "owner",
        /// The kind of owner.
        OwnerKind = "owner.kind" | "owner_kind",
        /// The owner's id.
        OwnerId = "owner.id" | "owner_id",
        /// The scope around the owner.
        OwnerTenant = "owner.tenant" | "tenant",
        /// The derived status.
        Status = "status",
        /// The switch: `true` or `false`.
        Enabled = "enabled",
        /// Whether it is deleted or archived: `true` or `false`.
        Removed = "removed",
        /// Who keeps it from being used.
        BlockedBy = "blocked_by",
        /// Whether the third party honours it.
        Authorization = "authorization",
        /// How well it works.
        Health = "health" | "health.state",
        /// Why it is in its state: the reason's code, or its text.
        Reason = "reason" | "reason.code" | "reason.text",
        /// The vendor's own word for the state.
        RawStatus = "raw_status",
        /// Live or test.
        Environment = "environment",
        /// How it signed in.
        AuthKind = "auth_kind",
        /// Any of the granted scopes.
        Scope = "scope" | "scopes",
        /// Any of the tags; one with a value as `key=value`.
        Tag = "tag" | "tags",
        /// When it was made.
        Created = "created" | "created_at",
        /// When its record changed last.
        Updated = "updated" | "updated_at",
        /// When its authorization ends.
        Expires = "expires" | "expires_at",
        /// When it failed last.
        LastError = "last_error" | "last_error_at",
        /// When this was read from the vendor.
        Fetched = "fetched" | "fetched_at",
    }
}

/// What kind of fact a field holds, and so what it can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// An instant.
    Time,
}

/// One value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// A text or word.
    Text(Cow<'a, str>),
    /// A switch.
    Flag(bool),
    /// An instant.
    Time(Timestamp),
}

/// The words of closed sets.
macro_rules! set {
    ($of:ty) => {{
        const WORDS: [&str; <$of>::ALL.len()] = {
            let mut words = [""; <$of>::ALL.len()];
            let mut at = 0;
            while at < words.len() {
                words[at] = <$of>::ALL[at].as_str();
                at += 1;
            }
            words
        };
        Kind::Word(&WORDS)
    }};
}

impl Field {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Status => set!(Status),
            Self::Authorization => set!(Authorization),
            Self::Health => set!(HealthState),
            Self::BlockedBy => set!(crate::BlockedBy),
            Self::Enabled | Self::Removed => Kind::Flag,
            Self::Created | Self::Updated | Self::Expires | Self::LastError | Self::Fetched => Kind::Time,
            _ => Kind::Text,
        }
    }

    /// Whether the fact is the state of the connection, or one that the state is derived from. Some vendors
    /// tell these in one of their lists and not in another.
    pub(crate) fn is_state(self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::BlockedBy
                | Self::Authorization
                | Self::Health
                | Self::Reason
                | Self::RawStatus
                | Self::LastError
        )
    }

    /// Whether the fact is a state that has a word for being unknown.
    pub(crate) fn may_be_unknown(self) -> bool {
        matches!(self, Self::Status | Self::Authorization | Self::Health)
    }

    /// The values of the fact; `None` where the vendor does not tell it, none where it tells that there are
    /// none. An axis that is unknown is not told.
    pub fn of(self, c: &Connection) -> Option<Vec<Fact<'_>>> {
        fn text(text: &(impl AsRef<str> + ?Sized)) -> Fact<'_> {
            Fact::Text(Cow::Borrowed(text.as_ref()))
        }
        fn one(fact: Option<&(impl AsRef<str> + ?Sized)>) -> Option<Vec<Fact<'_>>> {
            fact.map(|fact| vec![text(fact)])
        }
        fn any<'a>(facts: impl IntoIterator<Item = Option<&'a str>>) -> Option<Vec<Fact<'a>>> {
            Some(facts.into_iter().flatten().map(text).collect::<Vec<_>>()).filter(|facts| !facts.is_empty())
        }
        let made = |text: String| vec![Fact::Text(Cow::Owned(text))];
        let time = |at: Option<Timestamp>| at.map(|at| vec![Fact::Time(at)]);
        let known = |known: bool, word: &'static str| known.then(|| vec![text(word)]);
        let (account, owner) = (c.account.as_ref(), c.owner.as_ref());
        match self {
            Self::Urn => Some(made(c.urn().to_string())),
            Self::Provider => one(Some(c.provider.as_str())),
            Self::Vendor => one(Some(c.vendor.as_str())),
            Self::Id => one(Some(c.id.as_str())),
            Self::OtherId => any(c.other_ids.values().map(|id| Some(&**id))),
            Self::Connector => {
                let (slug, canonical) = (c.connector.slug.as_deref(), c.connector.canonical());
                any([slug, canonical.filter(|&canonical| slug != Some(canonical))])
            }
            Self::Canonical => one(c.connector.canonical()),
            Self::ConnectorName => one(c.connector.name.as_deref()),
            Self::Category => one(c.connector.category.as_deref()),
            Self::Instance => one(c.connector_instance.as_deref()),
            Self::Name => any([c.name.as_deref(), c.display_name.as_deref()]),
            Self::DisplayName => one(c.display_name.as_deref()),
            Self::Account => {
                let a = account?;
                any([a.display.as_deref(), a.email.as_deref(), a.login.as_deref(), a.external_id.as_deref()])
            }
            Self::AccountEmail => one(account?.email.as_deref()),
            Self::AccountLogin => one(account?.login.as_deref()),
            Self::AccountId => one(account?.external_id.as_deref()),
            Self::AccountDisplay => one(account?.display.as_deref()),
            Self::Owner => owner.map(ToString::to_string).filter(|owner| !owner.is_empty()).map(made),
            Self::OwnerKind => one(owner?.kind.as_ref().map(crate::OwnerKind::as_str)),
            Self::OwnerId => one(owner?.id.as_deref()),
            Self::OwnerTenant => one(owner?.tenant.as_deref()),
            Self::Status => known(c.status() != Status::Unknown, c.status().as_str()),
            Self::Enabled => {
                (c.enabled != Enabled::Unknown).then(|| vec![Fact::Flag(c.enabled == Enabled::Enabled)])
            }
            Self::Removed => Some(vec![Fact::Flag(c.removed)]),
            Self::BlockedBy => one(c.blocked_by.map(crate::BlockedBy::as_str)),
            Self::Authorization => known(c.authorization != Authorization::Unknown, c.authorization.as_str()),
            Self::Health => known(c.health.state != HealthState::Unknown, c.health.state.as_str()),
            Self::Reason => {
                let reason = c.reason.as_ref()?;
                any([reason.code.as_deref(), reason.text.as_deref()])
            }
            Self::RawStatus => one(c.raw_status.as_deref()),
            Self::Environment => one(c.environment.as_ref().map(crate::Environment::as_str)),
            Self::AuthKind => one(c.auth_kind.as_ref().map(crate::AuthKind::as_str)),
            Self::Scope => c.scopes.as_ref().map(|scopes| scopes.iter().map(text).collect()),
            Self::Tag => {
                let tags = c.tags.as_ref()?;
                Some(tags.iter().map(|tag| Fact::Text(Cow::Owned(tag.to_string()))).collect())
            }
            Self::Created => time(c.created_at),
            Self::Updated => time(c.updated_at),
            Self::Expires => time(c.expires_at),
            Self::LastError => time(c.last_error_at),
            Self::Fetched => time(c.fetched_at),
        }
    }
}
