//! How to print: in colours or not, and how wide. Decided once.

use std::ffi::OsString;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style as Paint};
use conjoin::{Outcome, Status};

/// The width of a terminal that does not tell its own.
const UNTOLD_WIDTH: usize = 100;

/// Nobody can read in less; a terminal that claims less is laid out for this.
const LEAST_WIDTH: usize = 20;

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether to print in colours.
    pub(crate) color: bool,
    /// The columns of the terminal; `None` where the output is no terminal: then nothing is shortened and
    /// nothing wrapped, since whoever reads it has room and wants the whole.
    pub(crate) width: Option<usize>,
}

impl Style {
    /// No colours, no limit.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { color: false, width: None };

    /// For standard output.
    pub(crate) fn stdout() -> Self {
        let out = std::io::stdout();
        let size = terminal_size::terminal_size_of(&out);
        Self::decide(out.is_terminal(), size.map(|(width, _)| width.0.into()), |name| std::env::var_os(name))
    }

    /// For standard error.
    pub(crate) fn stderr() -> Self {
        let out = std::io::stderr();
        let size = terminal_size::terminal_size_of(&out);
        Self::decide(out.is_terminal(), size.map(|(width, _)| width.0.into()), |name| std::env::var_os(name))
    }

    /// `NO_COLOR` forbids colours, `FORCE_COLOR` or `CLICOLOR_FORCE` (unless `0`) demands them, else a terminal has
    /// them that is not `dumb`, unless `CLICOLOR` or `FORCE_COLOR` is `0`. An empty variable counts as none, as
    /// <https://no-color.org> asks.
    fn decide(terminal: bool, size: Option<usize>, env: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name| env(name).filter(|value| !value.is_empty());
        let is = |name, zero: bool| set(name).is_some_and(|value| (value == "0") == zero);
        let color = if set("NO_COLOR").is_some() {
            false
        } else if is("FORCE_COLOR", false) || is("CLICOLOR_FORCE", false) {
            true
        } else {
            let refused = is("FORCE_COLOR", true) || is("CLICOLOR", true);
            terminal && !refused && set("TERM").is_none_or(|term| term != "dumb")
        };
        let columns = || set("COLUMNS")?.to_str()?.parse().ok();
        // Some terminals (and some CI systems that pretend to be one) report zero columns.
        let told = size.or_else(columns).filter(|&width| width > 0).unwrap_or(UNTOLD_WIDTH);
        Self { color, width: terminal.then_some(told.max(LEAST_WIDTH)) }
    }

    /// A text in a style, or as it is where there are no colours.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        if self.color && paint != Paint::new() && !text.is_empty() {
            format!("{paint}{text}{paint:#}")
        } else {
            text.to_owned()
        }
    }

    /// A text that stands back.
    pub(crate) fn dim(&self, text: &str) -> String {
        self.paint(DIM, text)
    }

    /// A text that stands out.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint(BOLD, text)
    }
}

/// What stands back: headers, labels, absent facts.
pub(crate) const DIM: Paint = Paint::new().dimmed();
/// What stands out.
pub(crate) const BOLD: Paint = Paint::new().bold();
/// What is well.
pub(crate) const GOOD: Paint = AnsiColor::Green.on_default();
/// What may be well.
pub(crate) const CAUTION: Paint = AnsiColor::Yellow.on_default();
/// What is not.
pub(crate) const BAD: Paint = AnsiColor::Red.on_default();

/// How a status looks.
pub(crate) fn of_status(status: Status) -> Paint {
    match status {
        Status::Active => GOOD,
        Status::NeedsReauth | Status::Failed => BAD,
        Status::Degraded | Status::Pending | Status::Unknown => CAUTION,
        _ => DIM,
    }
}

/// How an outcome looks.
pub(crate) fn of_outcome(outcome: Outcome) -> Paint {
    match outcome {
        Outcome::Ok => GOOD,
        Outcome::Failed | Outcome::TimedOut => BAD,
        _ => CAUTION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(terminal: bool, size: Option<usize>, env: &[(&str, &str)]) -> (bool, Option<usize>) {
        let style = Style::decide(terminal, size, |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into())
        });
        (style.color, style.width)
    }

    #[test]
    fn colours_are_for_terminals_and_the_environment_overrules() {
        let cases: [(&[_], bool, bool); 13] = [
            (&[], true, false),
            (&[("NO_COLOR", "1")], false, false),
            (&[("NO_COLOR", "")], true, false),
            (&[("TERM", "dumb")], false, false),
            (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true, true),
            (&[("CLICOLOR_FORCE", "0")], true, false),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false, false),
            (&[("FORCE_COLOR", "1"), ("TERM", "dumb")], true, true),
            (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false, false),
            (&[("FORCE_COLOR", "0")], false, false),
            (&[("CLICOLOR", "0")], false, false),
            (&[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR", "1")], true, false),
        ];
        for (env, on_terminal, in_pipe) in cases {
            assert_eq!(decide(true, Some(80), env).0, on_terminal, "terminal, {env:?}");
            assert_eq!(decide(false, None, env).0, in_pipe, "pipe, {env:?}");
        }
    }

    #[test]
    fn the_width_is_the_terminals_and_a_pipe_has_none() {
        assert_eq!(decide(true, Some(80), &[("COLUMNS", "60")]).1, Some(80));
        assert_eq!(decide(true, None, &[("COLUMNS", "60")]).1, Some(60));
        assert_eq!(decide(true, None, &[("COLUMNS", "wide")]).1, Some(100));
        assert_eq!(decide(true, Some(0), &[]).1, Some(100));
        assert_eq!(decide(true, Some(3), &[]).1, Some(20));
        assert_eq!(decide(false, None, &[("COLUMNS", "60")]).1, None);
    }
}
