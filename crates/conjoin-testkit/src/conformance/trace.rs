//! All that is traced while something runs.

use std::fmt::{Debug, Write as _};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// Runs something on this thread, and tells what it traced, every level included.
pub(super) async fn traced<T>(work: impl Future<Output = T>) -> (T, String) {
    let text = Arc::new(Mutex::new(String::new()));
    let dispatch = Dispatch::new(Listener { text: Arc::clone(&text) });
    let mut work = std::pin::pin!(work);
    let done = std::future::poll_fn(|context| {
        tracing::dispatcher::with_default(&dispatch, || work.as_mut().poll(context))
    });
    let done = done.await;
    let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (done, text)
}

struct Listener {
    text: Arc<Mutex<String>>,
}

struct Writer<'a>(&'a mut String);

impl Visit for Writer<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // A text takes whatever is written.
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl Listener {
    fn write(&self, record: impl FnOnce(&mut Writer<'_>)) {
        record(&mut Writer(&mut self.text.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(|writer| span.record(writer));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.write(|writer| values.record(writer));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.write(|writer| event.record(writer));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
