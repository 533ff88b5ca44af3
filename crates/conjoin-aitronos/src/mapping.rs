//! From Aitronos' facts to the unified model.

use conjoin_core::{
    Account, AuthKind, Authorization, BlockedBy, Checkup, Connection, ConnectionId, Connector, FormField,
    Health, HealthState, Owner, OwnerKind, ProviderInfo, Reason, Sources, Text,
};
use conjoin_http::{Scalar, Texts, Unreadable};

use crate::wire::{CatalogueRow, ConnectionRow, HealthAnswer, TestAnswer};

const SOURCES: Sources = &[
    ("enabled", "is_active"),
    ("blocked_by", "is_active"),
    ("authorization", "needs_reauth, auth_error"),
    ("health", "needs_reauth"),
    ("reason", "auth_error"),
    ("reason_since", "auth_failed_at"),
    ("last_error_at", "auth_failed_at"),
    ("connector", "tool_key, connector_type"),
    ("name", "credential_name"),
    ("owner", "the question: organization_id"),
    ("created_at", "created_at"),
];

const HEALTH_SOURCES: Sources = &[
    ("enabled", "health: is_active"),
    ("blocked_by", "health: is_active"),
    ("authorization", "health: status, connection_status"),
    ("health", "health: status"),
    ("reason", "health: reason"),
    ("raw_status", "health: status, connection_status"),
];

pub(crate) fn connection(
    info: &ProviderInfo,
    organization_id: &str,
    tool: Option<&str>,
    row: &ConnectionRow<'_>,
    texts: &mut Texts,
) -> Result<Connection, Unreadable> {
    let mut ids =
        [("id", &row.id), ("credential_id", &row.credential_id), ("connector_id", &row.connector_id)];
    if tool.is_none() {
        // In the list of all an `id` is none of the documented fields, and comes last.
        ids.rotate_left(1);
    }
    let usable = ids.iter().find(|(_, id)| id.text().is_some());
    let there = || ids.iter().find(|(_, id)| !id.is_absent());
    let &(field, id) = usable.or_else(there).unwrap_or(&ids[0]);
    let mut c = info.connection(id.id().map_err(|why| (field, why))?);

    let others = [
        ("connection_id", &row.connection_id),
        ("connector_id", &row.connector_id),
        ("mcp_configuration_id", &row.mcp_configuration_id),
    ];
    for (name, id) in others {
        c.other_ids.set(name, id.text().filter(|id| *id != c.id.as_str()));
    }
    c.connector.slug =
        row.tool_key.owned().or_else(|| row.connector_type.owned()).or_else(|| tool.map(Into::into));
    c.connector.icon_url = row.icon_url.shared(texts);
    c.name = row.credential_name.owned();
    c.display_name = row.display_name.owned();
    c.account = row.account_email.text().map(Account::email);
    c.owner = Owner::told(Some(OwnerKind::Organization), Some(texts.share(organization_id)));

    if let Some(on) = row.is_active.flag() {
        c.enabled = on.into();
        c.blocked_by = (!on).then_some(BlockedBy::User);
    } else {
        c.raw_status = row.is_active.raw();
    }
    match row.needs_reauth.flag() {
        Some(true) => {
            c.authorization = lapsed(row.auth_error.text());
            c.health = Health::reported(HealthState::Unhealthy);
            c.health.observed_at = row.auth_failed_at.timestamp();
        }
        Some(false) => c.authorization = Authorization::Authorized,
        None => {}
    }
    c.last_error_at = row.auth_failed_at.timestamp();
    if row.needs_reauth.flag() == Some(true) || row.auth_error.text().is_some() {
        c.reason = Some(Reason {
            code: Some("auth_error".into()),
            text: row.auth_error.shared(texts),
            user_safe: false,
            since: c.last_error_at,
        });
    }
    c.created_at = row.created_at.timestamp();
    c.extra.set("action_count", row.action_count.count());
    c.extra.set("last_sync_at", row.last_sync_at.timestamp().map(|at| Text::of(&at)));
    c.extra.set("warning", row.warning.shared(texts));
    c.sources = SOURCES;
    Ok(c)
}

