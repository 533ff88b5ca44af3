//! HAR 1.2 on the wire: read leniently, written with every field that its schema requires.
//!
//! Fields that HAR does not have begin with `_`: `log._conjoin` says what the file is, and `_json` holds a
//! JSON body as JSON in place of `text`. Clocks, sizes and what follows from other fields is not read.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::fixture::About;

/// What stands for a media type that nobody told.
pub(crate) const UNKNOWN_TYPE: &str = "x-unknown";

#[derive(Deserialize, Serialize)]
pub(crate) struct Har {
    pub(crate) log: Log,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Log {
    #[serde(skip_deserializing)]
    pub(crate) version: &'static str,
    #[serde(skip_deserializing)]
    pub(crate) creator: Creator,
    #[serde(rename = "_conjoin")]
    pub(crate) about: Option<About>,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Default, Serialize)]
pub(crate) struct Creator {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(skip_deserializing)]
    pub(crate) started_date_time: String,
    #[serde(skip_deserializing)]
    pub(crate) time: u32,
    pub(crate) request: Request,
    pub(crate) response: Response,
    #[serde(skip_deserializing)]
    pub(crate) cache: Cache,
    #[serde(skip_deserializing)]
    pub(crate) timings: Timings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
}

#[derive(Default, Serialize)]
pub(crate) struct Cache {}

#[derive(Default, Serialize)]
pub(crate) struct Timings {
    pub(crate) send: u32,
    pub(crate) wait: u32,
    pub(crate) receive: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(skip_deserializing)]
    pub(crate) http_version: &'static str,
    #[serde(skip_deserializing)]
    pub(crate) cookies: [(); 0],
    #[serde(default)]
    pub(crate) headers: Vec<Pair>,
    #[serde(default)]
    pub(crate) query_string: Vec<Pair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) post_data: Option<PostData>,
    #[serde(skip_deserializing)]
    pub(crate) headers_size: i64,
    #[serde(skip_deserializing)]
    pub(crate) body_size: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    pub(crate) status: u16,
    #[serde(skip_deserializing)]
    pub(crate) status_text: &'static str,
    #[serde(skip_deserializing)]
    pub(crate) http_version: &'static str,
    #[serde(skip_deserializing)]
    pub(crate) cookies: [(); 0],
    #[serde(default)]
    pub(crate) headers: Vec<Pair>,
    #[serde(default)]
    pub(crate) content: Content,
    #[serde(skip_deserializing, rename = "redirectURL")]
    pub(crate) redirect_url: String,
    #[serde(skip_deserializing)]
    pub(crate) headers_size: i64,
    #[serde(skip_deserializing)]
    pub(crate) body_size: i64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PostData {
    pub(crate) mime_type: String,
    #[serde(rename = "_json", deserialize_with = "told", skip_serializing_if = "Option::is_none")]
    pub(crate) json: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Content {
    #[serde(skip_deserializing)]
    pub(crate) size: usize,
    pub(crate) mime_type: String,
    #[serde(rename = "_json", deserialize_with = "told", skip_serializing_if = "Option::is_none")]
    pub(crate) json: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encoding: Option<String>,
}

/// A JSON body may be `null`, which is not the same as no body.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
