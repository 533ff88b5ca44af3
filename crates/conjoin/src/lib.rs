//! One interface over the vendors that keep people's connections: Aitronos, Pica, Toolzz, and yours.
//!
//! A [`Hub`] asks several providers as one. Its answers come with a [`Receipt`]: who gave what, what is
//! missing and why, to the row. Nothing is ever silently incomplete.
//!
//! ```
//! use conjoin::{Hub, MemoryProvider, Query, Status};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // In an application the providers come from a configuration file (`Config::load`), or are made by hand:
//! // `conjoin::aitronos::Aitronos::new(setup, "org_…", None)?`.
//! let hub = Hub::new()
//!     .with(MemoryProvider::new("crm").with("c1", |c| c.enabled = true.into()))?
//!     .with(MemoryProvider::new("support").with("c2", |c| c.enabled = false.into()))?;
//!
//! let listing = hub.list(&Query::new().status(Status::Disabled)).await;
//! assert_eq!(listing.items[0].urn().to_string(), "support:c2");
//! assert!(listing.receipt.is_complete());
//! # Ok(())
//! # }
//! ```
//!
//! The vocabulary is [`conjoin_core`]'s, all of it re-exported here. Each vendor is a feature: `aitronos`,
//! `pica`, `toolzz`, all on by default. Without any of them there is no `Config`, since there is nothing to
//! configure; providers are then made and added by hand. The feature `cache` adds `Cached`, which keeps the
//! answers of any provider for a while.

mod act;
#[cfg(feature = "cache")]
mod cached;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
mod config;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
mod credential;
mod diff;
mod difference;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
mod doctor;
mod hub;
mod inventory;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
mod keys;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
mod rate_limits;
mod snapshot;
mod watch;

pub use conjoin_core::*;
pub use conjoin_http::{BaseUrl, Rate, RateLimit, ReqwestTransport, Secret, Setup, Transport};

pub use act::{
    Applied, ChangePlan, Edit, Ending, FileError, Journal, PlannedChange, PlannedProvider, State, Target,
    Verdict,
};
#[cfg(feature = "cache")]
pub use cached::Cached;
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
pub use config::{Config, Kind, ProviderConfig};
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
pub use credential::CredentialSource;
pub use diff::{Compared, Comparison, Diff, NotCompared, Side};
pub use difference::{Difference, DifferenceKind, FactChange};
#[cfg(any(feature = "aitronos", feature = "pica", feature = "toolzz"))]
pub use doctor::{Check, Doctor, Finding, FindingVerdict};
pub use hub::{Event, Hub};
pub use inventory::Inventory;
pub use snapshot::{
    SnapshotEnd, SnapshotError, SnapshotFile, SnapshotHeader, SnapshotProvider, SnapshotReader,
    SnapshotWriter,
};
pub use watch::{Watch, WatchEvent};

#[cfg(feature = "aitronos")]
pub use conjoin_aitronos as aitronos;
#[cfg(feature = "pica")]
pub use conjoin_pica as pica;
#[cfg(feature = "toolzz")]
pub use conjoin_toolzz as toolzz;
