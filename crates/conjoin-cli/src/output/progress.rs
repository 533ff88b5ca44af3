//! One line that tells that something is going on, while vendors answer.

use std::fmt;
use std::io::{self, IsTerminal as _, Stderr, Write};
use std::time::{Duration, Instant};

use conjoin::ProviderName;

use super::style::Style;
use super::text::{count, grouped, shorten};
use super::time::took;

/// An answer that is here at once needs no line: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(200);
/// Between two drawings.
const REDRAW: Duration = Duration::from_millis(100);

/// `asking work, crm … 120 rows, 3.2 s` on standard error, while it is a terminal. Cleared when dropped.
///
/// It has no clock of its own: call [`tick`](Self::tick) ten times a second, so that the seconds run while
/// nobody answers. What else is printed meanwhile comes after [`clear`](Self::clear).
pub(crate) struct Progress<W: Write = Stderr> {
    out: Option<W>,
    style: Style,
    waiting: Vec<ProviderName>,
    /// What is counted instead of rows: `changing`, and how many there are.
    work: Option<(&'static str, u64)>,
    rows: u64,
    started: Instant,
    drawn: Option<Instant>,
    visible: bool,
}

impl Progress {
    /// A line about these providers; none where standard error is no terminal, or one that cannot redraw.
    pub(crate) fn stderr(providers: impl IntoIterator<Item = ProviderName>) -> Self {
        Self::to(terminal(), Style::stderr(), providers, Instant::now())
    }

    /// A line about work that is counted: `changing … 12 of 40, 3.2 s`.
    pub(crate) fn counting(verb: &'static str, all: u64) -> Self {
        let mut progress = Self::to(terminal(), Style::stderr(), [], Instant::now());
        progress.work = Some((verb, all)).filter(|_| all > 0);
        progress
    }
}

/// Standard error, where it is a terminal that can redraw.
fn terminal() -> Option<Stderr> {
    let out = io::stderr();
    let redraws = out.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    redraws.then_some(out)
}

impl<W: Write> Progress<W> {
    fn to(
        out: Option<W>,
        style: Style,
        providers: impl IntoIterator<Item = ProviderName>,
        started: Instant,
    ) -> Self {
        let waiting = providers.into_iter().collect();
        Self { out, style, waiting, work: None, rows: 0, started, drawn: None, visible: false }
    }

    /// Rows came.
    pub(crate) fn rows(&mut self, more: usize) {
        self.rows += more as u64;
        self.tick();
    }

    /// A provider has answered, or given up.
    pub(crate) fn done(&mut self, provider: &ProviderName) {
        self.waiting.retain(|waiting| waiting != provider);
        self.tick();
    }

    /// Draws the line again, unless that was done just now.
    pub(crate) fn tick(&mut self) {
        self.draw(Instant::now());
    }

    /// Removes the line; a later tick draws it again.
    pub(crate) fn clear(&mut self) {
        if let Some(out) = self.out.as_mut().filter(|_| self.visible) {
            // A terminal that is gone is no reason to fail.
            let _ = out.write_all(b"\r\x1b[K").and_then(|()| out.flush());
            self.visible = false;
        }
    }

    fn draw(&mut self, now: Instant) {
        let due = match self.drawn {
            Some(drawn) => now.saturating_duration_since(drawn) >= REDRAW,
            None => now.saturating_duration_since(self.started) >= PATIENCE,
        };
        if !due || (self.waiting.is_empty() && self.work.is_none()) {
            return;
        }
        let line = self.line(now);
        if let Some(out) = &mut self.out {
            let _ = out
                .write_all(format!("\r{}\x1b[K", self.style.dim(&line)).as_bytes())
                .and_then(|()| out.flush());
            self.visible = true;
        }
        self.drawn = Some(now);
    }

    /// The line, short of the last column, where some terminals wrap already.
    fn line(&self, now: Instant) -> String {
        let took = took(now.saturating_duration_since(self.started));
        let room = self.style.width.map_or(usize::MAX, |width| width - 1);
        if let Some((verb, all)) = self.work {
            let line = format!("{verb} … {} of {}, {took}", grouped(self.rows), grouped(all));
            return shorten(&line, room).into_owned();
        }
        let facts = format!(" … {}, {took}", count(self.rows, "row", "rows"));
        let names: Vec<_> = self.waiting.iter().map(ProviderName::as_str).collect();
        let asking = format!("asking {}", names.join(", "));
        let asking = shorten(&asking, room.saturating_sub(facts.chars().count()));
        shorten(&format!("{asking}{facts}"), room).into_owned()
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl<W: Write> fmt::Debug for Progress<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("waiting", &self.waiting)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<ProviderName> {
        ["work", "crm"].map(|name| name.parse().unwrap()).to_vec()
    }

    #[test]
    fn the_line_comes_late_is_redrawn_seldom_and_goes_away() {
        let started = Instant::now();
        let at = |millis| started + Duration::from_millis(millis);
        let mut out = Vec::new();
        let mut progress =
            Progress::to(Some(&mut out), Style { color: false, width: Some(60) }, names(), started);
        progress.draw(at(150));
        progress.draw(at(200));
        progress.rows = 1200;
        progress.draw(at(250));
        progress.draw(at(3200));
        progress.waiting.remove(0);
        progress.draw(at(3400));
        drop(progress);
        let text = String::from_utf8(out).unwrap().replace('\r', "\n").replace("\u{1b}[K", "⌫");
        insta::assert_snapshot!(text, @r"

        asking work, crm … 0 rows, 0.20 s⌫
        asking work, crm … 1,200 rows, 3.2 s⌫
        asking crm … 1,200 rows, 3.4 s⌫
        ⌫
        ");
    }

    #[test]
    fn the_line_never_wraps() {
        let started = Instant::now();
        for width in [20, 30, 80] {
            let many = (0..40).map(|n| format!("provider-{n}").parse().unwrap());
            let style = Style { color: false, width: Some(width) };
            let progress = Progress::to(None::<Vec<u8>>, style, many, started);
            let line = progress.line(started + Duration::from_secs(7));
            assert!(super::super::text::width(&line) < width, "{line}");
        }
    }

    #[test]
    fn counted_work_tells_how_much_is_left() {
        let started = Instant::now();
        let style = Style { color: false, width: Some(30) };
        let mut progress = Progress::to(None::<Vec<u8>>, style, [], started);
        (progress.work, progress.rows) = (Some(("changing", 1200)), 12);
        assert_eq!(progress.line(started + Duration::from_secs(7)), "changing … 12 of 1,200, 7.0 s");
        assert!(super::super::text::width(&progress.line(started + Duration::from_secs(70_000))) < 30);
    }

    #[test]
    fn no_terminal_sees_nothing_at_all() {
        let started = Instant::now();
        let mut progress = Progress::to(None::<Vec<u8>>, Style::PLAIN, names(), started);
        progress.draw(started + Duration::from_secs(9));
        assert!(!progress.visible);
    }
}
