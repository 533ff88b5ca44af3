//! The catalogue of platforms, their actions, and the connect token.

use http::StatusCode;
use serde_json::{Value, json};

use super::catalogue::{self, Action, PLATFORMS, Platform};
use super::page::Window;
use super::row::Filter;
use super::{Pica, PicaDialect};
use crate::emulator::call::Call;
use crate::emulator::reply;
use crate::emulator::router::Answer;

/// `GET /v1/available-connectors`
pub(super) fn list(machine: &mut Pica, call: &Call<'_>) -> Answer {
    Ok(answer(machine, call, &|_| true))
}

/// `GET /v1/available-connectors/connected`
pub(super) fn connected(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let environment = machine.environment(call);
    let mut slugs = Vec::new();
    for platform in PLATFORMS {
        let filter = Filter { platform: Some(platform.slug.to_owned()), ..Filter::default() };
        if machine.store(environment).iter(&filter).next().is_some() {
            slugs.push(platform.slug);
        }
    }
    Ok(answer(machine, call, &|platform| slugs.contains(&platform.slug)))
}

fn answer(
    machine: &Pica,
    call: &Call<'_>,
    shown: &dyn Fn(&Platform) -> bool,
) -> http::Response<bytes::Bytes> {
    let dialect = machine.dialect;
    let same = |name: &str, value: &str| call.asks(name).is_none_or(|asked| asked == value);
    let unknown = dialect == PicaDialect::Legacy && call.asks("page").is_some();
    let chosen: Vec<&Platform> = PLATFORMS
        .iter()
        .filter(|platform| !unknown && shown(platform))
        .filter(|platform| same("platform", platform.slug) && same("name", platform.name))
        .filter(|platform| same("key", &platform.key()))
        .filter(|platform| dialect == PicaDialect::One || same("category", platform.category))
        .collect();
    let window = Window::of(call, dialect);
    let rows = window.cut(chosen.iter()).into_iter().map(|platform| platform.row(dialect));
    machine.envelope("Available Connectors", rows, window, chosen.len() as u64)
}

/// `GET /v1/available-actions/{platform}`: an unknown platform has none.
pub(super) fn actions(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let dialect = machine.dialect;
    let same = |name: &str, value: &str| call.asks(name).is_none_or(|asked| asked == value);
    let chosen: Vec<Action> = of_platform(call.parameter(0))
        .filter(|action| same("key", &action.key) && same("method", action.method))
        .filter(|action| dialect == PicaDialect::One || same("title", &action.title))
        // No emulated action has tags.
        .filter(|_| dialect != PicaDialect::One || call.asks("tags").is_none())
        .collect();
    let window = Window::of(call, dialect);
    let rows = window.cut(chosen.iter()).into_iter().map(|action| action.row(dialect));
    Ok(machine.envelope("Available Actions", rows, window, chosen.len() as u64))
}

/// `GET /v1/available-actions/search/{platform}?query=`: a bare array. A search by meaning finds the nearest, never nothing; what
/// is near is how many words of the query the title has.
pub(super) fn search_actions(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let query = call.asks("query").ok_or_else(|| machine.bad_request("query is required"))?.to_lowercase();
    let limit = Window::of(call, machine.dialect).limit;
    let mut found: Vec<Action> = of_platform(call.parameter(0)).collect();
    found.sort_by_cached_key(|action| {
        let title = action.title.to_lowercase();
        std::cmp::Reverse(query.split_whitespace().filter(|word| title.contains(word)).count())
    });
    let rows = Window { offset: 0, limit }.cut(found.iter()).into_iter().map(Action::found);
    Ok(reply::json(StatusCode::OK, &Value::Array(rows.collect())))
}

fn of_platform(slug: &str) -> impl Iterator<Item = Action> + use<> {
    let platform = catalogue::find(slug);
    platform.into_iter().flat_map(|platform| (0..platform.tools).map(|number| platform.action(number)))
}

/// `POST /v1/authkit` and `POST /v1/authkit/token`: pages through the platforms, each page with the same request id.
pub(super) fn authkit(machine: &mut Pica, call: &Call<'_>) -> Answer {
    let body = call.json().unwrap_or_default();
    let missing = ["identity", "identityType"].into_iter().find(|field| body.get(*field).is_none());
    if let (Some(field), PicaDialect::V2 | PicaDialect::V2NoState) = (missing, machine.dialect) {
        return Err(machine.bad_request(&format!("{field} is required")));
    }
    let (window, environment) = (Window::of(call, machine.dialect), machine.environment(call));
    let rows = window.cut(PLATFORMS.iter()).into_iter().map(|platform| {
        json!({
            "id": format!("conn_plf_{:X}", platform.id),
            "connectionDefId": platform.definition_id(),
            "type": platform.kind(),
            "title": platform.name,
            "image": platform.image(),
            "environment": environment.word(),
            "createdAt": "2025-01-15T08:00:00.000000Z",
            "tags": platform.tags(),
            "active": true,
            "useDefaultOauthCreds": platform.oauth,
            "activatedAt": null,
            "clientIdDisplay": null,
            "clientSecretDisplay": null,
            "guide": null,
            "scopes": null,
            "secretId": null,
        })
    });
    let rows: Vec<Value> = rows.collect();
    let total = PLATFORMS.len() as u64;
    let mut body = json!({
        "rows": rows,
        "total": total,
        "pages": total.div_ceil(window.limit),
        "page": window.offset / window.limit + 1,
        "requestId": "oauth_req_1C",
    });
    if call.path().ends_with("/token") {
        body["isWhiteLabel"] = json!(false);
    }
    Ok(reply::json(StatusCode::OK, &body))
}
