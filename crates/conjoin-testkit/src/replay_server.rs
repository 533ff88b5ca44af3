//! Replay on a loopback port, for clients in any language.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use conjoin_http::Transport as _;
use http::{Request, Response, StatusCode};
use http_body_util::Full;

use crate::loopback::{Closed, Loopback, Site};
use crate::replay::Replay;

/// A [`Replay`] over real HTTP on 127.0.0.1, until it is stopped or dropped: same file, same answers.
///
/// What fits nothing is answered with status 501, and a text that names the nearest exchanges and what differs.
/// A test ends with [`Replay::verify`] all the same: a client may swallow that answer.
#[must_use = "the server stops when this is dropped"]
pub struct ReplayServer {
    server: Loopback,
}

struct Replayed(Arc<Replay>);

impl ReplayServer {
    /// Serves on a free port.
    pub async fn start(replay: Arc<Replay>) -> io::Result<Self> {
        Self::start_on(replay, 0).await
    }

    /// Serves on this port; 0 takes a free one.
    pub async fn start_on(replay: Arc<Replay>, port: u16) -> io::Result<Self> {
        Ok(Self { server: Loopback::start(Replayed(replay), port).await? })
    }

    /// Where it listens: `http://127.0.0.1:40001`. A client adds the path with which the vendor's API begins, such as
    /// `/api/v1` for Toolzz.
    pub fn origin(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Closes the port and every connection, and returns when that is done.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl fmt::Debug for ReplayServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayServer").field("origin", &self.origin()).finish()
    }
}

impl Site for Replayed {
    type Body = Full<Bytes>;

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Full<Bytes>>, Closed> {
        Ok(self
            .0
            .send(request)
            .await
            .map_or_else(|miss| refusal(miss.message), |answer| answer.map(Full::new)))
    }
}

fn refusal(message: String) -> Response<Full<Bytes>> {
    let mut refusal = Response::new(Full::from(message + "\n"));
    *refusal.status_mut() = StatusCode::NOT_IMPLEMENTED;
    refusal
}
