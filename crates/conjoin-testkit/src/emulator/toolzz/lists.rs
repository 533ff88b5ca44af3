//! The lists: by unit (shape A), by integration and by type (shape B), integrations (shape C).

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::catalogue::{Endpoint, INTEGRATIONS, TYPES};
use super::errors;
use super::row::{Credential, Filter, Narrowed};
use super::{INSTITUTION, Toolzz, UNIT};
use crate::emulator::call::Call;
use crate::emulator::dice::{self, Dice};
use crate::emulator::quirk::Quirk;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `GET /credential/unity/{id}`: flat records under `items`.
pub(super) fn by_unit(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    let filter = Filter { unit: call.parameter(0).to_owned(), narrowed: Narrowed::Nothing };
    let decoy = machine.recipe.quirks.has(Quirk::DecoySecret);
    rows(machine, &filter, "{\"items\":", "}", &|row| row.flat(Endpoint::ByUnit, decoy))
}

/// `GET /credential/unity/{id}/integration/{integrationId}`: pairs in a bare array.
pub(super) fn by_integration(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    let narrowed = Narrowed::Integration(call.parameter(1).to_owned());
    let filter = Filter { unit: call.parameter(0).to_owned(), narrowed };
    rows(machine, &filter, "", "", &|row| row.pair(Endpoint::ByIntegration))
}

/// `GET /credential/unity/{id}/type/{type}`: pairs in a bare array.
pub(super) fn by_type(machine: &mut Toolzz, call: &Call<'_>) -> Answer {
    let kind = call.parameter(1);
    if !TYPES.contains(&kind) && machine.recipe.quirks.has(Quirk::UnknownTypeIsBadRequest) {
        let problem = format!("type must be one of the following values: {}", TYPES.join(", "));
        return Err(errors::invalid(&[problem]));
    }
    let filter = Filter { unit: call.parameter(0).to_owned(), narrowed: Narrowed::Type(kind.to_owned()) };
    rows(machine, &filter, "", "", &|row| row.pair(Endpoint::ByType))
}

/// `GET /integration/status`: the global catalogue, with the icon beside the integration.
pub(super) fn integrations(_: &mut Toolzz, _: &Call<'_>) -> Answer {
    let rows = INTEGRATIONS.iter().map(|integration| {
        let at = Endpoint::Integrations;
        json!({"integrations": integration.shown(at), "icon": integration.icon(at)})
    });
    Ok(reply::json(StatusCode::OK, &Value::Array(rows.collect())))
}

/// `GET /unity/{id}`
pub(super) fn unit(_: &mut Toolzz, call: &Call<'_>) -> Answer {
    if call.parameter(0) != UNIT {
        return Err(errors::missing("Unity not found"));
    }
    let body = json!({
        "id": UNIT,
        "institutionId": INSTITUTION,
        "name": "Unidade São Paulo",
        "isActivated": true,
        "credentialProjectId": dice::uuid_text(Dice::new(0x7003, 1).uuid()),
    });
    Ok(reply::json(StatusCode::OK, &body))
}

fn rows(
    machine: &Toolzz,
    filter: &Filter,
    before: &str,
    after: &str,
    shape: &dyn Fn(&Credential) -> Value,
) -> Result<Response<Bytes>, Box<Response<Bytes>>> {
    let quirks = &machine.recipe.quirks;
    if quirks.has(Quirk::EmptyIsNotFound) && machine.credentials.iter(filter).next().is_none() {
        return Err(errors::missing("Credentials not found"));
    }
    let odd = quirks.has(Quirk::OddRows);
    let rows = machine.credentials.iter(filter).enumerate().map(|(number, row)| {
        let mut row = shape(&row);
        if odd {
            break_row(&mut row, number);
        }
        row
    });
    let expected = if filter.narrowed == Narrowed::Nothing { machine.credentials.len() } else { 0 };
    Ok(reply::array(before, rows, expected, after))
}

/// Breaks the documented types of the first rows, in either shape.
fn break_row(row: &mut Value, number: usize) {
    let record = if row.get("name").is_some() { &mut *row } else { &mut row["credentials"] };
    match number {
        0 => record["updatedAt"] = Value::Null,
        1 => record["status"] = json!("active"),
        2 => row["integration"]["icon"] = Value::Null,
        3 => row["integration"]["type"] = json!("quantum"),
        4 => {
            if let Some(fields) = row.as_object_mut() {
                fields.shift_remove("integration");
            }
        }
        _ => {}
    }
}
