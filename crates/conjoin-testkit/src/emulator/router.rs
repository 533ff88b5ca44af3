//! Routes as a table: a row a method and path. What stands literally in a path wins over what is a parameter.

use bytes::Bytes;
use http::{Method, Response};
use percent_encoding::percent_decode_str;

use super::call::Call;

/// What a handler answers; `Err` is an answer too, the vendor's refusal.
pub(super) type Answer = Result<Response<Bytes>, Box<Response<Bytes>>>;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Whoever has a credential.
    Credential,
    /// Anyone.
    Open,
}

/// One method and path of a vendor's API, and what answers it.
#[derive(Debug)]
pub(super) struct Route<M> {
    pub(super) method: &'static str,
    /// Segments between slashes; `{name}` stands for any one segment that is not empty.
    pub(super) path: &'static str,
    pub(super) access: Access,
    pub(super) answer: fn(&mut M, &Call<'_>) -> Answer,
}

/// A route that asks for a credential.
pub(super) const fn route<M>(
    method: &'static str,
    path: &'static str,
    answer: fn(&mut M, &Call<'_>) -> Answer,
) -> Route<M> {
    Route { method, path, access: Access::Credential, answer }
}

/// A route that asks for none.
pub(super) const fn open<M>(
    method: &'static str,
    path: &'static str,
    answer: fn(&mut M, &Call<'_>) -> Answer,
) -> Route<M> {
    Route { method, path, access: Access::Open, answer }
}

/// What a table says about a request.
#[derive(Debug)]
pub(super) enum Found<'r, M> {
    /// This route, with its decoded parameters.
    Route(&'r Route<M>, Vec<String>),
    /// The path is known; these methods are.
    WrongMethod(Vec<&'static str>),
    /// No such path.
    Nothing,
}

/// Looks a request up: the path with the most literal beginning first, then the method.
pub(super) fn find<'r, M>(routes: &'r [Route<M>], method: &Method, path: &str) -> Found<'r, M> {
    let segments: Vec<&str> = path.split('/').collect();
    let fitting: Vec<(Vec<bool>, &Route<M>)> = routes
        .iter()
        .filter_map(|route| fit(route.path, &segments).map(|parameters| (parameters, route)))
        .collect();
    let Some(best) = fitting.iter().map(|(parameters, _)| parameters).min() else {
        return Found::Nothing;
    };
    let same_path = || fitting.iter().filter(|(parameters, _)| parameters == best).map(|(_, route)| *route);
    match same_path().find(|route| route.method == method.as_str()) {
        Some(route) => Found::Route(route, decode(best, &segments)),
        None => Found::WrongMethod(same_path().map(|route| route.method).collect()),
    }
}

/// Which segments are parameters, if the path fits.
fn fit(pattern: &str, segments: &[&str]) -> Option<Vec<bool>> {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let fits = pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(expected, segment)| {
            if is_parameter(expected) { !segment.is_empty() } else { expected == segment }
        });
    fits.then(|| pattern.iter().map(|segment| is_parameter(segment)).collect())
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

fn decode(parameters: &[bool], segments: &[&str]) -> Vec<String> {
    let chosen = segments.iter().zip(parameters).filter(|(_, parameter)| **parameter);
    chosen.map(|(segment, _)| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing((): &mut (), _: &Call<'_>) -> Answer {
        Ok(Response::default())
    }

    const ROUTES: &[Route<()>] = &[
        route("GET", "/v1/{id}", nothing),
        route("DELETE", "/v1/{id}", nothing),
        route("GET", "/v1/logs", nothing),
        route("GET", "/v1/{id}/health", nothing),
    ];

    fn look(method: &str, path: &str) -> String {
        match find(ROUTES, &method.parse().unwrap(), path) {
            Found::Route(route, parameters) => format!("{} {} {parameters:?}", route.method, route.path),
            Found::WrongMethod(methods) => format!("only {methods:?}"),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_literal_segment_wins_over_a_parameter_for_every_method() {
        assert_eq!(look("GET", "/v1/logs"), "GET /v1/logs []");
        assert_eq!(look("DELETE", "/v1/logs"), "only [\"GET\"]");
        assert_eq!(look("PATCH", "/v1/x"), "only [\"GET\", \"DELETE\"]");
    }

    #[test]
    fn parameters_are_decoded_after_the_path_is_split() {
        assert_eq!(look("GET", "/v1/a%2Fb%3Fc/health"), "GET /v1/{id}/health [\"a/b?c\"]");
        assert_eq!(look("GET", "/v1//health"), "nothing");
        assert_eq!(look("GET", "/v1/x/"), "nothing");
    }
}
