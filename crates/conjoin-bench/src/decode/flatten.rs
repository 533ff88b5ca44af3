//! The baseline with derived structs: `#[serde(flatten)]` takes what the model lacks, then everything is
//! moved into the connection. What most people write first.

use std::collections::BTreeMap;

use conjoin::{Connection, ProviderInfo};
use serde::Deserialize;
use serde_json::Value;

use super::facts::{self, Aitronos, Pica, Toolzz};

type Rest = BTreeMap<String, Value>;

#[derive(Deserialize)]
struct PicaAnswer {
    rows: Vec<PicaRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PicaRow {
    id: String,
    key: Option<String>,
    platform: Option<String>,
    platform_version: Option<String>,
    name: Option<String>,
    environment: Option<String>,
    identity: Option<String>,
    identity_type: Option<String>,
    state: Option<String>,
    active: Option<bool>,
    tags: Option<Vec<String>>,
    created_at: Option<String>,
    #[serde(flatten)]
    rest: Rest,
}

pub(super) fn pica(info: &ProviderInfo, page: &[u8]) -> Vec<Connection> {
    let answer: PicaAnswer = serde_json::from_slice(page).expect("the page");
    let row = |row: PicaRow| {
        let mut rest = row.rest;
        facts::pica(
            info,
            Pica {
                id: row.id,
                key: row.key,
                platform: row.platform,
                platform_version: row.platform_version,
                name: row.name,
                environment: row.environment,
                identity: row.identity,
                identity_type: row.identity_type,
                state: row.state,
                active: row.active,
                tags: row.tags,
                created_at: row.created_at,
                kind: text(&mut rest, "type"),
                version: text(&mut rest, "version"),
                description: text(&mut rest, "description"),
            },
        )
    };
    answer.rows.into_iter().map(row).collect()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rows<T> {
    Bare(Vec<T>),
    Named {
        #[serde(alias = "items", alias = "rows")]
        connections: Vec<T>,
    },
}

impl<T> Rows<T> {
    fn into_rows(self) -> Vec<T> {
        match self {
            Self::Bare(rows) | Self::Named { connections: rows } => rows,
        }
    }
}

#[derive(Deserialize)]
struct AitronosRow {
    credential_id: String,
    connector_type: Option<String>,
    display_name: Option<String>,
    account_email: Option<String>,
    mcp_configuration_id: Option<String>,
    is_active: Option<bool>,
    needs_reauth: Option<bool>,
    auth_error: Option<String>,
    auth_failed_at: Option<String>,
    icon_url: Option<String>,
    created_at: Option<String>,
    #[serde(flatten)]
    rest: Rest,
}

pub(super) fn aitronos(info: &ProviderInfo, organization: &str, page: &[u8]) -> Vec<Connection> {
    let answer: Rows<AitronosRow> = serde_json::from_slice(page).expect("the page");
    let row = |row: AitronosRow| {
        let mut rest = row.rest;
        facts::aitronos(
            info,
            organization,
            Aitronos {
                id: row.credential_id,
                tool: row.connector_type,
                display_name: row.display_name,
                account_email: row.account_email,
                mcp_configuration_id: row.mcp_configuration_id,
                is_active: row.is_active,
                needs_reauth: row.needs_reauth,
                auth_error: row.auth_error,
                auth_failed_at: row.auth_failed_at,
                icon_url: row.icon_url,
                created_at: row.created_at,
                warning: text(&mut rest, "warning"),
                last_sync_at: text(&mut rest, "last_sync_at"),
                action_count: rest.get("action_count").and_then(Value::as_u64),
            },
        )
    };
    answer.into_rows().into_iter().map(row).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToolzzRow {
    id: String,
    name: Option<String>,
    user_id: Option<String>,
    unity_id: Option<String>,
    integration_id: Option<String>,
    status: Option<bool>,
    created_at: Option<String>,
    updated_at: Option<String>,
    integration: Option<Integration>,
    #[serde(flatten)]
    _rest: Rest,
}

#[derive(Deserialize)]
struct Integration {
    name: Option<String>,
    slug: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<bool>,
    icon: Option<Icon>,
}

#[derive(Deserialize)]
struct Icon {
    url: Option<String>,
}

pub(super) fn toolzz(info: &ProviderInfo, page: &[u8]) -> Vec<Connection> {
    let answer: Rows<ToolzzRow> = serde_json::from_slice(page).expect("the page");
    let row = |row: ToolzzRow| {
        let (mut slug, mut connector, mut kind, mut icon, mut on) = (None, None, None, None, None);
        if let Some(of) = row.integration {
            (slug, connector, kind, on) = (of.slug, of.name, of.kind, of.status);
            icon = of.icon.and_then(|icon| icon.url);
        }
        facts::toolzz(
            info,
            Toolzz {
                id: row.id,
                name: row.name,
                user: row.user_id,
                unit: row.unity_id,
                integration: row.integration_id,
                status: row.status,
                created_at: row.created_at,
                updated_at: row.updated_at,
                slug,
                connector,
                kind,
                icon,
                connector_status: on,
            },
        )
    };
    answer.into_rows().into_iter().map(row).collect()
}

fn text(rest: &mut Rest, name: &str) -> Option<String> {
    match rest.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
