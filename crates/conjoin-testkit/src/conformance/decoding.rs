//! What the vendor says of a connection's state, and nothing more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use conjoin_core::{Connection, Query, Status};
use serde_json::{Value, json};

use super::advice::{Advice, Verdict, ensure};
use super::bench::paused;
use super::subject::{Field, Subject};
use super::tap::Meddle;

const WORD: &str = "conjoin-never-heard-this";

/// A field of a row: by its name, or by its path.
fn field<'v>(row: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    if name.starts_with('/') { row.pointer_mut(name) } else { row.get_mut(name) }
}

fn named(field: Field, method: &str, what: &str) -> Verdict<Option<&'static str>> {
    match field {
        Field::Named(name) => Ok(Some(name)),
        Field::None => Ok(None),
        Field::Unsaid => Err(Advice::new(format!(
            "which field of a row is {what}? Say it with `Subject::{method}(\"…\")`, or `{method}(None)` where \
             there is none"
        ))),
    }
}

/// The list, with this value in a field of every row that has it.
async fn with_every(subject: &Subject, name: &'static str, value: Value) -> Verdict<Vec<Connection>> {
    let changed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&changed);
    let change = Meddle::Rows(Box::new(move |_, rows| {
        for field in rows.iter_mut().filter_map(|row| field(row, name)) {
            *field = value.clone();
            count.fetch_add(1, Ordering::Relaxed);
        }
    }));
    let rows = subject.meddled(change)?.whole(&Query::new()).await?;
    ensure(changed.load(Ordering::Relaxed) > 0, || {
        format!("no row of the vendor's data has the field `{name}`; name one that they have")
    })?;
    Ok(rows)
}

/// A word that no document knows.
pub(super) fn an_unknown_word_survives(subject: &Subject) -> Verdict {
    let Some(name) = named(subject.word, "word", "the vendor's word for the state")? else { return Ok(()) };
    paused(async {
        let all = subject.bench()?.whole(&Query::new()).await?;
        let rows = with_every(subject, name, json!(WORD)).await.map_err(|why| {
            Advice::new(format!(
                "with an unknown word in `{name}`: {why}; map words that you do not know to `Unknown`"
            ))
        })?;
        ensure(rows.len() == all.len(), || {
            format!("with an unknown word in `{name}`, {} of {} rows are left", rows.len(), all.len())
        })?;
        let kept = rows.iter().any(|row| row.raw_status.as_deref().is_some_and(|raw| raw.contains(WORD)));
        ensure(kept, || {
            format!("no row keeps the unknown word of `{name}`; put the vendor's own word into `raw_status`")
        })?;
        let taken = rows.iter().find(|row| {
            row.raw_status.as_deref().is_some_and(|raw| raw.contains(WORD)) && row.status() == Status::Active
        });
        ensure(taken.is_none(), || {
            format!(
                "a row with an unknown word in `{name}` counts as active; report the health as unknown \
                 (`Health::reported(HealthState::Unknown)`), or leave the switch untold"
            )
        })
    })
}

/// The switch says what somebody wants, not whether it works.
pub(super) fn health_is_not_concluded_from_the_switch(subject: &Subject) -> Verdict {
    let Some(name) = named(subject.switch, "switch", "the connection's switch")? else { return Ok(()) };
    paused(async {
        let mut seen = Vec::new();
        for on in [true, false] {
            let rows = with_every(subject, name, json!(on)).await?;
            ensure(rows.iter().any(|row| row.enabled == on.into()), || {
                format!("`{name}` is {on} in every row, and no row reads so; map it to `Connection::enabled`")
            })?;
            seen.push(rows);
        }
        let (off, on) = (seen.pop().unwrap_or_default(), seen.pop().unwrap_or_default());
        for row in &on {
            let other = off.iter().find(|other| other.id == row.id);
            ensure(other.is_none_or(|other| other.health == row.health), || {
                format!(
                    "the health of `{}` follows the switch `{name}` ({:?} when on); a switch is `enabled`, and \
                     health is only what the vendor says of it or a call has shown",
                    row.id, row.health.state
                )
            })?;
        }
        Ok(())
    })
}
