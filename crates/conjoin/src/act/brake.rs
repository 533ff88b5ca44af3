//! Not asking on and on a vendor that does not answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use conjoin_core::{Error, ErrorKind, ProviderName, Result};

/// Calls in a row without an answer, after which a provider is not asked again.
const ENOUGH: u32 = 5;

/// Counts, for each provider, the calls in a row that brought no answer.
#[derive(Debug, Default)]
pub(super) struct Brake(Mutex<HashMap<ProviderName, (u32, Option<Error>)>>);

impl Brake {
    /// Whether a provider may be asked. If not, the error says why, and what to do.
    pub(super) fn check(&self, provider: &ProviderName) -> Result<()> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get(provider) {
            Some((ENOUGH.., Some(last))) => {
                let message =
                    format!("not tried, since {ENOUGH} calls before it ended so: {}", last.message());
                Err(Error::new(last.kind(), message).with_provider(provider))
            }
            _ => Ok(()),
        }
    }

    /// Makes a call, unless the provider is not to be asked any more.
    pub(super) async fn around<T>(
        &self,
        provider: &ProviderName,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.check(provider)?;
        self.watch(provider, call.await)
    }

    /// Counts a result, and passes it on.
    pub(super) fn watch<T>(&self, provider: &ProviderName, result: Result<T>) -> Result<T> {
        let silent = result.as_ref().err().filter(|error| is_about_the_provider(error.kind()));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match silent {
            Some(error) => {
                let (count, last) = counts.entry(provider.clone()).or_default();
                *count += 1;
                *last = Some(error.clone());
            }
            None => drop(counts.remove(provider)),
        }
        result
    }
}

/// Whether the next connection of the same provider will fare no better.
fn is_about_the_provider(kind: ErrorKind) -> bool {
    use ErrorKind::{Network, QuotaExceeded, RateLimited, Timeout, Unauthenticated, Unavailable};
    matches!(kind, Network | QuotaExceeded | RateLimited | Timeout | Unauthenticated | Unavailable)
}
