//! Why a connection has its status.

use conjoin::Explanation;

use super::facts::Facts;
use super::style::{Style, of_status};

/// The status, the rule that made it and what to do next; then every fact that the rules look at, `-` where
/// the vendor does not tell it, with the vendor's field that it was read from.
pub(crate) fn explanation_text(explanation: &Explanation, style: &Style) -> String {
    let status = style.paint(of_status(explanation.status).bold(), explanation.status.as_str());
    let mut why = Facts::default();
    why.told("because", Some(explanation.because));
    why.told("next", Some(explanation.next));
    why.told("as of", explanation.fetched_at.map(|at| at.to_string()));
    let mut facts = Facts::default();
    for fact in &explanation.facts {
        let value = fact.value.as_deref();
        let value = value.map(|value| match fact.source {
            Some(source) => format!("{value} (from {source})"),
            None => value.to_owned(),
        });
        facts.always(fact.fact, value);
    }
    let urn = style.bold(&explanation.urn.to_string());
    format!("{urn} is {status}\n{}\n{}", why.render(style), facts.render(style))
}
