//! The emulated Aitronos: personal connectors, third generation of its API.
//!
//! The credential goes into `X-API-Key` or `Authorization: Bearer`; where both come, the first counts. The organization goes into
//! `organization_id`, and `organizationId` is read as well. Every organization is served the same data, but `org_forbidden`, which
//! gets 403.
//!
//! # Choices where the vendor is silent
//!
//! | question | choice |
//! |---|---|
//! | order of checks | credential, then what was sent, then whether the thing is there, as FastAPI does |
//! | one store behind both lists | yes; `connector_id` = `credential_id` = `id` |
//! | order of lists | newest first |
//! | optional fields | always sent, as `null` when there is nothing |
//! | toggle to the value it has | 200, same body |
//! | rename | sets `credential_name`, and `display_name` follows as "NAME - Tool"; an empty name is 422 |
//! | after `DELETE /connections/{id}` | gone; the second is 404 |
//! | after either disconnect | still listed, `is_active: false`; switched on again, its health is `unhealthy` |
//! | `application_id` | filters the list by tool, default `flowplate`; "list all" ignores it |
//! | unknown tool | an empty list by tool, 404 in details, 404 when connecting |
//! | `is_connected`, `connection_id` | the newest connection to the tool, whatever its switch |
//! | catalogue's `limit` | default 50, no maximum; below 1 is 422 |
//! | missing `organization_id` | 422 in FastAPI's form |
//! | authorize | answers a URL of the emulator; GETting it is the user's consent, after which completing connects |
//! | completing twice | the same connection again |
//! | slash of "list all" | both answer |
//! | `connection_status` | `ACTIVE`, or `EXPIRED` when the grant is no longer honoured |
//! | logs | 42 of them, one an hour, over the first connections |
//! | actions, tools, approval | plausible and small; switches are remembered |
//! | rate-limit headers | `X-RateLimit-*` on every answer; with no limit set, 1000 of which one is used |
//! | `x-request-id` | `req_` and a running number; `trace_id` of an error is the same |
//! | wrong method, HEAD among them | 405 in FastAPI's form |

mod authorize;
mod catalogue;
mod connections;
mod connectors;
mod credential;
mod errors;
mod logs;
mod row;
mod samples;

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::Value;

use super::call::{self, Call};
use super::clock::{self, Clock};
use super::dice::{Dice, Recipe};
use super::facts::Facts;
use super::limit::Quota;
use super::quirk::Quirk;
use super::reply;
use super::router::{self, Access, Answer, Found, Route, open, route};
use super::store::Store;
use super::vendor::Vendor;
use row::{Connection, Filter};

/// The organization that [`Facts`] name.
const ORGANIZATION: &str = "org_7d1f0c2ab94e4c3f8e5d6a7b8c9d0e1f";

/// The organization that no key may use.
const FORBIDDEN_ORGANIZATION: &str = "org_forbidden";

const LIST: &str = "/v1/personal-connectors";
const LIST_SLASH: &str = "/v1/personal-connectors/";

