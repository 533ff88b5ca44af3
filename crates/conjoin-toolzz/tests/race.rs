//! Two who write the same record: what can be told without a version, and what cannot.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_core::{
    Connection, ConnectionId, ConnectionProvider, ConnectionProviderExt as _, ErrorKind, Query,
};
use conjoin_http::{BaseUrl, Fault, Secret, Setup, Transport, TransportError};
use conjoin_testkit::emulator::{Emulator, EmulatorTransport};
use conjoin_toolzz::Toolzz;
use http::{Method, Request, Response};
use serde_json::{Value, json};

/// What happens around one request.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Before it reaches the vendor, somebody else changes the record.
    Meddling(&'static str, bool),
    /// The line breaks before it reaches the vendor, or so it may be.
    LostOnTheWay,
    /// It reaches the vendor, and the answer is lost.
    AnswerLost,
    /// The vendor is too busy.
    Busy,
}

/// The emulated vendor, with what happens at the n-th request, from 1.
#[derive(Debug)]
struct Line {
    vendor: EmulatorTransport,
    id: String,
    events: Vec<(usize, Event)>,
    sent: Mutex<Vec<String>>,
}

impl Line {
    /// Writes the record as another client would.
    async fn meddle(&self, name: &str, status: bool) {
        let list = Request::get(format!("{}/credential/unity/{}", self.vendor.base_url(), self.unit()));
        let list = list.header("authorization", "Bearer other").body(Bytes::new()).unwrap();
        let told: Value = serde_json::from_slice(self.vendor.send(list).await.unwrap().body()).unwrap();
        let records = told["items"].as_array().unwrap();
        let mut record = records.iter().find(|record| record["id"] == *self.id).unwrap().clone();
        (record["name"], record["status"]) = (json!(name), json!(status));
        let put = Request::put(format!("{}/credential/{}", self.vendor.base_url(), self.id));
        let put = put.header("authorization", "Bearer other").header("content-type", "application/json");
        let put = put.body(Bytes::from(record.to_string())).unwrap();
        assert!(self.vendor.send(put).await.unwrap().status().is_success());
    }

    fn unit(&self) -> String {
        self.vendor.facts().unit.unwrap()
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(request.method().to_string());
            sent.len()
        };
        for (_, event) in self.events.iter().filter(|(at, _)| *at == number) {
            match event {
                Event::Meddling(name, status) => self.meddle(name, *status).await,
                Event::LostOnTheWay => return Err(lost()),
                Event::AnswerLost => {
                    self.vendor.send(request).await?;
                    return Err(lost());
                }
                Event::Busy => {
                    assert_eq!(request.method(), Method::PUT);
                    let busy = Response::builder().status(429).header("retry-after", "2");
                    return Ok(busy.body(Bytes::from("{}")).unwrap());
                }
            }
        }
        self.vendor.send(request).await
    }
}

fn lost() -> TransportError {
    TransportError::new(Fault::Broken, "the line broke")
}

/// How a switching off ended, the requests that it took, and the record's name and switch afterwards.
async fn disable(events: &[(usize, Event)]) -> (Result<Option<bool>, ErrorKind>, String, String, bool) {
    let vendor = Emulator::toolzz().count(3).transport();
    let unit = vendor.facts().unit.unwrap();
    let plain = provider(Arc::new(vendor.clone()), &vendor, &unit);
    let rows = plain.list(&Query::new().enabled(true)).await.complete().unwrap();
    let id = rows[0].id.clone();
    let line = Arc::new(Line {
        vendor: vendor.clone(),
        id: id.to_string(),
        events: events.to_vec(),
        sent: Mutex::default(),
    });
    let result = provider(line.clone(), &vendor, &unit).set_enabled(&id, false).await;
    let now = now(&plain, &id).await;
    let sent = line.sent.lock().unwrap().join(" ");
    let result = result.map(|change| change.changed).map_err(|error| error.kind());
    (result, sent, now.name.unwrap().into(), now.enabled == true.into())
}

