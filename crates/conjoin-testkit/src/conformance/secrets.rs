//! Credentials go to the vendor, and nowhere else.

use std::fmt::Write as _;
use std::sync::Arc;

use super::advice::{Verdict, ensure};
use super::bench::{CANARY, paused};
use super::subject::Subject;
use super::trace::traced;
use crate::faults::{Faulty, Mishap, When};

/// The credential is sent with every request, in one header, and in no URL or body.
pub(super) fn the_credential_travels_in_one_header(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            let bench = subject.bench()?;
            call.make(&*bench.provider).await;
            for sent in bench.sent() {
                let headers = sent.headers.iter().filter(|(_, value)| value.contains(CANARY)).count();
                let astray = sent.target.contains(CANARY) || sent.body.contains(CANARY);
                ensure(headers == 1 && !astray, || {
                    format!(
                        "`{} {}` carries the credential in {headers} headers{}; let `Auth` carry it, in one",
                        sent.method,
                        sent.path(),
                        if astray { ", and in its URL or body, which logs keep" } else { "" }
                    )
                })?;
            }
        }
        Ok(())
    })
}

/// No output holds it: not the provider's, not an error's, not a trace, also where the vendor repeats it.
pub(super) fn the_credential_is_shown_nowhere(subject: &Subject) -> Verdict {
    paused(async {
        let plain = subject.bench()?;
        shown_nowhere("`Debug` of the provider", &format!("{:?} {:#?}", plain.provider, plain.provider))?;
        for call in plain.calls().await? {
            let answered = call.make(&*subject.bench()?.provider).await;
            shown_nowhere("an answer", &format!("{answered:?}"))?;
            for &mishap in Mishap::ALL {
                let line = Arc::new(Faulty::new(subject.transport()?, mishap, When::Always));
                let provider = subject.provider(line, |setup| setup)?;
                let (answered, trace) = traced(call.make(&*provider)).await;
                let mut shown = format!("{} {answered:?}", answered.json);
                if let Some(error) = &answered.error {
                    let _ = write!(shown, "{error} {error:#?}");
                }
                shown_nowhere(
                    &format!("what a caller sees of `{}` under \"{mishap}\"", call.operation()),
                    &shown,
                )?;
                shown_nowhere(&format!("the trace of `{}` under \"{mishap}\"", call.operation()), &trace)?;
            }
        }
        Ok(())
    })
}

fn shown_nowhere(what: &str, text: &str) -> Verdict {
    ensure(!text.contains(CANARY), || {
        format!("{what} holds the credential; keep it in a `Secret`, and never in a text of your own")
    })
}

/// Secrets that stand in the vendor's rows are dropped while decoding.
pub(super) fn secrets_in_the_data_are_dropped(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            let bench = subject.bench()?;
            let (answered, trace) = traced(call.make(&*bench.provider)).await;
            let shown = format!("{answered:?} {trace} {:?}", bench.provider);
            let found = subject.decoys.iter().find(|decoy| shown.contains(&**decoy));
            ensure(found.is_none(), || {
                format!(
                    "`{}` shows a secret of the vendor's data; name the fields that you read one by one, and \
                     copy no object whole",
                    call.operation()
                )
            })?;
        }
        Ok(())
    })
}
