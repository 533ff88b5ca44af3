//! An emulator in process: a transport without a socket.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Fault, Transport, TransportError};
use http::{Request, Response};
use tokio::time::Instant;

use super::Facts;
use super::stage::{Delivery, Stage};

/// How many pieces a slow body comes in.
pub(super) const PIECES: u32 = 10;

/// An emulated vendor behind [`Transport`]: no socket, and time is tokio's, so tests can pause it. Only where a
/// rate limit is set Aitronos tells its reset by the clock on the wall.
///
/// Clones answer from the same state. The request's scheme and host do not matter, only its path does.
#[derive(Clone)]
pub struct EmulatorTransport {
    stage: Arc<Mutex<Stage>>,
    base_url: &'static str,
    latency: Duration,
    started: Arc<Mutex<Option<Instant>>>,
}

impl EmulatorTransport {
    pub(super) fn new(stage: Stage, base_url: &'static str, latency: Duration) -> Self {
        Self { stage: Arc::new(Mutex::new(stage)), base_url, latency, started: Arc::default() }
    }

    /// A base URL to configure a provider with; its host exists nowhere.
    pub fn base_url(&self) -> &str {
        self.base_url
    }

    /// What a caller must know besides.
    pub fn facts(&self) -> Facts {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).facts()
    }

    /// Answers when the latency is over. What is asked for happens as the request comes: whoever gives up
    /// waiting does not undo it.
    pub(super) async fn deliver(&self, request: &Request<Bytes>) -> Delivery {
        let now = Instant::now();
        let started = *self.started.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(now);
        let answer = {
            let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
            stage.answer(request, now.duration_since(started))
        };
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency.saturating_sub(now.elapsed())).await;
        }
        answer
    }
}

impl fmt::Debug for EmulatorTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorTransport").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for EmulatorTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        match self.deliver(&request).await {
            Delivery::Whole(response) => Ok(response),
            Delivery::Slow(response, pause) => {
                tokio::time::sleep(pause * PIECES).await;
                Ok(response)
            }
            Delivery::Cut(response) => {
                let cut = TransportError::new(Fault::Broken, "connection closed in the middle of the body");
                Err(cut.with_status(response.status().as_u16()))
            }
            Delivery::Reset => {
                Err(TransportError::new(Fault::Broken, "connection closed before an answer came"))
            }
            Delivery::Hang => std::future::pending().await,
        }
    }
}
