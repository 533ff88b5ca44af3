//! A caller for the emulators' own tests.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::vendor::Vendor;

/// A caller with its headers.
pub(super) struct Caller<V> {
    pub(super) vendor: V,
    headers: Vec<(&'static str, String)>,
}

impl<V: Vendor> Caller<V> {
    pub(super) fn new(vendor: V, header: &'static str, credential: &str) -> Self {
        Self { vendor, headers: vec![(header, credential.to_owned())] }
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The whole answer.
    pub(super) fn send(&mut self, method: &str, target: &str, body: Option<&Value>) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        self.vendor.handle(&request.body(Bytes::from(body)).unwrap())
    }

    /// Status and JSON; null when there is no body.
    pub(super) fn call(&mut self, method: &str, target: &str, body: Option<&Value>) -> (u16, Value) {
        let response = self.send(method, target, body);
        let body = if response.body().is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(response.body()).unwrap()
        };
        (response.status().as_u16(), body)
    }

    /// The JSON of a GET that succeeds.
    pub(super) fn get(&mut self, target: &str) -> Value {
        let (status, body) = self.call("GET", target, None);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }
}

/// The values of one field of each row.
pub(super) fn column(rows: &Value, field: &str) -> Vec<Value> {
    rows.as_array().unwrap().iter().map(|row| row[field].clone()).collect()
}

/// A documented sample.
pub(super) fn sample(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
