//! One provider: its credential, its vendor's answer, and what that tells of the clock and the dialect.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conjoin_core::{Connection, ConnectionProvider, Error, ErrorKind, Page, Query, Result};
use conjoin_http::{Secret, Transport};
use tokio::time::timeout;

use super::files;
use super::finding::{Check, Finding, Verdict};
use super::tap::{Skew, Tap};
use crate::{Config, CredentialSource, ProviderConfig};

/// Clocks that are farther apart than this are worth a word: signatures and expiries begin to fail.
const TOLERATED: i64 = 60;

/// Which vendors are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// All.
    All,
    /// Those that are reached without TLS.
    WithoutTls,
    /// None.
    Nobody,
}

/// All findings of one provider, in order.
pub(super) async fn examine(
    provider: &ProviderConfig,
    config: &Config,
    transport: Arc<dyn Transport>,
    asks: Asks,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let offline = asks == Asks::Nobody;
    let credential = credential(provider, offline, &mut findings).await;
    #[cfg(feature = "pica")]
    findings.extend(super::dialect::other_address(provider));
    match credential {
        Some(_) if asks == Asks::WithoutTls && !provider.base().is_ok_and(|base| base.is_http()) => {
            let what = "not asked: TLS cannot be used";
            findings.push(Finding::new(Check::Answer, Verdict::Skipped, what));
        }
        Some(secret) if !offline => answer(provider, config, &secret, transport, &mut findings).await,
        _ => {
            let why = if offline { "not asked: --offline" } else { "not asked, without a credential" };
            findings.push(Finding::new(Check::Answer, Verdict::Skipped, why));
        }
    }
    findings.into_iter().map(|finding| finding.of(&provider.name)).collect()
}

async fn credential(provider: &ProviderConfig, offline: bool, findings: &mut Vec<Finding>) -> Option<Secret> {
    let source = &provider.credential;
    if offline && matches!(source, CredentialSource::Command(_)) {
        let what = format!("{source}: not run");
        findings.push(Finding::new(Check::Credential, Verdict::Skipped, what));
        return None;
    }
    let secret = match source.fetch().await {
        Ok(secret) => secret,
        Err(error) => {
            let fix = match source {
                CredentialSource::Env(name) => {
                    format!("set it where this command is started: export {name}=…")
                }
                CredentialSource::File(_) => {
                    "put the credential, and nothing else, into that file".to_owned()
                }
                CredentialSource::Command(_) => {
                    "run the command yourself: it must print the credential, and nothing else".to_owned()
                }
            };
            findings.push(Finding::failed(Check::Credential, error).with_fix(fix));
            return None;
        }
    };
    findings.push(Finding::ok(Check::Credential, format!("{source}: it is there")));
    findings.extend(files::credential(source));
    Some(secret)
}

/// Asks for the first page, and for one connection where the dialect is in question.
async fn answer(
    provider: &ProviderConfig,
    config: &Config,
    secret: &Secret,
    transport: Arc<dyn Transport>,
    findings: &mut Vec<Finding>,
) {
    let tap = Arc::new(Tap::new(transport));
    let began = Instant::now();
    let page = match provider.connect(secret.clone(), None, tap.clone(), config.timeout) {
        Ok(asked) => first_page(&*asked, config.timeout).await,
        Err(error) => Err(error),
    };
    #[cfg(feature = "pica")]
    let dialect = super::dialect::spoken(provider, config, secret, tap.clone(), &page).await;
    #[cfg(not(feature = "pica"))]
    let dialect: Option<Finding> = None;
    match page {
        Ok(page) => {
            let (rows, millis) = (page.items.len(), began.elapsed().as_millis());
            let rows = if rows == 1 { "1 connection".to_owned() } else { format!("{rows} connections") };
            let what = format!("answers: {rows} on the first page, {millis} ms");
            findings.push(Finding::ok(Check::Answer, what));
            if let Some(row) = page.skipped.first() {
                findings.push(Finding::warning(
                    Check::Answer,
                    format!(
                        "{} rows of the first page cannot be read: {}: {}",
                        page.skipped.len(),
                        row.path,
                        row.reason
                    ),
                    "the vendor's answers have changed: please report it",
                ));
            }
        }
        // What the dialect explains needs no other remedy.
        Err(error) => findings.push(match &dialect {
            Some(Finding { fix: Some(fix), .. }) => {
                Finding::failed(Check::Answer, error).with_fix(fix.clone())
            }
            _ => Finding::failed(Check::Answer, error),
        }),
    }
    findings.extend(dialect);
    findings.extend(tap.skew().map(clock));
}

pub(super) async fn first_page(
    provider: &dyn ConnectionProvider,
    limit: Duration,
) -> Result<Page<Connection>> {
    let name = &provider.info().name;
    match timeout(limit, provider.list_page(&Query::new(), None)).await {
        Ok(page) => page.map_err(|error| error.with_provider(name)),
        Err(_) => {
            Err(Error::new(ErrorKind::Timeout, format!("no answer within {limit:?}")).with_provider(name))
        }
    }
}

fn clock(Skew { seconds, doubt }: Skew) -> Finding {
    let (apart, side) = (seconds.unsigned_abs(), if seconds < 0 { "behind" } else { "ahead of" });
    if seconds.abs() - doubt <= TOLERATED {
        return Finding::ok(Check::Clock, "this machine's clock and the vendor's agree");
    }
    Finding::warning(
        Check::Clock,
        format!("this machine's clock is {apart} s {side} the vendor's"),
        "set the clock by the network's time (NTP)",
    )
}
