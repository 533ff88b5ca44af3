//! The emulated Pica, in one of the four wire formats that its path has spoken: see [`PicaDialect`].
//!
//! The key goes into `x-pica-secret`; into `x-one-secret` in dialect `one`. A key that starts with `sk_live_` sees the live
//! environment, every other one the test environment; each has rows of its own.
//!
//! # Choices where the vendor is silent
//!
//! | question | choice |
//! |---|---|
//! | 401 | the open-source server's form (`legacy`), One's early form with `code` (`v2`), One's form (`one`) |
//! | `active` | `v2`: default true, so the union takes two calls; `legacy`: no default; `one`: no parameter, shows all |
//! | paging | `v2`, `one`: `page` from 1 and `skip`, which add up; `limit` 20, at most 150, at least 1. `legacy`: `skip` and `limit`, where 0 is everything; `page` is a filter that nothing matches |
//! | numbers that cannot be read | the default |
//! | `page` of an answer to `skip` | the page that the first row would be on |
//! | a page past the end | 200, no rows, the right `total` and `pages` |
//! | `pages` | never below 1 |
//! | order | `createdAt` descending |
//! | unknown parameters | ignored; in `legacy` an equality filter, where `$in` and `$regex` work too, the latter as plain text between `^` and `$` |
//! | several tags | any of them |
//! | PATCH | replaces the tags; `v2` answers the connection and takes no `name`, `one` answers an empty 200 |
//! | an id that is no UUID | 404; 400 in `one` |
//! | deletion | gone; in `legacy` the row stays, unlisted, and can still be patched |
//! | `identityType` of a row without one | `user` in `v2`, where the filter finds it as that; null elsewhere |
//! | tenants of One | every organization and project sees the key's own rows |
//! | searching actions | all of the platform, those with most of the query's words first, up to `limit` |
//! | the connect token | all platforms in pages, one request id |
//! | rate-limit headers | `legacy`: `x-pica-rate-limit-*` on every answer but 401 and unknown routes; `v2`: the same while a limit is set; `one`: none |
//! | HEAD | as GET, without the body |
//! | a wrong method | 405; the error body of the dialect |
//! | setting a state | `PUT /__emulator/connections/{id}/state` with `{"state": …}`; `failed` switches off as well |
//!
//! Not emulated: passthrough, knowledge, `reachable` and `metrics`, and wire format 1, which probably never existed.

mod catalogue;
mod connectors;
mod errors;
mod legacy;
mod list;
mod one;
mod page;
mod row;
mod samples;
mod writes;

use std::str::FromStr;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::call::{self, Call};
use super::clock::Clock;
use super::dice::{self, Dice, Recipe};
use super::facts::Facts;
use super::limit::Quota;
use super::reply;
use super::router::{self, Access, Answer, Found, Route, open, route};
use super::store::Store;
use super::vendor::Vendor;
use row::{Connection, Environment};

/// The wire format that the emulated Pica speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PicaDialect {
    /// To July 2025, and the open-source server: `_id`, epoch milliseconds, `skip` and `limit`.
    Legacy,
    /// July 2025 to March 2026, as its last documents have it: UUIDs, ISO dates, `page` and `pages`, `state`.
    #[default]
    V2,
    /// The same before November 2025, when rows had no `state`.
    V2NoState,
    /// Since March 2026, when Pica became One: other header, no `createdAt`, empty answers to PATCH.
    One,
}

impl PicaDialect {
    /// All of them, oldest first.
    pub const ALL: [Self; 4] = [Self::Legacy, Self::V2NoState, Self::V2, Self::One];

    /// The word that reads back: `legacy`, `v2-nostate`, `v2`, `one`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::V2 => "v2",
            Self::V2NoState => "v2-nostate",
            Self::One => "one",
        }
    }

    fn routes(self) -> &'static [Route<Pica>] {
        match self {
            Self::Legacy => LEGACY,
            Self::V2 | Self::V2NoState => V2,
            Self::One => ONE,
        }
    }

    fn key_header(self) -> &'static str {
        if self == Self::One { "x-one-secret" } else { "x-pica-secret" }
    }
}

impl FromStr for PicaDialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        let found = Self::ALL.into_iter().find(|dialect| dialect.name() == text);
        found.ok_or_else(|| UnknownDialect { text: text.to_owned() })
    }
}

/// A name that is no dialect's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no dialect is called {text:?}: there are legacy, v2-nostate, v2 and one")]
pub struct UnknownDialect {
    text: String,
}

