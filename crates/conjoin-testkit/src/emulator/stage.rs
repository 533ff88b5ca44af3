//! What stands around a vendor's state machine, in process and on the socket alike: rate limit, faults, headers.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, LOCATION};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::fault::{FaultKind, FaultSpec};
use super::limit::{Limiter, Quota};
use super::reply;
use super::vendor::Vendor;

/// How an answer reaches the caller.
#[derive(Debug)]
pub(super) enum Delivery {
    /// At once, whole.
    Whole(Response<Bytes>),
    /// In ten pieces, each after this pause.
    Slow(Response<Bytes>, Duration),
    /// Half of the body, then the connection closes.
    Cut(Response<Bytes>),
    /// The connection closes without an answer.
    Reset,
    /// Never.
    Hang,
}

/// One emulated server's whole state.
#[derive(Debug)]
pub(super) struct Stage {
    vendor: Box<dyn Vendor>,
    faults: Vec<FaultSpec>,
    limiter: Option<Limiter>,
}

impl Stage {
    pub(super) fn new(vendor: Box<dyn Vendor>, faults: Vec<FaultSpec>, per_second: Option<u32>) -> Self {
        Self { vendor, faults, limiter: per_second.map(Limiter::new) }
    }

    pub(super) fn facts(&self) -> super::Facts {
        self.vendor.facts()
    }

    /// Answers one request that came `elapsed` after the start.
    pub(super) fn answer(&mut self, request: &Request<Bytes>, elapsed: Duration) -> Delivery {
        let fault = self.faults.iter_mut().find_map(|fault| {
            let hit = fault.hits(request.uri().path());
            hit.then(|| fault.kind().clone())
        });
        match fault {
            None => Delivery::Whole(self.respond(request, elapsed)),
            Some(FaultKind::Status { status, retry_after }) => {
                let mut response = self.vendor.failure(status);
                if let Some(value) = retry_after {
                    reply::set(&mut response, "retry-after", value);
                }
                Delivery::Whole(response)
            }
            Some(FaultKind::Html(status)) => Delivery::Whole(gateway_page(status)),
            Some(FaultKind::Empty(status)) => Delivery::Whole(reply::empty(status)),
            Some(FaultKind::Redirect) => Delivery::Whole(elsewhere()),
            Some(FaultKind::Slow(pause)) => Delivery::Slow(self.respond(request, elapsed), pause),
            Some(FaultKind::Cut) => Delivery::Cut(self.respond(request, elapsed)),
            Some(FaultKind::Reset) => {
                self.respond(request, elapsed);
                Delivery::Reset
            }
            Some(FaultKind::Hang) => {
                self.respond(request, elapsed);
                Delivery::Hang
            }
        }
    }

    fn respond(&mut self, request: &Request<Bytes>, elapsed: Duration) -> Response<Bytes> {
        let quota = match &mut self.limiter {
            Some(limiter) => limiter.take(elapsed),
            None => Quota { limit: 0, remaining: 0, wait: 0, elapsed, enforced: false },
        };
        let mut response = if quota.refused() {
            self.vendor.failure(StatusCode::TOO_MANY_REQUESTS)
        } else if request.method() == Method::HEAD && self.vendor.answers_head() {
            let mut get = request.clone();
            *get.method_mut() = Method::GET;
            head_of(self.vendor.handle(&get))
        } else {
            self.vendor.handle(request)
        };
        self.vendor.label(&quota, &mut response);
        response
    }
}

/// An answer without its body, which tells its length nevertheless.
fn head_of(mut response: Response<Bytes>) -> Response<Bytes> {
    let body = std::mem::take(response.body_mut());
    response.headers_mut().insert(CONTENT_LENGTH, body.len().into());
    response
}

fn gateway_page(status: StatusCode) -> Response<Bytes> {
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<html>\r\n<head><title>{code} {title}</title></head>\r\n<body>\r\n<center><h1>{code} {title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        code = status.as_u16(),
    );
    reply::typed(status, "text/html", page)
}

fn elsewhere() -> Response<Bytes> {
    let mut response = reply::empty(StatusCode::FOUND);
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("https://elsewhere.invalid/"));
    response
}
