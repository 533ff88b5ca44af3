//! A response body in pieces: whole, slow, or broken off.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

/// The body of an emulated answer on the socket.
pub(crate) struct Pieces {
    declared: u64,
    left: VecDeque<Bytes>,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    breaks: bool,
}

impl Pieces {
    /// All at once.
    pub(super) fn whole(body: Bytes) -> Self {
        let declared = body.len() as u64;
        let left = if body.is_empty() { VecDeque::new() } else { VecDeque::from([body]) };
        Self { declared, left, pause: Duration::ZERO, sleep: None, breaks: false }
    }

    /// In so many pieces, each after a pause.
    pub(super) fn slow(body: Bytes, count: u32, pause: Duration) -> Self {
        let size = body.len().div_ceil(count.max(1) as usize).max(1);
        let left = (0..body.len()).step_by(size).map(|at| body.slice(at..body.len().min(at + size)));
        Self { left: left.collect(), pause, ..Self::whole(body) }
    }

    /// Half of it; then the connection breaks.
    pub(super) fn cut(body: Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        let left = if half.is_empty() { VecDeque::new() } else { VecDeque::from([half]) };
        // Half of it goes out before the break is noticed: a break in the same turn would take the head along.
        Self { left, pause: Duration::from_millis(20), breaks: true, ..Self::whole(body) }
    }
}

impl From<Bytes> for Pieces {
    fn from(body: Bytes) -> Self {
        Self::whole(body)
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let finished = self.left.is_empty() && !self.breaks;
        if !finished && !self.pause.is_zero() {
            let pause = self.pause;
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleep.as_mut().poll(context));
            self.sleep = None;
        }
        if let Some(piece) = self.left.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if std::mem::take(&mut self.breaks) {
            return Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset))));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && !self.breaks
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared)
    }
}