#[rustfmt::skip]
static ROUTES: &[Route<Aitronos>] = &[
    route("GET",    LIST,                                                        connections::list_all),
    route("GET",    LIST_SLASH,                                                  connections::list_all),
    route("GET",    "/v1/personal-connectors/connections/{tool_key}",            connections::list_by_tool),
    route("PATCH",  "/v1/personal-connectors/connections/{credential_id}",       connections::rename),
    route("DELETE", "/v1/personal-connectors/connections/{credential_id}",       connections::delete),
    route("PATCH",  "/v1/personal-connectors/connections/{credential_id}/active", connections::toggle),
    route("PATCH",  "/v1/personal-connectors/{connector_id}",                    connections::update),
    route("DELETE", "/v1/personal-connectors/{connector_id}",                    connections::disconnect),
    route("DELETE", "/v1/personal-connectors/composio/{credential_id}",          connections::disconnect),
    route("GET",    "/v1/personal-connectors/available",                         connectors::list),
    route("GET",    "/v1/personal-connectors/available/{tool_key}",              connectors::details),
    open ("GET",    "/v1/personal-connectors/auth-schema/{connector_type}",      connectors::auth_schema),
    route("POST",   "/v1/personal-connectors/authorize",                         authorize::start),
    open ("GET",    "/v1/personal-connectors/auth/{state}",                      authorize::consent),
    route("POST",   "/v1/personal-connectors/complete-oauth",                    authorize::complete),
    route("POST",   "/v1/personal-connectors/credentials",                       authorize::credentials),
    route("POST",   "/v1/personal-connectors/connect-imap",                      authorize::imap),
    route("GET",    "/v1/personal-connectors/{credential_id}/health",            credential::health),
    route("POST",   "/v1/personal-connectors/{credential_id}/test",              credential::test),
    route("GET",    "/v1/personal-connectors/{connector_id}/tools",              credential::tools),
    route("PATCH",  "/v1/personal-connectors/{connector_id}/tools",              credential::update_tools),
    route("GET",    "/v1/personal-connectors/{credential_id}/actions",           credential::actions),
    route("PATCH",  "/v1/personal-connectors/{credential_id}/approval-config",   credential::approval),
    route("GET",    "/v1/personal-connectors/logs",                              logs::list),
    route("POST",   "/v1/connectors/tools/invoke",                               credential::invoke),
];

/// The state machine.
#[derive(Debug)]
pub(super) struct Aitronos {
    recipe: Recipe,
    clock: Clock,
    connections: Store<Connection>,
    /// Authorizations that were started, by their state token.
    pending: BTreeMap<String, authorize::Pending>,
    requests: u64,
    made: u64,
}

impl Aitronos {
    pub(super) fn new(recipe: Recipe, count: Option<u64>) -> Self {
        let connections = match count {
            Some(count) => Store::generated(recipe.clone(), count),
            None => Store::of(recipe.clone(), samples::connections(&recipe)),
        };
        let clock = Clock::default();
        Self { recipe, clock, connections, pending: BTreeMap::new(), requests: 0, made: 0 }
    }

    fn request_id(&self) -> String {
        format!("req_{:012x}", self.requests)
    }

    /// Bits for the next new thing, the same in every run.
    fn next_uuid(&mut self) -> u128 {
        self.made += 1;
        Dice::new(self.recipe.seed ^ 0xA170_0000, self.made).uuid()
    }

    /// The organization that must come with the call.
    fn organization(&self, call: &Call<'_>) -> Result<(), Box<Response<Bytes>>> {
        match call.asks("organization_id").or_else(|| call.asks("organizationId")) {
            Some(FORBIDDEN_ORGANIZATION) => Err(self.wrong_organization(FORBIDDEN_ORGANIZATION)),
            Some(organization) if !organization.is_empty() => Ok(()),
            _ => Err(self.invalid(&["query", "organization_id"], "Field required", "missing")),
        }
    }

    /// The body, which must be a JSON object.
    fn body(&self, call: &Call<'_>) -> Result<Value, Box<Response<Bytes>>> {
        if !call.has_body() {
            return Err(self.invalid(&["body"], "Field required", "missing"));
        }
        let body = call.json().ok_or_else(|| self.invalid(&["body"], "JSON decode error", "json_invalid"))?;
        match body {
            Value::Object(_) => Ok(body),
            _ => Err(self.invalid(&["body"], "Input should be a valid dictionary", "model_attributes_type")),
        }
    }

