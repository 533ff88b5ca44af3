//! An emulator on the socket: HTTP/1.1 on 127.0.0.1, with connections kept alive.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::body::Pieces;
use super::stage::Delivery;
use super::transport::{EmulatorTransport, PIECES};
use super::{Facts, reply};

/// The largest request body that is read.
const LARGEST_REQUEST: usize = 16 << 20;

/// An emulator that is being served on a loopback port, until it is stopped or dropped.
#[must_use = "the server stops when this is dropped"]
pub struct Running {
    base_url: String,
    address: SocketAddr,
    facts: Facts,
    server: JoinHandle<()>,
}

impl Running {
    pub(super) async fn start(emulator: EmulatorTransport, port: u16, base_path: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let facts = emulator.facts();
        let server = tokio::spawn(accept(listener, emulator));
        Ok(Self { base_url: format!("http://{address}{base_path}"), address, facts, server })
    }

    /// What to configure a client with: for Toolzz it ends in `/api/v1`, for the others it has no path.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a caller must know besides.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Closes the port and every connection, and returns when that is done.
    pub async fn stop(mut self) {
        self.server.abort();
        // Its only end is the abort.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// Serves every connection; they end with this task, because it owns them.
async fn accept(listener: TcpListener, emulator: EmulatorTransport) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, emulator.clone()))),
                // Out of file handles, or the caller has gone again: the next one may do better.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, emulator: EmulatorTransport) {
    // Small answers shall not wait for more to come.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &emulator));
    // How a connection ends is the caller's to notice.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Why a connection closes without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the emulator was told to close the connection")]
struct Closed;

async fn answer(
    request: Request<Incoming>,
    emulator: &EmulatorTransport,
) -> Result<Response<Pieces>, Closed> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_REQUEST).collect().await else {
        return Ok(reply::empty(StatusCode::PAYLOAD_TOO_LARGE).map(Pieces::whole));
    };
    let request: Request<Bytes> = Request::from_parts(head, body.to_bytes());
    match emulator.deliver(&request).await {
        Delivery::Whole(response) => Ok(response.map(Pieces::whole)),
        Delivery::Slow(response, pause) => Ok(response.map(|body| Pieces::slow(body, PIECES, pause))),
        Delivery::Cut(response) => Ok(response.map(Pieces::cut)),
        Delivery::Reset => Err(Closed),
        Delivery::Hang => match std::future::pending::<Infallible>().await {},
    }
}
