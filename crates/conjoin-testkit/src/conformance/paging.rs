//! Lists come whole, whatever their pages are like.

use std::collections::BTreeSet;

use conjoin_core::{ConnectionProviderExt as _, ConnectorQuery, Cursor, ErrorKind, Operation, Query};

use super::advice::{Advice, Verdict, ensure};
use super::bench::{Bench, paused};
use super::subject::Subject;
use super::tap::{LIMIT, Meddle};
use super::told::ids;

/// A list that fits into one request.
pub(super) fn one_page_is_whole(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let rows = bench.whole(&Query::new()).await?;
        ensure(!rows.is_empty(), || "the vendor's data hold no connection; add some".to_owned())?;
        ensure(ids(&rows).len() == rows.len(), || {
            "an id comes twice; let `id` be what addresses one row".to_owned()
        })?;
        let info = bench.provider.info();
        ensure(rows.iter().all(|c| c.provider == info.name && c.vendor == info.vendor), || {
            "a row names another provider or vendor; make rows with `ProviderInfo::connection`".to_owned()
        })?;
        nothing_lost(&bench).await
    })
}

/// Every row that the vendor sent is in a page, or among those that could not be read.
async fn nothing_lost(bench: &Bench) -> Verdict {
    let before = bench.requests();
    let listing = bench.provider.list(&Query::new()).await;
    let sent: usize = bench.sent()[before..].iter().filter_map(|sent| sent.rows).sum();
    let came: u64 = listing.receipt.providers.iter().map(|p| p.rows).sum();
    ensure(bench.requests() == before || came == sent as u64, || {
        format!(
            "the vendor sent {sent} rows and the pages hold {came}; drop none of them: what a query excludes, \
             the driver excludes, and a row that cannot be read belongs into `Page::skipped`"
        )
    })
}

/// A list of many pages, and going on in another process.
pub(super) fn many_pages_are_whole(subject: &Subject) -> Verdict {
    paused(async {
        let Some(bench) = subject.many(Meddle::Nothing)? else {
            let bench = subject.bench()?;
            let page = bench.provider.list_page(&Query::new(), None).await;
            let page = page.map_err(|why| Advice::new(format!("the list fails: {why}")))?;
            return ensure(page.next.is_none(), || {
                "the provider pages; give data of three pages or more with `Subject::paged`".to_owned()
            });
        };
        let rows = bench.whole(&Query::new()).await?;
        ensure(ids(&rows).len() == rows.len(), || "an id comes twice over the pages".to_owned())?;
        nothing_lost(&bench).await?;
        let (mut seen, mut cursor, mut pages) = (BTreeSet::new(), None::<Cursor>, 0);
        loop {
            // Each page from a provider of its own, as after a restart.
            let Some(other) = subject.many(Meddle::Nothing)? else { break };
            let page = other.provider.list_page(&Query::new(), cursor.as_ref()).await;
            let page = page.map_err(|why| {
                Advice::new(format!(
                    "a cursor does not work in another process: {why}; let it hold the whole state of the scan"
                ))
            })?;
            pages += 1;
            seen.extend(page.items.iter().map(|row| row.id.as_str().to_owned()));
            match page.next {
                Some(next) if pages < LIMIT => cursor = Some(Cursor::from(next.as_str().to_owned())),
                _ => break,
            }
        }
        ensure(pages >= 3, || {
            format!("the data of `Subject::paged` take {pages} pages; give three or more")
        })?;
        // Other lanes may be named ahead alone, in `upcoming`: what one chain brings is a part.
        ensure(seen.iter().all(|id| rows.iter().any(|row| row.id.as_str() == id)), || {
            "page by page other rows come than in the whole list".to_owned()
        })
    })
}

/// An empty page with more behind it.
pub(super) fn an_empty_page_is_not_the_end(subject: &Subject) -> Verdict {
    let empty_second = Meddle::Rows(Box::new(|number, rows| {
        if number == 2 {
            rows.clear();
        }
    }));
    with_many(subject, empty_second, |plain, listing, lost| {
        ensure(!listing.receipt.is_complete() || plain.len() <= listing.items.len() + lost, || {
            format!(
                "after an empty second page {} of {} rows came, and the list calls itself complete; an empty \
                 page with a cursor goes on: end where the vendor says so, not where rows are missing",
                listing.items.len(),
                plain.len() - lost
            )
        })
    })
}

/// A vendor that sends the same page for ever.
pub(super) fn a_repeated_page_ends_the_list(subject: &Subject) -> Verdict {
    let first = std::sync::Mutex::new(None);
    let repeat = Meddle::Answer(Box::new(move |_, answer| {
        let mut first = first.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *answer.body_mut() = first.get_or_insert_with(|| answer.body().clone()).clone();
    }));
    with_many(subject, repeat, |_, listing, _| {
        ensure(ids(&listing.items).len() == listing.items.len(), || "rows come twice".to_owned())
    })
}