    /// A text that the body must have.
    fn text<'v>(&self, body: &'v Value, name: &str) -> Result<&'v str, Box<Response<Bytes>>> {
        match body.get(name) {
            None => Err(self.invalid(&["body", name], "Field required", "missing")),
            Some(Value::String(text)) if text.is_empty() => Err(self.invalid(
                &["body", name],
                "String should have at least 1 character",
                "string_too_short",
            )),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(self.invalid(&["body", name], "Input should be a valid string", "string_type")),
        }
    }

    /// A switch that the body must have.
    fn switch(&self, body: &Value, name: &str) -> Result<bool, Box<Response<Bytes>>> {
        match body.get(name) {
            None => Err(self.invalid(&["body", name], "Field required", "missing")),
            Some(Value::Bool(switch)) => Ok(*switch),
            Some(_) => Err(self.invalid(&["body", name], "Input should be a valid boolean", "bool_type")),
        }
    }

    /// A number of the query that is at least `least`.
    fn size(
        &self,
        call: &Call<'_>,
        name: &str,
        default: u64,
        least: u64,
    ) -> Result<u64, Box<Response<Bytes>>> {
        let place = ["query", name];
        match call.asks(name).map(str::parse::<u64>) {
            None => Ok(default),
            Some(Ok(number)) if number >= least => Ok(number),
            Some(Ok(_)) => {
                let problem = format!("Input should be greater than or equal to {least}");
                Err(self.invalid(&place, &problem, "greater_than_equal"))
            }
            Some(Err(_)) => {
                let problem = "Input should be a valid integer, unable to parse string as an integer";
                Err(self.invalid(&place, problem, "int_parsing"))
            }
        }
    }

    fn redirects(&self, path: &str) -> Option<&'static str> {
        match path {
            LIST if self.recipe.quirks.has(Quirk::RedirectToSlash) => Some(LIST_SLASH),
            LIST_SLASH if self.recipe.quirks.has(Quirk::RedirectFromSlash) => Some(LIST),
            _ => None,
        }
    }

    fn dispatch(&mut self, request: &Request<Bytes>) -> Answer {
        let path = request.uri().path();
        if let Some(target) = self.redirects(path) {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            let mut response = reply::empty(StatusCode::TEMPORARY_REDIRECT);
            reply::set(&mut response, "location", format!("{target}{query}"));
            return Ok(response);
        }
        match router::find(ROUTES, request.method(), path) {
            Found::Route(route, parameters) => {
                let key = call::header(request, "x-api-key").or_else(|| call::bearer(request));
                if route.access == Access::Credential && !call::admits(key) {
                    return Ok(self.unauthenticated());
                }
                (route.answer)(self, &Call::new(request, parameters))
            }
            Found::WrongMethod(methods) => {
                let mut response = errors::of_framework(StatusCode::METHOD_NOT_ALLOWED);
                reply::set(&mut response, "allow", methods.join(", "));
                Ok(response)
            }
            Found::Nothing => Ok(errors::of_framework(StatusCode::NOT_FOUND)),
        }
    }
}

impl Vendor for Aitronos {
    fn answers_head(&self) -> bool {
        false
    }

    fn handle(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        self.requests += 1;
        let mut response = self.dispatch(request).unwrap_or_else(|refusal| *refusal);
        reply::set(&mut response, "x-request-id", self.request_id());
        response
    }

    fn failure(&mut self, status: StatusCode) -> Response<Bytes> {
        self.requests += 1;
        let mut response = self.of_status(status);
        reply::set(&mut response, "x-request-id", self.request_id());
        response
    }

    fn label(&self, quota: &Quota, response: &mut Response<Bytes>) {
        let (limit, remaining) = if quota.enforced { (quota.limit, quota.remaining) } else { (1000, 999) };
        // Who is limited waits by the clock on his wall; who is not gets the same answer in every run.
        let now = if quota.enforced {
            SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
        } else {
            u64::try_from(clock::START / clock::SECOND).unwrap_or_default() + quota.elapsed.as_secs()
        };
        reply::set(response, "x-ratelimit-limit", limit.to_string());
        reply::set(response, "x-ratelimit-remaining", remaining.to_string());
        reply::set(response, "x-ratelimit-reset", (now + 1).to_string());
        reply::set(response, "x-ratelimit-retry-after", quota.wait.to_string());
        if quota.refused() {
            reply::set(response, "retry-after", quota.wait.to_string());
        }
    }

    fn facts(&self) -> Facts {
        Facts { organization: Some(ORGANIZATION.to_owned()), ..Facts::default() }
    }
}

#[cfg(test)]
mod tests;
