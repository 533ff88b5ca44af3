//! Two inventories against each other.

use std::collections::BTreeMap;

use conjoin_core::{
    Connection, Match, Outcome, ProviderName, ProviderReceipt, Query, Receipt, Timestamp, Vendor,
};
use futures_util::StreamExt as _;
use serde::Serialize;

use crate::difference::{Difference, DifferenceKind, Silence};
use crate::inventory::Observed;
use crate::{Event, Hub, Inventory};

/// A comparison in the making: an old inventory, against which a new listing is held row by row, so that only
/// one side is in memory.
///
/// What it does not do: tell of something gone (or new) that may only not have been listed. What the listing
/// of one side left out (because it is not complete, because its query asks for less, because its provider
/// was not asked) is counted in [`Compared`] and told nowhere else.
///
/// ```
/// use conjoin::{Comparison, DifferenceKind, Hub, Inventory, MemoryProvider, Query, Timestamp};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let hub = Hub::new().with(MemoryProvider::new("crm").with("c1", |c| c.enabled = true.into()))?;
/// let old = hub.inventory(Query::new()).await;        // or `Inventory::load(path)?`
/// # let hub = Hub::new().with(MemoryProvider::new("crm").with("c2", |c| c.enabled = true.into()))?;
/// let diff = hub.diff(old).await;
/// let kinds: Vec<_> = diff.differences.iter().map(|difference| difference.kind).collect();
/// assert_eq!(kinds, [DifferenceKind::Added, DifferenceKind::Removed]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Comparison {
    old: Side,
    known: Inventory,
    new: (Timestamp, Query),
    silence: Silence,
    compared: BTreeMap<ProviderName, Compared>,
    ended: Vec<ProviderReceipt>,
    differences: Vec<Difference>,
}

/// What differs between two inventories, and what could be compared.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The old side.
    pub old: Side,
    /// The new side.
    pub new: Side,
    /// Whether everything could be compared: both sides are complete, of the same providers and of questions
    /// that do not leave out what the other has.
    pub complete: bool,
    /// What differs, provider by provider: in the new listing's order, then what is gone.
    pub differences: Vec<Difference>,
    /// What was compared, a provider each.
    pub providers: Vec<Compared>,
}

/// One side of a comparison.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What was asked.
    pub query: Query,
    /// What was told.
    pub receipt: Receipt,
}

/// What could be compared of one provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// The provider.
    pub provider: ProviderName,
    /// Why nothing of it was compared, if so.
    pub skipped: Option<NotCompared>,
    /// Whether the old side has all that there was.
    pub old_complete: bool,
    /// Whether the new side has all that there was.
    pub new_complete: bool,
    /// Connections that are the same on both sides.
    pub same: u64,
    /// Connections of the old side alone which may be there still, since the new side is not complete.
    pub maybe_removed: u64,
    /// Connections of the new side alone which may have been there, since the old side is not complete.
    pub maybe_added: u64,
    /// Connections of one side alone for which the other side's query does not ask.
    pub outside: u64,
}

/// Why nothing of a provider was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotCompared {
    /// Only the old side asked it.
    OnlyOld,
    /// Only the new side asked it.
    OnlyNew,
    /// The name stands for another vendor on each side.
    OtherVendor,
}

impl Compared {
    fn new(provider: ProviderName, skipped: Option<NotCompared>) -> Self {
        Self {
            provider,
            skipped,
            old_complete: false,
            new_complete: false,
            same: 0,
            maybe_removed: 0,
            maybe_added: 0,
            outside: 0,
        }
    }

    /// Whether all of it was compared.
    pub fn is_complete(&self) -> bool {
        self.skipped.is_none() && self.old_complete && self.new_complete && self.outside == 0
    }
}

