//! Creating and replacing a credential; deleting one, where a quirk allows what no document mentions.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::Toolzz;
use super::catalogue::{self, Endpoint, Integration};
use super::errors;
use super::row;
use crate::emulator::call::Call;
use crate::emulator::dice::{self, Dice};
use crate::emulator::quirk::Quirk;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// The fields that create and update share.
struct Fields {
    name: String,
    user: String,
    unit: String,
    integration: &'static Integration,
    status: Option<bool>,
}

/// `POST /credential`
pub(super) fn create(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    let body = body(call)?;
    let mut problems = Vec::new();
    if !body["credentials"].as_array().is_some_and(|entries| entries.iter().all(Value::is_object)) {
        problems.push("credentials must be an array of objects".to_owned());
    }
    let fields = fields(&body, false, problems)?;
    machine.made += 1;
    let mut dice = Dice::new(machine.recipe.seed ^ 0x7001_0000, machine.made);
    let id = dice.uuid();
    let mut row = row::credential(&mut dice, id, fields.integration, machine.clock.tick());
    row.name = fields.name;
    row.user = fields.user;
    row.unit = fields.unit;
    row.status = fields.status.unwrap_or(true);
    machine.credentials.add(row.clone());
    let quirks = &machine.recipe.quirks;
    let status = if quirks.has(Quirk::CreatedStatus) { StatusCode::CREATED } else { StatusCode::OK };
    let record = row.flat(Endpoint::Create, quirks.has(Quirk::DecoySecret));
    Ok(with_message(status, "Credential created successfully", record))
}

/// `PUT /credential/{id}`: a full replacement, but for the stored secret.
pub(super) fn update(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    let id = known_form(call)?;
    let body = body(call)?;
    let mut problems = Vec::new();
    let secret = match body.get("secretId") {
        None | Some(Value::Null) => None,
        Some(Value::String(secret)) => Some(secret.clone()),
        Some(_) => {
            problems.push("secretId must be a string".to_owned());
            None
        }
    };
    let fields = fields(&body, true, problems)?;
    let clears = machine.recipe.quirks.has(Quirk::PutClearsSecret);
    if machine.credentials.get(id).is_none() {
        return Err(errors::missing("Credential not found"));
    }
    let now = machine.clock.tick();
    let changed = machine.credentials.change(id, |row| {
        row.name = fields.name;
        row.user = fields.user;
        row.unit = fields.unit;
        row.integration = fields.integration;
        row.status = fields.status.unwrap_or(row.status);
        row.secret = if secret.is_some() || clears { secret } else { row.secret.take() };
        row.updated = now;
    });
    let row = changed.ok_or_else(|| errors::missing("Credential not found"))?;
    let record = row.flat(Endpoint::Update, machine.recipe.quirks.has(Quirk::DecoySecret));
    Ok(with_message(StatusCode::OK, "Credential updated successfully", record))
}

/// `DELETE /credential/{id}`: 405 unless the quirk is on.
pub(super) fn delete(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    if !machine.recipe.quirks.has(Quirk::DeleteCredential) {
        return Ok(super::wrong_method("DELETE", call.path(), &["PUT"]));
    }
    let id = known_form(call)?;
    machine.credentials.remove(id).ok_or_else(|| errors::missing("Credential not found"))?;
    machine.clock.tick();
    Ok(reply::json(StatusCode::OK, &json!({"message": "Credential deleted successfully"})))
}

fn with_message(status: StatusCode, message: &str, record: Value) -> Response<Bytes> {
    let mut body = json!({"message": message});
    if let (Some(body), Value::Object(record)) = (body.as_object_mut(), record) {
        body.extend(record);
    }
    reply::json(status, &body)
}

/// The path's id, which must be a UUID.
fn known_form<'a>(call: &'a Call<'_>) -> Result<&'a str, Box<Response<Bytes>>> {
    let id = call.parameter(0);
    let invalid = || errors::invalid(&["id must be a UUID".to_owned()]);
    dice::parse_uuid(id).map(|_| id).ok_or_else(invalid)
}

fn body(call: &Call<'_>) -> Result<Value, Box<Response<Bytes>>> {
    if !call.has_body() {
        return Ok(json!({}));
    }
    let body = call.json().filter(Value::is_object);
    body.ok_or_else(|| Box::new(errors::error(StatusCode::BAD_REQUEST, "Unexpected token in JSON")))
}

/// Reads the shared fields, or answers with every problem at once, after those that were found before.
fn fields(
    body: &Value,
    status_required: bool,
    mut problems: Vec<String>,
) -> Result<Fields, Box<Response<Bytes>>> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = text("name");
    if name.is_empty() {
        problems.push("name should not be empty".to_owned());
    }
    for field in ["userId", "unityId", "integrationId"] {
        if dice::parse_uuid(&text(field)).is_none() {
            problems.push(format!("{field} must be a UUID"));
        }
    }
    let status = body.get("status").and_then(Value::as_bool);
    if status.is_none() && (status_required || body.get("status").is_some()) {
        problems.push("status must be a boolean value".to_owned());
    }
    if !problems.is_empty() {
        return Err(errors::invalid(&problems));
    }
    let integration = catalogue::by_id(&text("integrationId"));
    let integration = integration.ok_or_else(|| errors::missing("Integration not found"))?;
    Ok(Fields { name, user: text("userId"), unit: text("unityId"), integration, status })
}
