//! Mishaps in process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Fault, Transport, TransportError};
use http::{Request, Response};
use tokio::time::Instant;

use super::answer::{Fate, Stage};
use super::{Mishap, When};

/// Another transport, and a mishap that befalls its requests.
pub struct Faulty {
    stage: Stage,
    sent: Mutex<Vec<Instant>>,
}

impl Faulty {
    /// Lets a mishap befall the requests to a vendor.
    pub fn new(vendor: Arc<dyn Transport>, mishap: Mishap, when: When) -> Self {
        Self { stage: Stage::new(vendor, mishap, when), sent: Mutex::default() }
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.sent().len()
    }

    /// The time between each request and the one before it, by tokio's clock.
    pub fn waits(&self) -> Vec<Duration> {
        self.sent().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    fn sent(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mishap, when) = self.stage.mishap();
        f.debug_struct("Faulty").field("mishap", &mishap).field("when", &when).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Faulty {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.sent().push(Instant::now());
        match self.stage.fate(request).await? {
            Fate::Answered(answer) => Ok(answer),
            Fate::Line(mishap) => Err(broken(mishap).await),
        }
    }
}

/// What a transport over sockets tells of a line that does this.
async fn broken(mishap: Mishap) -> TransportError {
    let within_body = |fault, message: &str| TransportError::new(fault, message).with_status(200);
    match mishap {
        Mishap::NoAnswer | Mishap::SlowBody => std::future::pending().await,
        Mishap::TruncatedByLength | Mishap::TruncatedChunk | Mishap::ResetMidBody => {
            within_body(Fault::Broken, "the answer broke off")
        }
        Mishap::EndlessBody => within_body(Fault::TooLarge, "the answer is larger than is read"),
        Mishap::MislabelledGzip => {
            within_body(Fault::Encoding, "the answer is not compressed as its label says")
        }
        _ => TransportError::new(Fault::Broken, "the line broke before an answer came"),
    }
}
