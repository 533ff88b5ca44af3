//! From Composio's facts to the unified model.

use conjoin_core::{
    AuthKind, Authorization, BlockedBy, Connection, Connector, Enabled, Health, HealthState, Owner,
    OwnerKind, ProviderInfo, Reason, Sources,
};

use super::wire::{Account, Toolkit};

const SOURCES: Sources = &[
    ("enabled", "is_disabled, status"),
    ("blocked_by", "is_disabled, status, auth_config.is_disabled"),
    ("authorization", "status"),
    ("health", "status"),
    ("reason", "status_reason"),
    ("raw_status", "status"),
];

pub(crate) fn connection(
    info: &ProviderInfo,
    row: &Account<'_>,
) -> Result<Connection, (&'static str, String)> {
    let mut c = info.connection(row.id.id().map_err(|why| ("id", why))?);
    c.connector.slug = row.toolkit.0.as_ref().and_then(|toolkit| toolkit.slug.owned());
    c.owner = Owner::told(row.user_id.text().map(|_| OwnerKind::User), row.user_id.owned());
    c.created_at = row.created_at.timestamp();
    c.updated_at = row.updated_at.timestamp();
    c.raw_status = row.status.raw();

    if let Some(off) = row.is_disabled.flag() {
        c.enabled = (!off).into();
    }
    match c.raw_status.as_deref() {
        Some("INITIALIZING" | "INITIATED") => c.authorization = Authorization::Pending,
        Some("ACTIVE") => c.authorization = Authorization::Authorized,
        Some("EXPIRED") => c.authorization = Authorization::Expired,
        Some("FAILED") => c.health = Health::reported(HealthState::Unhealthy),
        // Switched off: the same fact as `is_disabled`.
        Some("INACTIVE") => c.enabled = Enabled::Disabled,
        Some(_) => c.health = Health::reported(HealthState::Unknown),
        None => {}
    }
    if c.enabled == Enabled::Disabled {
        c.blocked_by = Some(BlockedBy::User);
    }
    if let Some(config) = &row.auth_config.0 {
        c.connector_instance = config.id.owned();
        c.auth_kind = config.auth_scheme.text().map(kind);
        if c.blocked_by.is_none() && config.is_disabled.flag() == Some(true) {
            c.blocked_by = Some(BlockedBy::Connector);
        }
    }
    c.reason = row.status_reason.owned().map(|text| Reason { text: Some(text), ..Reason::default() });
    c.sources = SOURCES;
    Ok(c)
}

pub(crate) fn connector(info: &ProviderInfo, row: &Toolkit<'_>) -> Result<Connector, (&'static str, String)> {
    let slug = row.slug.text().ok_or_else(|| ("slug", format!("the slug is {}", row.slug.kind())))?;
    let mut c = info.connector(slug);
    c.name = row.name.owned();
    // Several ways to connect are no one kind.
    c.auth_kind = match row.auth_schemes.0.as_deref() {
        Some([one]) => one.text().map(kind),
        _ => None,
    };
    if let Some(meta) = &row.meta.0 {
        c.description = meta.description.owned();
        c.icon_url = meta.logo.owned();
        c.version = meta.version.owned();
        let categories = meta.categories.0.as_ref().and_then(|categories| categories.first());
        c.category = categories.and_then(|category| category.0.as_ref()?.id.owned());
    }
    Ok(c)
}

/// `OAUTH2` in accounts, `oauth2` in the catalogue.
fn kind(word: &str) -> AuthKind {
    AuthKind::from(word.to_ascii_lowercase().as_str())
}
