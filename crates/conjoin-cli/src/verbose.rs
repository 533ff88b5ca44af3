//! What is going on, on standard error: `-v` tells each call of an operation, `-vv` each request as well.

use std::fmt::{Debug, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::failure::Failure;

/// The variable that says the same as `-v` (`info`) and `-vv` (`debug`), for whoever cannot add an argument.
const VARIABLE: &str = "CONJOIN_LOG";

/// Begins to tell, as often as `-v` was given, or as the variable says.
pub(crate) fn begin(times: u8) -> Result<(), Failure> {
    let level = match times {
        0 => match std::env::var(VARIABLE).unwrap_or_default().as_str() {
            "" | "off" => return Ok(()),
            "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            _ => return Err(Failure::usage(format!("{VARIABLE} is none of: off, info, debug"))),
        },
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    // Nothing of other crates: what they tell was not looked through for secrets.
    let ours = Lines.with_filter(Targets::new().with_target("conjoin", level));
    // There is no other subscriber in this program.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ours));
    Ok(())
}

/// Tells each span in a line when it ends, and each event.
struct Lines;

/// What a span has told, and since when it goes on.
struct Told {
    began: Instant,
    fields: Vec<(&'static str, String)>,
}

impl Told {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
    }

    /// How it ended, and how long it took.
    fn end(&self) -> String {
        let took = self.began.elapsed().as_millis();
        let end = self.get("http.response.status_code").or(self.get("error.type")).unwrap_or("ok");
        format!("{end}, {took} ms")
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.push((field.name(), format!("{value:?}")));
    }
}

/// The operation that a span is, or is in.
fn operation<S: Subscriber + for<'a> LookupSpan<'a>>(span: Option<&SpanRef<'_, S>>) -> String {
    let mut text = String::new();
    for span in span.into_iter().flat_map(SpanRef::scope) {
        if let Some(told) = span.extensions().get::<Told>()
            && let Some(provider) = told.get("conjoin.provider")
        {
            let _ = write!(text, "{provider} {}", told.get("conjoin.operation").unwrap_or_default());
        }
    }
    text
}

fn print(line: &str) {
    let mut stderr = io::stderr().lock();
    // Over the line that shows progress.
    let over = if stderr.is_terminal() { "\r\x1b[K" } else { "" };
    // Who does not read it does not want it.
    let _ = writeln!(stderr, "{over}{line}");
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut told = Told { began: Instant::now(), fields: Vec::new() };
            attributes.record(&mut told);
            span.extensions_mut().insert(told);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(told) = span.extensions_mut().get_mut::<Told>()
        {
            values.record(told);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let operation = operation(Some(&span));
        let extensions = span.extensions();
        let Some(told) = extensions.get::<Told>() else { return };
        let field = |name| told.get(name).unwrap_or_default();
        if told.get("http.request.method").is_none() {
            return print(&format!("{operation}: {}", told.end()));
        }
        let again = told.get("http.request.resend_count").map(|count| format!(" (again, {count})"));
        print(&format!(
            "{operation}: {} {}://{}:{}{}{}: {}",
            field("http.request.method"),
            field("url.scheme"),
            field("server.address"),
            field("server.port"),
            field("url.path"),
            again.unwrap_or_default(),
            told.end()
        ));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut told = Told { began: Instant::now(), fields: Vec::new() };
        event.record(&mut told);
        let mut line = format!("{}:", operation(context.event_span(event).as_ref()));
        if let Some(message) = told.get("message") {
            let _ = write!(line, " {message}");
        }
        for (name, value) in told.fields.iter().filter(|(name, _)| *name != "message") {
            let _ = write!(line, " {name}={value}");
        }
        print(&line);
    }
}
