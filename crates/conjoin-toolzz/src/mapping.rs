//! From Toolzz' facts to the unified model.

use conjoin_core::{
    AuthKind, BlockedBy, Connection, Connector, FormField, Owner, OwnerKind, ProviderInfo, Sources,
};
use conjoin_http::{Maybe, Texts, Unreadable};

use crate::wire::{CatalogueRow, Field, Row};

const SOURCES: Sources = &[
    ("enabled", "status"),
    ("blocked_by", "status, integration.status"),
    ("raw_status", "status"),
    ("connector", "integration.slug"),
    ("name", "name"),
    ("owner", "userId"),
    ("created_at", "createdAt"),
    ("updated_at", "updatedAt"),
];

pub(crate) fn connection(
    info: &ProviderInfo,
    row: Row<'_>,
    texts: &mut Texts,
) -> Result<Connection, Unreadable> {
    let (record, path) = row.record();
    let field = if path.is_empty() { "id" } else { "credentials.id" };
    let mut c = info.connection(record.id.id().map_err(|why| (field, why))?);

    let integration = record.integration.0.unwrap_or_default();
    c.connector.slug = integration.slug.owned();
    c.connector.name = integration.name.owned();
    c.connector.category = integration.kind.owned();
    c.connector.icon_url = integration.icon.0.and_then(|icon| icon.url.shared(texts));
    c.connector_instance = record.integration_id.shared(texts).or_else(|| integration.id.shared(texts));
    c.name = record.name.owned();
    c.display_name.clone_from(&c.name);
    c.owner = Owner::told(record.user_id.text().map(|_| OwnerKind::User), record.user_id.owned());
    if let Some(unit) = record.unity_id.shared(texts) {
        c.owner.get_or_insert_default().tenant = Some(unit);
    }

    match record.status.flag() {
        Some(on) => c.enabled = on.into(),
        None => c.raw_status = record.status.raw(),
    }
    c.blocked_by = match (record.status.flag(), integration.status.flag()) {
        (Some(false), _) => Some(BlockedBy::User),
        (_, Some(false)) => Some(BlockedBy::Connector),
        _ => None,
    };
    c.created_at = record.created_at.timestamp();
    c.updated_at = record.updated_at.timestamp();
    c.sources = SOURCES;
    Ok(c)
}

pub(crate) fn connector(info: &ProviderInfo, row: CatalogueRow<'_>) -> Result<Connector, Unreadable> {
    let (integration, path) = row.integration();
    let slug = integration.slug.text();
    let mut c =
        info.connector(slug.ok_or_else(|| (path, format!("the slug is {}", integration.slug.kind())))?);
    c.id = integration.id.owned();
    c.name = integration.name.owned();
    c.category = integration.kind.owned();
    c.icon_url = integration.icon.0.and_then(|icon| icon.url.owned());
    c.available = integration.status.flag();
    let fields = integration.form.array::<Maybe<Field<'_>>>();
    let fields = fields.map(|fields| fields.into_iter().filter_map(|field| field.0));
    c.form_fields = fields.map(|fields| fields.map(|field| form_field(&field)).collect());
    // There is no sign-in but such a form: what it asks for are keys.
    c.auth_kind = c.form_fields.as_ref().filter(|fields| !fields.is_empty()).map(|_| AuthKind::ApiKey);
    Ok(c)
}

fn form_field(told: &Field<'_>) -> FormField {
    let mut field = FormField::default();
    field.name = told.name.owned();
    field.label = told.label.owned();
    field.kind = told.kind.owned();
    field.required = told.required.flag();
    field.max_length = told.max_length.count().or_else(|| told.max_lenght.count());
    field.description = told.description.owned().or_else(|| told.descrition.owned());
    field
}