/// Expired or revoked only where the text says so.
fn lapsed(text: Option<&str>) -> Authorization {
    let text = text.unwrap_or_default().to_lowercase();
    if text.contains("expired") {
        Authorization::Expired
    } else if text.contains("revoked") {
        Authorization::Revoked
    } else {
        Authorization::Invalid
    }
}

/// `None` where the answer tells nothing: it is then no answer to the question.
pub(crate) fn checkup(id: &ConnectionId, answer: &HealthAnswer<'_>) -> Option<Checkup> {
    let told = [&answer.status, &answer.is_active, &answer.connection_status].map(Scalar::raw);
    let [word, _, link] = &told;
    if told.iter().all(Option::is_none) {
        return None;
    }
    let mut c = Checkup::new(id.clone());
    c.sources = HEALTH_SOURCES;
    if let Some(on) = answer.is_active.flag() {
        c.enabled = on.into();
        c.blocked_by = (!on).then_some(BlockedBy::User);
    }
    let probed = |state| Health::probed(state, answer.last_checked_at.timestamp());
    (c.health, c.authorization) = match word.as_deref() {
        Some("healthy") => (probed(HealthState::Healthy), Authorization::Authorized),
        Some("unhealthy") => (probed(HealthState::Unhealthy), Authorization::Unknown),
        // The switch under another name: it says nothing about health.
        None | Some("active") => (Health::default(), Authorization::Unknown),
        Some(_) => (probed(HealthState::Unknown), Authorization::Unknown),
    };
    match link.as_deref() {
        Some("EXPIRED") => c.authorization = Authorization::Expired,
        Some("INITIATED") => (c.authorization, c.health) = (Authorization::Pending, Health::default()),
        _ if answer.needs_reauth.flag() == Some(true) => c.authorization = lapsed(answer.reason.text()),
        _ => {}
    }
    c.reason = answer.reason.owned().map(|text| Reason { text: Some(text), ..Reason::default() });
    c.raw_status = match (word, link) {
        (Some(word), Some(link)) => Some(format!("{word} ({link})").into()),
        (word, link) => word.as_ref().or(link.as_ref()).cloned(),
    };
    Some(c)
}

const TEST_SOURCES: Sources = &[
    ("enabled", "health: is_active"),
    ("blocked_by", "health: is_active"),
    ("authorization", "health: status, connection_status; test: success"),
    ("health", "test: success"),
    ("reason", "test: message"),
    ("raw_status", "health: status, connection_status"),
];

/// The vendor's own word on a connection, overruled by the test where that knows better: a call that went
/// through is authorized, and one that failed is unhealthy, whatever was thought before. `None` where the
/// answer does not tell how the test went.
pub(crate) fn tested(mut c: Checkup, answer: &TestAnswer<'_>) -> Option<Checkup> {
    let works = answer.success.flag()?;
    let state = if works { HealthState::Healthy } else { HealthState::Unhealthy };
    c.health = Health::probed(state, answer.tested_at.timestamp());
    if works {
        (c.authorization, c.reason) = (Authorization::Authorized, None);
    } else if let Some(text) = answer.message.owned() {
        c.reason = Some(Reason { text: Some(text), ..Reason::default() });
    }
    c.sources = TEST_SOURCES;
    Some(c)
}

pub(crate) fn connector(info: &ProviderInfo, row: &CatalogueRow<'_>) -> Result<Connector, Unreadable> {
    let slug = row.tool_key.text();
    let mut c =
        info.connector(slug.ok_or_else(|| ("tool_key", format!("the tool key is {}", row.tool_key.kind())))?);
    c.id = row.id.word();
    c.name = row.display_name.owned();
    c.description = row.description.owned();
    c.category = row.category.owned();
    c.icon_url = row.icon_url.owned();
    c.auth_kind = row.auth_type.text().map(AuthKind::from);
    c.form_fields = row.requirements.0.as_ref().map(|requirements| {
        let told = requirements.iter().filter_map(|requirement| requirement.0.as_ref());
        told.map(|requirement| {
            let mut field = FormField::default();
            field.label = requirement.label.owned();
            field.description = requirement.description.owned();
            field
        })
        .collect()
    });
    c.connected = row.is_connected.flag();
    c.stage = row.release_channel.owned();
    Ok(c)
}
