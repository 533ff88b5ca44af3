//! The open-source server: filters on any field, soft deletion, creation.

use http::StatusCode;
use serde_json::{Value, json};

use super::catalogue::{PLATFORMS, Platform};
use super::page::Window;
use super::row::{Connection, Environment, Filter};
use super::{Pica, PicaDialect};
use crate::emulator::call::Call;
use crate::emulator::clock;
use crate::emulator::dice::Dice;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// A filter on one field of the record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldFilter {
    field: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Equals(Value),
    In(Vec<String>),
    /// A regular expression's stand-in: the text in lower case, between optional anchors.
    Holds(String),
}

/// Parameters that are no filters, or that the server overwrites.
const RESERVED: &[&str] = &["limit", "skip", "deleted", "environment"];

impl FieldFilter {
    /// Every parameter that is not paging is one.
    fn of(name: &str, value: &str) -> Option<Self> {
        if RESERVED.contains(&name) || name.starts_with("ownership") {
            return None;
        }
        let (field, test) = match name {
            "$in" => {
                let (field, words) = value.split_once(',')?;
                (field, Test::In(words.split(',').map(str::to_owned).collect()))
            }
            "$regex" => {
                let (field, pattern) = value.split_once(',')?;
                (field, Test::Holds(pattern.to_lowercase()))
            }
            _ => match value {
                "true" | "false" => (name, Test::Equals(Value::Bool(value == "true"))),
                _ => (name, Test::Equals(Value::from(value))),
            },
        };
        Some(Self { field: field.to_owned(), test })
    }

    /// Whether a record passes; one without the field does not. An array passes if one of its elements does.
    pub(super) fn accepts(&self, row: &Value) -> bool {
        match row.get(&self.field) {
            None => false,
            Some(Value::Array(elements)) => elements.iter().any(|element| self.passes(element)),
            Some(value) => self.passes(value),
        }
    }

    fn passes(&self, value: &Value) -> bool {
        match &self.test {
            Test::Equals(expected) => value == expected,
            Test::In(words) => value.as_str().is_some_and(|text| words.iter().any(|word| word == text)),
            Test::Holds(pattern) => value.as_str().is_some_and(|text| holds(&text.to_lowercase(), pattern)),
        }
    }
}

fn holds(text: &str, pattern: &str) -> bool {
    match (pattern.strip_prefix('^'), pattern.strip_suffix('$')) {
        (Some(inner), Some(_)) => inner.strip_suffix('$').is_some_and(|inner| text == inner),
        (Some(start), None) => text.starts_with(start),
        (None, Some(end)) => text.ends_with(end),
        (None, None) => text.contains(pattern),
    }
}

/// `GET /v1/vault/connections`
pub(super) fn list(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let window = Window::of(call, PicaDialect::Legacy);
    let own = machine.environment(call);
    let everywhere = call.header("x-pica-show-all-environments") == Some("true");
    let environments = if everywhere { vec![own, own.other()] } else { vec![own] };
    let fields: Vec<FieldFilter> =
        call.query().iter().filter_map(|(name, value)| FieldFilter::of(name, value)).collect();
    // A list over both environments shows the key's own first.
    let (mut rows, mut total) = (Vec::new(), 0);
    for environment in environments {
        let filter = Filter { fields: fields.clone(), environment: Some(environment), ..Filter::default() };
        let offset = window.offset.saturating_sub(total);
        let left = window.limit.saturating_sub(u64::try_from(rows.len()).unwrap_or_default());
        let (found, matching) = machine.store(environment).page(&filter, offset, left);
        rows.extend(found.into_iter().map(|row| (row, environment)));
        total += matching;
    }
    let rows = rows.iter().map(|(row, environment)| row.row(PicaDialect::Legacy, *environment));
    Ok(machine.envelope("Vault Connections", rows, window, total))
}

/// `POST /v1/vault/connections`: the only documented way to make one by API. New ones are active, whatever is asked.
pub(super) fn create(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let body = call.json().unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let identity = text("identity");
    if identity.is_some_and(|identity| identity.chars().count() > 128) {
        return Err(machine.bad_request("Identity must not be longer than 128 characters"));
    }
    let form = body.get("authFormData").and_then(Value::as_object);
    let complete = form.is_some_and(|form| form.values().all(Value::is_string))
        && body.get("active").is_some_and(Value::is_boolean);
    let Some(definition) = text("connectionDefinitionId").filter(|_| complete) else {
        return Err(machine.missing("Invalid payload: missing field"));
    };
    let platform = PLATFORMS.iter().find(|platform| legacy_definition_id(platform) == definition);
    let Some(platform) = platform else {
        return Err(machine.missing(&format!("Connection definition with id {definition} not found")));
    };
    let (uuid, suffix) = (machine.next_uuid(), machine.next_uuid());
    let mut row = Connection::new(uuid, suffix, platform, machine.clock.tick());
    if let Some(identity) = identity {
        row = row.owned_by(identity, text("identityType").unwrap_or("user"));
    } else if let Some(group) = text("group") {
        row = row.owned_by(group, "user");
        row.identity_type = None;
    }
    row.name = text("name").map(str::to_owned);
    let environment = machine.environment(call);
    machine.store(environment).add(row.clone());
    Ok(reply::json(StatusCode::OK, &full_record(&row, environment)))
}

