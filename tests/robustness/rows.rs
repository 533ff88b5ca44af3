//! Good rows among bad ones: every good one comes, and every bad one is counted.

use std::collections::BTreeSet;

use conjoin::Kind;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::answers::cases;
use crate::canned::{kinds, list};
use crate::json::{fields, value};

/// Rows that get an id besides a lot of other things, and rows that may be anything.
fn rows() -> impl Strategy<Value = Vec<Result<Map<String, Value>, Value>>> {
    let row = prop_oneof![fields().prop_map(Ok), value().prop_map(Err)];
    prop::collection::vec(row, 0..8)
}

/// Where each vendor's list has its rows, and its rows their id.
fn answer(kind: &Kind, rows: Vec<Value>) -> Value {
    match kind {
        Kind::Aitronos { .. } => Value::Array(rows),
        Kind::Pica { .. } => json!({ "total": rows.len(), "page": 1, "pages": 1, "rows": rows }),
        _ => json!({ "items": rows }),
    }
}

/// A row that is good because of its id, whatever else it says.
fn good(row: &Map<String, Value>, number: usize) -> Value {
    let mut row = row.clone();
    // The lists of Aitronos name it differently.
    for name in ["id", "credential_id", "connector_id"] {
        row.insert(name.to_owned(), json!(format!("good-{number}")));
    }
    Value::Object(row)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(256)) })]

    #[test]
    fn a_row_with_an_id_is_never_lost(rows in rows()) {
        for kind in kinds() {
            let numbered = rows.iter().enumerate();
            let values = numbered.map(|(number, row)| match row {
                Ok(row) => good(row, number),
                Err(junk) => junk.clone(),
            });
            let body = answer(&kind, values.collect()).to_string();
            let listing = list(&kind, body.as_bytes());
            let receipt = &listing.receipt.providers[0];
            prop_assert!(receipt.error.is_none(), "{receipt:?}: {body}");
            let came: BTreeSet<_> = listing.items.iter().map(|row| row.id.as_str()).collect();
            let wanted = rows.iter().enumerate().filter(|(_, row)| row.is_ok());
            for (number, _) in wanted {
                let id = format!("good-{number}");
                prop_assert!(came.contains(&*id), "{id} is lost: {body}: {receipt:?}");
            }
            // Pica is walked twice; the second walk brings the same rows.
            prop_assert_eq!(receipt.rows, receipt.returned + receipt.skipped_rows + receipt.duplicates);
            prop_assert_eq!(receipt.rows, rows.len() as u64 * u64::from(receipt.pages), "{}", body);
        }
    }
}
