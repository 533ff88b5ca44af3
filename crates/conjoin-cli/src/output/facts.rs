//! Facts, a line each: the label, and the value wrapped beside it.

use std::borrow::Cow;

use anstyle::Style as Paint;

use super::style::{DIM, Style};
use super::text::{printable, width, wrap};

/// Labels and values in the making; both are made printable.
#[derive(Debug, Default)]
pub(crate) struct Facts<'a>(Vec<(Cow<'static, str>, Cow<'a, str>, Paint)>);

impl<'a> Facts<'a> {
    /// A fact that is left out where it is not told.
    pub(crate) fn told(
        &mut self,
        label: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Cow<'a, str>>>,
    ) {
        self.0.extend(value.map(|value| (label.into(), value.into(), Paint::new())));
    }

    /// A fact that is `-` where it is not told.
    pub(crate) fn always(&mut self, label: &'static str, value: Option<impl Into<Cow<'a, str>>>) {
        let fact = value.map_or((Cow::Borrowed("-"), DIM), |value| (value.into(), Paint::new()));
        self.0.push((label.into(), fact.0, fact.1));
    }

    /// A fact that stands out.
    pub(crate) fn styled(&mut self, label: &'static str, value: String, paint: Paint) {
        self.0.push((label.into(), value.into(), paint));
    }

    /// The facts as text, a line end after each line.
    pub(crate) fn render(self, style: &Style) -> String {
        let rows: Vec<_> =
            self.0.iter().map(|(label, value, paint)| (printable(label), printable(value), *paint)).collect();
        // Vendors' own names may be long; they push only their own line aside.
        let column =
            rows.iter().map(|(label, ..)| width(label)).filter(|&width| width <= 20).max().unwrap_or(0);
        let indent = column + 2;
        let room = style.width.map(|width| width.saturating_sub(indent).max(20));
        let mut out = String::new();
        for (label, value, paint) in rows {
            let padding = " ".repeat(column.saturating_sub(width(&label)) + 2);
            out.push_str(&style.dim(&label));
            out.push_str(&padding);
            // What is copied stays on one line, however long.
            let lines = if label == "urn" { vec![value.into_owned()] } else { wrap(&value, room) };
            for (at, line) in lines.iter().enumerate() {
                if at > 0 {
                    out.push('\n');
                    out.push_str(&" ".repeat(indent));
                }
                out.push_str(&style.paint(paint, line));
            }
            out.push('\n');
        }
        out
    }
}
