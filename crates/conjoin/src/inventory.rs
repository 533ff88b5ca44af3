//! All connections that are known, and what a listing tells against them.

use std::collections::BTreeMap;
use std::path::Path;

use conjoin_core::{
    Connection, ConnectionId, Outcome, ProviderName, ProviderReceipt, Query, Receipt, Timestamp, Vendor,
};

use futures_util::StreamExt as _;

use crate::difference::{Difference, DifferenceKind, Silence};
use crate::snapshot::{SnapshotEnd, SnapshotError, SnapshotFile, SnapshotHeader, SnapshotReader};
use crate::{Event, Hub};

/// All connections that are known of some providers, by one query.
///
/// It takes in listings: [`begin`](Self::begin), then [`observe`](Self::observe) for each row, then
/// [`conclude`](Self::conclude) with the receipt, provider by provider. What differs is told on the way. Two
/// rules hold whatever the listing is like:
///
/// - A row that came is true, so that it is compared even where the listing is not complete.
/// - What did not come is *gone* only where the listing was complete, and *new* only what a complete
///   listing did not have before. Until then it is kept, and nothing is told.
#[derive(Clone, Debug)]
pub struct Inventory {
    query: Query,
    taken_at: Timestamp,
    order: Vec<ProviderName>,
    parts: BTreeMap<ProviderName, Part>,
}

/// One provider's connections.
#[derive(Clone, Debug)]
struct Part {
    /// Of the last complete listing, or of the last one while none was complete.
    receipt: ProviderReceipt,
    rows: BTreeMap<ConnectionId, Held>,
}

#[derive(Clone, Debug)]
struct Held {
    connection: Connection,
    /// Whether it came in the listing that is being taken in.
    came: bool,
}

/// What a row is against what was known.
#[derive(Debug)]
pub(crate) enum Observed {
    Same,
    Differs(Box<Difference>),
    /// It was not there, and a complete listing knew of all that there were.
    New(Box<Connection>),
    /// It was not known; there may have been more than was known.
    Unexpected,
}

impl Part {
    fn new(provider: ProviderName, vendor: Vendor) -> Self {
        Self { receipt: ProviderReceipt::skipped(provider, vendor), rows: BTreeMap::new() }
    }

    fn is_whole(&self) -> bool {
        self.receipt.outcome == Outcome::Ok
    }
}

impl Inventory {
    /// Nothing known yet of what satisfies a query.
    pub fn new(query: Query) -> Self {
        Self { query, taken_at: Timestamp::now(), order: Vec::new(), parts: BTreeMap::new() }
    }

    /// What a snapshot tells.
    pub fn load(path: &Path) -> Result<Self, SnapshotError> {
        Self::read(SnapshotReader::open(path)?).map(|(inventory, _)| inventory)
    }

    /// What a snapshot tells, and its last line.
    pub(crate) fn read<R: std::io::BufRead>(
        mut reader: SnapshotReader<R>,
    ) -> Result<(Self, SnapshotEnd), SnapshotError> {
        let header = reader.header().clone();
        let mut inventory = Self::new(header.query);
        inventory.taken_at = header.taken_at;
        for provider in header.providers {
            inventory.begin(&provider.name, &provider.vendor);
        }
        while let Some(connection) = reader.next_row()? {
            inventory.observe(connection);
        }
        let end = reader.end().cloned().unwrap_or_else(|| SnapshotEnd {
            rows: 0,
            receipt: Receipt::default(),
            down: BTreeMap::new(),
        });
        for receipt in &end.receipt.providers {
            if let Some(part) = inventory.parts.get_mut(&receipt.provider) {
                part.receipt = receipt.clone();
            }
        }
        Ok((inventory, end))
    }

    /// Writes it as a snapshot, at once or not at all.
    pub fn save(&self, path: &Path) -> Result<(), SnapshotError> {
        self.save_with(path, BTreeMap::new())
    }

    pub(crate) fn save_with(
        &self,
        path: &Path,
        down: BTreeMap<ProviderName, ProviderReceipt>,
    ) -> Result<(), SnapshotError> {
        let providers = self.parts().map(|part| (part.receipt.provider.clone(), part.receipt.vendor.clone()));
        let header = SnapshotHeader::at(self.taken_at, self.query.clone(), providers);
        let mut file = SnapshotFile::create(path, &header)?;
        self.connections().try_for_each(|connection| file.write(connection))?;
        file.finish_with(self.receipt(), down)
    }

    /// The query that it answers.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// When it was taken; with every listing that it takes in, that one's end.
    pub fn taken_at(&self) -> Timestamp {
        self.taken_at
    }

