//! The baseline with `serde_json::Value`: the whole answer as a tree, then every fact is looked up in it.

use conjoin::{Connection, ProviderInfo};
use serde_json::Value;

use super::facts::{self, Aitronos, Pica, Toolzz};

pub(super) fn pica(info: &ProviderInfo, page: &[u8]) -> Vec<Connection> {
    let row = |row: &Value| {
        facts::pica(
            info,
            Pica {
                id: text(row, "id").expect("an id"),
                key: text(row, "key"),
                platform: text(row, "platform"),
                platform_version: text(row, "platformVersion"),
                name: text(row, "name"),
                environment: text(row, "environment"),
                identity: text(row, "identity"),
                identity_type: text(row, "identityType"),
                state: text(row, "state"),
                active: row["active"].as_bool(),
                tags: row["tags"]
                    .as_array()
                    .map(|tags| tags.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
                created_at: text(row, "createdAt"),
                kind: text(row, "type"),
                version: text(row, "version"),
                description: text(row, "description"),
            },
        )
    };
    rows(page).iter().map(row).collect()
}

pub(super) fn aitronos(info: &ProviderInfo, organization: &str, page: &[u8]) -> Vec<Connection> {
    let row = |row: &Value| {
        facts::aitronos(
            info,
            organization,
            Aitronos {
                id: text(row, "credential_id").expect("an id"),
                tool: text(row, "connector_type"),
                display_name: text(row, "display_name"),
                account_email: text(row, "account_email"),
                mcp_configuration_id: text(row, "mcp_configuration_id"),
                is_active: row["is_active"].as_bool(),
                needs_reauth: row["needs_reauth"].as_bool(),
                auth_error: text(row, "auth_error"),
                auth_failed_at: text(row, "auth_failed_at"),
                icon_url: text(row, "icon_url"),
                created_at: text(row, "created_at"),
                warning: text(row, "warning"),
                last_sync_at: text(row, "last_sync_at"),
                action_count: row["action_count"].as_u64(),
            },
        )
    };
    rows(page).iter().map(row).collect()
}

pub(super) fn toolzz(info: &ProviderInfo, page: &[u8]) -> Vec<Connection> {
    let row = |row: &Value| {
        let of = &row["integration"];
        facts::toolzz(
            info,
            Toolzz {
                id: text(row, "id").expect("an id"),
                name: text(row, "name"),
                user: text(row, "userId"),
                unit: text(row, "unityId"),
                integration: text(row, "integrationId"),
                status: row["status"].as_bool(),
                created_at: text(row, "createdAt"),
                updated_at: text(row, "updatedAt"),
                slug: text(of, "slug"),
                connector: text(of, "name"),
                kind: text(of, "type"),
                icon: text(&of["icon"], "url"),
                connector_status: of["status"].as_bool(),
            },
        )
    };
    rows(page).iter().map(row).collect()
}

fn rows(page: &[u8]) -> Vec<Value> {
    let mut answer: Value = serde_json::from_slice(page).expect("the page");
    let named = ["rows", "connections", "items"].into_iter().find(|name| answer.get(name).is_some());
    let rows = match named {
        Some(name) => answer[name].take(),
        None => answer,
    };
    match rows {
        Value::Array(rows) => rows,
        other => panic!("no rows: {other}"),
    }
}

fn text(row: &Value, name: &str) -> Option<String> {
    row[name].as_str().map(str::to_owned)
}
