//! What Toolzz sends, field by field, without its secrets.

use conjoin_http::{Many, Maybe, Scalar};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An element of a list of credentials, or the answer to an update: flat, or a pair of record and
/// integration.
///
/// `credentials` is the record in a pair, and the *secret payload* in a flat element. Which of them it is,
/// the rest of the element tells. So its bytes are left where they are until that is known, and for good
/// where it is the payload.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(crate) struct Row<'a> {
    pub(crate) id: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
    pub(crate) user_id: Scalar<'a>,
    pub(crate) unity_id: Scalar<'a>,
    pub(crate) integration_id: Scalar<'a>,
    pub(crate) status: Scalar<'a>,
    pub(crate) created_at: Scalar<'a>,
    pub(crate) updated_at: Scalar<'a>,
    pub(crate) integration: Maybe<Integration<'a>>,
    #[serde(borrow)]
    credentials: Option<&'a RawValue>,
}

impl Row<'_> {
    /// The record, and its integration, in either shape. The path leads to the record's fields.
    pub(crate) fn record(self) -> (Self, &'static str) {
        let own = [&self.id, &self.name, &self.user_id, &self.unity_id, &self.integration_id, &self.status];
        match pair::<Self>(&own, self.credentials) {
            Some(mut record) => {
                record.integration = self.integration;
                (record, "credentials.")
            }
            None => (self, ""),
        }
    }
}

/// The record of a pair: what stands in `credentials`, where the element has no field of a record itself.
fn pair<'a, R: Deserialize<'a>>(own: &[&Scalar<'_>], credentials: Option<&'a RawValue>) -> Option<R> {
    let is_pair = own.iter().all(|field| field.is_absent());
    let raw = credentials.filter(|raw| is_pair && raw.get().starts_with('{'))?;
    serde_json::from_str(raw.get()).ok()
}

/// The same record, read for writing it back: the only place where `secretId` is looked at, because an
/// update without it may detach the secret.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(crate) struct Stored<'a> {
    id: Scalar<'a>,
    name: Scalar<'a>,
    user_id: Scalar<'a>,
    unity_id: Scalar<'a>,
    integration_id: Scalar<'a>,
    secret_id: Scalar<'a>,
    status: Scalar<'a>,
    #[serde(borrow)]
    credentials: Option<&'a RawValue>,
}

/// The body of an update, which replaces the record.
#[derive(Serialize)]
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

impl Stored<'_> {
    pub(crate) fn record(self) -> Self {
        let own = [&self.id, &self.name, &self.user_id, &self.unity_id, &self.integration_id, &self.status];
        pair(&own, self.credentials).unwrap_or(self)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.id.text()
    }

    /// `None` where a field is missing that the vendor requires.
    pub(crate) fn update(&self) -> Option<Update> {
        Some(Update {
            name: self.name.owned()?,
            user_id: self.user_id.owned()?,
            unity_id: self.unity_id.owned()?,
            integration_id: self.integration_id.owned()?,
            secret_id: self.secret_id.owned(),
            status: self.status.flag()?,
        })
    }
}

/// The configured app behind a credential, and an element of the catalogue. `validationEndpoint` is an
/// address to send secrets to; it is not read.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Integration<'a> {
    pub(crate) id: Scalar<'a>,
    pub(crate) name: Scalar<'a>,
    /// The category.
    #[serde(rename = "type")]
    pub(crate) kind: Scalar<'a>,
    pub(crate) status: Scalar<'a>,
    pub(crate) slug: Scalar<'a>,
    pub(crate) form: Many<Maybe<Field<'a>>>,
    pub(crate) icon: Maybe<Icon<'a>>,
}

/// A field of the form that connects an integration. Two of its names are misspelt on some pages.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(crate) struct Field<'a> {
    pub(crate) name: Scalar<'a>,
    pub(crate) label: Scalar<'a>,
    #[serde(rename = "type")]
    pub(crate) kind: Scalar<'a>,
    pub(crate) required: Scalar<'a>,
    pub(crate) max_length: Scalar<'a>,
    pub(crate) max_lenght: Scalar<'a>,
    pub(crate) description: Scalar<'a>,
    pub(crate) descrition: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Icon<'a> {
    pub(crate) url: Scalar<'a>,
}

/// An element of the catalogue: the integration under a plural name with its icon beside it; or flat.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct CatalogueRow<'a> {
    integrations: Maybe<Integration<'a>>,
    integration: Maybe<Integration<'a>>,
    icon: Maybe<Icon<'a>>,
    id: Scalar<'a>,
    name: Scalar<'a>,
    #[serde(rename = "type")]
    kind: Scalar<'a>,
    status: Scalar<'a>,
    slug: Scalar<'a>,
    form: Many<Maybe<Field<'a>>>,
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
