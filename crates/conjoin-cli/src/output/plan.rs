//! What a question will ask, before it is asked.

use std::fmt::Display;

use conjoin::{Filter, Plan};

use super::failure::labelled;
use super::style::Style;
use super::text::printable;

/// What one provider will be asked, who applies which filter, and how it pages.
pub(crate) fn plan_text(provider: &impl Display, plan: &Plan, style: &Style) -> String {
    let mut out = format!("{}\n", style.bold(&provider.to_string()));
    for request in &plan.requests {
        // Whole, so that it can be compared with what the vendor documents.
        out.extend(["  ", &printable(request), "\n"]);
    }
    for (label, filters) in [("filtered by the vendor", &plan.pushed), ("filtered here", &plan.applied_here)]
    {
        if !filters.is_empty() {
            let words: Vec<_> = filters.iter().copied().map(Filter::as_str).collect();
            out.push_str(&labelled(label, &style.dim(label), &words.join(", "), style, 2));
        }
    }
    out.push_str(&labelled("paging", &style.dim("paging"), plan.paging, style, 2));
    for note in &plan.notes {
        out.push_str(&labelled("note", &style.dim("note"), note, style, 2));
    }
    out
}