/// The bare record, with the server's own fields.
pub(super) fn full_record(row: &Connection, environment: Environment) -> Value {
    let mut record = row.row(PicaDialect::Legacy, environment).value();
    record["connectionDefinitionId"] = json!(legacy_definition_id(row.platform));
    record["group"] = json!(row.identity);
    record["secretsServiceId"] = json!(format!("secret::{}", super::one::secret_id(row)));
    record["settings"] = json!({"parseWebhookBody": true, "showSecret": false, "allowCustomEvents": false});
    record["throughput"] = json!({"key": row.key(environment), "limit": 100});
    record["ownership"] =
        json!({"buildableId": "build-emulator", "clientId": "emulator", "organizationId": null});
    record["oauth"] = json!("disabled");
    record["hasError"] = json!(row.state == "failed");
    record["error"] = Value::Null;
    record
}

/// `GET /v1/connections`: the full records.
pub(super) fn managed(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let window = Window::of(call, PicaDialect::Legacy);
    let environment = machine.environment(call);
    let fields = call.query().iter().filter_map(|(name, value)| FieldFilter::of(name, value)).collect();
    let filter = Filter { fields, environment: Some(environment), ..Filter::default() };
    let (rows, total) = machine.store(environment).page(&filter, window.offset, window.limit);
    let rows = rows.iter().map(|row| full_record(row, environment));
    Ok(machine.envelope("read", rows, window, total))
}

/// `PATCH /v1/vault/connections/{id}`: also finds deleted ones, and moves no `updatedAt`.
pub(super) fn update(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let body = call.json().filter(Value::is_object);
    let Some(body) = body else {
        return Ok(reply::typed(
            StatusCode::BAD_REQUEST,
            "text/plain; charset=utf-8",
            "Failed to parse the request body as JSON",
        ));
    };
    let shown = call.parameter(0).to_owned();
    let missing = format!("Connection with id {shown} not found");
    let id = machine.connection_id(call)?;
    let environment = machine.environment(call);
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let changed = machine.store(environment).change(&id, |row| {
        if let Some(active) = body.get("active").and_then(Value::as_bool) {
            row.active = active;
        }
        row.identity = text("identity").or_else(|| row.identity.take());
        row.identity_type = text("identityType").or_else(|| row.identity_type.take());
    });
    if changed.is_none() {
        return Err(match machine.store(environment.other()).get(&id) {
            Some(_) => {
                let problem = "You do not have permission to update this connection";
                Box::new(machine.error(StatusCode::FORBIDDEN, problem))
            }
            None => machine.missing(&missing),
        });
    }
    Ok(reply::json(StatusCode::OK, &json!({"type": "connection", (shown.as_str()): shown})))
}

/// `DELETE /v1/vault/connections/{id}`: marks it deleted.
pub(super) fn delete(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let shown = call.parameter(0).to_owned();
    let missing = format!("Record with id {shown} not found");
    let id = machine.connection_id(call)?;
    let environment = machine.environment(call);
    let there = machine.store(environment).get(&id).is_some_and(|row| !row.deleted);
    if !there {
        return Err(machine.missing(&missing));
    }
    machine.store(environment).change(&id, |row| row.deleted = true);
    machine.clock.tick();
    Ok(reply::json(StatusCode::OK, &json!({"type": "connection", (shown.as_str()): shown})))
}

/// `GET /v1/public/connection-definitions`: what to create connections with. Open to everyone.
pub(super) fn definitions(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let window = Window::of(call, PicaDialect::Legacy);
    let rows = window.cut(PLATFORMS.iter()).into_iter().map(|platform| {
        let mut row = json!({"_id": legacy_definition_id(platform)});
        if let (Some(row), Value::Object(fields)) = (row.as_object_mut(), platform.row(PicaDialect::Legacy)) {
            row.extend(fields);
        }
        row
    });
    Ok(machine.envelope("read", rows, window, PLATFORMS.len() as u64))
}

/// A definition's id in the older form.
fn legacy_definition_id(platform: &Platform) -> String {
    let minted = clock::at("2025-01-15T08:00:00Z");
    super::row::legacy_id("conn_def", minted, Dice::new(0xDEF, platform.id).uuid())
}
