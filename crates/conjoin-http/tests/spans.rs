//! What is traced. A program of its own: what is traced at all is decided for a whole program, by all who listen, and
//! other tests do not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "client/bench.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod bench;

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use conjoin_core::Operation;
use conjoin_http::{Fault, Sent};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use bench::*;

/// Writes each span as a line when it begins, with what is recorded later behind it, and each event.
#[derive(Clone, Default)]
struct Tree(Arc<Mutex<Vec<(usize, String)>>>);

/// The line of a span.
struct Line(usize);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Tree {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut text = format!("{} {}", span.metadata().level(), span.name());
        attributes.record(&mut Fields(&mut text));
        let mut lines = self.0.lock().unwrap();
        lines.push((span.scope().count() - 1, text));
        span.extensions_mut().insert(Line(lines.len() - 1));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let extensions = span.extensions();
        let Line(at) = extensions.get().unwrap();
        values.record(&mut Fields(&mut self.0.lock().unwrap()[*at].1));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut text = format!("{}", event.metadata().level());
        event.record(&mut Fields(&mut text));
        let depth = context.event_scope(event).map_or(0, Iterator::count);
        self.0.lock().unwrap().push((depth, text));
    }
}

/// One test at a time listens.
static LISTENING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The tree of what is traced at a level and above while a list is asked for.
async fn traced(segments: &[&str], steps: impl IntoIterator<Item = Step>, level: Level) -> String {
    let _alone = LISTENING.lock().await;
    let tree = Tree::default();
    let filter = tracing_subscriber::filter::LevelFilter::from_level(level);
    let listener = tree.clone().with_filter(filter);
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(listener));
    let bench = bench(steps);
    let request = bench.client.get(Operation::List, segments).query("owner", "ana@example.test");
    let _ = request.send().await;
    let lines = tree.0.lock().unwrap().clone();
    let mut text = String::new();
    for (depth, line) in lines {
        writeln!(text, "{}{line}", "  ".repeat(depth)).unwrap();
    }
    assert!(!text.contains(SECRET) && !text.contains("ana@"), "{text}");
    text
}

/// Where the list is.
const THINGS: &[&str] = &["v1", "things"];

/// How long our own backoff waited, which is random.
fn without_waits(tree: &str) -> String {
    let mut out = String::new();
    for part in tree.split_inclusive("wait_ms=") {
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

#[tokio::test(start_paused = true)]
async fn a_list_with_a_retry_and_a_redirect_is_one_operation_of_three_requests() {
    let echo = with(body(503, &format!("{{\"message\":\"no {SECRET}\"}}")), "x-request-id", SECRET);
    let moved = with(status(307), "location", "/v1/things/?owner=ana%40example.test");
    let tree = traced(THINGS, [echo, moved, status(200)], Level::TRACE).await;
    insta::assert_snapshot!("a_list_with_a_retry_and_a_redirect", without_waits(&tree));
}

#[tokio::test(start_paused = true)]
async fn what_breaks_is_named_by_its_kind() {
    let broken = Step::Broken(Fault::Encoding, Sent::Maybe);
    insta::assert_snapshot!("a_list_that_breaks", traced(THINGS, [broken], Level::TRACE).await);
}

#[tokio::test(start_paused = true)]
async fn operations_alone_hold_no_path() {
    let tree = traced(THINGS, [status(404)], Level::INFO).await;
    insta::assert_snapshot!(tree, @r#"INFO conjoin.operation conjoin.provider="work" conjoin.vendor="example" conjoin.operation="list" error.type="not_found""#);
}

#[tokio::test(start_paused = true)]
async fn a_credential_in_a_path_is_taken_out() {
    let elsewhere = with(status(307), "location", &format!("/v1/{SECRET}/things"));
    let tree = traced(&["v1", SECRET], [elsewhere, status(404)], Level::TRACE).await;
    assert_eq!(tree.matches("redacted").count(), 2, "{tree}");
}
