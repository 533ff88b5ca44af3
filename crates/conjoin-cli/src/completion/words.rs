//! Values that clap does not know: names from the configuration, URNs from the last snapshot, words of ours.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use conjoin::{Config, Detail, OwnerKind, Status};
use conjoin_testkit::emulator::EmulatedVendor;
use serde::Deserialize;

use super::LINE;
use crate::output::printable;
use crate::{setup, state};

/// Adds what completes them to the arguments of every command that have one of our values.
pub(super) fn attach(command: Command) -> Command {
    command.mut_args(with_values).mut_subcommands(attach)
}

fn with_values(arg: Arg) -> Arg {
    let values: fn(&OsStr) -> Vec<CompletionCandidate> = match arg.get_id().as_str() {
        "urn" | "urns" => urns,
        "provider" => providers,
        "connector" => connectors,
        "status" => |typed| known(typed, Status::ALL.iter().map(|status| status.as_str())),
        "detail" => |typed| known(typed, Detail::ALL.iter().map(|detail| detail.as_str())),
        "environment" => |typed| known(typed, ["live", "test"]),
        "enabled" | "connected" => |typed| known(typed, ["true", "false"]),
        "owner" => |typed| {
            let kinds: Vec<_> = OwnerKind::KNOWN.iter().map(|kind| format!("{kind}:")).collect();
            known(typed, kinds.iter().map(String::as_str))
        },
        _ => return arg,
    };
    if arg.get_num_args().is_some_and(|number| !number.takes_values()) {
        return arg;
    }
    arg.add(ArgValueCompleter::new(values))
}

fn known<'a>(typed: &OsStr, words: impl IntoIterator<Item = &'a str>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    words.into_iter().filter(|word| word.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// The configured providers, with their vendors.
fn providers(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let there = configured().unwrap_or_default();
    let there = there.into_iter().filter(|(name, _)| name.starts_with(&*typed));
    there.map(|(name, vendor)| CompletionCandidate::new(name).help(Some(vendor.into()))).collect()
}

/// The connections of the last snapshot that are of a configured provider.
fn urns(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let configured = configured();
    let provider = |urn: &str| urn.split_once(':').map(|(provider, _)| provider.to_owned());
    let is_configured = |urn: &str| {
        configured
            .as_ref()
            .is_none_or(|there| there.iter().any(|(name, _)| Some(name) == provider(urn).as_ref()))
    };
    let rows =
        rows().filter(|row| row.urn.starts_with(&*typed) && is_plain(&row.urn) && is_configured(&row.urn));
    rows.map(|row| {
        let mut told: Vec<_> =
            [row.connector.slug, row.name.or(row.display_name)].into_iter().flatten().collect();
        told.dedup();
        let help = printable(&told.join(", ")).into_owned();
        CompletionCandidate::new(row.urn).help((!help.is_empty()).then(|| help.into()))
    })
    .collect()
}

/// The connectors of the last snapshot's connections.
fn connectors(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let mut seen: BTreeMap<String, Option<String>> = BTreeMap::new();
    for Brief { slug, name } in rows().map(|row| row.connector) {
        if let Some(slug) = slug.filter(|slug| slug.starts_with(&*typed) && is_plain(slug)) {
            seen.entry(slug).or_insert(name);
        }
    }
    let candidate = |(slug, name): (String, Option<String>)| {
        CompletionCandidate::new(slug).help(name.map(|name| printable(&name).into_owned().into()))
    };
    seen.into_iter().map(candidate).collect()
}

/// Whether a shell takes it as it is. What would have to be quoted is not offered: ids are the vendors', and
/// what they hold must not become a command.
fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/@%+,=".contains(c))
        && !word.starts_with(['-', '='])
}

/// The configured providers and their vendors; `None` where there is no configuration that can be read.
fn configured() -> Option<Vec<(String, String)>> {
    if is_demo() {
        return Some(
            EmulatedVendor::ALL.iter().map(|v| (v.name().to_owned(), v.name().to_owned())).collect(),
        );
    }
    let config = Config::load(&setup::config_path(named_config())?).ok()?;
    let providers = config.providers.iter();
    Some(providers.map(|p| (p.name.to_string(), p.kind.vendor().to_owned())).collect())
}

fn line() -> &'static [OsString] {
    LINE.get().map(Vec::as_slice).unwrap_or_default()
}

fn is_demo() -> bool {
    line().iter().any(|word| word == "--demo")
}

/// What `--config` names on the line.
fn named_config() -> Option<PathBuf> {
    line().iter().enumerate().find_map(|(at, word)| {
        if word == "--config" {
            return line().get(at + 1).map(PathBuf::from);
        }
        word.to_str()?.strip_prefix("--config=").map(PathBuf::from)
    })
}

/// As much of a row as is offered.
#[derive(Deserialize)]
struct RowBrief {
    urn: String,
    #[serde(default)]
    connector: Brief,
    name: Option<String>,
    display_name: Option<String>,
}

#[derive(Default, Deserialize)]
struct Brief {
    slug: Option<String>,
    name: Option<String>,
}

/// The rows of the last snapshot. What cannot be read is no reason to offer nothing.
fn rows() -> impl Iterator<Item = RowBrief> {
    let file = state::last_snapshot(is_demo()).and_then(|path| File::open(path).ok());
    let lines = file.into_iter().flat_map(|file| BufReader::new(file).split(b'\n').map_while(Result::ok));
    lines.filter_map(|line| serde_json::from_slice(&line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments of all commands whose values are ours, as `command argument`.
    fn completed(command: &Command, path: &str, out: &mut Vec<String>) {
        for arg in command.get_arguments().filter(|arg| arg.get::<ArgValueCompleter>().is_some()) {
            out.push(format!("{path}{}", arg.get_id()));
        }
        for sub in command.get_subcommands() {
            completed(sub, &format!("{path}{} ", sub.get_name()), out);
        }
    }

    #[test]
    fn every_argument_of_ours_is_completed() {
        let mut out = Vec::new();
        completed(&super::super::command(), "", &mut out);
        for argument in
            ["get urn", "explain urn", "list provider", "list status", "list connector", "watch owner"]
        {
            assert!(out.iter().any(|there| there == argument), "{argument}: {out:?}");
        }
    }

    #[test]
    fn what_a_shell_would_act_on_is_not_offered() {
        for plain in ["pica:conn::GC6icw::Tao3ac", "toolzz:526907ff-932e-4222", "a:b@c/d+e=f%20"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in
            ["a:$(id)", "a:b c", "a:`x`", "a:x;y", "a:'", "a:\"", "a:x|y", "a:*", "-x:y", "a:é", "a:\\"]
        {
            assert!(!is_plain(other), "{other}");
        }
    }
}
