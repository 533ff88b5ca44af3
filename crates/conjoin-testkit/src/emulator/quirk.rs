//! Second readings: where a vendor's documents allow two answers, or show an odd one, the emulator can give the other.

use std::str::FromStr;

/// A switch for one choice that the vendors' documents leave open, or for one oddity that they show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// Aitronos: "list all" without the trailing slash answers 307 to the path with it, as its framework does.
    RedirectToSlash,
    /// Aitronos: "list all" with the trailing slash answers 307 to the path without it.
    RedirectFromSlash,
    /// Aitronos: a request that does not validate gets the vendor's envelope instead of the framework's `detail` list.
    ValidationEnvelope,
    /// Aitronos: the catalogue says `is_connected: false` beside a `connection_id`, as the documented example does.
    StrayConnectionId,
    /// Aitronos: every third connection belongs to another application, which hides it from the list by tool.
    OtherApplication,
    /// Pica: a row must carry all the tags asked for, not any of them.
    AllTags,
    /// Pica, dialect `one`: the list honours `active` and its default `true`, as v2 does.
    ActiveOnOne,
    /// Pica: `total` counts rows that the list drops, as the open-source server does.
    InflatedTotal,
    /// Toolzz: creating answers 201 instead of 200.
    CreatedStatus,
    /// Toolzz: an empty list answers 404.
    EmptyIsNotFound,
    /// Toolzz: listing by an unknown type answers 400.
    UnknownTypeIsBadRequest,
    /// Toolzz: `DELETE /credential/{id}`, which no document mentions, deletes and answers a `message`.
    DeleteCredential,
    /// Toolzz: the `credentials` payload of records holds a decoy secret.
    DecoySecret,
    /// Toolzz: updating without `secretId` clears the stored one.
    PutClearsSecret,
    /// Every vendor: the first rows of each list break the documented types or use words that no document knows.
    OddRows,
}

const WORDS: &[(Quirk, &str)] = &[
    (Quirk::RedirectToSlash, "redirect-to-slash"),
    (Quirk::RedirectFromSlash, "redirect-from-slash"),
    (Quirk::ValidationEnvelope, "validation-envelope"),
    (Quirk::StrayConnectionId, "stray-connection-id"),
    (Quirk::OtherApplication, "other-application"),
    (Quirk::AllTags, "all-tags"),
    (Quirk::ActiveOnOne, "active-on-one"),
    (Quirk::InflatedTotal, "inflated-total"),
    (Quirk::CreatedStatus, "created-status"),
    (Quirk::EmptyIsNotFound, "empty-is-not-found"),
    (Quirk::UnknownTypeIsBadRequest, "unknown-type-is-bad-request"),
    (Quirk::DeleteCredential, "delete-credential"),
    (Quirk::DecoySecret, "decoy-secret"),
    (Quirk::PutClearsSecret, "put-clears-secret"),
    (Quirk::OddRows, "odd-rows"),
];

impl FromStr for Quirk {
    type Err = UnknownQuirk;

    /// Reads a quirk's name in kebab case, such as `odd-rows`.
    fn from_str(text: &str) -> Result<Self, UnknownQuirk> {
        let found = WORDS.iter().find(|(_, word)| *word == text);
        found.map(|(quirk, _)| *quirk).ok_or_else(|| UnknownQuirk { text: text.to_owned() })
    }
}

/// A name that is no quirk's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no quirk is called {text:?}")]
pub struct UnknownQuirk {
    text: String,
}

/// The quirks that are switched on.
#[derive(Clone, Debug, Default)]
pub(super) struct Quirks(Vec<Quirk>);

impl Quirks {
    pub(super) fn add(&mut self, quirk: Quirk) {
        self.0.push(quirk);
    }

    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.0.contains(&quirk)
    }
}
