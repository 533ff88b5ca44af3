//! From Acme's facts to the unified model.

use conjoin_core::{Authorization, BlockedBy, Connection, Health, HealthState, ProviderInfo, Sources};

use super::wire::Row;

// TODO 4: the vendor's field behind each fact, for `explain`.
const SOURCES: Sources =
    &[("enabled", "enabled"), ("authorization", "status"), ("health", "status"), ("raw_status", "status")];

/// Sets what the vendor tells, and nothing else. A row that cannot be one is refused with the field and the reason.
pub(crate) fn connection(info: &ProviderInfo, row: &Row<'_>) -> Result<Connection, (&'static str, String)> {
    let mut c = info.connection(row.id.id().map_err(|why| ("id", why))?);
    if let Some(app) = &row.app.0 {
        c.connector.slug = app.slug.owned();
        c.connector.name = app.name.owned();
    }
    c.name = row.name.owned();
    c.display_name.clone_from(&c.name);
    c.created_at = row.created_at.timestamp();
    if let Some(on) = row.enabled.flag() {
        c.enabled = on.into();
        c.blocked_by = (!on).then_some(BlockedBy::User);
    }
    // TODO 4: the vendor's words, as facts; the status is derived from them. Silence is not a word.
    c.raw_status = row.status.raw();
    match c.raw_status.as_deref() {
        Some("active") => c.authorization = Authorization::Authorized,
        Some("pending") => c.authorization = Authorization::Pending,
        Some("expired") => c.authorization = Authorization::Expired,
        Some("failed") => c.health = Health::reported(HealthState::Unhealthy),
        Some(_) => c.health = Health::reported(HealthState::Unknown),
        None => {}
    }
    c.sources = SOURCES;
    Ok(c)
}
