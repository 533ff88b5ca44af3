//! Errors, and what to do next.

use conjoin::{Error, ErrorKind};

use super::style::{BAD, Style};
use super::text::{printable, shorten, wrap};
use super::time::wait;

/// How much of a vendor's message is shown.
const MESSAGE: usize = 600;

/// What to do next about an error of a kind; `None` where its message says all.
pub(crate) fn error_hint(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::Unsupported => "`conjoin providers` shows what each provider can do",
        ErrorKind::Config => "correct the configuration",
        ErrorKind::Unauthenticated => {
            "check the credential: that it is the one meant, of this vendor and environment, and not expired or revoked"
        }
        ErrorKind::PermissionDenied => {
            "the credential is known but may not do this: give it the permission at the vendor, or use another"
        }
        ErrorKind::NotFound => {
            "check the id, and that the credential may see it; `conjoin list` shows what there is"
        }
        ErrorKind::Conflict => "it has changed meanwhile: look at it again, then repeat",
        ErrorKind::InvalidRequest => "check the filters and the provider's keys in the configuration",
        ErrorKind::RateLimited => "ask again later, or less often",
        ErrorKind::QuotaExceeded => {
            "look at the plan and its limits at the vendor; waiting alone does not help"
        }
        ErrorKind::Unavailable => "ask again later; the vendor's status page may know more",
        ErrorKind::Timeout => "ask again, or allow more time with --timeout",
        ErrorKind::Network => "check the connection, the proxy and the provider's `base_url`",
        ErrorKind::Decode => {
            "check that `base_url` is the vendor's API; if it is, its answers have changed: please report it"
        }
        ErrorKind::TooLarge => "narrow the question with filters",
        ErrorKind::Internal => "this is a mistake in Conjoin: please report it",
        _ => return None,
    })
}

/// What to do next about one error: with the vendor's own wait, where it told one.
pub(crate) fn next_step(error: &Error) -> Option<String> {
    match error.retry_after() {
        Some(after) => Some(format!("wait {}, then ask again", wait(after))),
        None => error_hint(error.kind()).map(str::to_owned),
    }
}

/// An error and what to do next, a line each (more where the terminal is narrow).
pub(crate) fn error_text(error: &Error, style: &Style) -> String {
    let mut out = labelled("error", &style.paint(BAD.bold(), "error"), &message(error), style, 0);
    if let Some(next) = next_step(error) {
        out.push_str(&labelled("next", &style.bold("next"), &next, style, 0));
    }
    out
}

/// An error on one line, printable.
pub(crate) fn message(error: &Error) -> String {
    let text = error.to_string();
    shorten(&printable(&text), MESSAGE).into_owned()
}

/// `label: text`, wrapped under the text, the whole moved in.
pub(crate) fn labelled(label: &str, painted: &str, text: &str, style: &Style, indent: usize) -> String {
    let under = indent + label.len() + 2;
    let room = style.width.map(|width| width.saturating_sub(under).max(20));
    let text = wrap(text, room).join(&format!("\n{}", " ".repeat(under)));
    format!("{}{painted}: {text}\n", " ".repeat(indent))
}
