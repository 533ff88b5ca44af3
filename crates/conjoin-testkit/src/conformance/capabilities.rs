//! Claims, proven both ways.

use conjoin_core::{Connection, ConnectionId, ConnectorQuery, ErrorKind, Operation, Query, Support, Tags};
use http::Method;

use super::advice::{Advice, Verdict, ensure};
use super::bench::{Bench, paused};
use super::subject::Subject;
use crate::Call;

/// Whether an operation changes something.
pub(super) fn changes(operation: Operation) -> bool {
    matches!(operation, Operation::SetEnabled | Operation::Rename | Operation::SetTags | Operation::Delete)
}

/// Every claimed operation works on the vendor's data.
pub(super) fn what_is_claimed_works(subject: &Subject) -> Verdict {
    paused(async {
        for call in subject.bench()?.calls().await? {
            let operation = call.operation();
            let bench = subject.bench()?;
            let answered = call.make(&*bench.provider).await;
            ensure(answered.complete, || {
                format!(
                    "`{operation}` is claimed, but {call:?} fails: {}; either make it work, add the vendor's \
                     answer to its data, or do not claim it",
                    answered.error.map_or("rows are skipped".to_owned(), |error| error.to_string())
                )
            })?;
            ensure(answered.rows != Some(0), || {
                format!("`{operation}` is claimed, but brings nothing from the vendor's data; add some")
            })?;
            same_id(&bench, &call).await?;
        }
        Ok(())
    })
}

/// Reading one brings that one.
async fn same_id(bench: &Bench, call: &Call) -> Verdict {
    let Call::Get(_) = call else { return Ok(()) };
    for row in bench.whole(&Query::new()).await?.iter().take(3) {
        let got = bench.provider.get(&row.id).await;
        ensure(got.as_ref().is_ok_and(|got| got.id == row.id), || {
            let got = got.map(|got| got.id.to_string());
            format!("`get` of `{}` answers {got:?}; check the id of what the vendor answers", row.id)
        })?;
    }
    Ok(())
}

/// What is not claimed answers so, and costs nothing.
pub(super) fn what_is_not_claimed_is_unsupported_and_sends_nothing(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    let id = ConnectionId::new("any").map_err(|why| Advice::new(why.to_string()))?;
    paused(async {
        for &operation in Operation::ALL {
            if bench.support(operation) != Support::Unsupported {
                continue;
            }
            let kind = match call_of(operation, &id) {
                Some(Call::ListConnectors(query)) => {
                    bench.provider.list_connectors_page(&query, None).await.err().map(|error| error.kind())
                }
                Some(call) => call.make(&*bench.provider).await.error.map(|error| error.kind()),
                None => continue,
            };
            ensure(kind == Some(ErrorKind::Unsupported) && bench.requests() == 0, || {
                format!(
                    "`{operation}` is not claimed, but ends as {} after {} requests; either claim it, or \
                     leave the trait's default, which answers `Unsupported` and sends nothing",
                    kind.map_or("a success", |kind| kind.as_str()),
                    bench.requests()
                )
            })?;
        }
        Ok(())
    })
}

/// A call of an operation on a connection of this id, or on a connector of this slug.
pub(super) fn call_of(operation: Operation, id: &ConnectionId) -> Option<Call> {
    let id = id.clone();
    match operation {
        Operation::List => Some(Call::List(Box::default())),
        Operation::Get => Some(Call::Get(id)),
        Operation::SetEnabled => Some(Call::SetEnabled(id, true)),
        Operation::Rename => Some(Call::Rename(id, "a name".to_owned())),
        Operation::SetTags => Some(Call::SetTags(id, Tags::default())),
        Operation::Delete => Some(Call::Delete(id)),
        Operation::Check => Some(Call::Check(id)),
        Operation::Test => Some(Call::Test(id)),
        Operation::ListConnectors => Some(Call::ListConnectors(ConnectorQuery::new())),
        Operation::GetConnector => Some(Call::GetConnector(id.to_string())),
        _ => None,
    }
}

