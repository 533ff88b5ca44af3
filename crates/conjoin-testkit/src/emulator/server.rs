//! An emulator on the socket.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response};

use super::Facts;
use super::body::Pieces;
use super::stage::Delivery;
use super::transport::{EmulatorTransport, PIECES};
use crate::loopback::{Closed, Loopback, Site};

/// An emulator that is being served on a loopback port, until it is stopped or dropped.
#[must_use = "the server stops when this is dropped"]
pub struct Running {
    base_url: String,
    facts: Facts,
    server: Loopback,
}

impl Running {
    pub(super) async fn start(emulator: EmulatorTransport, port: u16, base_path: &str) -> io::Result<Self> {
        let facts = emulator.facts();
        let server = Loopback::start(emulator, port).await?;
        Ok(Self { base_url: format!("http://{}{base_path}", server.address()), facts, server })
    }

    /// What to configure a client with: for Toolzz it ends in `/api/v1`, for the others it has no path.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// What a caller must know besides.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Closes the port and every connection, and returns when that is done.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Site for EmulatorTransport {
    type Body = Pieces;

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Pieces>, Closed> {
        match self.deliver(&request).await {
            Delivery::Whole(response) => Ok(response.map(Pieces::whole)),
            Delivery::Slow(response, pause) => Ok(response.map(|body| Pieces::slow(body, PIECES, pause))),
            Delivery::Cut(response) => Ok(response.map(Pieces::cut)),
            Delivery::Reset => Err(Closed),
            Delivery::Hang => match std::future::pending::<Infallible>().await {},
        }
    }
}
