//! Rows that are not as documented.

use std::sync::Arc;

use conjoin_core::{ConnectionProviderExt as _, Outcome, Query};
use serde_json::{Value, json};

use super::advice::{Verdict, ensure};
use super::bench::paused;
use super::subject::Subject;
use super::tap::Meddle;
use super::told::ids;

/// Changes one row of the first answer.
fn spoil(at: usize, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Meddle {
    Meddle::Rows(Box::new(move |number, rows| {
        if number == 1
            && let Some(row) = rows.get_mut(at)
        {
            change(row);
        }
    }))
}

/// A row that nobody can read costs itself alone, and is named.
pub(super) fn a_bad_row_is_skipped_and_named(subject: &Subject) -> Verdict {
    paused(async {
        let all = subject.bench()?.whole(&Query::new()).await?;
        for bad in [json!(7), json!(null), json!("text"), json!([]), json!({})] {
            let shown = bad.to_string();
            let bench = subject.meddled(spoil(0, move |row| *row = bad.clone()))?;
            let listing = bench.provider.list(&Query::new()).await;
            let Some(receipt) = listing.receipt.providers.first() else { continue };
            ensure(receipt.error.is_none(), || {
                format!(
                    "one row is `{shown}`, and the whole list fails ({}); read row by row (`Answer::list`)",
                    receipt.error.as_ref().map(ToString::to_string).unwrap_or_default()
                )
            })?;
            let others = all.len() - listing.items.len();
            // Another lane may bring the same row, whole.
            ensure(others <= 1, || {
                format!("one row is `{shown}`, and {others} are missing; the others must stand")
            })?;
            let named = receipt.skipped.iter().any(|row| row.index == 0 && row.path.contains('0'));
            ensure(receipt.skipped_rows == 1 && receipt.outcome == Outcome::Partial && named, || {
                format!(
                    "one row is `{shown}`, and the receipt counts {} skipped ({:?}); put it into \
                     `Page::skipped` with its index and path, so that nobody takes the list for complete",
                    receipt.skipped_rows, receipt.skipped
                )
            })?;
        }
        Ok(())
    })
}

/// A field of another type than documented costs its fact, not its row.
pub(super) fn no_field_fails_a_row(subject: &Subject) -> Verdict {
    paused(async {
        let first = Arc::new(std::sync::Mutex::new(Value::Null));
        let keep = Arc::clone(&first);
        let bench = subject.meddled(spoil(0, move |row| {
            *keep.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = row.clone();
        }))?;
        let all = bench.whole(&Query::new()).await?;
        let row = first.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let Value::Object(fields) = row else { return Ok(()) };
        for (name, told) in &fields {
            let told = told.to_string();
            let addresses = all.iter().any(|row| told.contains(row.id.as_str()));
            for odd in [
                json!(null),
                json!(7),
                json!(""),
                json!({}),
                json!([]),
                json!([7]),
                json!(true),
                json!("odd"),
            ] {
                let (field, value) = (name.clone(), odd.clone());
                let bench = subject.meddled(spoil(0, move |row| row[&field] = value.clone()))?;
                let listing = bench.provider.list(&Query::new()).await;
                let error = listing.receipt.providers.iter().find_map(|p| p.error.as_ref());
                let missing = ids(&all).difference(&ids(&listing.items)).count();
                let allowed = usize::from(addresses);
                ensure(error.is_none() && missing <= allowed, || {
                    format!(
                        "with {odd} in a row's `{name}`, {missing} rows are lost{}; an unknown word or an odd \
                         value costs its fact alone: read fields as `Scalar`, `Maybe` and `Many`",
                        error.map(|error| format!(" ({error})")).unwrap_or_default()
                    )
                })?;
            }
        }
        Ok(())
    })
}
