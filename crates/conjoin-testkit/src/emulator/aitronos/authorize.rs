//! Ways to a new connection: OAuth by redirect, a form of credentials, a mailbox.

use http::StatusCode;
use serde_json::{Value, json};

use super::catalogue::Tool;
use super::connectors::known;
use super::{Aitronos, Connection};
use crate::emulator::call::Call;
use crate::emulator::dice;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// An authorization that was started.
#[derive(Debug)]
pub(super) struct Pending {
    tool: &'static Tool,
    consented: bool,
    /// The id of what came of it.
    connection: Option<String>,
}

/// `POST /authorize`: the URL is one of the emulator's, so that a test can consent.
pub(super) fn start(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let body = machine.body(call)?;
    let tool = known(machine, machine.text(&body, "connector_type")?)?;
    let state = format!("ostate_{}", dice::hex(machine.next_uuid()));
    let url = format!("{}/v1/personal-connectors/auth/{state}", call.origin());
    machine.pending.insert(state.clone(), Pending { tool, consented: false, connection: None });
    Ok(reply::json(StatusCode::OK, &json!({"authorization_url": url, "state": state})))
}

/// `GET /auth/{ostate_…}`: the browser page. Visiting it is the emulated user's consent.
pub(super) fn consent(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    let state = call.parameter(0);
    let Some(pending) = machine.pending.get_mut(state) else {
        return Err(machine.missing("OAuth state not found", json!({})));
    };
    pending.consented = true;
    let page = "<!doctype html>\n<title>Connected</title>\n<p>You can close this window.</p>\n";
    Ok(reply::typed(StatusCode::OK, "text/html; charset=utf-8", page))
}

/// `POST /complete-oauth`: also how a caller polls.
pub(super) fn complete(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let body = machine.body(call)?;
    let state = machine.text(&body, "state_token")?;
    let Some(pending) = machine.pending.get(state) else {
        return Err(machine.missing("OAuth state not found", json!({})));
    };
    if !pending.consented {
        return Ok(completed(false, &Value::Null, "INITIATED", "Authorization is still pending"));
    }
    let row = if let Some(id) = &pending.connection {
        machine.connections.get(id).ok_or_else(|| machine.no_connection(id))?
    } else {
        let row = connect(machine, pending.tool, |_| {});
        if let Some(pending) = machine.pending.get_mut(state) {
            pending.connection = Some(row.id.clone());
        }
        row
    };
    Ok(completed(true, &row.info(), "ACTIVE", "Connected successfully"))
}

fn completed(
    connected: bool,
    connection: &Value,
    status: &str,
    message: &str,
) -> http::Response<bytes::Bytes> {
    let body = json!({
        "connected": connected,
        "connection": connection,
        "connector_status": status,
        "message": message,
    });
    reply::json(StatusCode::OK, &body)
}

/// `POST /credentials`: a map of plain values; nested ones are refused.
pub(super) fn credentials(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let body = machine.body(call)?;
    let key = machine.text(&body, "tool_key")?;
    let place = ["body", "credentials"];
    let values =
        body.get("credentials").ok_or_else(|| machine.invalid(&place, "Field required", "missing"))?;
    let values = values
        .as_object()
        .ok_or_else(|| machine.invalid(&place, "Input should be a valid dictionary", "dict_type"))?;
    if let Some((name, _)) =
        values.iter().find(|(_, value)| value.is_object() || value.is_array() || value.is_f64())
    {
        let problem = "Input should be a string, integer, boolean or null";
        return Err(machine.invalid(&["body", "credentials", name], problem, "value_error"));
    }
    let tool = known(machine, key)?;
    let name = body.get("credential_name").and_then(Value::as_str).map(str::to_owned);
    let row = connect(machine, tool, |row| row.credential_name = name);
    Ok(reply::json(StatusCode::OK, &row.response()))
}

/// `POST /connect-imap`
pub(super) fn imap(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let body = machine.body(call)?;
    for field in ["email_address", "password", "imap_host", "smtp_host"] {
        machine.text(&body, field)?;
    }
    let address = machine.text(&body, "email_address")?.to_owned();
    let tool = known(machine, "imap")?;
    let row = connect(machine, tool, |row| row.account_email = Some(address.clone()));
    let body = json!({
        "credential_id": row.id,
        "email_address": address,
        "message": "IMAP account connected successfully",
    });
    Ok(reply::json(StatusCode::OK, &body))
}

fn connect(machine: &mut Aitronos, tool: &'static Tool, fill: impl FnOnce(&mut Connection)) -> Connection {
    let uuid = machine.next_uuid();
    let mut row = Connection::new(uuid, tool, machine.clock.tick());
    fill(&mut row);
    machine.connections.add(row.clone());
    row
}
