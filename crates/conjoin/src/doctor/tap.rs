//! Hears what time it is at the other end.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use conjoin_http::{Transport, TransportError};
use http::header::DATE;
use http::{Request, Response};

/// A transport that keeps how far the answers' `Date` is from this machine's clock.
#[derive(Debug)]
pub(super) struct Tap {
    inner: Arc<dyn Transport>,
    heard: Mutex<Option<Skew>>,
}

/// How far this machine's clock is from another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skew {
    /// This clock less the other, in seconds.
    pub(super) seconds: i64,
    /// How far off that may be: the answer's way, and the second that `Date` is rounded to.
    pub(super) doubt: i64,
}

impl Tap {
    pub(super) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, heard: Mutex::new(None) }
    }

    /// The difference by the answer that came fastest.
    pub(super) fn skew(&self) -> Option<Skew> {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Tap {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let sent = SystemTime::now();
        let answer = self.inner.send(request).await?;
        let told =
            answer.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        if let Some(theirs) = told {
            let way = sent.elapsed().unwrap_or_default();
            let skew = between(sent + way / 2, theirs, way);
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.is_none_or(|before| skew.doubt < before.doubt) {
                *heard = Some(skew);
            }
        }
        Ok(answer)
    }
}

fn between(ours: SystemTime, theirs: SystemTime, way: Duration) -> Skew {
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    let seconds_apart = match ours.duration_since(theirs) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    };
    Skew { seconds: seconds_apart, doubt: seconds(way) + 1 }
}
