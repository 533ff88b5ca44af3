//! What Toolzz sends, without its secrets.

use conjoin_core::Text;
use conjoin_http::{Maybe, Raw, Scalar};
use serde::{Deserialize, Serialize};

conjoin_http::wire! {
    /// An element of a list of credentials, and the answer to an update: flat, or a pair of record and
    /// integration.
    ///
    /// `credentials` is the record in a pair, and the *secret payload* in a flat element. Which of them it is,
    /// the rest of the element tells. So its bytes are left where they are until that is known, and for good
    /// where it is the payload.
    struct Row in camelCase {
        id, name, user_id, unity_id, integration_id, status, created_at, updated_at,
        integration: maybe Integration,
        credentials: raw,
    }

    /// The same record, read for writing it back: the only place where `secretId` is looked at, because an
    /// update without it may detach the secret.
    struct Stored in camelCase {
        id, name, user_id, unity_id, integration_id, secret_id, status, updated_at,
        credentials: raw,
    }

    /// The configured app behind a credential. `validationEndpoint` is an address to send secrets to; it is
    /// not read.
    struct Integration {
        id, name, status, slug,
        /// The category.
        kind = "type",
        /// An array of `Field`, which only the catalogue looks into.
        form: raw,
        icon: maybe Icon,
    }

    /// A field of the form that connects an integration. Two of its names are misspelt on some pages.
    struct Field in camelCase { name, label, kind = "type", required, max_length, max_lenght, description, descrition }

    struct Icon { url }

    /// An element of the catalogue: the integration under a plural name with its icon beside it; or flat.
    struct CatalogueRow {
        integrations: maybe Integration,
        integration: maybe Integration,
        icon: maybe Icon,
        id, name, kind = "type", status, slug, form: raw,
    }
}

impl Row<'_> {
    /// The record, and its integration, in either shape. The path leads to the record's fields.
    pub(crate) fn record(self) -> (Self, &'static str) {
        let own = [&self.id, &self.name, &self.user_id, &self.unity_id, &self.integration_id, &self.status];
        match pair::<Self>(&own, self.credentials) {
            Some(record) => (Self { integration: self.integration, ..record }, "credentials."),
            None => (self, ""),
        }
    }
}

/// The record of a pair: what stands in `credentials`, where the element has no field of a record itself.
fn pair<'a, R: Deserialize<'a>>(own: &[&Scalar<'_>], credentials: Raw<'a>) -> Option<R> {
    if own.iter().all(|field| field.is_absent()) { credentials.object() } else { None }
}

/// The body of an update, which replaces the record.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Update {
    pub(crate) name: String,
    user_id: String,
    unity_id: String,
    integration_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_id: Option<String>,
    pub(crate) status: bool,
}

/// A record as it was read: what writing it back would say, and when it was changed last.
pub(crate) struct Seen {
    pub(crate) update: Update,
    updated_at: Option<Text>,
}

impl Seen {
    /// The fields that are not as they were. A change and its reversal show in the time alone.
    pub(crate) fn differences(&self, now: &Self) -> Vec<&'static str> {
        let (was, is) = (&self.update, &now.update);
        let fields = [
            ("name", was.name != is.name),
            ("userId", was.user_id != is.user_id),
            ("unityId", was.unity_id != is.unity_id),
            ("integrationId", was.integration_id != is.integration_id),
            ("secretId", was.secret_id != is.secret_id),
            ("status", was.status != is.status),
            ("updatedAt", self.updated_at != now.updated_at),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }
}

impl Stored<'_> {
    pub(crate) fn record(self) -> Self {
        let own = [&self.id, &self.name, &self.user_id, &self.unity_id, &self.integration_id, &self.status];
        pair(&own, self.credentials).unwrap_or(self)
    }

    /// `None` where a field is missing that the vendor requires.
    pub(crate) fn seen(&self) -> Option<Seen> {
        let update = Update {
            name: self.name.owned()?,
            user_id: self.user_id.owned()?,
            unity_id: self.unity_id.owned()?,
            integration_id: self.integration_id.owned()?,
            secret_id: self.secret_id.owned(),
            status: self.status.flag()?,
        };
        Some(Seen { update, updated_at: self.updated_at.raw() })
    }
}

impl<'a> CatalogueRow<'a> {
    /// The integration, in any shape, and the path to its slug.
    pub(crate) fn integration(self) -> (Integration<'a>, &'static str) {
        let Self { integrations, integration, icon, id, name, kind, status, slug, form } = self;
        let (mut found, path) = match (integrations.0, integration.0) {
            (Some(found), _) => (found, "integrations.slug"),
            (None, Some(found)) => (found, "integration.slug"),
            (None, None) => (Integration { id, name, kind, status, slug, form, icon: Maybe(None) }, "slug"),
        };
        if icon.0.is_some() {
            found.icon = icon;
        }
        (found, path)
    }
}
