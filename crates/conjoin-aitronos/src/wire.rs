//! What Aitronos sends, field by field.

use conjoin_http::{Many, Maybe, Scalar};
use serde::Deserialize;

/// A row of either list: `ConnectionInfo` (by tool) or `ConnectorResponse` (all). Their fields differ, and
/// older answers have fewer of them.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct ConnectionRow<'a> {
    /// By tool: the credential's id.
    pub(crate) id: Scalar<'a>,
    /// All: the credential's id; absent in older answers.
    pub(crate) credential_id: Scalar<'a>,
    /// All: the same value today, `pcon_…` in older answers.
    pub(crate) connector_id: Scalar<'a>,
    pub(crate) tool_key: Scalar<'a>,
    /// All: the tool key under another name.
    pub(crate) connector_type: Scalar<'a>,
    pub(crate) display_name: Scalar<'a>,
    pub(crate) credential_name: Scalar<'a>,
    pub(crate) account_email: Scalar<'a>,
    /// By tool: the external connection, `ca_…`; it addresses nothing here.
    pub(crate) connection_id: Scalar<'a>,
    pub(crate) mcp_configuration_id: Scalar<'a>,
    pub(crate) is_active: Scalar<'a>,
    pub(crate) needs_reauth: Scalar<'a>,
    pub(crate) auth_error: Scalar<'a>,
    pub(crate) auth_failed_at: Scalar<'a>,
    pub(crate) warning: Scalar<'a>,
    pub(crate) icon_url: Scalar<'a>,
    pub(crate) action_count: Scalar<'a>,
    pub(crate) last_sync_at: Scalar<'a>,
    pub(crate) created_at: Scalar<'a>,
}

/// The answer to a toggle, rename or delete; each has some of the fields.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Confirmation<'a> {
    pub(crate) id: Scalar<'a>,
    pub(crate) is_active: Scalar<'a>,
    pub(crate) credential_name: Scalar<'a>,
    pub(crate) deleted: Scalar<'a>,
}

/// `CredentialHealth`.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct HealthAnswer<'a> {
    /// healthy, unhealthy or unknown; the vendor's own example says `active`, which is the switch.
    pub(crate) status: Scalar<'a>,
    pub(crate) is_active: Scalar<'a>,
    /// Untyped; likely ACTIVE, EXPIRED, INITIATED.
    pub(crate) connection_status: Scalar<'a>,
    pub(crate) needs_reauth: Scalar<'a>,
    pub(crate) reason: Scalar<'a>,
    pub(crate) last_checked_at: Scalar<'a>,
}

/// `ConnectorInfo`: a row of the catalogue, and the details of one.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct CatalogueRow<'a> {
    pub(crate) id: Scalar<'a>,
    pub(crate) tool_key: Scalar<'a>,
    pub(crate) display_name: Scalar<'a>,
    pub(crate) description: Scalar<'a>,
    pub(crate) category: Scalar<'a>,
    pub(crate) icon_url: Scalar<'a>,
    /// Not derived from `connection_id`, nor the other way: the vendor's example has one without the other.
    pub(crate) is_connected: Scalar<'a>,
    pub(crate) release_channel: Scalar<'a>,
    pub(crate) auth_type: Scalar<'a>,
    pub(crate) requirements: Many<Maybe<Requirement<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Requirement<'a> {
    pub(crate) label: Scalar<'a>,
    pub(crate) description: Scalar<'a>,
}
