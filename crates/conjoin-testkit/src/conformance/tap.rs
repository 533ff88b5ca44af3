//! The transport between a subject and its vendor: it writes down, and meddles.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::{Method, Request, Response};
use serde_json::Value;

use crate::rows;

/// A request that a subject sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) method: Method,
    /// Path and query, as they were sent.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// How many rows its answer had.
    pub(super) rows: Option<usize>,
}

impl Sent {
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub(super) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

type ChangeRequest = Box<dyn Fn(&mut Request<Bytes>) + Send + Sync>;
type Change<T> = Box<dyn Fn(usize, &mut T) + Send + Sync>;

/// What is done to requests, or to the lists among the answers: each with its number, from 1.
pub(super) enum Meddle {
    Nothing,
    Request(ChangeRequest),
    Answer(Change<Response<Bytes>>),
    Rows(Change<Vec<Value>>),
    /// Never answers the request of this number.
    Hang(usize),
}

/// Requests after which nothing is answered any more: whoever asks so often asks for ever.
pub(super) const LIMIT: usize = 1000;

pub(super) struct Tap {
    vendor: Arc<dyn Transport>,
    meddle: Meddle,
    lists: AtomicUsize,
    sent: Mutex<Vec<Sent>>,
}

impl Tap {
    pub(super) fn new(vendor: Arc<dyn Transport>, meddle: Meddle) -> Self {
        Self { vendor, meddle, lists: AtomicUsize::new(0), sent: Mutex::default() }
    }

    pub(super) fn sent(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Tap {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Meddle::Request(change) = &self.meddle {
            change(&mut request);
        }
        let number = {
            let mut sent = self.sent();
            sent.push(note(&request));
            sent.len()
        };
        if number > LIMIT || matches!(self.meddle, Meddle::Hang(at) if at == number) {
            std::future::pending::<()>().await;
        }
        let mut answer = self.vendor.send(request).await?;
        if answer.status().is_success() && count(&answer).is_some() {
            let list = self.lists.fetch_add(1, Ordering::Relaxed) + 1;
            match &self.meddle {
                Meddle::Answer(change) => change(list, &mut answer),
                Meddle::Rows(change) => drop(rows::edit(&mut answer, |rows| change(list, rows))),
                _ => {}
            }
            if let Some(sent) = self.sent().get_mut(number - 1) {
                sent.rows = count(&answer);
            }
        }
        Ok(answer)
    }
}

/// How many rows an answer has, if it is a list.
fn count(answer: &Response<Bytes>) -> Option<usize> {
    let mut json: Value = serde_json::from_slice(answer.body()).ok()?;
    rows::of(&mut json).map(|rows| rows.len())
}

fn note(request: &Request<Bytes>) -> Sent {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    Sent {
        method: request.method().clone(),
        target: request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: headers.collect(),
        body: text(request.body()),
        rows: None,
    }
}
