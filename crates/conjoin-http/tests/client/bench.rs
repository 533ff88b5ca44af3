//! A client over a transport that answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_core::{Error, Operation, ProviderName};
use conjoin_http::*;
use http::{Request, Response};
use tokio::time::Instant;

pub(crate) const SECRET: &str = "sk_canary_0123456789";

/// Answers one after another, the last one for ever; notes what was sent and when.
#[derive(Debug)]
struct Scripted {
    answers: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<(String, Instant)>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Answer(u16, Vec<(&'static str, String)>, String),
    Broken(Fault, Sent),
    Hang,
}

pub(crate) fn status(status: u16) -> Step {
    Step::Answer(status, Vec::new(), "{}".into())
}

pub(crate) fn with(mut step: Step, name: &'static str, value: &str) -> Step {
    if let Step::Answer(_, headers, _) = &mut step {
        headers.push((name, value.to_owned()));
    }
    step
}

pub(crate) fn body(status: u16, body: &str) -> Step {
    Step::Answer(status, Vec::new(), body.into())
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let key = request.headers().get("x-key").map(|key| key.to_str().unwrap().to_owned());
        assert_eq!(key.as_deref(), Some(SECRET), "the credential is where the vendor wants it");
        self.sent.lock().unwrap().push((format!("{} {}", request.method(), request.uri()), Instant::now()));
        let step = {
            let mut answers = self.answers.lock().unwrap();
            if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
        };
        match step {
            Step::Answer(status, headers, body) => {
                let mut response = Response::builder().status(status);
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                Ok(response.body(body.into()).unwrap())
            }
            Step::Broken(fault, Sent::Never) => Err(TransportError::never_sent(fault, "it broke")),
            Step::Broken(fault, Sent::Maybe) => Err(TransportError::new(fault, "it broke")),
            Step::Hang => std::future::pending().await,
        }
    }
}

pub(crate) struct Bench {
    transport: Arc<Scripted>,
    pub(crate) client: ApiClient,
}

pub(crate) fn bench(answers: impl IntoIterator<Item = Step>) -> Bench {
    bench_with(answers, |setup| setup)
}

pub(crate) fn bench_with(
    answers: impl IntoIterator<Item = Step>,
    tune: impl FnOnce(Setup) -> Setup,
) -> Bench {
    let answers = Mutex::new(answers.into_iter().collect());
    let transport = Arc::new(Scripted { answers, sent: Mutex::default() });
    let name = ProviderName::new("work").unwrap();
    let setup = tune(Setup::new(name, Secret::new(SECRET), Arc::clone(&transport) as _));
    let client =
        setup.client("example", "https://api.example.test", |secret| Auth::header("x-key", secret)).unwrap();
    Bench { transport, client }
}

impl Bench {
    pub(crate) async fn get(&self) -> Result<Answer, Error> {
        self.client.get(Operation::List, &["v1", "things"]).send().await
    }

    pub(crate) async fn patch(&self) -> Result<Answer, Error> {
        self.client.patch(Operation::Rename, &["v1", "things"]).send().await
    }

    pub(crate) fn sent(&self) -> Vec<String> {
        self.transport.sent.lock().unwrap().iter().map(|(line, _)| line.clone()).collect()
    }

    pub(crate) fn waits(&self) -> Vec<Duration> {
        let sent = self.transport.sent.lock().unwrap();
        sent.windows(2).map(|pair| pair[1].1 - pair[0].1).collect()
    }
}
