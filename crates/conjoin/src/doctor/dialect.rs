//! Which of its dialects a server of Pica's speaks.

use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{Connection, ConnectionProvider, ErrorKind, Operation, Page, Result, Support};
use conjoin_http::Secret;
use conjoin_pica::Dialect;
use tokio::time::timeout;

use super::finding::{Check, Finding};
use super::patient::first_page;
use super::tap::Tap;
use crate::{Config, Kind, ProviderConfig};

/// Where the address is the documented one of another dialect.
pub(super) fn other_address(provider: &ProviderConfig) -> Option<Finding> {
    let Kind::Pica { dialect } = provider.kind else { return None };
    let host =
        |url: &str| url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next().map(str::to_owned));
    let here = host(&provider.base().ok()?.to_string())?;
    let others = Dialect::ALL.into_iter().filter(|other| host(other.base_url()).as_ref() == Some(&here));
    let others: Vec<_> = others.map(Dialect::as_str).collect();
    if others.is_empty() || others.contains(&dialect.as_str()) {
        return None;
    }
    let speaks = others[0];
    Some(Finding::warning(
        Check::Dialect,
        format!("{here} is known to speak `{speaks}`, and the configuration says `{}`", dialect.as_str()),
        format!("write dialect = \"{speaks}\""),
    ))
}

/// Whether a server of Pica's speaks another of its dialects better than the one that is configured.
pub(super) async fn spoken(
    provider: &ProviderConfig,
    config: &Config,
    secret: &Secret,
    transport: Arc<Tap>,
    page: &Result<Page<Connection>>,
) -> Option<Finding> {
    let Kind::Pica { dialect } = provider.kind else { return None };
    let asked = |dialect: Dialect| {
        // The same server, whatever the dialect's own address.
        let mut other = provider.clone();
        (other.kind, other.base_url) = (Kind::Pica { dialect }, Some(provider.base()?));
        other.connect(secret.clone(), None, transport.clone(), config.timeout)
    };
    // No dialect helps where nobody answers, or where the answer has nothing to do with it.
    let answers = match page {
        Ok(page) => reads_one(&*asked(dialect).ok()?, page, config.timeout).await,
        Err(error) => {
            let may_be = matches!(
                error.kind(),
                ErrorKind::Unauthenticated
                    | ErrorKind::PermissionDenied
                    | ErrorKind::NotFound
                    | ErrorKind::Decode
            );
            if !may_be {
                return None;
            }
            false
        }
    };
    if answers {
        return Some(Finding::ok(Check::Dialect, format!("the server speaks `{}`", dialect.as_str())));
    }
    for other in Dialect::ALL.into_iter().filter(|&other| other != dialect) {
        let other_provider = asked(other).ok()?;
        let Ok(page) = first_page(&*other_provider, config.timeout).await else { continue };
        if reads_one(&*other_provider, &page, config.timeout).await {
            let word = other.as_str();
            return Some(Finding::warning(
                Check::Dialect,
                format!("the server speaks `{word}`, and the configuration says `{}`", dialect.as_str()),
                format!("write dialect = \"{word}\""),
            ));
        }
    }
    None
}

/// Whether a connection of the page can be read by itself, where the dialect has a way to.
async fn reads_one(provider: &dyn ConnectionProvider, page: &Page<Connection>, limit: Duration) -> bool {
    let natively = provider.info().capabilities.of(Operation::Get) == Support::Native;
    let Some(row) = page.items.first().filter(|_| natively) else { return true };
    let read = timeout(limit, provider.get(&row.id)).await;
    !matches!(read, Ok(Err(error)) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Decode | ErrorKind::InvalidRequest))
}
