//! Why a connection has its status.

use conjoin::{Explanation, Who};

use super::facts::Facts;
use super::style::{Style, of_status};

/// The status, the rule that made it, what to do next and who does it; then each fact that the rules look at,
/// `-` where the vendor does not tell it, and every other one that is told, with the vendor's field that it was
/// read from.
pub(crate) fn explanation_text(explanation: &Explanation, style: &Style) -> String {
    let status = style.paint(of_status(explanation.status).bold(), explanation.status.as_str());
    let mut why = Facts::default();
    why.told("because", Some(explanation.because));
    why.told("next", Some(explanation.next));
    why.told(
        "who",
        match explanation.who {
            Who::EndUser => Some("the end user"),
            Who::Operator => Some("an operator"),
            Who::Vendor => Some("the vendor"),
            _ => None,
        },
    );
    why.told("as of", explanation.fetched_at.map(|at| at.to_string()));
    let mut facts = Facts::default();
    for fact in &explanation.facts {
        let value = fact.value.as_deref();
        let value = value.map(|value| match fact.source {
            Some(source) => format!("{value} (from {source})"),
            None => value.to_owned(),
        });
        if fact.decides { facts.always(fact.fact, value) } else { facts.told(fact.fact, value) }
    }
    let urn = style.bold(&explanation.urn.to_string());
    format!("{urn} is {status}\n{}\n{}", why.render(style), facts.render(style))
}
