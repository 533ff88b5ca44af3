//! A plan says what is sent.

use conjoin_core::Query;

use super::advice::{Verdict, ensure};
use super::bench::paused;
use super::subject::Subject;
use super::told::{queries, shown};

/// The requests of a plan are those that are sent, and a filter that is said to be applied here alone does
/// not change them.
pub(super) fn the_plan_is_what_is_sent(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let all = bench.whole(&Query::new()).await?;
        let unfiltered: Vec<_> = bench.sent().iter().map(super::tap::Sent::line).collect();
        let mut asked = vec![Query::new()];
        asked.extend(queries(&all).into_iter().map(|(_, query)| query));
        for query in asked {
            let bench = subject.bench()?;
            // What a provider is asked is never more than this.
            let plan = bench.provider.plan(&query.narrowed());
            ensure(bench.requests() == 0, || "`plan` sends requests; let it be free of effects".to_owned())?;
            bench.whole(&query).await?;
            let sent: Vec<_> = bench.sent().iter().map(super::tap::Sent::line).collect();
            let unsent: Vec<_> = plan.requests.iter().filter(|line| !sent.contains(line)).collect();
            ensure(unsent.is_empty() && plan.requests.first() == sent.first(), || {
                format!(
                    "the plan for {} says {:?}, and {:?} was sent; build both from one function \
                     (`ApiRequest::line`)",
                    shown(&query),
                    plan.requests,
                    sent.iter().take(3).collect::<Vec<_>>()
                )
            })?;
            ensure(!plan.pushed.is_empty() || sent == unfiltered, || {
                format!(
                    "the plan for {} pushes no filter, but the requests differ from those without a \
                     filter: {:?}; name what is pushed in `Plan::pushed`",
                    shown(&query),
                    sent.iter().take(3).collect::<Vec<_>>()
                )
            })?;
        }
        Ok(())
    })
}