/// A page that fails, or that nobody can read.
pub(super) fn a_failed_page_makes_the_answer_partial(subject: &Subject) -> Verdict {
    for bad in ["<html>502</html>", "{\"error\":{\"code\":\"X\",\"message\":\"no\"}}", "{}", "null", ""] {
        let spoil = Meddle::Answer(Box::new(move |number, answer| {
            if number >= 2 {
                *answer.body_mut() = bad.into();
            }
        }));
        with_many(subject, spoil, |_, listing, _| {
            ensure(!listing.receipt.is_complete(), || {
                format!(
                    "the second page was `{bad}`, and the list calls itself complete; an answer that holds no \
                     list is an error, never an empty list (`Answer::list` sees to it)"
                )
            })?;
            ensure(!listing.items.is_empty(), || {
                "the rows of the first page are lost with the second; answer one page a call".to_owned()
            })
        })?;
    }
    Ok(())
}

/// Runs a list of many pages plain and meddled with, and judges the second. The rows of the second answer
/// are those that meddling may have lost.
fn with_many(
    subject: &Subject,
    meddle: Meddle,
    judge: impl Fn(&[conjoin_core::Connection], conjoin_core::Listing<conjoin_core::Connection>, usize) -> Verdict,
) -> Verdict {
    paused(async {
        let Some(plain) = subject.many(Meddle::Nothing)? else { return Ok(()) };
        let whole = plain.whole(&Query::new()).await?;
        let lost = plain.sent().get(1).and_then(|sent| sent.rows).unwrap_or(0);
        let Some(worse) = subject.many(meddle)? else { return Ok(()) };
        let listing = worse.provider.list(&Query::new()).await;
        ensure(worse.requests() <= LIMIT, || {
            format!(
                "the list asks for page after page without end ({LIMIT} requests); answer one page a call and \
                 leave the rest to the driver, or end where the vendor brings nothing new"
            )
        })?;
        judge(&whole, listing, lost)
    })
}

/// A bad row on the first page, for adapters that count rows to know where they are.
pub(super) fn a_bad_row_does_not_move_the_next_page(subject: &Subject) -> Verdict {
    paused(async {
        let Some(plain) = subject.many(Meddle::Nothing)? else { return Ok(()) };
        plain.whole(&Query::new()).await?;
        let spoil = Meddle::Rows(Box::new(|number, rows| {
            if let (1, Some(row)) = (number, rows.first_mut()) {
                *row = serde_json::Value::from(7);
            }
        }));
        let Some(worse) = subject.many(spoil)? else { return Ok(()) };
        let _ = worse.provider.list(&Query::new()).await;
        let lines = |bench: &Bench| bench.sent().iter().map(super::tap::Sent::line).collect::<Vec<_>>();
        let (expected, got) = (lines(&plain), lines(&worse));
        let differs = expected.iter().zip(&got).find(|(expected, got)| expected != got);
        ensure(expected == got, || {
            format!(
                "a row that cannot be read on page one changes what is asked for next ({}); count the rows \
                 that came, not those that could be read (`List::len`)",
                differs.map_or_else(
                    || format!("{} requests instead of {}", got.len(), expected.len()),
                    |(expected, got)| format!("`{got}` instead of `{expected}`"),
                )
            )
        })
    })
}

/// A cursor of somebody else.
pub(super) fn a_foreign_cursor_is_refused(subject: &Subject) -> Verdict {
    paused(async {
        for text in ["somebody-else.1/:{\"page\":2}", "2", ""] {
            let (bench, cursor) = (subject.bench()?, Cursor::from(text.to_owned()));
            let mut kinds = vec![
                bench.provider.list_page(&Query::new(), Some(&cursor)).await.map(drop).map_err(|e| e.kind()),
            ];
            if bench.support(Operation::ListConnectors).is_supported() {
                let query = ConnectorQuery::new();
                let page = bench.provider.list_connectors_page(&query, Some(&cursor)).await;
                kinds.push(page.map(drop).map_err(|e| e.kind()));
            }
            let refused = kinds.iter().all(|kind| *kind == Err(ErrorKind::InvalidRequest));
            ensure(refused && bench.requests() == 0, || {
                format!(
                    "the cursor `{text}` of another provider was taken ({kinds:?}, {} requests); unpack it with \
                     `Cursor::unpack` under a format name of your own, or use `Cursor::refuse`",
                    bench.requests()
                )
            })?;
        }
        Ok(())
    })
}
