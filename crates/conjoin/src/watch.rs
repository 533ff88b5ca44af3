//! Listing again and again, and telling what changes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use conjoin_core::{Connection, Error, Outcome, ProviderName, ProviderReceipt, Query, Timestamp, Vendor};
use futures_util::StreamExt as _;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use tokio::time::{Instant, sleep_until};

use crate::difference::Difference;
use crate::snapshot::{SnapshotError, SnapshotReader};
use crate::{Event, Hub, Inventory};

/// Tells what changes between one listing and the next: a state machine that is fed with listings, and a
/// clock that says which provider is due.
///
/// - The first complete listing of a provider is what the later ones are held against; it tells nothing.
/// - A provider whose listing is not complete keeps what was known of it: nothing is told as removed. That it
///   is [down](WatchEvent::ProviderDown), or [partial](WatchEvent::ProviderPartial), is told once, and so is
///   that it is [up](WatchEvent::ProviderUp) again. Rows that came all the same are compared.
/// - A provider that is down is asked less and less often, at most every [`LONGEST_WAIT`](Self::LONGEST_WAIT)
///   (or every interval, where that is longer), and not before the time that it asks for.
/// - The whole of each provider is listed, whatever may change of a connection: the filters choose of what
///   is told, which is every change of a connection that satisfies them before or after it.
///
/// [`next`](Self::next) is all that an application needs:
///
/// ```
/// use std::time::Duration;
/// use conjoin::{Hub, MemoryProvider, Query, Watch};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hub = Hub::new().with(MemoryProvider::new("crm").with("c1", |c| c.enabled = true.into()))?;
/// let mut watch = Watch::new(Query::new(), Duration::from_secs(60));
/// # tokio::time::pause();
/// for _ in 0..2 {
///     for event in watch.next(&hub).await {
///         println!("{}", event.name());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Watch {
    known: Inventory,
    scope: Query,
    interval: Duration,
    down: BTreeMap<ProviderName, ProviderReceipt>,
    clocks: BTreeMap<ProviderName, Clock>,
}

/// When a provider is asked next.
#[derive(Clone, Copy, Debug)]
struct Clock {
    due: Instant,
    /// How often in a row it did not answer.
    failures: u32,
}

/// What a watch tells.
///
/// In JSON: `at`, `event`, and `provider`; of a difference its `urn`, `facts` and `connection`, where `event`
/// is the [kind](crate::DifferenceKind); of a provider the `outcome`, `unreadable` (rows) and `error`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WatchEvent {
    /// A connection is new, gone, or different.
    Difference {
        /// When it was seen.
        at: Timestamp,
        /// What it is.
        difference: Box<Difference>,
    },
    /// A provider does not answer, or broke off: what was known of it is kept.
    ProviderDown {
        /// When it was seen.
        at: Timestamp,
        /// How its listing ended.
        receipt: Box<ProviderReceipt>,
    },
    /// A provider answers, and some of its rows cannot be read: what is absent may be among them.
    ProviderPartial {
        /// When it was seen.
        at: Timestamp,
        /// How its listing ended.
        receipt: Box<ProviderReceipt>,
    },
    /// A provider that was down or partial has given a complete listing.
    ProviderUp {
        /// When it was seen.
        at: Timestamp,
        /// How its listing ended.
        receipt: Box<ProviderReceipt>,
    },
}

impl Watch {
    /// The longest wait between two questions to a provider that is down, unless the interval is longer.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(900);
    /// No provider is obeyed that asks for a longer wait than this.
    const LONGEST_ASKED: Duration = Duration::from_secs(3600);

    /// A watch that knows nothing yet, and asks each provider once an interval.
    pub fn new(query: Query, interval: Duration) -> Self {
        Self::over(Inventory::new(query.lasting()), query, interval)
    }

    fn over(known: Inventory, scope: Query, interval: Duration) -> Self {
        Self { known, scope, interval, down: BTreeMap::new(), clocks: BTreeMap::new() }
    }

    /// Goes on where another has ended: with what [`save`](Self::save) wrote, or with any snapshot of the same
    /// question (what filters ask that may change is no part of it). `None` where there is no such file.
    pub fn resume(query: Query, interval: Duration, path: &Path) -> Result<Option<Self>, SnapshotError> {
        if !path.exists() {
            return Ok(None);
        }
        let (known, end) = Inventory::read(SnapshotReader::open(path)?)?;
        if *known.query() != query.lasting() {
            let what =
                "it keeps the state of another question (other filters); name another file for this one";
            return Err(SnapshotError::new(path, Some(1), what));
        }
        let mut watch = Self::over(known, query, interval);
        watch.down = end.down;
        Ok(Some(watch))
    }

    /// Writes what is known as a snapshot, for [`resume`](Self::resume).
    pub fn save(&self, path: &Path) -> Result<(), SnapshotError> {
        self.known.save_with(path, self.down.clone())
    }

    /// How a provider's listing ended when it was last asked; `None` where it was not asked yet.
    pub fn last(&self, provider: &ProviderName) -> Option<&ProviderReceipt> {
        self.down.get(provider).or_else(|| self.known.last(provider))
    }

    /// What is known.
    pub fn inventory(&self) -> &Inventory {
        &self.known
    }

