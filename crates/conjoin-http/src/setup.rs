//! What a user configures of every provider, whatever the vendor.

use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{Error, ErrorKind, ProviderName, Result};

use crate::{ApiClient, Auth, BaseUrl, RateLimit, Secret, Transport};

/// The configuration that all adapters share: a name, a credential, a way to send, and limits.
///
/// An adapter takes one, and makes its client of it with [`client`](Self::client).
#[derive(Clone, Debug)]
#[must_use = "a set-up does nothing until an adapter takes it"]
pub struct Setup {
    pub(crate) name: ProviderName,
    pub(crate) credential: Secret,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) limits: Limits,
    pub(crate) concurrency: usize,
    pub(crate) rate_limit: Option<RateLimit>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) longest_wait: Duration,
}

/// What a longer time is taken for: a year, which clocks can add to now.
pub(crate) const LONGEST: Duration = Duration::from_secs(365 * 86_400);

impl Setup {
    /// A provider of this name, at the vendor's own address, with limits that suit most.
    pub fn new(name: ProviderName, credential: Secret, transport: Arc<dyn Transport>) -> Self {
        let limits = Limits {
            timeout: Duration::from_secs(30),
            attempt_timeout: None,
            attempts: 3,
            longest_wait: Duration::from_secs(30),
        };
        Self { name, credential, transport, base_url: None, limits, concurrency: 32, rate_limit: None }
    }

    /// The provider's name.
    pub fn name(&self) -> &ProviderName {
        &self.name
    }

    /// Sets where the vendor's API begins, unless it is where the vendor's documents say.
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = Some(base_url);
        self
    }

    /// Sets until when a call must have ended, retries and waits included. 30 seconds unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout.min(LONGEST);
        self
    }

    /// Sets how long one attempt may take, so that a read that hangs is asked again within the call's
    /// time. Unless set, an attempt may use up the whole time.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt_timeout = Some(timeout.min(LONGEST));
        self
    }

    /// Sets how often a request is sent at most, the first time included. 3 unless set.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.limits.attempts = attempts.max(1);
        self
    }

    /// Sets the longest wait that a server may ask for; a longer one ends the call. 30 seconds unless set.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.limits.longest_wait = wait.min(LONGEST);
        self
    }

    /// Sets how many requests are in flight at most. 32 unless set.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Sets a limit of our own on the rate of requests, for vendors that limit it. None unless set. Give
    /// clones of one limit to all providers of one credential.
    pub fn rate_limit(mut self, limit: impl Into<RateLimit>) -> Self {
        self.rate_limit = Some(limit.into());
        self
    }

    /// Takes an id that a vendor cannot do without, by its name in the configuration, less the white space
    /// around it. An empty one is a mistake of configuration, and `why` says what it is for.
    pub fn required(&self, key: &str, value: &str, why: &str) -> Result<String> {
        match value.trim() {
            "" => {
                let error = Error::new(ErrorKind::Config, format!("{key} is missing: {why}"));
                Err(error.with_provider(&self.name))
            }
            value => Ok(value.to_owned()),
        }
    }

    /// Makes the client of an adapter: the vendor's name, where its API begins by its documents, and how the
    /// credential travels. Fails as [`Config`](conjoin_core::ErrorKind::Config) where it could never work.
    pub fn client(
        self,
        vendor: &'static str,
        default_base_url: &str,
        auth: impl FnOnce(Secret) -> Auth,
    ) -> Result<ApiClient> {
        ApiClient::new(self, vendor, default_base_url, auth)
    }
}
