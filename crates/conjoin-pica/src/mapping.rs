//! From Pica's facts to the unified model.

use conjoin_core::{
    AuthKind, Authorization, BlockedBy, Connection, Connector, Environment, Health, HealthState, Owner,
    OwnerKind, ProviderInfo, Reason, Sources, Text,
};
use conjoin_http::{Many, Scalar, Texts, Unreadable};

use crate::wire::{CatalogueRow, ConnectionRow};

const SOURCES: Sources = &[
    ("enabled", "active"),
    ("blocked_by", "active, state"),
    ("authorization", "state"),
    ("health", "state"),
    ("reason", "state"),
    ("raw_status", "state"),
    ("removed", "deleted"),
    ("expires_at", "expiresAt"),
    ("connector", "platform"),
    ("name", "name"),
    ("owner", "identityType, identity"),
    ("environment", "environment"),
    ("tags", "tags"),
    ("created_at", "createdAt"),
    ("updated_at", "updatedAt"),
];

pub(crate) fn connection(
    info: &ProviderInfo,
    row: &ConnectionRow<'_>,
    texts: &mut Texts,
) -> Result<Connection, Unreadable> {
    let unusable = row.id.text().is_none() && row.old_id.text().is_some();
    let (field, id) =
        if unusable || (matches!(row.id, Scalar::Absent | Scalar::Null) && !row.old_id.is_absent()) {
            ("_id", &row.old_id)
        } else {
            ("id", &row.id)
        };
    let mut c = info.connection(id.id().map_err(|why| (field, why))?);

    c.other_ids.set("key", row.key.text());
    c.connector.slug = row.platform.owned();
    c.connector.name = row.connector.owned();
    c.connector.icon_url = row.image.shared(texts);
    c.connector.version = row.platform_version.word();
    c.connector_instance = row.connection_definition_id.shared(texts);
    c.name = row.name.owned();
    c.display_name = c.name.clone().or_else(|| row.title.owned()).or_else(|| row.platform.owned());
    c.owner = Owner::told(row.identity_type.text().map(OwnerKind::from), row.identity.owned());
    c.environment = row.environment.text().map(Environment::from);
    c.tags = words(&row.tags).map(Iterator::collect);

    c.removed = row.deleted.flag() == Some(true);
    if let Some(on) = row.active.flag() {
        c.enabled = on.into();
        // The vendor has no switch for users: why a connection is off, its record does not tell.
        c.blocked_by = (!on).then_some(BlockedBy::Unknown);
    }
    c.raw_status = row.state.raw().filter(|word| !word.is_empty());
    let reported = Health::reported;
    match (c.raw_status.as_deref(), row.has_error.flag()) {
        (Some("operational"), _) => {
            (c.health, c.authorization) = (reported(HealthState::Healthy), Authorization::Authorized);
        }
        (Some("degraded"), _) => c.health = reported(HealthState::Degraded),
        (Some("failed"), _) => {
            (c.health, c.authorization) = (reported(HealthState::Unhealthy), Authorization::Invalid);
            c.blocked_by = Some(BlockedBy::Vendor);
        }
        // "unknown", and every word that is not documented.
        (Some(_), _) => c.health = reported(HealthState::Unknown),
        (None, Some(true)) => c.health = reported(HealthState::Unhealthy),
        (None, _) => {}
    }
    c.reason = match c.raw_status.as_deref() {
        Some(word @ ("degraded" | "failed")) => Some(Reason { code: Some(word.into()), ..Reason::default() }),
        None if row.has_error.flag() == Some(true) => {
            Some(Reason { code: Some("error".into()), text: row.error.owned(), ..Reason::default() })
        }
        _ => None,
    };
    c.created_at = row.created_at.timestamp();
    c.updated_at = row.updated_at.timestamp();
    c.expires_at = row.expires_at.timestamp();
    c.extra.set("description", row.description.shared(texts));
    c.extra.set("type", row.kind.0.as_deref());
    c.extra.set("version", row.version.word::<Text>());
    c.sources = SOURCES;
    Ok(c)
}

fn words<'a>(list: &'a Many<Scalar<'_>>) -> Option<impl Iterator<Item = &'a str>> {
    list.0.as_ref().map(|words| words.iter().filter_map(Scalar::text))
}

pub(crate) fn connector(info: &ProviderInfo, row: &CatalogueRow<'_>) -> Result<Connector, Unreadable> {
    let slug = row
        .platform
        .text()
        .ok_or_else(|| ("platform", format!("the platform is {}", row.platform.kind())))?;
    let mut c = info.connector(slug);
    c.id = row.id.word();
    c.name = row.name.owned().or_else(|| row.title.owned());
    c.description = row.description.owned();
    c.category = row.category.owned();
    c.icon_url = row.image.owned();
    c.auth_kind = (row.oauth.flag() == Some(true)).then_some(AuthKind::OAuth2);
    c.scopes =
        row.oauth_scopes.0.as_ref().and_then(|s| words(&s.scopes)).map(|s| s.map(str::to_owned).collect());
    c.available = row.active.flag();
    c.stage = row.status.owned();
    c.version = row.version.word();
    Ok(c)
}
