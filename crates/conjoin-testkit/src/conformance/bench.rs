//! A subject, made and connected, with a clock that does not wait.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{
    Connection, ConnectionProvider, ConnectionProviderExt as _, ConnectorQuery, Listing, Operation,
    ProviderName, Query, Support,
};
use conjoin_http::{Secret, Setup, Transport};

use super::advice::{Advice, Verdict, ensure};
use super::subject::{Source, Subject};
use super::tap::{LIMIT, Meddle, Sent, Tap};
use super::told::shown;
use crate::Call;

/// The credential that no output may hold.
pub(super) const CANARY: &str = "sk-conformance-canary-4d1c6f";

/// A provider, and what it sends.
pub(super) struct Bench {
    pub(super) provider: Arc<dyn ConnectionProvider>,
    tap: Option<Arc<Tap>>,
}

impl Subject {
    /// On the vendor's ordinary data.
    pub(super) fn bench(&self) -> Verdict<Bench> {
        self.meddled(Meddle::Nothing)
    }

    /// On the vendor's ordinary data, made worse.
    pub(super) fn meddled(&self, meddle: Meddle) -> Verdict<Bench> {
        match &self.source {
            Source::Offline { make, .. } => Ok(Bench { provider: make(), tap: None }),
            Source::Wired { .. } => self.over(self.transport()?, meddle),
        }
    }

    /// On the vendor's many connections, made worse; `None` where one request is the whole list.
    pub(super) fn many(&self, meddle: Meddle) -> Verdict<Option<Bench>> {
        match (&self.source, &self.paged) {
            (Source::Offline { make, paged: true }, _) => Ok(Some(Bench { provider: make(), tap: None })),
            (Source::Wired { .. }, Some(vendor)) => self.over(vendor(), meddle).map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn transport(&self) -> Verdict<Arc<dyn Transport>> {
        match &self.source {
            Source::Wired { vendor: Some(vendor), .. } => Ok(vendor()),
            _ => Err(Advice::new(
                "there is no vendor to run against; give one with `Subject::vendor` or `Subject::canned`",
            )),
        }
    }

    fn over(&self, vendor: Arc<dyn Transport>, meddle: Meddle) -> Verdict<Bench> {
        let tap = Arc::new(Tap::new(vendor, meddle));
        let provider = self.made(Arc::clone(&tap) as _, |setup| setup)?;
        Ok(Bench { provider, tap: Some(tap) })
    }

    /// A provider over another transport, which answers only so often.
    pub(super) fn provider(
        &self,
        transport: Arc<dyn Transport>,
        limits: impl FnOnce(Setup) -> Setup,
    ) -> Verdict<Arc<dyn ConnectionProvider>> {
        self.made(Arc::new(Tap::new(transport, Meddle::Nothing)), limits)
    }

    fn made(
        &self,
        transport: Arc<dyn Transport>,
        limits: impl FnOnce(Setup) -> Setup,
    ) -> Verdict<Arc<dyn ConnectionProvider>> {
        let Source::Wired { make, .. } = &self.source else {
            return Err(Advice::new("the provider has no transport; use `conformance!(offline …)`"));
        };
        let name = ProviderName::new("subject").map_err(|why| Advice::new(why.to_string()))?;
        let setup = limits(Setup::new(name, Secret::new(CANARY), transport));
        make(setup).map_err(|why| Advice::new(format!("the provider cannot be made: {why}")))
    }
}

impl Bench {
    pub(super) fn sent(&self) -> Vec<Sent> {
        self.tap.as_ref().map_or_else(Vec::new, |tap| tap.sent().clone())
    }

    pub(super) fn requests(&self) -> usize {
        self.tap.as_ref().map_or(0, |tap| tap.sent().len())
    }

    pub(super) fn support(&self, operation: Operation) -> Support {
        self.provider.info().capabilities.of(operation)
    }

    /// The answer to a query, which must be whole.
    pub(super) async fn whole(&self, query: &Query) -> Verdict<Vec<Connection>> {
        let listing = self.provider.list(query).await;
        ensure(self.requests() <= LIMIT, || endless(&listing))?;
        let receipt = listing.receipt.clone();
        listing.complete().map_err(|why| {
            Advice::new(format!(
                "the list for {} is not whole: {why}; skipped rows {:?}",
                shown(query),
                receipt
                    .providers
                    .iter()
                    .flat_map(|p| &p.skipped)
                    .take(2)
                    .map(|row| (&row.path, &row.reason))
                    .collect::<Vec<_>>()
            ))
        })
    }

    /// The claimed operations, each with something in the vendor's data to call it on.
    pub(super) async fn calls(&self) -> Verdict<Vec<Call>> {
        let rows = self.whole(&Query::new()).await?;
        let first = rows.first().ok_or_else(|| {
            Advice::new("the vendor's data hold no connection, so nothing can be shown; add some")
        })?;
        let slug = if self.support(Operation::GetConnector).is_supported() {
            let catalogue = self.provider.list_connectors(&ConnectorQuery::new()).await;
            catalogue
                .items
                .first()
                .map(|c| c.slug.clone())
                .or_else(|| first.connector.slug.as_deref().map(Into::into))
        } else {
            None
        };
        let on = first.enabled != conjoin_core::Enabled::Enabled;
        let id = first.id.clone();
        let call = |operation: Operation| match operation {
            Operation::List => Some(Call::List(Box::default())),
            Operation::Get => Some(Call::Get(id.clone())),
            Operation::SetEnabled => Some(Call::SetEnabled(id.clone(), on)),
            Operation::Rename => Some(Call::Rename(id.clone(), "renamed by conformance".to_owned())),
            Operation::SetTags => Some(Call::SetTags(id.clone(), ["conformance"].into_iter().collect())),
            Operation::Delete => Some(Call::Delete(id.clone())),
            Operation::Check => Some(Call::Check(id.clone())),
            Operation::Test => Some(Call::Test(id.clone())),
            Operation::ListConnectors => Some(Call::ListConnectors(ConnectorQuery::new())),
            Operation::GetConnector => slug.clone().map(Call::GetConnector),
            _ => None,
        };
        let claimed = Operation::ALL.iter().filter(|operation| self.support(**operation).is_supported());
        claimed
            .map(|&operation| {
                call(operation).ok_or_else(|| {
                    Advice::new(format!(
                        "`{operation}` is claimed, but the vendor's data name no connector to call it on; \
                         add one to the catalogue, or do not claim it"
                    ))
                })
            })
            .collect()
    }
}

fn endless<T>(listing: &Listing<T>) -> String {
    format!(
        "the list asks for page after page without end ({LIMIT} requests, {} rows); follow a cursor once, \
         leave paging to the driver, and end where the vendor's answer brings nothing new",
        listing.items.len()
    )
}

/// How long a check may take, by its own clock.
const LONG: Duration = Duration::from_secs(24 * 3600);

/// Runs on a clock that jumps ahead whenever everything waits.
pub(super) fn paused<T>(work: impl Future<Output = Verdict<T>>) -> Verdict<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|why| Advice::new(format!("no runtime: {why}")))?;
    runtime.block_on(async {
        let ended = tokio::time::timeout(LONG, work).await;
        ended.unwrap_or_else(|_| {
            Err(Advice::new("the call does not end; let every wait be within the client's time limits"))
        })
    })
}
