//! One table of results: what was measured, what it should be, and whether it is.

use serde::Serialize;

/// One result.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The benchmark's id.
    pub id: &'static str,
    /// What is measured, and against what.
    pub what: String,
    /// What it should be.
    pub goal: String,
    /// What it is.
    pub measured: String,
    /// Whether that is good enough.
    pub verdict: Verdict,
}

/// How a result compares with its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Reached.
    Met,
    /// Not reached.
    Missed,
    /// Not measured here; the line says why.
    Skipped,
    /// Without a goal: worth knowing beside the others.
    Told,
}

impl Line {
    /// How many times as fast as a baseline: at least a goal.
    pub fn faster(id: &'static str, what: impl Into<String>, ratio: f64, goal: f64) -> Self {
        Self::new(id, what, format!("≥ {goal}×"), format!("{ratio:.2}×"), ratio >= goal)
    }

    /// A number that is at most a goal.
    pub fn at_most(id: &'static str, what: impl Into<String>, number: f64, goal: f64, unit: &str) -> Self {
        let digits = if goal >= 100.0 { 0 } else { 2 };
        Self::new(id, what, format!("≤ {goal}{unit}"), format!("{number:.digits$}{unit}"), number <= goal)
    }

    fn new(id: &'static str, what: impl Into<String>, goal: String, measured: String, met: bool) -> Self {
        let verdict = if met { Verdict::Met } else { Verdict::Missed };
        Self { id, what: what.into(), goal, measured, verdict }
    }

    /// What could not be measured here, and why.
    pub fn skipped(id: &'static str, what: impl Into<String>, why: impl Into<String>) -> Self {
        let verdict = Verdict::Skipped;
        Self { id, what: what.into(), goal: "–".to_owned(), measured: why.into(), verdict }
    }

    /// A number without a goal.
    pub fn told(id: &'static str, what: impl Into<String>, measured: impl Into<String>) -> Self {
        let verdict = Verdict::Told;
        Self { id, what: what.into(), goal: "–".to_owned(), measured: measured.into(), verdict }
    }

    /// Adds to what was measured.
    #[must_use]
    pub fn with(mut self, more: impl AsRef<str>) -> Self {
        self.measured = format!("{} ({})", self.measured, more.as_ref());
        self
    }
}

/// The lines as a table in Markdown.
pub fn table(lines: &[Line]) -> String {
    let header = ["id", "what", "goal", "measured", "verdict"].map(str::to_owned);
    let cells = |line: &Line| {
        let verdict = format!("{:?}", line.verdict).to_lowercase();
        [line.id.to_owned(), line.what.clone(), line.goal.clone(), line.measured.clone(), verdict]
    };
    let rows: Vec<_> = std::iter::once(header).chain(lines.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(widths) {
            let padding = " ".repeat(width - cell.chars().count());
            text.extend(["| ", cell, &padding, " "]);
        }
        text.push_str("|\n");
        if at == 0 {
            for width in widths {
                text.extend(["|", &"-".repeat(width + 2)]);
            }
            text.push_str("|\n");
        }
    }
    text
}
