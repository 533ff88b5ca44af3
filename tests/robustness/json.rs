//! JSON of every kind, with a liking for what vendors send.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// Names that the vendors' answers use, and that an adapter therefore looks for.
const NAMES: &[&str] = &[
    "rows",
    "items",
    "data",
    "connections",
    "connectors",
    "credentials",
    "integration",
    "integrations",
    "integrationId",
    "id",
    "_id",
    "credential_id",
    "connector_id",
    "connection_id",
    "key",
    "name",
    "title",
    "slug",
    "platform",
    "tool_key",
    "connector_type",
    "display_name",
    "credential_name",
    "is_active",
    "active",
    "status",
    "state",
    "needs_reauth",
    "auth_error",
    "auth_failed_at",
    "connection_status",
    "tags",
    "identity",
    "identityType",
    "environment",
    "createdAt",
    "created_at",
    "updatedAt",
    "expiresAt",
    "icon",
    "url",
    "form",
    "scopes",
    "oauthScopes",
    "type",
    "error",
    "success",
    "message",
    "detail",
    "code",
    "deleted",
    "hasError",
    "total",
    "page",
    "pages",
    "skip",
    "limit",
    "offset",
    "returned",
    "userId",
    "unityId",
    "secretId",
    "version",
];

/// Texts that somebody reads as something else.
const TEXTS: &[&str] = &[
    "",
    " ",
    ".",
    "..",
    "a",
    "slack",
    "true",
    "null",
    "0",
    "-1",
    "1e999",
    "NaN",
    "operational",
    "failed",
    "live",
    "2025-07-19T16:19:29.702632Z",
    "2025-02-30T00:00:00Z",
    "9999-99-99",
    "+262143-12-31T23:59:59Z",
    "-0001-01-01",
    "1752941969702",
    "{…}",
    "a\u{0}b",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{feff}",
    "é",
    "s3cr3t-credential",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        2 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-2_i64..200).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![u64::MAX, u64::MAX - 1, 1 << 53, 253_402_300_800_000])
            .prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Any JSON.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        2 => number(),
        4 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..10)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Fields of an object that a row may have besides its id.
pub(crate) fn fields() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((name(), value()), 0..12).prop_map(|fields| fields.into_iter().collect())
}

/// JSON with one of its values replaced, or a text cut in the middle.
pub(crate) fn broken(original: &Value, place: usize, with: &Value) -> Value {
    let mut broken = original.clone();
    let mut left = place % count(original).max(1);
    replace(&mut broken, &mut left, with);
    broken
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Replaces the value with this number, counted from the root; true once it is done.
fn replace(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, with)),
        Value::Object(fields) => fields.values_mut().any(|field| replace(field, left, with)),
        _ => false,
    }
}
