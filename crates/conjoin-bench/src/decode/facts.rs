//! What both baselines end with: a vendor's facts, owned, made into a connection.

use conjoin::{
    Account, Authorization, BlockedBy, Connection, ConnectionId, Environment, Health, HealthState, Owner,
    OwnerKind, ProviderInfo, Reason, Tags, Timestamp,
};

pub(super) struct Pica {
    pub(super) id: String,
    pub(super) key: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) platform_version: Option<String>,
    pub(super) name: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) identity: Option<String>,
    pub(super) identity_type: Option<String>,
    pub(super) state: Option<String>,
    pub(super) active: Option<bool>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) created_at: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) version: Option<String>,
    pub(super) description: Option<String>,
}

pub(super) fn pica(info: &ProviderInfo, row: Pica) -> Connection {
    let mut c = info.connection(ConnectionId::new(row.id).expect("an id"));
    c.other_ids.extend(row.key.map(|key| ("key".into(), key.into())));
    c.display_name = row.name.clone().or_else(|| row.platform.clone()).map(Into::into);
    c.connector.slug = row.platform.map(Into::into);
    c.connector.version = row.platform_version.map(Into::into);
    c.name = row.name.map(Into::into);
    c.owner = Owner::told(row.identity_type.as_deref().map(OwnerKind::from), row.identity.map(Into::into));
    c.environment = row.environment.as_deref().map(Environment::from);
    c.tags = row.tags.map(|tags| tags.iter().map(String::as_str).collect::<Tags>());
    if let Some(on) = row.active {
        c.enabled = on.into();
        c.blocked_by = (!on).then_some(BlockedBy::Unknown);
    }
    match row.state.as_deref() {
        Some("operational") => {
            c.health = Health::reported(HealthState::Healthy);
            c.authorization = Authorization::Authorized;
        }
        Some("degraded") => c.health = Health::reported(HealthState::Degraded),
        Some("failed") => {
            c.health = Health::reported(HealthState::Unhealthy);
            c.authorization = Authorization::Invalid;
            c.blocked_by = Some(BlockedBy::Vendor);
        }
        Some(_) => c.health = Health::reported(HealthState::Unknown),
        None => {}
    }
    if let Some(word @ ("degraded" | "failed")) = row.state.as_deref() {
        c.reason = Some(Reason { code: Some(word.into()), ..Reason::default() });
    }
    c.raw_status = row.state.map(Into::into);
    c.created_at = time(row.created_at.as_deref());
    c.extra.set("type", row.kind);
    c.extra.set("version", row.version);
    c.extra.set("description", row.description);
    c
}

pub(super) struct Aitronos {
    pub(super) id: String,
    pub(super) tool: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) account_email: Option<String>,
    pub(super) mcp_configuration_id: Option<String>,
    pub(super) is_active: Option<bool>,
    pub(super) needs_reauth: Option<bool>,
    pub(super) auth_error: Option<String>,
    pub(super) auth_failed_at: Option<String>,
    pub(super) icon_url: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) warning: Option<String>,
    pub(super) last_sync_at: Option<String>,
    pub(super) action_count: Option<u64>,
}

pub(super) fn aitronos(info: &ProviderInfo, organization: &str, row: Aitronos) -> Connection {
    let mut c = info.connection(ConnectionId::new(row.id).expect("an id"));
    c.other_ids.extend(row.mcp_configuration_id.map(|id| ("mcp_configuration_id".into(), id.into())));
    c.connector.slug = row.tool.map(Into::into);
    c.connector.icon_url = row.icon_url.map(Into::into);
    c.display_name = row.display_name.map(Into::into);
    c.account = row.account_email.map(Account::email);
    c.owner = Owner::told(Some(OwnerKind::Organization), Some(organization.into()));
    if let Some(on) = row.is_active {
        c.enabled = on.into();
        c.blocked_by = (!on).then_some(BlockedBy::User);
    }
    c.last_error_at = time(row.auth_failed_at.as_deref());
    match row.needs_reauth {
        Some(true) => {
            let text = row.auth_error.as_deref().unwrap_or_default().to_lowercase();
            c.authorization = if text.contains("expired") {
                Authorization::Expired
            } else if text.contains("revoked") {
                Authorization::Revoked
            } else {
                Authorization::Invalid
            };
            c.health = Health::reported(HealthState::Unhealthy);
            c.health.observed_at = c.last_error_at;
        }
        Some(false) => c.authorization = Authorization::Authorized,
        None => {}
    }
    if row.needs_reauth == Some(true) || row.auth_error.is_some() {
        c.reason = Some(Reason {
            code: Some("auth_error".into()),
            text: row.auth_error.map(Into::into),
            user_safe: false,
            since: c.last_error_at,
        });
    }
    c.created_at = time(row.created_at.as_deref());
    c.extra.set("warning", row.warning);
    c.extra.set("last_sync_at", time(row.last_sync_at.as_deref()).map(|at| at.to_string()));
    c.extra.set("action_count", row.action_count);
    c
}

pub(super) struct Toolzz {
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) user: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) integration: Option<String>,
    pub(super) status: Option<bool>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) slug: Option<String>,
    pub(super) connector: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) icon: Option<String>,
    pub(super) connector_status: Option<bool>,
}

pub(super) fn toolzz(info: &ProviderInfo, row: Toolzz) -> Connection {
    let mut c = info.connection(ConnectionId::new(row.id).expect("an id"));
    c.connector.slug = row.slug.map(Into::into);
    c.connector.name = row.connector.map(Into::into);
    c.connector.category = row.kind.map(Into::into);
    c.connector.icon_url = row.icon.map(Into::into);
    c.connector_instance = row.integration.map(Into::into);
    c.display_name = row.name.clone().map(Into::into);
    c.name = row.name.map(Into::into);
    c.owner = Owner::told(row.user.as_ref().map(|_| OwnerKind::User), row.user.map(Into::into));
    if let Some(unit) = row.unit {
        c.owner.get_or_insert_default().tenant = Some(unit.into());
    }
    if let Some(on) = row.status {
        c.enabled = on.into();
    }
    c.blocked_by = match (row.status, row.connector_status) {
        (Some(false), _) => Some(BlockedBy::User),
        (_, Some(false)) => Some(BlockedBy::Connector),
        _ => None,
    };
    c.created_at = time(row.created_at.as_deref());
    c.updated_at = time(row.updated_at.as_deref());
    c
}

fn time(text: Option<&str>) -> Option<Timestamp> {
    text.and_then(Timestamp::read)
}
