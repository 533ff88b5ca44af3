//! Mishaps on a socket.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use conjoin_http::Transport;
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::answer::{self, BODY, Fate, GREETING, Stage};
use super::{Mishap, When};

/// A server on 127.0.0.1 that answers as a vendor does, but for a mishap. It writes bytes, not HTTP: each
/// connection serves one request and ends. Stops when it is dropped.
#[must_use = "the server stops when this is dropped"]
pub struct FaultyServer {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl FaultyServer {
    /// Serves a vendor on a free port.
    pub async fn start(vendor: Arc<dyn Transport>, mishap: Mishap, when: When) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let stage = Arc::new(Stage::new(vendor, mishap, when));
        let server = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let stage = Arc::clone(&stage);
                connections.spawn(async move { serve(stream, &stage).await });
            }
        });
        Ok(Self { address, server })
    }

    /// `http://127.0.0.1:PORT`, without a path.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for FaultyServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for FaultyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// One request and its fate. How the connection ends is the caller's to notice.
async fn serve(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let Some(request) = read(&mut stream).await? else { return Ok(()) };
    match stage.fate(request).await {
        Ok(Fate::Answered(answer)) => {
            stream.write_all(&whole(&answer)).await?;
            stream.shutdown().await
        }
        Ok(Fate::Line(mishap)) => commit(stream, mishap).await,
        Err(_) => Ok(()),
    }
}

/// Does to the line what the mishap says.
async fn commit(mut stream: TcpStream, mishap: Mishap) -> io::Result<()> {
    match mishap {
        Mishap::ResetBeforeHeaders => stream.set_zero_linger(),
        Mishap::NotHttp => {
            stream.write_all(GREETING).await?;
            stream.shutdown().await
        }
        Mishap::TruncatedByLength => {
            stream.write_all(&head("content-length: 4096")).await?;
            stream.write_all(BODY).await?;
            stream.shutdown().await
        }
        Mishap::TruncatedChunk => {
            stream.write_all(&head("transfer-encoding: chunked")).await?;
            stream.write_all(b"1000\r\n").await?;
            stream.write_all(BODY).await?;
            stream.shutdown().await
        }
        Mishap::ResetMidBody => {
            stream.write_all(&head("content-length: 4096")).await?;
            stream.write_all(BODY).await?;
            // A reset takes with it what has not been read yet: let the head arrive.
            tokio::time::sleep(Duration::from_millis(100)).await;
            stream.set_zero_linger()
        }
        Mishap::NoAnswer => std::future::pending().await,
        Mishap::SlowBody => {
            stream.write_all(&head("content-length: 4096")).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Mishap::EndlessBody => {
            stream.write_all(&head("transfer-encoding: chunked")).await?;
            let chunk = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Mishap::MislabelledGzip => {
            stream.write_all(&whole(&answer::mislabelled())).await?;
            stream.shutdown().await
        }
        // Closing is what remains.
        _ => stream.shutdown().await,
    }
}

fn head(framing: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{framing}\r\n\r\n").into_bytes()
}

fn whole(answer: &Response<Bytes>) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\nconnection: close\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers().iter().filter(|(name, _)| **name != CONTENT_LENGTH) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", answer.body().len()).as_bytes());
    bytes.extend_from_slice(answer.body());
    bytes
}

/// The largest request that is read.
const LARGEST: usize = 1 << 20;

/// One request; `None` where none comes, or what comes is none.
async fn read(stream: &mut TcpStream) -> io::Result<Option<Request<Bytes>>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if bytes.len() > LARGEST || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target)) = (first.next(), first.next()) else { return Ok(None) };
    let mut request = Request::builder().method(method).uri(target);
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap_or(0).min(LARGEST);
        }
        request = request.header(name, value);
    }
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Ok(None);
        }
    }
    Ok(request.body(Bytes::from(body)).ok())
}