    /// Waits until a provider is due, asks all that are, and tells what has changed. Providers are asked at
    /// the same time; the events come when the last one has ended.
    ///
    /// Where it is cancelled, what it has seen is kept and not told: save the state after each call, not after
    /// a cancelled one.
    pub async fn next(&mut self, hub: &Hub) -> Vec<WatchEvent> {
        if let Some(due) = self.next_due(hub) {
            sleep_until(due).await;
        }
        let asked = Instant::now();
        let due = self.due(hub, asked);
        let query = self.known.query().clone();
        let mut events = Vec::new();
        for provider in due.providers() {
            self.known.begin(&provider.info().name, &provider.info().vendor);
        }
        let mut answers = due.stream(&query);
        while let Some(answer) = answers.next().await {
            match answer {
                Event::Rows(rows) => events.extend(rows.into_iter().filter_map(|row| self.observe(row))),
                Event::End(receipt) => events.extend(self.conclude(*receipt, asked, Instant::now())),
            }
        }
        events
    }

    /// The providers that are due, as a hub of their own.
    pub fn due(&self, hub: &Hub, now: Instant) -> Hub {
        hub.clone().keep(|name| self.clocks.get(name).is_none_or(|clock| clock.due <= now))
    }

    /// When the first provider is due; `None` where one was never asked.
    pub fn next_due(&self, hub: &Hub) -> Option<Instant> {
        let clocks = hub.providers().iter().map(|provider| self.clocks.get(&provider.info().name));
        clocks.map(|clock| clock.map(|clock| clock.due)).min().flatten()
    }

    /// A provider's listing begins.
    pub fn begin(&mut self, provider: &ProviderName, vendor: &Vendor) {
        self.known.begin(provider, vendor);
    }

    /// Takes in a row.
    pub fn observe(&mut self, connection: Connection) -> Option<WatchEvent> {
        let difference = self.known.observe(connection)?;
        self.told(difference)
    }

    /// Takes in how a provider's listing ended, which was asked for and ended at these times.
    pub fn conclude(&mut self, receipt: ProviderReceipt, asked: Instant, now: Instant) -> Vec<WatchEvent> {
        self.wind(&receipt, asked, now);
        let at = Timestamp::now();
        let mut events: Vec<_> = self.turn(&receipt, at).into_iter().collect();
        let gone = self.known.conclude(receipt);
        events.extend(gone.into_iter().filter_map(|difference| self.told(difference)));
        events
    }

    fn told(&self, difference: Difference) -> Option<WatchEvent> {
        difference
            .concerns(&self.scope)
            .then(|| WatchEvent::Difference { at: Timestamp::now(), difference: Box::new(difference) })
    }

    /// Whether a provider has come or gone.
    fn turn(&mut self, receipt: &ProviderReceipt, at: Timestamp) -> Option<WatchEvent> {
        let name = &receipt.provider;
        let told = Box::new(receipt.clone());
        if receipt.outcome == Outcome::Ok {
            return self.down.remove(name).map(|_| WatchEvent::ProviderUp { at, receipt: told });
        }
        let before = self.down.insert(name.clone(), receipt.clone());
        let broken = receipt.error.is_some();
        if before.is_some_and(|before| before.error.is_some() == broken) {
            return None;
        }
        Some(if broken {
            WatchEvent::ProviderDown { at, receipt: told }
        } else {
            WatchEvent::ProviderPartial { at, receipt: told }
        })
    }

    /// Sets when a provider is asked next: an interval after it was asked, or twice as long after each failure.
    fn wind(&mut self, receipt: &ProviderReceipt, asked: Instant, now: Instant) {
        let before = self.clocks.get(&receipt.provider).map_or(0, |clock| clock.failures);
        let failures = if receipt.error.is_some() { before.saturating_add(1) } else { 0 };
        let longest = self.interval.max(Self::LONGEST_WAIT);
        let wait = self.interval.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(longest);
        let demanded = receipt.error.as_ref().and_then(Error::retry_after).unwrap_or_default();
        // A listing that takes longer than the interval is followed by a pause all the same.
        let due = (asked + wait).max(now + self.interval / 2).max(now + demanded.min(Self::LONGEST_ASKED));
        self.clocks.insert(receipt.provider.clone(), Clock { due, failures });
    }
}

impl WatchEvent {
    /// When it was seen.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Difference { at, .. }
            | Self::ProviderDown { at, .. }
            | Self::ProviderPartial { at, .. }
            | Self::ProviderUp { at, .. } => *at,
        }
    }

    /// What happened, in one word: a difference's kind, `provider_down`, `provider_partial` or `provider_up`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Difference { difference, .. } => difference.kind.as_str(),
            Self::ProviderDown { .. } => "provider_down",
            Self::ProviderPartial { .. } => "provider_partial",
            Self::ProviderUp { .. } => "provider_up",
        }
    }

    /// The provider that it is about.
    pub fn provider(&self) -> &ProviderName {
        match self {
            Self::Difference { difference, .. } => &difference.urn.provider,
            Self::ProviderDown { receipt, .. }
            | Self::ProviderPartial { receipt, .. }
            | Self::ProviderUp { receipt, .. } => &receipt.provider,
        }
    }
}

impl Serialize for WatchEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("at", &self.at())?;
        out.serialize_entry("event", self.name())?;
        out.serialize_entry("provider", self.provider())?;
        match self {
            Self::Difference { difference, .. } => {
                out.serialize_entry("urn", &difference.urn)?;
                out.serialize_entry("facts", &difference.facts)?;
                out.serialize_entry("connection", &difference.connection())?;
            }
            Self::ProviderDown { receipt, .. }
            | Self::ProviderPartial { receipt, .. }
            | Self::ProviderUp { receipt, .. } => {
                out.serialize_entry("outcome", &receipt.outcome)?;
                out.serialize_entry("unreadable", &receipt.skipped_rows)?;
                out.serialize_entry("error", &receipt.error)?;
            }
        }
        out.end()
    }
}
