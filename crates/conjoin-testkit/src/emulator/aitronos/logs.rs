//! The execution log: offset paging with `has_more`.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Aitronos, Connection, Filter};
use crate::emulator::call::Call;
use crate::emulator::clock::{self, SECOND};
use crate::emulator::dice;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// How many entries there are, as in the documented sample.
const ENTRIES: u64 = 42;

const STATUSES: &[&str] = &["success", "success", "success", "error", "blocked", "timeout"];

/// `GET /logs`
pub(super) fn list(machine: &mut Aitronos, call: &Call<'_>) -> Answer {
    machine.organization(call)?;
    let limit = machine.size(call, "limit", 50, 1)?;
    let offset = machine.size(call, "offset", 0, 0)?;
    let asked = |name: &str, value: &str| call.asks(name).is_none_or(|asked| asked == value);
    let (connections, _) = machine.connections.page(&Filter::default(), 0, 10);
    let from = call.asks("start_date").and_then(clock::parse).unwrap_or(i64::MIN);
    let to = call.asks("end_date").and_then(clock::parse).unwrap_or(i64::MAX);
    let entries: Vec<Value> = (0..ENTRIES)
        .filter(|_| !connections.is_empty())
        .map(|number| (number, dice::nth(&connections, number), dice::nth(STATUSES, number)))
        .filter(|(_, row, status)| asked("credential_id", &row.id) && asked("status", status))
        .filter(|(number, ..)| (from..=to).contains(&time(*number)))
        .map(|(number, row, status)| entry(number, row, status))
        .collect();
    let total = u64::try_from(entries.len()).unwrap_or_default();
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let taken = usize::try_from(limit).unwrap_or(usize::MAX);
    let shown: Vec<Value> = entries.into_iter().skip(skipped).take(taken).collect();
    let returned = u64::try_from(shown.len()).unwrap_or_default();
    let has_more = offset.saturating_add(returned) < total;
    let body = json!({"logs": shown, "total": total, "returned": returned, "has_more": has_more});
    Ok(reply::json(StatusCode::OK, &body))
}

fn time(number: u64) -> clock::Nanos {
    clock::START - i64::try_from(number + 1).unwrap_or_default() * 3600 * SECOND
}

fn entry(number: u64, row: &Connection, status: &str) -> Value {
    let failed = status != "success";
    json!({
        "id": format!("log_{number:08x}"),
        "created_at": clock::seconds(time(number)),
        "tool_key": row.tool.key,
        "action_name": format!("{}_list_items", row.tool.key),
        "status": status,
        "execution_time_ms": 100 + number,
        "error_code": failed.then(|| status.to_uppercase()),
        "error_message": failed.then_some("The action did not succeed"),
        "neurons_used": 1,
        "credential_id": row.id,
    })
}
