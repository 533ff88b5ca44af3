//! Work on many connections: selecting them, and passing on what comes of each under a progress line.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use conjoin::{Connection, Event, Hub, Query, Receipt};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::time::MissedTickBehavior;

use crate::failure::{COMPLETE, FAILED, Failure, PARTIAL};
use crate::output::{Progress, Style, receipt_text};

/// Passes on what comes of each piece of work, and counts it by its weight. Where the output fails, the work goes on to its end all the
/// same, untold: what has been begun is not left half done because nobody reads on.
pub(super) async fn drive<T>(
    mut progress: Progress,
    mut work: BoxStream<'_, T>,
    weigh: fn(&T) -> usize,
    mut take: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut clock = tokio::time::interval(Duration::from_millis(100));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut failure = None;
    loop {
        let done = tokio::select! {
            biased;
            done = work.next() => done,
            _ = clock.tick() => {
                progress.tick();
                continue;
            }
        };
        let Some(done) = done else { break };
        let weight = weigh(&done);
        progress.clear();
        if let Err(error) = take(done) {
            failure.get_or_insert(error);
        }
        progress.rows(weight);
    }
    progress.clear();
    failure.map_or(Ok(()), Err)
}

/// A writer that takes whatever comes once nobody reads any more.
pub(super) struct Patient<W> {
    out: W,
    gone: bool,
}

impl<W: io::Write> Patient<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, gone: false }
    }

    fn forgive<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl<W: io::Write> io::Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.forgive(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.forgive(flushed, ())
    }
}

/// The connections that satisfy a query, in the configured order, and what the answer is worth.
pub(super) async fn select(hub: &Hub, query: &Query) -> (Vec<Connection>, Receipt) {
    let (mut connections, mut receipts) = (Vec::new(), Vec::new());
    let progress = Progress::stderr(hub.providers().iter().map(|provider| provider.info().name.clone()));
    // What is taken here does not fail.
    let weigh = |event: &Event<_>| if let Event::Rows(rows) = event { rows.len() } else { 0 };
    let _ = drive(progress, hub.stream(query), weigh, |event| {
        match event {
            Event::Rows(rows) => connections.extend(rows),
            Event::End(receipt) => receipts.push(*receipt),
            _ => {}
        }
        Ok(())
    })
    .await;
    let receipt = hub.receipt(receipts);
    let place = |row: &Connection| receipt.providers.iter().position(|p| p.provider == row.provider);
    connections.sort_by_cached_key(place);
    (connections, receipt)
}

/// Says on standard error what is missing from a selection, if anything is.
pub(super) fn tell_incomplete(receipt: Option<&Receipt>) {
    if let Some(receipt) = receipt.filter(|receipt| !receipt.is_complete()) {
        // Who does not read it has the exit code.
        let _ = write!(io::stderr(), "{}", receipt_text(receipt, &Style::stderr()));
    }
}

/// How work on several connections ended.
pub(super) fn ended(good: u64, bad: u64, receipt: Option<&Receipt>) -> ExitCode {
    let complete = receipt.is_none_or(Receipt::is_complete);
    let nothing = good == 0 && (bad > 0 || receipt.is_some_and(Receipt::is_failure));
    ExitCode::from(match (nothing, bad == 0 && complete) {
        (true, _) => FAILED,
        (_, true) => COMPLETE,
        _ => PARTIAL,
    })
}
