//! The vocabulary of Conjoin: one interface over the vendors that keep people's connections.
//!
//! - [`ConnectionProvider`] is the trait that an adapter implements, one page a call;
//!   [`ConnectionProviderExt`] turns pages into answers.
//! - [`Connection`] is the unified model. Vendors' facts stay apart; one documented rule derives the
//!   [`Status`] from them, and [`Connection::explain`] shows how.
//! - [`Query`] means the same at every vendor: what a vendor cannot filter is filtered here. An
//!   [`Expression`] over the facts is a filter as well.
//! - [`Receipt`] comes with every answer and says what is missing from it, to the row.
//! - [`Error`] has one kind for each thing that a caller can do about it.
//!
//! This crate knows no HTTP, no TLS and no async runtime. `None` means "the vendor does not say"
//! everywhere in it, never a default.
//!
//! ```
//! use conjoin_core::{Connection, ConnectionProviderExt, MemoryProvider, Query};
//! # futures_executor(async {
//! let provider = MemoryProvider::new("crm").with("c1", |c: &mut Connection| {
//!     c.connector.slug = Some("slack".into());
//! });
//! let listing = provider.list(&Query::new().connector("slack")).await;
//! assert!(listing.receipt.is_complete());
//! assert_eq!(listing.items[0].urn().to_string(), "crm:c1");
//! # });
//! # fn futures_executor<F: Future>(f: F) -> F::Output {
//! #     let mut f = std::pin::pin!(f);
//! #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
//! #     loop { if let std::task::Poll::Ready(v) = f.as_mut().poll(&mut cx) { return v } }
//! # }
//! ```

mod canonical;
mod capability;
mod connection;
mod connector;
mod error;
mod explain;
mod expression;
mod extra;
mod field;
mod id;
mod known;
mod listing;
mod memory;
mod meter;
mod page;
mod plan;
mod pointer;
mod provider;
mod query;
mod receipt;
mod status;
mod tags;
mod text;
mod timestamp;
mod twins;
mod walk;
mod width;
mod words;

pub use capability::{Capabilities, Filter, Operation, Support};
pub use connection::{Account, Connection, ConnectorRef, Environment, Owner, OwnerKind, Sources};
pub use connector::{AuthKind, Connector, FormField};
pub use error::{Error, ErrorKind, Result};
pub use explain::{Action, ExplainedFact, Explanation, Who};
pub use expression::{Expression, InvalidExpression};
pub use extra::{Extra, ExtraFact, Named};
pub use field::{Fact, Field};
pub use id::{ConnectionId, InvalidId, ProviderName, Urn, Vendor};
pub use listing::{ConnectionProviderExt, Incomplete, Listing};
pub use memory::MemoryProvider;
pub use meter::{Meter, Metered};
pub use page::{Cursor, Page, RowError};
pub use plan::Plan;
pub use provider::{Change, Checkup, ConnectionProvider, ProviderInfo};
pub use query::{ConnectorQuery, Detail, Match, Query};
pub use receipt::{Outcome, ProviderReceipt, Receipt, SkippedRow};
pub use status::{Authorization, BlockedBy, Enabled, Evidence, Health, HealthState, Reason, Rule, Status};
pub use tags::{Tag, Tags};
pub use text::Text;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use twins::{Shared, Strength, Twins, twins};
pub use walk::{Row, Walk};
pub use words::UnknownWord;
