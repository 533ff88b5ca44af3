//! Making plans.

use conjoin_core::{BlockedBy, Connection, Listing, Outcome, ProviderReceipt, Query, Urn};
use futures_util::stream::{self, StreamExt as _};

use super::brake::Brake;
use super::plan::PlannedProvider;
use super::{ChangePlan, Edit, PlannedChange, State, Verdict};
use crate::Hub;

impl Hub {
    /// Plans an edit of every connection that satisfies a query. Changes nothing.
    pub async fn plan_edit(&self, edit: &Edit, query: &Query) -> ChangePlan {
        self.plan_listed(edit, &self.list(query).await)
    }

    /// Plans an edit of every connection of an answer of this hub. What is missing from the answer is said to be
    /// missing from the plan. Sends nothing.
    pub fn plan_listed(&self, edit: &Edit, listing: &Listing<Connection>) -> ChangePlan {
        let providers = self.providers().iter().map(|provider| {
            let mut planned = PlannedProvider::of(provider.info());
            let receipt = listing.receipt.providers.iter().find(|receipt| receipt.provider == planned.name);
            if let Some(receipt) = receipt {
                planned.missing = missing(receipt);
                planned.undetermined = receipt.undetermined;
            }
            planned
        });
        let providers = providers.collect();
        let mut rows: Vec<_> = listing.items.iter().map(|row| self.planned(edit, row)).collect();
        // In the hub's order, not in that of arrival: the same connections make the same plan.
        rows.sort_by_cached_key(|row: &PlannedChange| {
            self.providers().iter().position(|provider| provider.info().name == row.urn.provider)
        });
        ChangePlan::new(providers, rows)
    }

    /// Plans edits of connections that are named; each is read, so many at a time. Changes nothing. A
    /// connection that is named twice is planned once.
    pub async fn plan_edits(&self, edits: Vec<(Urn, Edit)>, at_once: usize) -> ChangePlan {
        let mut seen = std::collections::HashSet::new();
        let edits: Vec<_> = edits.into_iter().filter(|(urn, _)| seen.insert(urn.clone())).collect();
        let named = |provider: &PlannedProvider| edits.iter().any(|(urn, _)| urn.provider == provider.name);
        let providers = self.providers().iter().map(|provider| PlannedProvider::of(provider.info()));
        let providers = providers.filter(named).collect();
        let brake = &Brake::default();
        let rows = edits.iter().map(|(urn, edit)| async move {
            if let Err(error) = self.require(&urn.provider, edit.operation()) {
                return row(urn, edit, None, Verdict::Unsupported, Some(error.message().to_owned()));
            }
            match brake.around(&urn.provider, self.look(urn, edit)).await {
                Ok(connection) => self.planned(edit, &connection),
                Err(error) => {
                    let why = format!("it could not be read: {error}");
                    row(urn, edit, None, Verdict::Undetermined, Some(why))
                }
            }
        });
        let rows: Vec<_> = stream::iter(rows).buffered(at_once.max(1)).collect().await;
        let mut plan = ChangePlan::new(providers, rows);
        plan.complete =
            plan.rows.iter().all(|row| row.status.is_some() || row.verdict == Verdict::Unsupported);
        plan
    }

    /// What is to become of a connection.
    fn planned(&self, edit: &Edit, connection: &Connection) -> PlannedChange {
        let urn = connection.urn();
        let row =
            |verdict, why: Option<&str>| row(&urn, edit, Some(connection), verdict, why.map(Into::into));
        if let Err(error) = self.require(&urn.provider, edit.operation()) {
            return row(Verdict::Unsupported, Some(error.message()));
        }
        if connection.removed && *edit != Edit::Delete {
            return row(Verdict::Blocked, Some("the vendor says that it is deleted or archived"));
        }
        let state = State::of(connection);
        let met = edit.is_met_by(&state);
        if *edit == Edit::Enable {
            match (connection.blocked_by, met) {
                // Its own switch is on, and it is off nevertheless.
                (Some(_), Some(true)) => return row(Verdict::Blocked, Some(connection.next_step())),
                (Some(BlockedBy::Vendor), _) if connection.authorization.is_lapsed() => {
                    return row(Verdict::Blocked, Some(connection.next_step()));
                }
                (_, Some(false)) if connection.authorization.is_lapsed() => {
                    return row(Verdict::Change, Some(connection.next_step()));
                }
                _ => {}
            }
        }
        match (edit, met) {
            (_, Some(true)) => row(Verdict::Already, None),
            (Edit::Enable | Edit::Disable, None) => {
                row(Verdict::Undetermined, Some("the vendor does not tell whether it is switched on"))
            }
            (Edit::EditTags { .. }, None) => {
                row(Verdict::Undetermined, Some("the vendor does not tell which tags it has"))
            }
            (Edit::Delete, _) => row(Verdict::Change, Some("a deletion cannot be undone")),
            (_, None) => {
                row(Verdict::Change, Some("what it is now is not told, so the change cannot be undone"))
            }
            (_, Some(false)) => row(Verdict::Change, None),
        }
    }
}

fn row(
    urn: &Urn,
    edit: &Edit,
    connection: Option<&Connection>,
    verdict: Verdict,
    why: Option<String>,
) -> PlannedChange {
    let before = connection.map(State::of).unwrap_or_default();
    PlannedChange {
        urn: urn.clone(),
        verdict,
        why,
        edit: edit.resolved(&before).unwrap_or_else(|| edit.clone()),
        undoable: verdict == Verdict::Change && edit.inverse(&before).is_some(),
        status: connection.map(Connection::status),
        before,
    }
}

/// Why rows of a provider may be missing.
fn missing(receipt: &ProviderReceipt) -> Option<String> {
    match (&receipt.error, receipt.outcome) {
        (_, Outcome::Ok) => None,
        (Some(error), _) => Some(error.to_string()),
        (None, _) if receipt.skipped_rows > 0 => {
            Some(format!("{} rows could not be read", receipt.skipped_rows))
        }
        (None, outcome) => Some(outcome.to_string()),
    }
}
