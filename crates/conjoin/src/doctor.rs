//! Whether a configuration works, and what to do where it does not.

#[cfg(feature = "pica")]
mod dialect;
mod files;
mod finding;
mod patient;
mod surroundings;
mod tap;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use conjoin_core::ProviderName;
use conjoin_http::Transport;
use futures_util::future::join_all;

use crate::Config;

pub use finding::{Check, Finding, FindingVerdict};
use patient::Asks;

/// Examines a configuration and all that it needs: files and credentials, the way to the vendors, and what
/// each of them answers to one cheap question. No finding holds a secret.
///
/// ```no_run
/// # use std::{path::Path, sync::Arc};
/// # use conjoin::{Doctor, ReqwestTransport};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let doctor = Doctor::new(Arc::new(ReqwestTransport::new()));
/// for finding in doctor.examine(Path::new("conjoin.toml")).await {
///     println!("{} {}: {}", finding.verdict, finding.check, finding.what);
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Doctor {
    transport: Arc<dyn Transport>,
    offline: bool,
    only: Vec<ProviderName>,
    timeout: Option<Duration>,
}

impl Doctor {
    /// A doctor who asks through this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, offline: false, only: Vec::new(), timeout: None }
    }

    /// Sets whether no vendor is called and no credential's command is run.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    /// Sets which providers are examined; all where none is named.
    #[must_use]
    pub fn only(mut self, names: &[ProviderName]) -> Self {
        self.only = names.to_vec();
        self
    }

    /// Sets how long each vendor has, in place of the configuration's time.
    #[must_use]
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Examines a configuration file: first the file, then the surroundings, then each provider.
    pub async fn examine(&self, path: &Path) -> Vec<Finding> {
        let mut config = match Config::load_all(path) {
            Ok(config) => match config.select(&self.only) {
                Ok(config) => config,
                Err(error) => return vec![Finding::failed(Check::Configuration, error)],
            },
            Err(mistakes) => {
                return mistakes
                    .into_iter()
                    .map(|mistake| Finding::failed(Check::Configuration, mistake))
                    .collect();
            }
        };
        config.timeout = self.timeout.unwrap_or(config.timeout);
        let mut findings = files::configuration(path, &config);
        let tls = surroundings::tls(&config);
        let asks = match tls.verdict {
            _ if self.offline => Asks::Nobody,
            FindingVerdict::Failed => Asks::WithoutTls,
            _ => Asks::All,
        };
        findings.push(tls);
        findings.extend(surroundings::proxies(|name| std::env::var(name).ok()));
        let transport = || Arc::clone(&self.transport);
        let of =
            config.providers.iter().map(|provider| patient::examine(provider, &config, transport(), asks));
        findings.extend(join_all(of).await.into_iter().flatten());
        findings
    }
}