/// A change reaches the vendor, and is there when one looks again; a second time it is a success.
pub(super) fn a_change_shows(subject: &Subject) -> Verdict {
    paused(async {
        let calls = subject.bench()?.calls().await?;
        for call in calls.into_iter().filter(|call| changes(call.operation())) {
            let (bench, operation) = (subject.bench()?, call.operation());
            let answered = call.make(&*bench.provider).await;
            let wrote = bench.sent().iter().any(|sent| sent.method != Method::GET);
            ensure(wrote || bench.requests() == 0, || {
                format!(
                    "`{operation}` is claimed, but {call:?} only reads; either send the change, or do not \
                     claim it"
                )
            })?;
            ensure(answered.complete, || format!("{call:?} fails: {:?}", answered.error))?;
            if !subject.stateful {
                continue;
            }
            ensure(shows(&bench, &call).await?, || {
                format!(
                    "{call:?} answers with success, but nothing of it shows in the vendor's list; either send \
                     what the vendor acts on, or do not claim `{operation}`"
                )
            })?;
            if operation != Operation::Delete {
                let again = call.make(&*bench.provider).await;
                ensure(again.complete, || {
                    format!(
                        "{call:?} fails the second time ({:?}); what is already so is a success",
                        again.error
                    )
                })?;
            }
        }
        Ok(())
    })
}

/// What a row must show.
type Look<'a> = Box<dyn Fn(&Connection) -> bool + 'a>;

/// Whether a change can be seen in any of the ways to look.
async fn shows(bench: &Bench, call: &Call) -> Verdict<bool> {
    let (id, seen): (_, Look<'_>) = match call {
        Call::SetEnabled(id, on) => (id, Box::new(move |c| c.enabled == (*on).into())),
        Call::Rename(id, name) => {
            (id, Box::new(move |c| [&c.name, &c.display_name].into_iter().flatten().any(|told| told == name)))
        }
        Call::SetTags(id, tags) => (id, Box::new(move |c| c.tags.as_ref() == Some(tags))),
        Call::Delete(id) => {
            let rows = bench.whole(&Query::new()).await?;
            return Ok(rows.iter().all(|row| row.id != *id || row.removed));
        }
        _ => return Ok(true),
    };
    let mut rows = bench.whole(&Query::new()).await?;
    let slug = rows.iter().find(|row| row.id == *id).and_then(|row| row.connector.slug.clone());
    if let Some(slug) = slug {
        rows.extend(bench.whole(&Query::new().connector(&*slug)).await?);
    }
    rows.extend(bench.provider.get(id).await);
    Ok(rows.iter().any(|row| row.id == *id && seen(row)))
}

/// An id of the vendor's form that none of the rows has.
fn missing(rows: &[Connection]) -> Verdict<ConnectionId> {
    let model = rows.first().map_or("none-such", |row| row.id.as_str());
    let with_end = |digit: char| {
        let ends = model.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(at, _)| at);
        let from = ends.rev().take(4).last().unwrap_or(0);
        let (kept, end) = model.split_at(from);
        let end = end.chars().map(|c| if c.is_ascii_alphanumeric() { digit } else { c });
        format!("{kept}{}", end.collect::<String>())
    };
    let free = ('0'..='9').map(with_end).find(|id| rows.iter().all(|row| row.id.as_str() != id));
    let id = free.unwrap_or_else(|| "none-such".to_owned());
    ConnectionId::new(id).map_err(|why| Advice::new(why.to_string()))
}

/// What the vendor does not have is not found, by every operation on one.
pub(super) fn what_is_not_there_is_not_found(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    paused(async {
        let id = missing(&bench.whole(&Query::new()).await?)?;
        for &operation in Operation::ALL {
            let on_one = !matches!(operation, Operation::List | Operation::ListConnectors);
            let Some(call) = call_of(operation, &id).filter(|_| on_one) else { continue };
            if !bench.support(operation).is_supported() {
                continue;
            }
            let answered = call.make(&*bench.provider).await;
            let kind = answered.error.as_ref().map(conjoin_core::Error::kind);
            ensure(kind == Some(ErrorKind::NotFound), || {
                format!(
                    "{call:?} ends as {} where there is no such thing; answer `NotFound`",
                    kind.map_or("a success", |kind| kind.as_str())
                )
            })?;
        }
        Ok(())
    })
}
