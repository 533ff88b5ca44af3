//! Undoing what a journal tells.

use conjoin_core::Timestamp;

use super::{ChangePlan, Edit, Journal, PlannedChange, Verdict};

impl Journal {
    /// The plan that restores what this journal's runs have changed, the last change first. Connections that
    /// were changed by somebody else, or not at all, are not in it; a deletion is in it as
    /// [`Blocked`](Verdict::Blocked). Applying it changes a connection only if it still is as it was left.
    ///
    /// Equal journals make equal plans, so that applying one that was interrupted goes on.
    pub fn undoing(&self) -> ChangePlan {
        let rows = self.all().into_iter().rev().filter_map(|(urn, known)| {
            if !known.may_have_changed() {
                return None;
            }
            let (edit, before) = known.intent?;
            let inverse = edit.inverse(&before);
            let why = match (&edit, &inverse) {
                (Edit::Delete, _) => Some("a deletion cannot be undone"),
                (_, None) => Some("what it was before is not told"),
                (_, Some(_)) => None,
            };
            let left = edit.after(&before);
            Some(PlannedChange {
                urn,
                verdict: if inverse.is_some() { Verdict::Change } else { Verdict::Blocked },
                why: why.map(Into::into),
                undoable: inverse.is_some(),
                edit: inverse.unwrap_or(edit),
                status: None,
                before: left,
            })
        });
        ChangePlan {
            format: ChangePlan::FORMAT.to_owned(),
            id: format!("undo-{}", self.run()),
            made_at: Timestamp::now(),
            complete: true,
            providers: self.providers().to_vec(),
            rows: rows.collect(),
        }
    }
}
