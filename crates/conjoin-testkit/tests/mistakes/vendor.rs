//! A made-up vendor, as small as one can be that has everything: pages, a default that hides, a filter,
//! changes, a catalogue.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::{Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use url::form_urlencoded;

/// Three rows a page.
const PAGE: usize = 3;

#[derive(Debug)]
pub(crate) struct Acme {
    rows: Mutex<Vec<Value>>,
}

impl Acme {
    pub(crate) fn new(count: usize) -> Self {
        let row = |number: usize| {
            json!({
                "id": format!("acc_{number:04}"),
                "app": (["slack", "github", "clickup"][number % 3]),
                "label": format!("account number {number}"),
                "status": (["ok", "ok", "broken"][number / 2 % 3]),
                "on": number % 4 != 1,
            })
        };
        Self { rows: Mutex::new((0..count).map(row).collect()) }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Value>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `state=all` shows what is off as well; `after` is a row's number; `app` filters.
    fn list(&self, query: &str) -> Value {
        let asked = |name: &str| {
            form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value)
        };
        let all = asked("state").is_some_and(|state| state == "all");
        let app = asked("app");
        let rows = self.rows();
        let shown: Vec<_> = rows
            .iter()
            .filter(|row| all || row["on"] == true)
            .filter(|row| app.as_ref().is_none_or(|app| row["app"] == **app))
            .collect();
        let start = asked("after").and_then(|after| after.parse().ok()).unwrap_or(0).min(shown.len());
        let end = (start + PAGE).min(shown.len());
        let next = (end < shown.len()).then(|| end.to_string());
        json!({ "data": &shown[start..end], "next": next, "total": shown.len() })
    }

    fn answer(&self, request: &Request<Bytes>) -> Option<Value> {
        let path = request.uri().path().to_owned();
        let segments: Vec<_> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        let catalogue = || ["slack", "github", "clickup"].map(|slug| json!({ "slug": slug }));
        match (request.method(), &*segments) {
            (&Method::GET, ["v1", "accounts"]) => Some(self.list(request.uri().query().unwrap_or_default())),
            (&Method::GET, ["v1", "apps"]) => Some(json!({ "data": catalogue() })),
            (&Method::GET, ["v1", "apps", slug]) => catalogue().into_iter().find(|app| app["slug"] == **slug),
            (method, ["v1", "accounts", id]) => {
                let mut rows = self.rows();
                let at = rows.iter().position(|row| row["id"] == **id)?;
                match *method {
                    Method::GET => {}
                    Method::PATCH => {
                        let change: Value = serde_json::from_slice(request.body()).ok()?;
                        for (key, value) in change.as_object()? {
                            rows[at][key] = value.clone();
                        }
                    }
                    Method::DELETE => return Some(rows.remove(at)),
                    _ => return None,
                }
                Some(rows[at].clone())
            }
            _ => None,
        }
    }
}

#[async_trait]
impl Transport for Acme {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.answer(&request);
        let status = if answer.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
        let body =
            answer.unwrap_or_else(|| json!({ "error": { "code": "NONE", "message": "no such thing" } }));
        let mut response = Response::new(Bytes::from(body.to_string()));
        *response.status_mut() = status;
        Ok(response)
    }
}
