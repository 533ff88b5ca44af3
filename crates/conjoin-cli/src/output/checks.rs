//! Whether a connection works, on one line.

use conjoin::{Checkup, Explanation, Urn};

use super::style::{BOLD, Style, of_status};
use super::text::printable;

/// `active work:abc`, or `needs_reauth work:abc: Token has expired; next: the end user signs in again`.
pub(crate) fn check_text(
    urn: &Urn,
    checkup: &Checkup,
    explanation: Option<&Explanation>,
    style: &Style,
) -> String {
    let status = checkup.status();
    let word = style.paint(of_status(status), status.as_str());
    let mut out = format!("{word} {}", style.paint(BOLD, &urn.to_string()));
    if status == conjoin::Status::Active {
        return out + "\n";
    }
    let reason = checkup.reason.as_ref().and_then(|reason| reason.text.as_deref().or(reason.code.as_deref()));
    if let Some(reason) = reason.filter(|reason| *reason != status.as_str()) {
        out.extend([": ", &printable(reason)]);
    }
    if let Some(explanation) = explanation {
        out.extend(["; next: ", explanation.next]);
    }
    out + "\n"
}
