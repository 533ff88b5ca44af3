//! Making a call, and what came of it.

use conjoin_core::{ConnectionProvider, ConnectionProviderExt as _, Error, Listing, Operation, Result};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Call;

/// What came of a call, in one form for all operations.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answered {
    /// How many rows a list brought; `None` where the call was for no list.
    pub rows: Option<usize>,
    /// Whether nothing is missing.
    pub complete: bool,
    /// What went wrong. A list may have brought rows nevertheless.
    pub error: Option<Error>,
    /// All that a program could show of it.
    pub json: Value,
}

impl Call {
    /// The operation that is called.
    pub fn operation(&self) -> Operation {
        match self {
            Self::List(_) => Operation::List,
            Self::Get(_) => Operation::Get,
            Self::SetEnabled(..) => Operation::SetEnabled,
            Self::Rename(..) => Operation::Rename,
            Self::SetTags(..) => Operation::SetTags,
            Self::Delete(_) => Operation::Delete,
            Self::Check(_) => Operation::Check,
            Self::Test(_) => Operation::Test,
            Self::ListConnectors(_) => Operation::ListConnectors,
            Self::GetConnector(_) => Operation::GetConnector,
        }
    }

    /// Makes the call.
    pub async fn make(&self, provider: &dyn ConnectionProvider) -> Answered {
        match self {
            Self::List(query) => listed(&provider.list(query).await),
            Self::Get(id) => told(provider.get(id).await),
            Self::SetEnabled(id, enabled) => told(provider.set_enabled(id, *enabled).await),
            Self::Rename(id, name) => told(provider.rename(id, name).await),
            Self::SetTags(id, tags) => told(provider.set_tags(id, tags).await),
            Self::Delete(id) => told(provider.delete(id).await),
            Self::Check(id) => told(provider.check(id).await),
            Self::Test(id) => told(provider.test(id).await),
            Self::ListConnectors(query) => listed(&provider.list_connectors(query).await),
            Self::GetConnector(slug) => told(provider.get_connector(slug).await),
        }
    }
}

fn listed<T: Serialize>(listing: &Listing<T>) -> Answered {
    Answered {
        rows: Some(listing.items.len()),
        complete: listing.receipt.is_complete(),
        error: listing.receipt.providers.iter().find_map(|provider| provider.error.clone()),
        json: json!(listing),
    }
}

fn told<T: Serialize>(result: Result<T>) -> Answered {
    match result {
        Ok(value) => Answered { rows: None, complete: true, error: None, json: json!(value) },
        Err(error) => Answered { rows: None, complete: false, json: json!(error), error: Some(error) },
    }
}
