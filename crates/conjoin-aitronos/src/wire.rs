//! What Aitronos sends.

conjoin_http::wire! {
    /// A row of either list: `ConnectionInfo` (by tool) or `ConnectorResponse` (all). Their fields differ, and
    /// older answers have fewer of them.
    struct ConnectionRow {
        /// By tool: the credential's id.
        id,
        /// All: the credential's id; absent in older answers.
        credential_id,
        /// All: the same value today, `pcon_…` in older answers.
        connector_id,
        tool_key,
        /// All: the tool key under another name.
        connector_type,
        display_name, credential_name, account_email,
        /// By tool: the external connection, `ca_…`; it addresses nothing here.
        connection_id,
        mcp_configuration_id, is_active,
        needs_reauth, auth_error, auth_failed_at, warning,
        icon_url, action_count, last_sync_at, created_at,
    }

    /// The answer to a toggle, rename or delete; each has some of the fields.
    struct Confirmation { id, is_active, credential_name, deleted }

    /// `CredentialHealth`.
    struct HealthAnswer {
        /// healthy, unhealthy or unknown; the vendor's own example says `active`, which is the switch.
        status,
        is_active,
        /// Untyped; likely ACTIVE, EXPIRED, INITIATED.
        connection_status,
        needs_reauth, reason, last_checked_at,
    }

    /// `CredentialTest`. A test that failed is a success that says so.
    struct TestAnswer { success, message, tested_at }

    /// `ConnectorInfo`: a row of the catalogue, and the details of one.
    struct CatalogueRow {
        id, tool_key, display_name, description, category, icon_url,
        /// Not derived from `connection_id`, nor the other way: the vendor's example has one without the other.
        is_connected,
        release_channel, auth_type,
        requirements: many Requirement,
    }

    struct Requirement { label, description }
}
