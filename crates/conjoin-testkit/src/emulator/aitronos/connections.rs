//! Lists of connections, and what changes one: toggle, rename, delete, disconnect.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Aitronos, Filter};
use crate::emulator::call::Call;
use crate::emulator::quirk::Quirk;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `GET /v1/personal-connectors[/]`: all of them, in one bare array.
pub(super) fn list_all(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let odd = machine.recipe.quirks.has(Quirk::OddRows);
    let filter = Filter::default();
    let rows = machine.connections.iter(&filter).enumerate().map(|(number, row)| {
        let mut row = row.response();
        if odd {
            break_row(&mut row, number);
        }
        row
    });
    Ok(reply::array("", rows, machine.connections.len(), ""))
}

/// `GET /connections/{tool_key}`: those of one tool, disabled ones included.
pub(super) fn list_by_tool(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let tool = call.parameter(0);
    let application = call.asks("application_id").unwrap_or(super::row::DEFAULT_APPLICATION);
    let filter = Filter { tool: Some(tool.to_owned()), application: Some(application.to_owned()) };
    let odd = machine.recipe.quirks.has(Quirk::OddRows);
    let (rows, total) = machine.connections.page(&filter, 0, u64::MAX);
    let rows = rows.iter().enumerate().map(|(number, row)| {
        let mut row = row.info();
        if odd {
            break_row(&mut row, number);
        }
        row
    });
    let after = format!(",\"tool_key\":{}}}", Value::from(tool));
    Ok(reply::array("{\"connections\":", rows, total, &after))
}

/// Breaks the documented types of the first rows.
fn break_row(row: &mut Value, number: usize) {
    let Some(fields) = row.as_object_mut() else { return };
    match number {
        0 => drop(fields.insert("is_active".to_owned(), Value::Null)),
        1 => drop(fields.shift_remove("is_active")),
        2 => drop(fields.insert("created_at".to_owned(), Value::Null)),
        _ => {}
    }
}

/// `PATCH /connections/{credential_id}/active`
pub(super) fn toggle(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let is_active = machine.switch(&machine.body(call)?, "is_active")?;
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| row.is_active = is_active);
    let row = changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    Ok(reply::json(StatusCode::OK, &json!({"id": row.id, "is_active": row.is_active})))
}

/// `PATCH /connections/{credential_id}`
pub(super) fn rename(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let body = machine.body(call)?;
    let name = machine.text(&body, "credential_name")?.to_owned();
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| row.credential_name = Some(name));
    let row = changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    let body =
        json!({"id": row.id, "credential_name": row.credential_name, "display_name": row.display_name()});
    Ok(reply::json(StatusCode::OK, &body))
}

/// `DELETE /connections/{credential_id}`: 200 with a body, unlike the two disconnects.
pub(super) fn delete(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let id = call.parameter(0);
    let row = machine.connections.remove(id).ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    Ok(reply::json(StatusCode::OK, &json!({"id": row.id, "deleted": true})))
}

/// `PATCH /{connector_id}`: the other toggle, without an organization.
pub(super) fn update(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let is_active = machine.switch(&machine.body(call)?, "is_active")?;
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| row.is_active = is_active);
    let row = changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    Ok(reply::json(StatusCode::OK, &row.response()))
}

/// `DELETE /{connector_id}` and `DELETE /composio/{credential_id}`: the grant goes, the row stays.
pub(super) fn disconnect(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let id = call.parameter(0);
    let changed = machine.connections.change(id, |row| {
        row.is_active = false;
        row.disconnected = true;
    });
    changed.ok_or_else(|| machine.no_connection(id))?;
    machine.clock.tick();
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