impl Comparison {
    /// Begins with the old side, and with what the new side asks: when, which query, and of whom.
    pub fn new(
        old: Inventory,
        taken_at: Timestamp,
        query: Query,
        providers: impl IntoIterator<Item = (ProviderName, Vendor)>,
    ) -> Self {
        let side = Side { taken_at: old.taken_at(), query: old.query().clone(), receipt: old.receipt() };
        let silence = if *old.query() == query { Silence::Differs } else { Silence::Ignored };
        let mut compared: BTreeMap<_, _> = BTreeMap::new();
        for receipt in &side.receipt.providers {
            let mut of = Compared::new(receipt.provider.clone(), Some(NotCompared::OnlyOld));
            of.old_complete = receipt.outcome == Outcome::Ok;
            compared.insert(receipt.provider.clone(), of);
        }
        let mut known = old;
        for (name, vendor) in providers {
            known.begin(&name, &vendor);
            match compared.get_mut(&name) {
                None => {
                    compared.insert(name.clone(), Compared::new(name, Some(NotCompared::OnlyNew)));
                }
                Some(of) => {
                    let then = side.receipt.providers.iter().find(|receipt| receipt.provider == name);
                    let other = then.is_some_and(|then| then.vendor != vendor);
                    of.skipped = other.then_some(NotCompared::OtherVendor);
                }
            }
        }
        let new = (taken_at, query);
        Self { old: side, known, new, silence, compared, ended: Vec::new(), differences: Vec::new() }
    }

    /// Takes in a row of the new side.
    pub fn observe(&mut self, connection: Connection) {
        let Some(of) = self.compared.get_mut(&connection.provider).filter(|of| of.skipped.is_none()) else {
            return;
        };
        let asked = self.old.query.judge(&connection) == Match::Yes;
        match self.known.take(connection, self.silence) {
            Observed::Same => of.same += 1,
            Observed::Differs(difference) => self.differences.push(*difference),
            _ if !asked => of.outside += 1,
            Observed::Unexpected => of.maybe_added += 1,
            Observed::New(connection) => {
                let kind = told_by(&self.old.query, DifferenceKind::Added, DifferenceKind::Entered);
                self.differences.push(Difference::new_row(kind, *connection));
            }
        }
    }

    /// Takes in how a provider of the new side ended.
    pub fn conclude(&mut self, receipt: ProviderReceipt) {
        if let Some(of) = self.compared.get_mut(&receipt.provider) {
            of.new_complete = receipt.outcome == Outcome::Ok;
        }
        self.ended.push(receipt);
    }

    /// What differs.
    pub fn finish(self) -> Diff {
        let Self { old, known, new: (taken_at, query), mut compared, ended, mut differences, .. } = self;
        let kind = told_by(&query, DifferenceKind::Removed, DifferenceKind::Left);
        for connection in known.absent() {
            let Some(of) = compared.get_mut(&connection.provider).filter(|of| of.skipped.is_none()) else {
                continue;
            };
            if query.judge(connection) != Match::Yes {
                of.outside += 1;
            } else if of.new_complete {
                differences.push(Difference::absent(kind, connection.clone()));
            } else {
                of.maybe_removed += 1;
            }
        }
        // By provider, not by who answered first: the same answer tells the same.
        differences.sort_by_cached_key(|difference| known.place(&difference.urn.provider));
        let providers: Vec<_> = known.providers().filter_map(|name| compared.remove(name)).collect();
        let complete = providers.iter().all(Compared::is_complete);
        let new = Side { taken_at, query, receipt: Receipt::new(ended) };
        Diff { old, new, complete, differences, providers }
    }
}

/// What to call a connection that a query did not give: a query for what may change gives no proof.
fn told_by(query: &Query, certain: DifferenceKind, otherwise: DifferenceKind) -> DifferenceKind {
    if query.lasting() == *query { certain } else { otherwise }
}

impl Hub {
    /// What differs now from an old inventory. Those of its providers that the hub has are asked the same
    /// question as then.
    pub async fn diff(&self, old: Inventory) -> Diff {
        let (query, providers) = (old.query().clone(), self.providers().iter());
        let asked = self.clone().keep(|name| old.has(name));
        let providers = providers.map(|p| (p.info().name.clone(), p.info().vendor.clone()));
        let mut comparison = Comparison::new(old, Timestamp::now(), query.clone(), providers);
        let mut events = asked.stream(&query);
        while let Some(event) = events.next().await {
            match event {
                Event::Rows(rows) => rows.into_iter().for_each(|row| comparison.observe(row)),
                Event::End(receipt) => comparison.conclude(*receipt),
            }
        }
        comparison.finish()
    }
}

impl Diff {
    /// Keeps only what concerns connections that satisfy a query, before or after.
    #[must_use]
    pub fn concerning(mut self, query: &Query) -> Self {
        self.differences.retain(|difference| difference.concerns(query));
        self
    }

    /// Whether the two sides were asked the same.
    pub fn asked_the_same(&self) -> bool {
        self.old.query == self.new.query
    }
}
