//! What a provider can do, and how.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::words::words;

words! {
    /// The operations of a [`ConnectionProvider`](crate::ConnectionProvider).
    pub enum Operation {
        /// List connections.
        List = "list",
        /// Read one connection.
        Get = "get",
        /// Switch a connection on or off.
        SetEnabled = "set_enabled",
        /// Give a connection another name.
        Rename = "rename",
        /// Replace a connection's tags.
        SetTags = "set_tags",
        /// Delete a connection.
        Delete = "delete",
        /// Ask the vendor whether a connection works.
        Check = "check",
        /// Have the vendor use a connection, as proof that it works.
        Test = "test",
        /// List what can be connected.
        ListConnectors = "list_connectors",
        /// Read one connector.
        GetConnector = "get_connector",
    }
}

words! {
    /// The filters of a [`Query`](crate::Query).
    pub enum Filter {
        /// By the connector's slug.
        Connector = "connector",
        /// By the vendor's id of the integration behind the connection.
        Instance = "instance",
        /// By the connector's category.
        Category = "category",
        /// By id.
        Id = "id",
        /// By owner.
        Owner = "owner",
        /// By the switch.
        Enabled = "enabled",
        /// By the derived status.
        Status = "status",
        /// By environment.
        Environment = "environment",
        /// By tags.
        Tags = "tags",
        /// By text in the name.
        Name = "name",
        /// By the time of creation.
        Created = "created",
        /// By an expression: applied here whatever the vendor can do, since what of it a vendor can be asked
        /// for is asked for by the other filters.
        Where = "where",
    }
}

/// How far something is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Support {
    /// The vendor does it.
    Native,
    /// It is made of other calls, or done here; the text says how.
    Emulated(&'static str),
    /// It is not there: the operation answers [`Unsupported`](crate::ErrorKind::Unsupported) and sends
    /// nothing; a filter matches nothing, since the vendor does not tell the fact.
    Unsupported,
}

impl Support {
    /// Whether it can be used.
    pub fn is_supported(self) -> bool {
        self != Self::Unsupported
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Native => f.pad("native"),
            Self::Emulated(how) => f.pad(&format!("emulated: {how}")),
            Self::Unsupported => f.pad("unsupported"),
        }
    }
}

impl Serialize for Support {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a provider supports: one entry an operation and a filter.
///
/// ```
/// use conjoin_core::{Capabilities, Filter, Operation, Support};
/// const MINE: Capabilities = Capabilities::NONE
///     .operations(&[Operation::List, Operation::Get], Support::Native)
///     .filters(&[Filter::Connector], Support::Native);
/// assert_eq!(MINE.of(Operation::List), Support::Native);
/// assert_eq!(MINE.of(Operation::Delete), Support::Unsupported);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    operations: [Support; Operation::ALL.len()],
    filters: [Support; Filter::ALL.len()],
}

impl Capabilities {
    /// Nothing but what is done here for every provider.
    pub const NONE: Self = Self {
        operations: [Support::Unsupported; Operation::ALL.len()],
        filters: [Support::Unsupported; Filter::ALL.len()],
    }
    .filters(&[Filter::Where], Support::Emulated("applied here"));

    /// Declares operations.
    #[must_use]
    pub const fn operations(mut self, operations: &[Operation], support: Support) -> Self {
        let mut at = 0;
        while at < operations.len() {
            self.operations[operations[at] as usize] = support;
            at += 1;
        }
        self
    }

    /// Declares filters.
    #[must_use]
    pub const fn filters(mut self, filters: &[Filter], support: Support) -> Self {
        let mut at = 0;
        while at < filters.len() {
            self.filters[filters[at] as usize] = support;
            at += 1;
        }
        self
    }

    /// How an operation is supported.
    pub const fn of(&self, operation: Operation) -> Support {
        self.operations[operation as usize]
    }

    /// How a filter is supported.
    pub const fn of_filter(&self, filter: Filter) -> Support {
        self.filters[filter as usize]
    }
}

impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form {
            operations: std::collections::BTreeMap<&'static str, Support>,
            filters: std::collections::BTreeMap<&'static str, Support>,
        }
        Form {
            operations: Operation::ALL.iter().map(|&o| (o.as_str(), self.of(o))).collect(),
            filters: Filter::ALL.iter().map(|&f| (f.as_str(), self.of_filter(f))).collect(),
        }
        .serialize(serializer)
    }
}
