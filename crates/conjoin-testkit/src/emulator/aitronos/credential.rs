//! What can be asked of one connection: its health, a test, its tools.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::catalogue::TOOLS;
use super::{Aitronos, Connection};
use crate::emulator::call::Call;
use crate::emulator::clock;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `GET /{credential_id}/health`
pub(super) fn health(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let row = known(machine, call)?;
    let (status, connection_status) =
        if row.is_honoured() { ("healthy", "ACTIVE") } else { ("unhealthy", "EXPIRED") };
    let body = json!({
        "credential_id": row.id,
        "tool_key": row.tool.key,
        "status": status,
        "is_active": row.is_active,
        "connection_status": connection_status,
        "reason": reason(&row),
        "last_checked_at": clock::seconds(machine.clock.now()),
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `POST /{credential_id}/test`: a failed test is a 200 that says so.
pub(super) fn test(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let action = call.json().and_then(|body| Some(body.get("action_name")?.as_str()?.to_owned()));
    let row = known(machine, call)?;
    let action = action.unwrap_or_else(|| format!("{}_list_items", row.tool.key));
    let body = json!({
        "credential_id": row.id,
        "tool_key": row.tool.key,
        "success": row.is_honoured(),
        "action_tested": action,
        "message": reason(&row).unwrap_or_else(|| "Operation completed successfully".to_owned()),
        "execution_time_ms": 120,
        "tested_at": clock::seconds(machine.clock.now()),
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /{connector_id}/tools`
pub(super) fn tools(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let row = known(machine, call)?;
    let allowed =
        |name: &String| row.allowed_tools.as_ref().is_none_or(|tools| tools.iter().any(|tool| tool == name));
    let tools = row.tool.actions().into_iter().map(|(name, description)| {
        let enabled = row.tools_enabled && allowed(&name);
        json!({"name": name, "description": description, "enabled": enabled})
    });
    let body = json!({"tools": tools.collect::<Vec<_>>(), "are_tools_enabled": row.tools_enabled});
    Ok(reply::json(StatusCode::OK, &body))
}

/// `PATCH /{connector_id}/tools`: no `allowed_tools`, or null, is all.
pub(super) fn update_tools(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let body = machine.body(call)?;
    let enabled = machine.switch(&body, "enabled")?;
    let allowed = match body.get("allowed_tools") {
        None | Some(Value::Null) => None,
        Some(tools) => Some(serde_json::from_value::<Vec<String>>(tools.clone()).map_err(|_| {
            machine.invalid(&["body", "allowed_tools"], "Input should be a valid list", "list_type")
        })?),
    };
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| {
        row.tools_enabled = enabled;
        row.allowed_tools = allowed;
    });
    let row = changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    let body = json!({
        "connector_id": row.id,
        "are_tools_enabled": row.tools_enabled,
        "allowed_tools": row.allowed_tools,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /{credential_id}/actions`
pub(super) fn actions(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let row = known(machine, call)?;
    let actions = row.tool.actions().into_iter();
    let actions: Vec<Value> =
        actions.map(|(name, description)| json!({"name": name, "description": description})).collect();
    let body = json!({"credential_id": row.id, "tool_key": row.tool.key, "actions": actions});
    Ok(reply::json(StatusCode::OK, &body))
}

/// `PATCH /{credential_id}/approval-config`
pub(super) fn approval(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let body = machine.body(call)?;
    let mode = machine.text(&body, "approval_mode")?.to_owned();
    if !["careful", "trusting", "automated"].contains(&mode.as_str()) {
        let problem = "Input should be 'careful', 'trusting' or 'automated'";
        return Err(machine.invalid(&["body", "approval_mode"], problem, "enum"));
    }
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| row.approval_mode = mode);
    let row = changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    let body = json!({"id": row.id, "approval_config": {"approval_mode": row.approval_mode}});
    Ok(reply::json(StatusCode::OK, &body))
}

/// `POST /v1/connectors/tools/invoke`: an unknown tool is a 200 that says so.
pub(super) fn invoke(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let body = machine.body(call)?;
    let name = machine.text(&body, "tool_name")?;
    let known = TOOLS.iter().flat_map(super::catalogue::Tool::actions).any(|(action, _)| action == name);
    let result = if known { json!({"items": []}) } else { json!({"error": format!("Unknown tool {name}")}) };
    let body = json!({"success": known, "result": result, "metadata": {"tool_name": name}});
    Ok(reply::json(StatusCode::OK, &body))
}

fn known(machine: &Aitronos, call: &Call<'_>) -> Result<Connection, Box<Response<Bytes>>> {
    let id = call.parameter(0);
    machine.connections.get(id).ok_or_else(|| machine.no_connection(id))
}

fn reason(row: &Connection) -> Option<String> {
    let revoked = row.disconnected.then(|| "The connection was revoked".to_owned());
    revoked.or_else(|| row.refused.as_ref().map(|refused| refused.error.clone()))
}
