//! Servers that number their pages in ways of their own: what is there comes whole, and what cannot be had
//! whole is said.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_core::{ConnectionProviderExt as _, Query};
use conjoin_http::{Secret, Setup, Transport, TransportError};
use conjoin_pica::{Dialect, Pica};
use http::{Request, Response};
use serde_json::{Value, json};

/// How a server with so many rows answers for a `page` or a `skip`, if one was asked for.
type Answering = fn(rows: usize, page: Option<usize>, skip: Option<usize>) -> Value;

struct Server {
    rows: usize,
    answer: Answering,
    asked: Mutex<Vec<String>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let number = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let answer = (self.answer)(self.rows, number("page"), number("skip"));
        self.asked.lock().unwrap().push(query);
        Ok(Response::new(answer.to_string().into()))
    }
}

/// The rows from a place on: so many, and none of those that a server counts and does not send.
fn window(rows: usize, from: usize, size: usize, lost: fn(usize) -> bool) -> Vec<Value> {
    let there = (from.min(rows)..from.saturating_add(size).min(rows)).filter(|&at| !lost(at));
    there.map(|at| json!({"id": format!("c{at}"), "platform": "slack", "active": true})).collect()
}

const NONE: fn(usize) -> bool = |_| false;

/// The open-source server: it drops rows without a connector definition, and counts them.
fn dropping(rows: usize, _: Option<usize>, skip: Option<usize>) -> Value {
    let skip = skip.unwrap_or(0);
    let lost = |at| at % 7 == 3 || at % 5 == 1;
    json!({"rows": window(rows, skip, 150, lost), "total": rows, "skip": skip, "limit": 150})
}

/// It says 150 and sends 20.
fn clamping(rows: usize, _: Option<usize>, skip: Option<usize>) -> Value {
    let skip = skip.unwrap_or(0);
    json!({"rows": window(rows, skip, 20, NONE), "total": rows, "skip": skip, "limit": 150})
}

/// Whatever it is asked, it sends the same rows, and claims more.
fn stuck(rows: usize, _: Option<usize>, _: Option<usize>) -> Value {
    json!({"rows": window(rows, 0, 20, NONE), "total": rows, "skip": 0, "limit": 150})
}

/// Its second page does not say how many there are.
fn forgetful(rows: usize, page: Option<usize>, _: Option<usize>) -> Value {
    let page = page.unwrap_or(1);
    let mut answer = json!({"rows": window(rows, (page - 1) * 50, 50, NONE), "total": rows, "page": page});
    if page != 2 {
        answer["pages"] = rows.div_ceil(50).into();
    }
    answer
}

/// It numbers its pages, and says nothing of their number.
fn unnumbered(rows: usize, page: Option<usize>, _: Option<usize>) -> Value {
    let page = page.unwrap_or(1);
    json!({"rows": window(rows, (page - 1) * 50, 50, NONE), "page": page})
}

/// It says nothing of pages, and has none.
fn silent(rows: usize, _: Option<usize>, _: Option<usize>) -> Value {
    json!({"rows": window(rows, 0, usize::MAX, NONE)})
}

#[tokio::test]
async fn whatever_a_server_counts_its_rows_come_whole_or_it_is_said() {
    let servers: [(&str, Answering); 6] = [
        ("drops rows that it counts", dropping),
        ("says 150 and sends 20", clamping),
        ("sends the same rows always", stuck),
        ("forgets the number of pages", forgetful),
        ("numbers pages without an end", unnumbered),
        ("says nothing of pages", silent),
    ];
    let mut told = String::new();
    for (name, answer) in servers {
        writeln!(told, "# {name}").unwrap();
        for rows in [0, 1, 12, 20, 150, 151, 200, 437] {
            let server = Arc::new(Server { rows, answer, asked: Mutex::default() });
            let transport: Arc<dyn Transport> = Arc::clone(&server) as _;
            let setup = Setup::new("pica".parse().unwrap(), Secret::new("sk_test_paging"), transport);
            let listing = Pica::new(setup, Dialect::LEGACY).unwrap().list(&Query::new().enabled(true)).await;
            let receipt = &listing.receipt.providers[0];
            let ids: BTreeSet<_> = listing.items.iter().map(|row| row.id.as_str()).collect();
            assert_eq!(ids.len() as u64, receipt.returned);
            let asked = server.asked.lock().unwrap();
            let place =
                |query: &String| query.split_once("limit=150").map_or("", |(_, place)| place).to_owned();
            let places: Vec<_> = asked.iter().map(place).collect();
            let repeated = places.iter().collect::<BTreeSet<_>>().len() < places.len();
            assert!(!repeated, "{name}, {rows}: {places:?}");
            let error =
                receipt.error.as_ref().map(|error| format!(": {}", error.message())).unwrap_or_default();
            writeln!(
                told,
                "{rows:3} rows  {} of them in {} requests, {}{error}",
                ids.len(),
                places.len(),
                receipt.outcome
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!("whatever_a_server_counts", told);
}
