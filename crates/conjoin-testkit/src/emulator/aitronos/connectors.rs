//! The catalogue of tools.

use http::StatusCode;
use serde_json::{Value, json};

use super::catalogue::{self, TOOLS, Tool};
use super::{Aitronos, Filter};
use crate::emulator::call::Call;
use crate::emulator::quirk::Quirk;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `GET /available`: offset paging, without `has_more`.
pub(super) fn list(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let limit = machine.size(call, "limit", 50, 1)?;
    let offset = machine.size(call, "offset", 0, 0)?;
    let text = call.asks("q").unwrap_or_default().to_lowercase();
    let category = call.asks("category").filter(|category| !category.is_empty());
    let chosen: Vec<&Tool> = TOOLS
        .iter()
        .filter(|tool| tool.key.contains(&text) || tool.name.to_lowercase().contains(&text))
        .filter(|tool| category.is_none_or(|category| category == tool.category))
        .collect();
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows: Vec<Value> =
        chosen.iter().skip(skipped).take(taken).map(|tool| info(machine, tool)).collect();
    if let Some(Value::Object(first)) = rows.first_mut()
        && machine.recipe.quirks.has(Quirk::OddRows)
    {
        first.insert("release_channel".to_owned(), json!("canary"));
    }
    let returned = rows.len();
    let connected = TOOLS.iter().filter(|tool| connection_id(machine, tool).is_some()).count();
    let body = json!({
        "connectors": rows,
        "categories": catalogue::categories(),
        "total": chosen.len(),
        "total_connected": connected,
        "returned": returned,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /available/{tool_key}`
pub(super) fn details(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let tool = known(machine, call.parameter(0))?;
    Ok(reply::json(StatusCode::OK, &info(machine, tool)))
}

/// `GET /auth-schema/{connector_type}`: open to everyone.
pub(super) fn auth_schema(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let tool = known(machine, call.parameter(0))?;
    Ok(reply::json(StatusCode::OK, &tool.auth_schema()))
}

/// The tool with this key, else 404.
pub(super) fn known(
    machine: &Aitronos,
    key: &str,
) -> Result<&'static Tool, Box<http::Response<bytes::Bytes>>> {
    let missing = || machine.missing(&format!("Connector {key} not found"), json!({"tool_key": key}));
    catalogue::find(key).ok_or_else(missing)
}

fn info(machine: &Aitronos, tool: &Tool) -> Value {
    if machine.recipe.quirks.has(Quirk::StrayConnectionId) {
        return tool.info(false, Some("conn_abc123def456"));
    }
    let connection = connection_id(machine, tool);
    tool.info(connection.is_some(), connection.as_deref())
}

/// The external id of the newest connection to a tool.
fn connection_id(machine: &Aitronos, tool: &Tool) -> Option<String> {
    let filter = Filter { tool: Some(tool.key.to_owned()), application: None };
    machine.connections.iter(&filter).next().map(|row| row.external_id)
}
