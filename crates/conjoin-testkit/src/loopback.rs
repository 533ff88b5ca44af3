//! A server of HTTP/1.1 on 127.0.0.1, with connections kept alive, for whatever answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The largest request body that is read.
const LARGEST_REQUEST: usize = 16 << 20;

/// What answers.
pub(crate) trait Site: Send + Sync + 'static {
    /// The body of an answer.
    type Body: Body<Data = Bytes, Error: std::error::Error + Send + Sync> + From<Bytes> + Send + 'static;

    /// Answers, or closes the connection.
    fn answer(
        &self,
        request: Request<Bytes>,
    ) -> impl Future<Output = Result<Response<Self::Body>, Closed>> + Send;
}

/// Why a connection closes without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the server was told to close the connection")]
pub(crate) struct Closed;

/// A site that is being served, until it is stopped or dropped.
pub(crate) struct Loopback {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Loopback {
    /// Serves on this port; 0 takes a free one.
    pub(crate) async fn start<S: Site>(site: S, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, server: tokio::spawn(accept(listener, Arc::new(site))) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every connection, and returns when that is done.
    pub(crate) async fn stop(mut self) {
        self.server.abort();
        // Its only end is the abort.
        let _ = (&mut self.server).await;
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves every connection; they end with this task, because it owns them.
async fn accept<S: Site>(listener: TcpListener, site: Arc<S>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&site)))),
                // Out of file handles, or the caller has gone again: the next one may do better.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve<S: Site>(stream: TcpStream, site: Arc<S>) {
    // Small answers shall not wait for more to come.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, &*site));
    // How a connection ends is the caller's to notice.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer<S: Site>(request: Request<Incoming>, site: &S) -> Result<Response<S::Body>, Closed> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_REQUEST).collect().await {
        Ok(body) => body,
        Err(why) => {
            let too_large = why.is::<LengthLimitError>();
            let mut refusal = Response::new(Bytes::new().into());
            *refusal.status_mut() =
                if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
            return Ok(refusal);
        }
    };
    site.answer(Request::from_parts(head, body.to_bytes())).await
}
