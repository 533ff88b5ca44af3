//! The transport over sockets, against servers that are not at their best.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use conjoin_core::Meter;
use conjoin_http::{Fault, ReqwestTransport, Transport as _, TransportError};
use http::{Method, Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What follows the bytes of an answer.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Keep,
    Close,
    Hang,
}

const WHOLE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";

/// A server that answers the requests of each connection by a script, and closes where it ends. Tells its
/// address, and counts whole requests.
async fn serve(script: &'static [(&'static str, Then)]) -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/list", listener.local_addr().unwrap());
    let seen = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                for (bytes, then) in script {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => request.push(byte),
                            Err(_) => return,
                        }
                    }
                    count.fetch_add(1, Ordering::SeqCst);
                    stream.write_all(bytes.as_bytes()).await.unwrap();
                    match then {
                        Then::Keep => {}
                        Then::Close => return,
                        Then::Hang => std::future::pending().await,
                    }
                }
            });
        }
    });
    (url, seen)
}

async fn ask(
    transport: &ReqwestTransport,
    method: Method,
    url: &str,
) -> Result<Response<Bytes>, TransportError> {
    transport.send(Request::builder().method(method).uri(url).body(Bytes::new()).unwrap()).await
}

async fn once(script: &'static [(&'static str, Then)]) -> Result<Response<Bytes>, TransportError> {
    let (url, _) = serve(script).await;
    ask(&ReqwestTransport::new(), Method::GET, &url).await
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_costs_a_read_nothing() {
    let (url, seen) = serve(&[(WHOLE, Then::Keep), ("", Then::Close)]).await;
    let transport = ReqwestTransport::new();
    for _ in 0..5 {
        assert_eq!(ask(&transport, Method::GET, &url).await.unwrap().body(), "[]");
    }
    // Every second request of a connection is answered by closing it, and each is sent again.
    assert_eq!(seen.load(Ordering::SeqCst), 9);
}

#[tokio::test]
async fn a_new_connection_that_is_closed_is_a_failure_and_so_is_a_change_on_a_kept_one() {
    let (url, seen) = serve(&[("", Then::Close)]).await;
    let error = ask(&ReqwestTransport::new(), Method::GET, &url).await.unwrap_err();
    assert_eq!((error.fault, seen.load(Ordering::SeqCst)), (Fault::Broken, 1));

    let (url, seen) = serve(&[(WHOLE, Then::Keep), ("", Then::Close)]).await;
    let transport = ReqwestTransport::new();
    ask(&transport, Method::GET, &url).await.unwrap();
    let error = ask(&transport, Method::PATCH, &url).await.unwrap_err();
    assert_eq!((error.fault, seen.load(Ordering::SeqCst)), (Fault::Broken, 2));
}

#[tokio::test]
async fn broken_framing_is_a_broken_line_and_no_compression() {
    const LABEL: &str = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n[]";
    let error = once(&[("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n[]", Then::Close)]).await;
    assert_eq!(error.unwrap_err().fault, Fault::Broken);
    assert_eq!(once(&[(LABEL, Then::Close)]).await.unwrap_err().fault, Fault::Encoding);
}

#[tokio::test]
async fn a_label_that_says_nothing_of_compression_is_no_label() {
    for script in [
        &[("HTTP/1.1 200 OK\r\ncontent-encoding: IDENTITY\r\ncontent-length: 2\r\n\r\n[]", Then::Close)],
        &[("HTTP/1.1 200 OK\r\ncontent-encoding:\r\ncontent-length: 2\r\n\r\n[]", Then::Close)],
    ] {
        assert_eq!(once(script).await.unwrap().body(), "[]");
    }
}

/// The body never ends, and the status line has come: it is told in the time that there is.
#[tokio::test]
async fn a_status_line_counts_although_its_body_does_not_end() {
    let within = Duration::from_millis(600);
    for (status, script) in [
        (200, &[("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[", Then::Hang)]),
        (401, &[("HTTP/1.1 401 Unauthorized\r\ncontent-length: 9\r\n\r\n{", Then::Hang)]),
    ] {
        let meter = Meter::new(Some(Instant::now() + within));
        let answer = tokio::time::timeout(within, meter.around(Box::pin(once(script)))).await.unwrap();
        let told = match answer {
            Ok(response) => (response.status().as_u16(), None),
            Err(error) => (error.status.unwrap(), Some(error.fault)),
        };
        assert_eq!(told, (status, (status == 200).then_some(Fault::Timeout)));
    }
}
