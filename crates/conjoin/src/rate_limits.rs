//! Which providers share a limit on the rate of requests.

use conjoin_core::Result;
use conjoin_http::{RateLimit, Secret};

use crate::ProviderConfig;

/// One limit for each credential that has any: vendors count by it, whichever provider asks.
pub(crate) struct RateLimits<'a>(Vec<(&'a ProviderConfig, &'a Secret, RateLimit)>);

impl<'a> RateLimits<'a> {
    /// The limits of providers, of which those of one credential must not differ.
    pub(crate) fn of(providers: &'a [(&'a ProviderConfig, Secret)]) -> Result<Self> {
        let mut limits = Self(Vec::new());
        for (provider, secret) in providers {
            let Some(rate) = provider.rate_limit else { continue };
            match limits.find(provider, secret) {
                Some((other, limit)) if limit.rate() != rate => {
                    let what = format!(
                        " is {rate}, and that of [providers.{}], which has the same credential, is {}; a vendor \
                         counts by credential: write one rate for both",
                        other.name,
                        limit.rate()
                    );
                    return Err(provider.wrong("rate_limit", &what));
                }
                Some(_) => {}
                None => limits.0.push((provider, secret, RateLimit::new(rate))),
            }
        }
        Ok(limits)
    }

    /// The limit that a provider shares with all of its credential.
    pub(crate) fn of_provider(&self, provider: &ProviderConfig, secret: &Secret) -> Option<RateLimit> {
        self.find(provider, secret).map(|(_, limit)| limit.clone())
    }

    fn find(&self, provider: &ProviderConfig, secret: &Secret) -> Option<(&ProviderConfig, &RateLimit)> {
        let same = |other: &ProviderConfig, known: &Secret| {
            other.kind.vendor() == provider.kind.vendor() && known.expose() == secret.expose()
        };
        let found = self.0.iter().find(|(other, known, _)| same(other, known));
        found.map(|(other, _, limit)| (*other, limit))
    }
}