const SET_STATE: Route<Pica> = route("PUT", "/__emulator/connections/{id}/state", writes::set_state);

#[rustfmt::skip]
static LEGACY: &[Route<Pica>] = &[
    route("GET",    "/v1/vault/connections",             legacy::list),
    route("POST",   "/v1/vault/connections",             legacy::create),
    route("PATCH",  "/v1/vault/connections/{id}",        legacy::update),
    route("DELETE", "/v1/vault/connections/{id}",        legacy::delete),
    route("GET",    "/v1/connections",                   legacy::managed),
    route("POST",   "/v1/connections",                   legacy::create),
    route("PATCH",  "/v1/connections/{id}",              legacy::update),
    route("DELETE", "/v1/connections/{id}",              legacy::delete),
    route("GET",    "/v1/available-connectors",          connectors::list),
    route("GET",    "/v1/available-actions/{platform}",  connectors::actions),
    open ("GET",    "/v1/public/connection-definitions", legacy::definitions),
    SET_STATE,
];

#[rustfmt::skip]
static V2: &[Route<Pica>] = &[
    route("GET",    "/v1/vault/connections",                   list::list),
    route("GET",    "/v1/vault/connections/{id}",              list::get),
    route("PATCH",  "/v1/vault/connections/{id}",              writes::update),
    route("DELETE", "/v1/vault/connections/{id}",              writes::delete),
    route("GET",    "/v1/available-connectors",                connectors::list),
    route("GET",    "/v1/available-actions/{platform}",        connectors::actions),
    route("GET",    "/v1/available-actions/search/{platform}", connectors::search_actions),
    route("POST",   "/v1/authkit",                             connectors::authkit),
    route("GET",    "/v1/users/flags",                         one::flags),
    route("POST",   "/internal/v3/users/create-or-get",        one::create_or_get_user),
    SET_STATE,
];

#[rustfmt::skip]
static ONE: &[Route<Pica>] = &[
    route("GET",    "/v1/vault/connections",                                                  list::list),
    route("GET",    "/v1/vault/connections/{id}",                                             list::get),
    route("PATCH",  "/v1/vault/connections/{id}",                                             writes::update),
    route("DELETE", "/v1/vault/connections/{id}",                                             writes::delete),
    route("GET",    "/v1/vault/organizations/{org}/connections",                              list::list),
    route("GET",    "/v1/vault/organizations/{org}/connections/{id}",                         list::get),
    route("GET",    "/v1/vault/organizations/{org}/projects/{project}/connections",           list::list),
    route("GET",    "/v1/vault/organizations/{org}/projects/{project}/connections/{id}",      list::get),
    route("GET",    "/v1/connections",                                                        list::managed),
    route("GET",    "/v1/connections/{id}",                                                   one::managed_get),
    route("PATCH",  "/v1/connections/{id}",                                                   writes::update),
    route("DELETE", "/v1/connections/{id}",                                                   writes::delete),
    route("GET",    "/v1/connections/organizations/{org}",                                    list::managed),
    route("GET",    "/v1/connections/organizations/{org}/{id}",                               one::managed_get),
    route("PATCH",  "/v1/connections/organizations/{org}/{id}",                               writes::update),
    route("DELETE", "/v1/connections/organizations/{org}/{id}",                               writes::delete),
    route("GET",    "/v1/connections/organizations/{org}/projects/{project}",                 list::managed),
    route("GET",    "/v1/connections/organizations/{org}/projects/{project}/{id}",            one::managed_get),
    route("PATCH",  "/v1/connections/organizations/{org}/projects/{project}/{id}",            writes::update),
    route("DELETE", "/v1/connections/organizations/{org}/projects/{project}/{id}",            writes::delete),
    open ("GET",    "/v1/available-connectors",                                               connectors::list),
    route("GET",    "/v1/available-connectors/connected",                                     connectors::connected),
    route("GET",    "/v1/available-actions/{platform}",                                       connectors::actions),
    route("GET",    "/v1/available-actions/search/{platform}",                                connectors::search_actions),
    route("POST",   "/v1/authkit",                                                            connectors::authkit),
    route("POST",   "/v1/authkit/token",                                                      connectors::authkit),
    route("GET",    "/v1/users/whoami",                                                       one::whoami),
    route("GET",    "/v1/users/flags",                                                        one::flags),
    SET_STATE,
];

/// The state machine.
#[derive(Debug)]
pub(super) struct Pica {
    dialect: PicaDialect,
    recipe: Recipe,
    clock: Clock,
    test: Store<Connection>,
    live: Store<Connection>,
    requests: u64,
    made: u64,
}

