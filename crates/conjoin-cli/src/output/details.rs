//! One connection, fact by fact.

use conjoin::{
    AuthKind, Authorization, BlockedBy, Connection, ConnectorRef, Enabled, Environment, Health, Timestamp,
};

use super::connections::{label, owner, reason};
use super::facts::Facts;
use super::style::{Style, of_status};
use super::text::printable;
use super::time::ago;

/// All facts of a connection, a line each: first what it is, then its state, then the rest. The facts that
/// make up a state are always there, `-` where the vendor does not tell; others are left out then.
pub(crate) fn connection_details(connection: &Connection, style: &Style, now: Timestamp) -> String {
    let c = connection;
    let time = |at: Timestamp| format!("{at} ({})", ago(at, now));
    let explanation = c.explain();
    let mut facts = Facts::default();

    facts.always("urn", Some(c.urn().to_string()));
    facts.styled(
        "status",
        format!("{}, because {}", explanation.status, explanation.because),
        of_status(explanation.status),
    );
    facts.told("next", Some(explanation.next).filter(|&next| next != "nothing"));

    facts.told("vendor", Some(c.vendor.as_str()));
    facts.told("connector", connector(&c.connector));
    let slug = c.connector.slug.as_deref();
    facts.told("known as", c.connector.canonical().filter(|&canonical| slug != Some(canonical)));
    facts.told("category", c.connector.category.as_deref());
    facts.told("version", c.connector.version.as_deref());
    facts.told("instance", c.connector_instance.as_deref());
    facts.told("name", c.name.as_deref());
    facts.told("label", c.display_name.as_deref());
    if let Some(account) = &c.account {
        facts.told("account", account.display.as_deref());
        facts.told("e-mail", account.email.as_deref());
        facts.told("login", account.login.as_deref());
        facts.told("account id", account.external_id.as_deref());
    }
    facts.told("owner", c.owner.as_ref().and_then(owner));
    facts.told("tenant", c.owner.as_ref().and_then(|owner| owner.tenant.as_deref()));
    facts.told("environment", c.environment.as_ref().map(Environment::as_str));

    facts.always("enabled", (c.enabled != Enabled::Unknown).then(|| c.enabled.as_str()));
    facts.told("blocked by", c.blocked_by.map(BlockedBy::as_str));
    facts.always(
        "authorization",
        (c.authorization != Authorization::Unknown).then(|| c.authorization.as_str()),
    );
    facts.always("health", health(c.health, time));
    facts.told("reason", reason(c));
    facts.told("since", c.reason.as_ref().and_then(|reason| reason.since).map(time));
    facts.told("vendor's word", c.raw_status.as_deref());
    facts.told("removed", c.removed.then_some("yes"));

    facts.told("sign-in", c.auth_kind.as_ref().map(AuthKind::as_str));
    facts.told("scopes", c.scopes.as_ref().map(|scopes| list(scopes)));
    facts.told(
        "tags",
        c.tags.as_ref().map(|tags| list(&tags.iter().map(ToString::to_string).collect::<Vec<_>>())),
    );
    facts.told("created", c.created_at.map(time));
    facts.told("updated", c.updated_at.map(time));
    facts.told("expires", c.expires_at.map(time));
    facts.told("last error", c.last_error_at.map(time));
    facts.told("read", c.fetched_at.map(time));
    for (name, id) in c.other_ids.iter() {
        facts.told(name.to_owned(), Some(id.as_str()));
    }
    for (name, value) in c.extra.iter() {
        facts.told(name.to_owned(), Some(value.to_string()));
    }

    let title = label(c).or(c.connector.name.as_deref()).or(c.connector.slug.as_deref());
    let title = title.map(|title| format!("{}\n", style.bold(&printable(title))));
    title.unwrap_or_default() + &facts.render(style)
}

fn connector(connector: &ConnectorRef) -> Option<String> {
    match (connector.slug.as_deref(), connector.name.as_deref()) {
        (Some(slug), Some(name)) if slug != name => Some(format!("{slug} ({name})")),
        (slug, name) => slug.or(name).map(str::to_owned),
    }
}

fn health(health: Health, time: impl Fn(Timestamp) -> String) -> Option<String> {
    let evidence = health.evidence?;
    Some(match health.observed_at {
        Some(at) => format!("{}, {evidence} {}", health.state, time(at)),
        None => format!("{}, {evidence}", health.state),
    })
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
