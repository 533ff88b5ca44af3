//! `GET /v1/vault/connections`: filters and pages.

use serde_json::{Value, json};

use super::page::Window;
use super::row::{Connection, Filter, Shown, UNTYPED};
use super::{Pica, PicaDialect};
use crate::emulator::call::Call;
use crate::emulator::quirk::Quirk;
use crate::emulator::router::Answer;

/// How many rows [`Quirk::InflatedTotal`] counts without showing them.
const DROPPED: u64 = 3;

/// v2 and One.
pub(super) fn list(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let (window, dialect, environment) =
        (Window::of(call, machine.dialect), machine.dialect, machine.environment(call));
    let filter = filter(machine, call);
    let (rows, total) = machine.store(environment).page(&filter, window.offset, window.limit);
    let quirks = &machine.recipe.quirks;
    let odd = quirks.has(Quirk::OddRows);
    let total = if quirks.has(Quirk::InflatedTotal) { total + DROPPED } else { total };
    let rows = rows.iter().zip(window.offset..).map(|(row, number)| {
        let row = row.row(dialect, environment);
        if odd { broken(row.value(), number) } else { row }
    });
    Ok(machine.envelope("Vault Connections", rows, window, total))
}

/// `GET /v1/connections` of One: more fields, no filters.
pub(super) fn managed(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let (window, environment) = (Window::of(call, machine.dialect), machine.environment(call));
    let filter = Filter { environment: Some(environment), ..Filter::default() };
    let (rows, total) = machine.store(environment).page(&filter, window.offset, window.limit);
    let rows = rows.iter().map(|row| super::one::managed_row(row, environment));
    Ok(machine.envelope("", rows, window, total))
}

fn filter(machine: &Pica, call: &Call<'_>) -> Filter {
    let text = |name: &str| call.asks(name).map(str::to_owned);
    let words = |name: &str| {
        let words = call.asks(name).filter(|words| !words.is_empty())?.split(',');
        Some(words.map(|word| word.trim().to_owned()).collect())
    };
    let shared = Filter {
        keys: words("key"),
        tags: words("tags"),
        all_tags: machine.recipe.quirks.has(Quirk::AllTags),
        platform: text("platform"),
        identity: text("identity"),
        identity_type: text("identityType"),
        environment: Some(machine.environment(call)),
        ..Filter::default()
    };
    let active = || Some(call.asks("active").and_then(|active| active.parse().ok()).unwrap_or(true));
    match machine.dialect {
        PicaDialect::One if machine.recipe.quirks.has(Quirk::ActiveOnOne) => {
            Filter { active: active(), ..shared }
        }
        PicaDialect::One => shared,
        _ => Filter {
            active: active(),
            platform_version: text("platformVersion"),
            name: text("name"),
            untyped: Some(UNTYPED),
            ..shared
        },
    }
}

/// Breaks the documented types of the first rows.
fn broken(mut row: Value, number: u64) -> Shown<'static> {
    if let Some(fields) = row.as_object_mut() {
        match number {
            0 => drop(fields.insert("state".to_owned(), json!("hibernating"))),
            1 => drop(fields.insert("type".to_owned(), json!({"api": {}}))),
            2 => drop(fields.shift_remove("createdAt")),
            3 => drop(fields.insert("tags".to_owned(), Value::Null)),
            4 => drop(fields.insert("type".to_owned(), json!("quantum"))),
            _ => {}
        }
    }
    Shown::Value(row)
}

/// The rows that a key of this environment sees.
pub(super) fn get(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let environment = machine.environment(call);
    let row = known(machine, call)?;
    let row = row.row(machine.dialect, environment).value();
    Ok(crate::emulator::reply::json(http::StatusCode::OK, &row))
}

/// The connection that the path names.
pub(super) fn known(
    machine: &mut Pica,
    call: &Call<'_>,
) -> Result<Connection, Box<http::Response<bytes::Bytes>>> {
    let id = machine.connection_id(call)?;
    let environment = machine.environment(call);
    let found = machine.store(environment).get(&id);
    found.ok_or_else(|| machine.missing(&format!("Connection with id {id} not found")))
}