    /// The connections, provider by provider, by id.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.parts().flat_map(|part| part.rows.values().map(|held| &held.connection))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts().map(|part| part.rows.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it is worth: for each provider the receipt of its last complete listing, or of the last one
    /// where none was complete.
    pub fn receipt(&self) -> Receipt {
        Receipt::new(self.parts().map(|part| part.receipt.clone()).collect())
    }

    /// The receipt of a provider's last complete listing, or of its last one.
    pub(crate) fn last(&self, provider: &ProviderName) -> Option<&ProviderReceipt> {
        self.parts.get(provider).map(|part| &part.receipt)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.order.iter().filter_map(|name| self.parts.get(name))
    }

    /// Keeps only the providers of these names, all where there are none.
    #[must_use]
    pub fn select(mut self, names: &[ProviderName]) -> Self {
        let keep = |name: &ProviderName| names.is_empty() || names.contains(name);
        self.order.retain(keep);
        self.parts.retain(|name, _| keep(name));
        self
    }

    /// Whether a provider was asked.
    pub fn has(&self, provider: &ProviderName) -> bool {
        self.parts.contains_key(provider)
    }

    /// The providers, in order.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &ProviderName> {
        self.order.iter()
    }

    pub(crate) fn place(&self, provider: &ProviderName) -> Option<usize> {
        self.order.iter().position(|name| name == provider)
    }

    /// What has not come in the listings that have begun.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &Connection> {
        self.parts()
            .flat_map(|part| part.rows.values().filter(|held| !held.came).map(|held| &held.connection))
    }

    /// Forgets what has come of a provider's listing, if one was not concluded: another begins.
    pub fn begin(&mut self, provider: &ProviderName, vendor: &Vendor) {
        if let Some(part) = self.parts.get_mut(provider) {
            part.rows.values_mut().for_each(|held| held.came = false);
        } else {
            self.order.push(provider.clone());
            self.parts.insert(provider.clone(), Part::new(provider.clone(), vendor.clone()));
        }
    }

    /// Takes in a row of a listing. `Some` where it is new, or differs from what was known.
    pub fn observe(&mut self, connection: Connection) -> Option<Difference> {
        match self.take(connection, Silence::Differs) {
            Observed::Differs(difference) => Some(*difference),
            Observed::New(connection) => Some(Difference::new_row(DifferenceKind::Added, *connection)),
            Observed::Same | Observed::Unexpected => None,
        }
    }

    pub(crate) fn take(&mut self, connection: Connection, silence: Silence) -> Observed {
        let Some(part) = self.parts.get_mut(&connection.provider) else {
            self.begin(&connection.provider, &connection.vendor);
            return self.take(connection, silence);
        };
        if let Some(held) = part.rows.get_mut(&connection.id) {
            held.came = true;
            let difference = Difference::between(&held.connection, &connection, silence);
            held.connection = connection;
            return difference.map_or(Observed::Same, |difference| Observed::Differs(Box::new(difference)));
        }
        let seen =
            if part.is_whole() { Observed::New(connection.clone().into()) } else { Observed::Unexpected };
        part.rows.insert(connection.id.clone(), Held { connection, came: true });
        seen
    }

    /// Takes in how a provider's listing ended. What did not come is told as removed, and forgotten, if the
    /// listing was complete.
    pub fn conclude(&mut self, receipt: ProviderReceipt) -> Vec<Difference> {
        if !self.parts.contains_key(&receipt.provider) {
            self.begin(&receipt.provider, &receipt.vendor);
        }
        let Some(part) = self.parts.get_mut(&receipt.provider) else { return Vec::new() };
        self.taken_at = Timestamp::now();
        let whole = receipt.outcome == Outcome::Ok;
        let mut gone = Vec::new();
        part.rows.retain(|_, held| {
            let came = std::mem::take(&mut held.came);
            if whole && !came {
                gone.push(Difference::absent(DifferenceKind::Removed, held.connection.clone()));
            }
            came || !whole
        });
        if whole || !part.is_whole() {
            part.receipt = receipt;
        }
        gone
    }
}

impl Hub {
    /// All connections that satisfy a query, as an inventory.
    pub async fn inventory(&self, query: Query) -> Inventory {
        let mut inventory = Inventory::new(query.clone());
        for provider in self.providers() {
            inventory.begin(&provider.info().name, &provider.info().vendor);
        }
        let mut events = self.stream(&query);
        while let Some(event) = events.next().await {
            match event {
                Event::Rows(rows) => rows.into_iter().for_each(|row| drop(inventory.observe(row))),
                Event::End(receipt) => drop(inventory.conclude(*receipt)),
            }
        }
        inventory
    }
}
