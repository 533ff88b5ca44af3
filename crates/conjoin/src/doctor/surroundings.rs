//! What lies between this machine and every vendor.

use conjoin_http::ReqwestTransport;

use super::finding::{Check, Finding, FindingVerdict};
use crate::Config;

/// Whether there are roots to trust, where any provider is reached over TLS.
pub(super) fn tls(config: &Config) -> Finding {
    if config.providers.iter().all(|provider| provider.base().is_ok_and(|base| base.is_http())) {
        return Finding::new(Check::Tls, FindingVerdict::Skipped, "no provider is reached over TLS");
    }
    match ReqwestTransport::new().prepare_tls() {
        Ok(()) => Finding::ok(Check::Tls, "the system's trusted roots can be used"),
        Err(error) => Finding::failed(Check::Tls, error).with_fix(
            "install the system's root certificates (the package ca-certificates), or let SSL_CERT_FILE name a file of them",
        ),
    }
}

/// The variables that name a proxy, either way of writing them.
const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];

/// The proxies of the environment: that there are some is worth knowing, and one that is no address is a mistake.
pub(super) fn proxies(env: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let set =
        PROXIES.into_iter().filter_map(|name| Some((name, env(name).filter(|value| !value.is_empty())?)));
    let mut findings: Vec<_> = set
        .map(|(name, value)| match host(&value) {
            Some(host) => Finding::ok(Check::Proxy, format!("{name} sends requests through {host}")),
            // The value may hold a password.
            None => Finding::warning(
                Check::Proxy,
                format!("{name} is not the address of a proxy"),
                format!("write it like http://proxy.example:8080, or unset {name}"),
            ),
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::ok(Check::Proxy, "the environment names no proxy"));
    }
    findings
}

/// The host and port of a proxy's address, without the name and password that may stand before it.
fn host(value: &str) -> Option<String> {
    let rest = match value.split_once("://") {
        Some((scheme, rest))
            if ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(&scheme) =>
        {
            rest
        }
        Some(_) => return None,
        None => value,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_named_without_their_password() {
        let told = |value: &str| {
            let findings = proxies(|name| (name == "HTTPS_PROXY").then(|| value.to_owned()));
            findings
                .iter()
                .map(|finding| format!("{}: {}", finding.verdict, finding.what))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told("http://me:hunter2@proxy.example:8080/"),
            ["ok: HTTPS_PROXY sends requests through proxy.example:8080"]
        );
        assert_eq!(told("proxy.example:3128"), ["ok: HTTPS_PROXY sends requests through proxy.example:3128"]);
        assert_eq!(told("ftp://me:hunter2@proxy"), ["warning: HTTPS_PROXY is not the address of a proxy"]);
        assert_eq!(told("hunter2 hunter3"), ["warning: HTTPS_PROXY is not the address of a proxy"]);
        assert_eq!(told(""), ["ok: the environment names no proxy"]);
    }
}
