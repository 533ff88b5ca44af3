//! From the bytes of a page to unified connections: ours, what people would otherwise write, and the limit.

mod facts;
mod flatten;
mod value;

use std::sync::Arc;

use bytes::Bytes;
use conjoin::{Connection, ConnectionProvider, Query};
use conjoin_testkit::emulator::{EmulatedVendor, Emulator};
use serde::de::IgnoredAny;

use crate::page::{self, Canned};

/// A page of a vendor, and every way to read it.
#[derive(Debug)]
pub struct Decoding {
    vendor: EmulatedVendor,
    /// The body.
    pub page: Bytes,
    provider: Arc<dyn ConnectionProvider>,
    organization: String,
    runtime: tokio::runtime::Runtime,
    /// What is in it.
    pub connections: Vec<Connection>,
}

impl Decoding {
    /// A page of so many generated connections.
    pub fn new(vendor: EmulatedVendor, rows: u64) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let page = runtime.block_on(page::page(vendor, rows));
        let provider = page::provider(vendor, Arc::new(Canned(page.clone())), "http://127.0.0.1:1");
        let facts = Emulator::of(vendor).transport().facts();
        let organization = facts.organization.unwrap_or_default();
        let mut new = Self { vendor, page, provider, organization, runtime, connections: Vec::new() };
        new.connections = new.ours();
        new
    }

    /// The adapter, through its whole client; only the transport has the answer ready.
    pub fn ours(&self) -> Vec<Connection> {
        let query = Query::new();
        let page = self.runtime.block_on(self.provider.list_page(&query, None)).expect("a page");
        assert!(page.skipped.is_empty(), "every row can be read");
        page.items
    }

    /// Derived structs with `flatten`.
    pub fn flatten(&self) -> Vec<Connection> {
        let info = self.provider.info();
        match self.vendor {
            EmulatedVendor::Aitronos => flatten::aitronos(info, &self.organization, &self.page),
            EmulatedVendor::Toolzz => flatten::toolzz(info, &self.page),
            _ => flatten::pica(info, &self.page),
        }
    }

    /// `serde_json::Value`, then lookups.
    pub fn value(&self) -> Vec<Connection> {
        let info = self.provider.info();
        match self.vendor {
            EmulatedVendor::Aitronos => value::aitronos(info, &self.organization, &self.page),
            EmulatedVendor::Toolzz => value::toolzz(info, &self.page),
            _ => value::pica(info, &self.page),
        }
    }

    /// What cannot be beaten by a reader that looks at every byte and owns its result: a pass that checks
    /// the JSON and keeps nothing, and a copy of the connections.
    pub fn limit(&self) -> Vec<Connection> {
        let text = std::str::from_utf8(&self.page).expect("UTF-8");
        serde_json::from_str::<IgnoredAny>(text).expect("JSON");
        self.connections.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A baseline that gives less would prove nothing.
    #[test]
    fn the_baselines_give_the_same_connections() {
        for vendor in EmulatedVendor::ALL {
            let decoding = Decoding::new(vendor, 60);
            assert_eq!(decoding.connections.len(), 60);
            let json = |connections: Vec<Connection>| serde_json::to_value(connections).unwrap();
            let ours = json(decoding.ours());
            assert_eq!(json(decoding.flatten()), ours, "{vendor:?}");
            assert_eq!(json(decoding.value()), ours, "{vendor:?}");
        }
    }
}
