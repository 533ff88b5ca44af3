//! A query means the same at every vendor.

use std::collections::BTreeSet;

use conjoin_core::{
    Capabilities, Connection, ConnectionId, ConnectionProviderExt as _, Filter, Match, Query, Support,
};
use http::uri::PathAndQuery;

use super::advice::{Verdict, ensure};
use super::bench::paused;
use super::subject::Subject;
use super::tap::Meddle;
use super::told::{ids, queries, shown};

fn wanted<'a>(query: &Query, rows: &'a [Connection]) -> BTreeSet<&'a str> {
    rows.iter().filter(|row| query.judge(row) == Match::Yes).map(|row| row.id.as_str()).collect()
}

/// Pushed down or not, a filter answers what filtering the whole list here answers.
pub(super) fn a_filter_never_loses_a_row(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let all = bench.whole(&Query::new()).await?;
        for (filter, query) in queries(&all) {
            let got = bench.whole(&query).await?;
            let (wanted, got) = (wanted(&query, &all), ids(&got));
            let missing: Vec<_> = wanted.difference(&got).take(3).collect();
            ensure(missing.is_empty(), || {
                format!(
                    "with the filter `{filter}` {} of {} rows are missing, first {missing:?}, that the whole \
                     list tells to satisfy it; push a filter down only where the vendor means the same by it, \
                     and leave the rest to the driver",
                    wanted.len() - got.len().min(wanted.len()),
                    wanted.len()
                )
            })?;
        }
        Ok(())
    })
}

/// Whatever the vendor hides by default comes without a filter.
pub(super) fn the_unfiltered_list_hides_nothing(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let all = bench.whole(&Query::new()).await?;
        let told = queries(&all).into_iter().map(|(_, query)| query);
        let both = [true, false].map(|on| Query::new().enabled(on));
        for query in told.chain(both) {
            let got = bench.whole(&query).await?;
            let (whole, got) = (ids(&all), ids(&got));
            let hidden: Vec<_> = got.difference(&whole).take(3).collect();
            ensure(hidden.is_empty(), || {
                format!(
                    "{} brings rows that the list without a filter hides, first {hidden:?}; without a filter, ask \
                     the vendor for everything, also for what it leaves out by default",
                    shown(&query)
                )
            })?;
        }
        Ok(())
    })
}

/// A vendor that does not know a parameter answers as if it were not there.
pub(super) fn a_filter_that_the_vendor_ignores_changes_nothing(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let all = bench.whole(&Query::new()).await?;
        let known: BTreeSet<String> = bench.sent().iter().flat_map(|sent| names(sent.query())).collect();
        for (filter, query) in queries(&all) {
            let known = known.clone();
            let deaf = Meddle::Request(Box::new(move |request| {
                let (path, pairs) = (request.uri().path(), request.uri().query().unwrap_or_default());
                let kept: Vec<_> = pairs.split('&').filter(|pair| known.contains(name(pair))).collect();
                let target = format!("{path}?{}", kept.join("&"));
                let mut parts = request.uri().clone().into_parts();
                parts.path_and_query = PathAndQuery::try_from(target.trim_end_matches('?')).ok();
                if let Ok(uri) = http::Uri::from_parts(parts) {
                    *request.uri_mut() = uri;
                }
            }));
            let got = subject.meddled(deaf)?.whole(&query).await?;
            let (wanted, got) = (wanted(&query, &all), ids(&got));
            ensure(wanted == got, || {
                format!(
                    "where the vendor ignores the filter `{filter}`, {} rows come instead of {}; take a fact \
                     from the row that tells it, never from the query that asked for it",
                    got.len(),
                    wanted.len()
                )
            })?;
        }
        Ok(())
    })
}

fn name(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

fn names(query: &str) -> Vec<String> {
    query.split('&').map(|pair| name(pair).to_owned()).collect()
}

/// What nothing satisfies is an empty list, not an error.
pub(super) fn a_filter_on_nothing_known_is_an_empty_list(subject: &Subject) -> Verdict {
    let nothing = "conjoin-knows-none-such";
    let mut none = vec![
        Query::new().connector(nothing),
        Query::new().instance(nothing),
        Query::new().category(nothing),
        Query::new().owner(None, Some(nothing.to_owned())),
        Query::new().environment(nothing.into()),
        Query::new().tag(nothing),
        Query::new().name(nothing),
    ];
    none.extend(ConnectionId::new(nothing).map(|id| Query::new().id(id)));
    paused(async {
        for query in none {
            let bench = subject.bench()?;
            let listing = bench.provider.list(&query).await;
            let error = listing.receipt.providers.iter().find_map(|p| p.error.clone());
            ensure(listing.items.is_empty(), || format!("{} brings rows", shown(&query)))?;
            ensure(error.is_none(), || {
                format!(
                    "{} fails ({}); a filter that nothing satisfies is an empty list: read the vendor's \
                     answer for \"none\" as one, or leave this filter to the driver",
                    shown(&query),
                    error.map(|error| error.to_string()).unwrap_or_default()
                )
            })?;
        }
        Ok(())
    })
}

/// Claims on filters, proven both ways.
pub(super) fn claimed_filters_are_told_and_the_others_are_not(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let all = bench.whole(&Query::new()).await?;
        let capabilities: Capabilities = bench.provider.info().capabilities;
        let told = queries(&all);
        for &filter in Filter::ALL {
            let mut of = told.iter().filter(|(told, _)| *told == filter).map(|(_, query)| query).peekable();
            match (capabilities.of_filter(filter), of.peek().is_some()) {
                (Support::Unsupported, false) | (Support::Emulated(_), true) => {}
                (Support::Native, true) => {
                    let pushed = of.any(|query| bench.provider.plan(query).pushed.contains(&filter));
                    ensure(pushed, || {
                        format!(
                            "the filter `{filter}` is claimed native, but no plan pushes it to the vendor; \
                             either push it in `plan` and `list_page`, or claim it as emulated"
                        )
                    })?;
                }
                (Support::Unsupported, true) => {
                    return ensure(false, || {
                        format!(
                            "the filter `{filter}` is not claimed, but rows tell the fact, so that it works; \
                             claim it as emulated"
                        )
                    });
                }
                (_, false) => {
                    return ensure(false, || {
                        format!(
                            "the filter `{filter}` is claimed, but no row of the vendor's data tells the fact; \
                             either read it into the connection and add a row that has it, or do not claim it"
                        )
                    });
                }
                _ => {}
            }
        }
        Ok(())
    })
}
