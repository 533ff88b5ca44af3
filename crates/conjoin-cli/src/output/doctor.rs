//! What a doctor found.

use conjoin::{Check, Finding, FindingVerdict, ProviderName};
use serde::Serialize;

use super::failure::{labelled, next_step};
use super::style::{BAD, CAUTION, DIM, GOOD, Style};
use super::text::{count, printable, shorten, wrap};

/// How much of a finding is shown.
const WHAT: usize = 600;

/// A finding, with what to do about it.
#[derive(Debug, Serialize)]
pub(crate) struct FindingRow {
    check: Check,
    provider: Option<ProviderName>,
    verdict: FindingVerdict,
    what: String,
    fix: Option<String>,
    error: Option<conjoin::Error>,
}

impl FindingRow {
    /// Adds what is to be done about an error of its kind, where the finding itself does not know better.
    pub(crate) fn new(finding: Finding) -> Self {
        // What is wrong with a configuration says itself what to write.
        let error = finding.error.as_ref().filter(|_| finding.check != Check::Configuration);
        let fix = finding.fix.or_else(|| error.and_then(next_step));
        Self {
            check: finding.check,
            provider: finding.provider,
            verdict: finding.verdict,
            what: finding.what,
            fix,
            error: finding.error,
        }
    }
}

/// The findings, what is common before the providers, each under its name; what to do stands under what is not well.
pub(crate) fn findings_text(rows: &[FindingRow], style: &Style) -> String {
    let check = rows.iter().map(|row| row.check.as_str().len()).max().unwrap_or(0);
    let verdict = rows.iter().map(|row| row.verdict.as_str().len()).max().unwrap_or(0);
    let indent = 2 + verdict + 2 + check + 2;
    let room = style.width.map(|width| width.saturating_sub(indent).max(20));
    let mut out = String::new();
    let mut of: Option<&ProviderName> = None;
    for row in rows {
        if row.provider.as_ref() != of {
            of = row.provider.as_ref();
            if let Some(name) = of {
                out.extend(["\n", &style.bold(name.as_str()), "\n"]);
            }
        }
        let word = row.verdict.as_str();
        let (after_word, after_check) = (verdict - word.len() + 2, check - row.check.as_str().len() + 2);
        let what = shorten(&printable(&row.what), WHAT).into_owned();
        let what = wrap(&what, room).join(&format!("\n{}", " ".repeat(indent)));
        out.extend([
            "  ",
            &style.paint(of_verdict(row.verdict), word),
            &" ".repeat(after_word),
            &style.dim(row.check.as_str()),
            &" ".repeat(after_check),
            &what,
            "\n",
        ]);
        if let Some(fix) = &row.fix {
            out.push_str(&labelled("fix", &style.bold("fix"), &printable(fix), style, indent));
        }
    }
    out + "\n" + &sum(rows, style)
}

fn sum(rows: &[FindingRow], style: &Style) -> String {
    let number = |verdict| rows.iter().filter(|row| row.verdict == verdict).count() as u64;
    let told = [
        (FindingVerdict::Failed, "failure", "failures", BAD),
        (FindingVerdict::Warning, "warning", "warnings", CAUTION),
    ]
    .into_iter()
    .filter(|&(verdict, ..)| number(verdict) > 0)
    .map(|(verdict, one, many, paint)| style.paint(paint, &count(number(verdict), one, many)))
    .collect::<Vec<_>>();
    if told.is_empty() { style.paint(GOOD, "all is well") + "\n" } else { told.join(", ") + "\n" }
}

fn of_verdict(verdict: FindingVerdict) -> anstyle::Style {
    match verdict {
        FindingVerdict::Ok => GOOD,
        FindingVerdict::Warning => CAUTION,
        FindingVerdict::Failed => BAD,
        _ => DIM,
    }
}
