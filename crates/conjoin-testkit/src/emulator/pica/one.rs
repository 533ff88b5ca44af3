//! What only One has: the management view, and who a key belongs to.

use http::StatusCode;
use serde_json::{Value, json};

use super::Pica;
use super::row::{Connection, Environment};
use crate::emulator::call::Call;
use crate::emulator::clock;
use crate::emulator::dice;
use crate::emulator::reply;
use crate::emulator::router::Answer;
use crate::emulator::store::Row as _;

/// The emulated user.
const USER: &str = "526907ff-932e-4222-81ff-83f8adefad05";

/// A row of `GET /v1/connections`.
pub(super) fn managed_row(row: &Connection, environment: Environment) -> Value {
    let created = clock::micros(row.created);
    json!({
        "id": row.id(),
        "platformVersion": row.platform_version,
        "connectionDefinitionId": row.platform.definition_id(),
        "name": row.name,
        "title": row.platform.name,
        "image": row.platform.image(),
        "type": row.platform.kind(),
        "group": row.identity,
        "key": row.key(environment),
        "environment": environment.word(),
        "platform": row.platform.slug,
        "identity": row.identity,
        "identityType": row.identity_type,
        "secretId": secret_id(row),
        "state": row.state,
        "userId": USER,
        "createdAt": created,
        "updatedAt": created,
        "expiresAt": null,
        "expiresIn": null,
        "connectionOauthDefId": null,
        "webhookSecretId": null,
        "version": "1.0.0",
        "deleted": false,
        "changeLog": {},
        "tags": row.tags,
        "active": row.active,
    })
}

/// A reference into the vault, made from the id.
pub(super) fn secret_id(row: &Connection) -> String {
    dice::uuid_text(!row.uuid)
}

/// `GET /v1/connections/{id}`
pub(super) fn managed_get(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let row = super::list::known(machine, call)?;
    Ok(reply::json(StatusCode::OK, &managed_row(&row, machine.environment(call))))
}

/// `GET /v1/users/whoami`
pub(super) fn whoami(_: &mut Pica, _: &Call<'_>) -> Answer {
    let body = json!({
        "user": {"id": USER, "name": "Test User", "email": "test@example.com"},
        "organization": null,
        "project": null,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// `GET /v1/users/flags`
pub(super) fn flags(_: &mut Pica, _: &Call<'_>) -> Answer {
    let body =
        json!({"accessList": [], "authkitWhitelist": false, "earlyAccess": [], "completedQuickstart": true});
    Ok(reply::json(StatusCode::OK, &body))
}

/// `POST /internal/v3/users/create-or-get`, which v2 documents.
pub(super) fn create_or_get_user(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let email = call.json().and_then(|body| Some(body.get("email")?.as_str()?.to_owned()));
    let email = email.ok_or_else(|| machine.bad_request("email is required"))?;
    let body = json!({
        "id": USER,
        "email": email,
        "throughput": 100,
        "secrets": {"live": "<USER_LIVE_KEY>", "sandbox": "<USER_SANDBOX_KEY>"},
    });
    Ok(reply::json(StatusCode::OK, &body))
}