impl Pica {
    pub(super) fn new(recipe: Recipe, count: Option<u64>, dialect: PicaDialect) -> Self {
        let store = |environment: Environment| {
            let recipe = environment.recipe(&recipe);
            match count {
                Some(count) => Store::generated(recipe, count),
                None => Store::of(recipe, samples::connections(environment, dialect)),
            }
        };
        let (test, live) = (store(Environment::Test), store(Environment::Live));
        Self { dialect, recipe, clock: Clock::default(), test, live, requests: 0, made: 0 }
    }

    fn store(&mut self, environment: Environment) -> &mut Store<Connection> {
        match environment {
            Environment::Test => &mut self.test,
            Environment::Live => &mut self.live,
        }
    }

    /// The environment that the caller's key is bound to.
    fn environment(&self, call: &Call<'_>) -> Environment {
        let key = call.header(self.dialect.key_header()).unwrap_or_default();
        if key.starts_with("sk_live_") { Environment::Live } else { Environment::Test }
    }

    /// The id that the path ends with, as the store knows it.
    fn connection_id(&self, call: &Call<'_>) -> Result<String, Box<Response<Bytes>>> {
        let shown = call.parameter(call.parameters().saturating_sub(1));
        let uuid = match self.dialect {
            PicaDialect::Legacy => row::legacy_uuid(shown),
            _ => dice::parse_uuid(shown),
        };
        match (uuid, self.dialect) {
            (Some(uuid), _) => Ok(dice::uuid_text(uuid)),
            (None, PicaDialect::One) => Err(self.bad_request("Invalid connection id: not a UUID")),
            // Let it be looked up in vain, so that every call words its own 404.
            (None, _) => Ok(shown.to_owned()),
        }
    }

    /// Bits for the next new thing, the same in every run.
    fn next_uuid(&mut self) -> u128 {
        self.made += 1;
        Dice::new(self.recipe.seed ^ 0x91CA_0000, self.made).uuid()
    }

    fn dispatch(&mut self, request: &Request<Bytes>) -> Answer {
        match router::find(self.dialect.routes(), request.method(), request.uri().path()) {
            Found::Route(route, parameters) => {
                let key = call::header(request, self.dialect.key_header());
                if route.access == Access::Credential && !call::admits(key) {
                    return Ok(self.unauthenticated());
                }
                (route.answer)(self, &Call::new(request, parameters))
            }
            Found::WrongMethod(methods) => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let mut response = self.error(status, "Method not allowed");
                reply::set(&mut response, "allow", methods.join(", "));
                Ok(response)
            }
            Found::Nothing => Ok(self.no_route()),
        }
    }

    fn name_request(&self, response: &mut Response<Bytes>) {
        if self.dialect == PicaDialect::One {
            reply::set(response, "x-one-correlation-id", self.correlation_id());
            reply::set(response, "x-request-id", self.correlation_id());
        }
    }
}

impl Vendor for Pica {
    fn handle(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        self.requests += 1;
        let mut response = self.dispatch(request).unwrap_or_else(|refusal| *refusal);
        self.name_request(&mut response);
        response
    }

    fn failure(&mut self, status: StatusCode) -> Response<Bytes> {
        self.requests += 1;
        let mut response = match status {
            StatusCode::UNAUTHORIZED => self.unauthenticated(),
            status => self.error(status, errors::usual_message(status)),
        };
        self.name_request(&mut response);
        response
    }

    fn label(&self, quota: &Quota, response: &mut Response<Bytes>) {
        let shown = match self.dialect {
            PicaDialect::Legacy => response.status() != StatusCode::UNAUTHORIZED,
            PicaDialect::V2 | PicaDialect::V2NoState => quota.enforced,
            PicaDialect::One => false,
        };
        if !shown {
            return;
        }
        let (limit, remaining) = if quota.enforced { (quota.limit, quota.remaining) } else { (500, 499) };
        reply::set(response, "x-pica-rate-limit-limit", limit.to_string());
        reply::set(response, "x-pica-rate-limit-remainings", remaining.to_string());
        // The server always says 60; an emulated limit is over sooner, and saying so would keep callers waiting.
        let reset = if quota.enforced { 1 } else { 60 };
        reply::set(response, "x-pica-rate-limit-reset", reset.to_string());
    }

    fn facts(&self) -> Facts {
        Facts::default()
    }
}

#[cfg(test)]
mod tests;
