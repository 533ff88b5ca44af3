//! The two tables: what a status means, and what is sent again.

use conjoin_core::ErrorKind;

use crate::{Fault, Sent};

/// What an HTTP status means, for every vendor.
pub fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthenticated,
        402 => ErrorKind::QuotaExceeded,
        403 => ErrorKind::PermissionDenied,
        404 | 410 => ErrorKind::NotFound,
        409 | 412 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        408 | 500..=599 => ErrorKind::Unavailable,
        400..=499 => ErrorKind::InvalidRequest,
        _ => ErrorKind::Decode,
    }
}

/// Whether later may help against a status. Some 5xx say that it never will.
pub(crate) fn is_passing(status: u16) -> bool {
    kind_of_status(status).is_retryable() && !matches!(status, 501 | 505..=511)
}

/// What a broken exchange means.
pub(crate) fn kind_of_fault(fault: Fault) -> ErrorKind {
    match fault {
        Fault::Connect | Fault::Broken => ErrorKind::Network,
        Fault::Timeout => ErrorKind::Timeout,
        Fault::Encoding => ErrorKind::Decode,
        Fault::TooLarge => ErrorKind::TooLarge,
        Fault::Unsendable => ErrorKind::Internal,
    }
}

/// Whether an answer of this status is asked for again.
///
/// A vendor that limits the rate, or names a time to come back, has not acted: even a change may be sent
/// again. Everything else only where sending twice does no harm, and no other 4xx.
pub(crate) fn retry_status(status: u16, idempotent: bool, wait_is_demanded: bool) -> bool {
    is_passing(status)
        && (status == 429 || status >= 500)
        && (idempotent || (matches!(status, 429 | 503) && wait_is_demanded))
}

/// Whether a request whose exchange broke is sent again: surely, where it never reached the server.
pub(crate) fn retry_fault(fault: Fault, sent: Sent, idempotent: bool) -> bool {
    kind_of_fault(fault).is_retryable() && (sent == Sent::Never || idempotent)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The whole policy, for a person to read.
    #[test]
    fn the_policy() {
        let yes = |yes: bool| if yes { "again" } else { "-" };
        let mut table =
            String::from("status  kind                read   read, told when  change  change, told when\n");
        for status in [
            300, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 413, 415, 422, 425, 429, 451, 500, 501,
            502, 503, 504, 505, 507, 511, 522, 600,
        ] {
            let [a, b, c, d] = [(true, false), (true, true), (false, false), (false, true)]
                .map(|(idempotent, told)| yes(retry_status(status, idempotent, told)));
            let kind = kind_of_status(status);
            writeln!(table, "{status:<7} {kind:<19} {a:<6} {b:<16} {c:<7} {d}").unwrap();
        }
        table.push_str("\nfault       sent   kind      read   change\n");
        for fault in [
            Fault::Connect,
            Fault::Timeout,
            Fault::Broken,
            Fault::Encoding,
            Fault::TooLarge,
            Fault::Unsendable,
        ] {
            for sent in [Sent::Never, Sent::Maybe] {
                let [read, change] =
                    [true, false].map(|idempotent| yes(retry_fault(fault, sent, idempotent)));
                let (fault, sent, kind) = (format!("{fault:?}"), format!("{sent:?}"), kind_of_fault(fault));
                writeln!(table, "{fault:<11} {sent:<6} {kind:<9} {read:<6} {change}").unwrap();
            }
        }
        insta::assert_snapshot!("the_policy", table);
    }
}
