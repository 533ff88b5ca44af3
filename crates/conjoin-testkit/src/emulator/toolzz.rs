//! The emulated Toolzz AI: credentials and integrations. Its base URL ends in `/api/v1`.
//!
//! The token goes into `Authorization: Bearer`. All credentials belong to one unit, which
//! [`Facts`] name; a new one may be put into any.
//!
//! # Choices where the vendor is silent
//!
//! Its documents show templates only, and not one error, status code or header.
//!
//! | question | choice |
//! |---|---|
//! | success | 200, for creation too |
//! | errors | `{statusCode, message, error}` as `NestJS` has it; 401 without `error` |
//! | missing or wrong token | 401 |
//! | empty result, unknown unit, unknown integration, unknown type | an empty list |
//! | `GET /unity/{id}` of an unknown unit | 404 |
//! | order of lists | newest first |
//! | PUT of an unknown id | 404 |
//! | PUT of an id that is no UUID, or what does not validate | 400, `message` a list |
//! | an `integrationId` that no integration has | 404 |
//! | PUT without `secretId` | keeps the stored one |
//! | PUT | `updatedAt` moves, `createdAt` and `id` stay |
//! | POST without `status` | active |
//! | HEAD | as GET, without the body |
//! | DELETE, wrong methods | 405 |
//! | `credentials` in flat records | `{}` |
//! | an integration that is off | its credentials stay listed |
//! | form fields and icons | spelled as each endpoint's template has them |
//! | rate limit | 429 in the words of Nest's throttler, with `Retry-After` and `X-RateLimit-*` while one is set |

mod catalogue;
mod errors;
mod lists;
mod row;
mod writes;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::call::{self, Call};
use super::clock::Clock;
use super::dice::Recipe;
use super::facts::Facts;
use super::limit::Quota;
use super::reply;
use super::router::{self, Answer, Found, Route, route};
use super::store::Store;
use super::vendor::Vendor;
use row::Credential;

/// What the base URL has after the host.
pub(super) const BASE: &str = "/api/v1";

/// The unit that holds the credentials.
const UNIT: &str = "0b6f6a52-3d0e-4c55-9a0d-6a1f5c1f7e21";
const INSTITUTION: &str = "c9a1d5d4-7f0b-4a8e-8d53-2f1c6b9e0a47";

#[rustfmt::skip]
static ROUTES: &[Route<Toolzz>] = &[
    route("GET",    "/api/v1/credential/unity/{id}",                             lists::by_unit),
    route("GET",    "/api/v1/credential/unity/{id}/integration/{integrationId}", lists::by_integration),
    route("GET",    "/api/v1/credential/unity/{id}/type/{type}",                 lists::by_type),
    route("GET",    "/api/v1/integration/status",                                lists::integrations),
    route("GET",    "/api/v1/unity/{id}",                                        lists::unit),
    route("POST",   "/api/v1/credential",                                        writes::create),
    route("PUT",    "/api/v1/credential/{id}",                                   writes::update),
    route("DELETE", "/api/v1/credential/{id}",                                   writes::delete),
];

/// The state machine.
#[derive(Debug)]
pub(super) struct Toolzz {
    recipe: Recipe,
    clock: Clock,
    credentials: Store<Credential>,
    made: u64,
}

impl Toolzz {
    pub(super) fn new(recipe: Recipe, count: Option<u64>) -> Self {
        let credentials = match count {
            Some(count) => Store::generated(recipe.clone(), count),
            None => Store::of(recipe.clone(), row::samples()),
        };
        Self { recipe, clock: Clock::default(), credentials, made: 0 }
    }

    fn dispatch(&mut self, request: &Request<Bytes>) -> Answer {
        let path = request.uri().path();
        match router::find(ROUTES, request.method(), path) {
            Found::Route(..) if !call::admits(call::bearer(request)) => Ok(errors::unauthorized()),
            Found::Route(route, parameters) => (route.answer)(self, &Call::new(request, parameters)),
            Found::WrongMethod(methods) => Ok(wrong_method(request.method().as_str(), path, &methods)),
            Found::Nothing => {
                Ok(errors::error(StatusCode::NOT_FOUND, &format!("Cannot {} {path}", request.method())))
            }
        }
    }
}

fn wrong_method(method: &str, path: &str, known: &[&str]) -> Response<Bytes> {
    let mut response = errors::error(StatusCode::METHOD_NOT_ALLOWED, &format!("Cannot {method} {path}"));
    reply::set(&mut response, "allow", known.join(", "));
    response
}

/// Express names the encoding of whatever has a kind.
fn with_encoding(mut response: Response<Bytes>) -> Response<Bytes> {
    if response.headers().contains_key("content-type") {
        reply::set(&mut response, "content-type", "application/json; charset=utf-8");
    }
    response
}

impl Vendor for Toolzz {
    fn handle(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        with_encoding(self.dispatch(request).unwrap_or_else(|refusal| *refusal))
    }

    fn failure(&mut self, status: StatusCode) -> Response<Bytes> {
        with_encoding(errors::of_status(status))
    }

    fn label(&self, quota: &Quota, response: &mut Response<Bytes>) {
        if !quota.enforced {
            return;
        }
        reply::set(response, "x-ratelimit-limit", quota.limit.to_string());
        reply::set(response, "x-ratelimit-remaining", quota.remaining.to_string());
        reply::set(response, "x-ratelimit-reset", "1");
        if quota.refused() {
            reply::set(response, "retry-after", quota.wait.to_string());
        }
    }

    fn facts(&self) -> Facts {
        let integrations = catalogue::INTEGRATIONS.iter();
        let integrations = integrations.map(|integration| (integration.slug.to_owned(), integration.id()));
        Facts { unit: Some(UNIT.to_owned()), integrations: integrations.collect(), ..Facts::default() }
    }
}

#[cfg(test)]
mod tests;
