//! Changing a connection, in v2 and One.

use http::StatusCode;
use serde_json::Value;

use super::{Pica, PicaDialect};
use crate::emulator::call::Call;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `PATCH /v1/vault/connections/{id}`: `tags` replaces the set; One also takes a `name`, which `""` clears.
pub(super) fn update(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let id = machine.connection_id(call)?;
    let body = call.json().filter(Value::is_object);
    let body = body.ok_or_else(|| machine.bad_request("Invalid JSON body"))?;
    let tags = match body.get("tags") {
        None | Some(Value::Null) => None,
        Some(tags) => Some(
            serde_json::from_value::<Vec<String>>(tags.clone())
                .map_err(|_| machine.bad_request("tags must be an array of strings"))?,
        ),
    };
    let name = match body.get("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) if machine.dialect == PicaDialect::One => {
            return Err(machine.bad_request("name must be a string"));
        }
        Some(_) => None,
    };
    let (dialect, environment) = (machine.dialect, machine.environment(call));
    let changed = machine.store(environment).change(&id, |row| {
        if let Some(tags) = tags {
            row.tags = tags;
        }
        if let (Some(name), PicaDialect::One) = (name, dialect) {
            row.name = Some(name).filter(|name| !name.is_empty());
        }
    });
    let row = changed.ok_or_else(|| machine.missing(&format!("Connection with id {id} not found")))?;
    machine.clock.tick();
    Ok(match dialect {
        PicaDialect::One => reply::empty(StatusCode::OK),
        _ => reply::json(StatusCode::OK, &row.row(dialect, environment).value()),
    })
}

/// `DELETE /v1/vault/connections/{id}`: 200 without a body.
pub(super) fn delete(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let id = machine.connection_id(call)?;
    let environment = machine.environment(call);
    let removed = machine.store(environment).remove(&id);
    removed.ok_or_else(|| machine.missing(&format!("Connection with id {id} not found")))?;
    machine.clock.tick();
    Ok(reply::empty(StatusCode::OK))
}

/// `PUT /__emulator/connections/{id}/state`, which no vendor has: sets the state, as a failed refresh would.
pub(super) fn set_state(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let id = machine.connection_id(call)?;
    let state = call.json().and_then(|body| Some(body.get("state")?.as_str()?.to_owned()));
    let state = state.ok_or_else(|| machine.bad_request("state must be a string"))?;
    let environment = machine.environment(call);
    let changed = machine.store(environment).change(&id, |row| {
        if state == "failed" {
            row.active = false;
        }
        row.state = state;
    });
    changed.ok_or_else(|| machine.missing("no such connection"))?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