async fn now(provider: &Toolzz, id: &ConnectionId) -> Connection {
    provider.get(id).await.unwrap()
}

fn provider(transport: Arc<dyn Transport>, vendor: &EmulatorTransport, unit: &str) -> Toolzz {
    let setup = Setup::new("brasil".parse().unwrap(), Secret::new("sk_of_the_test"), transport);
    Toolzz::new(setup.base_url(BaseUrl::new(vendor.base_url()).unwrap()), unit).unwrap()
}

/// The name that the record has if nobody meddles.
async fn original() -> String {
    disable(&[]).await.2
}

#[tokio::test(start_paused = true)]
async fn undisturbed_it_is_read_looked_at_again_and_written_once() {
    let (result, sent, _, on) = disable(&[]).await;
    assert_eq!((result, &*sent, on), (Ok(Some(true)), "GET GET PUT", false));
}

#[tokio::test(start_paused = true)]
async fn a_change_by_somebody_else_between_the_two_looks_is_a_conflict_and_is_not_overwritten() {
    let (result, sent, name, on) = disable(&[(2, Event::Meddling("theirs", true))]).await;
    assert_eq!((result, &*sent), (Err(ErrorKind::Conflict), "GET GET"));
    assert_eq!((&*name, on), ("theirs", true));
}

#[tokio::test(start_paused = true)]
async fn a_change_and_its_reversal_show_in_the_time_of_the_last_change() {
    let name = original().await;
    let name: &'static str = name.leak();
    let there_and_back = [(2, Event::Meddling("theirs", true)), (2, Event::Meddling(name, true))];
    let (result, sent, ..) = disable(&there_and_back).await;
    assert_eq!((result, &*sent), (Err(ErrorKind::Conflict), "GET GET"));
}

#[tokio::test(start_paused = true)]
async fn a_change_before_the_first_look_is_kept() {
    let (result, _, name, on) = disable(&[(1, Event::Meddling("theirs", true))]).await;
    assert_eq!((result, &*name, on), (Ok(Some(true)), "theirs", false));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_arrived_is_not_repeated_though_its_answer_is_lost() {
    let (result, sent, _, on) = disable(&[(3, Event::AnswerLost)]).await;
    assert_eq!((result, &*sent, on), (Ok(Some(true)), "GET GET PUT GET", false));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_did_not_arrive_is_repeated_after_another_look() {
    for event in [Event::LostOnTheWay, Event::Busy] {
        let (result, sent, _, on) = disable(&[(3, event)]).await;
        assert_eq!((result, &*sent, on), (Ok(Some(true)), "GET GET PUT GET PUT", false), "{event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_not_repeated_over_a_change_that_came_while_it_waited() {
    for event in [Event::LostOnTheWay, Event::Busy] {
        let (result, sent, name, on) = disable(&[(3, event), (4, Event::Meddling("theirs", true))]).await;
        assert_eq!((result, &*sent), (Err(ErrorKind::Conflict), "GET GET PUT GET"), "{event:?}");
        assert_eq!((&*name, on), ("theirs", true), "{event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_again_and_again_ends() {
    let busy = [(3, Event::Busy), (5, Event::Busy), (7, Event::Busy)];
    let (result, sent, _, on) = disable(&busy).await;
    assert_eq!((result, &*sent, on), (Err(ErrorKind::RateLimited), "GET GET PUT GET PUT GET PUT", true));
}

/// What cannot be told without a version at the vendor. The day that there is one, this test is to go.
#[tokio::test(start_paused = true)]
async fn what_is_written_between_the_last_look_and_the_write_is_lost_unseen() {
    let (result, sent, name, on) = disable(&[(3, Event::Meddling("theirs", true))]).await;
    assert_eq!((result, &*sent, on), (Ok(Some(true)), "GET GET PUT", false));
    assert_eq!(name, original().await);
}
