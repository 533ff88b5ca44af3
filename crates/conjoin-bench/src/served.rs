//! A server whose pages lie ready: making them takes no part of what is measured.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

/// Serves numbered pages, each so long after its request, on a thread that ends with the process. Gives the
/// address.
pub fn serve(pages: Vec<Bytes>, latency: Duration) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let address = listener.local_addr().expect("an address");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            let pages = Arc::new(pages);
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                tokio::spawn(answer(stream, Arc::clone(&pages), latency));
            }
        });
    });
    format!("http://{address}")
}

/// Answers the requests of a connection, one after the other, until it is closed.
async fn answer(stream: TcpStream, pages: Arc<Vec<Bytes>>, latency: Duration) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    while let Some(request) = lines.next_line().await? {
        let due = Instant::now() + latency;
        while lines.next_line().await?.is_some_and(|header| !header.is_empty()) {}
        let number = request.split(['?', '&', ' ']).find_map(|part| part.strip_prefix("page="));
        let number: usize = number.and_then(|number| number.parse().ok()).unwrap_or(1);
        let page = pages.get(number - 1).map_or(&b"[]"[..], |page| page);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            page.len()
        );
        sleep_until(due).await;
        to.write_all(&[head.as_bytes(), page].concat()).await?;
    }
    Ok(())
}
