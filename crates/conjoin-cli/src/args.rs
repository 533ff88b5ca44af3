//! The command line.

mod emulate;
mod fixtures;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use conjoin::{
    Config, ConnectionId, ConnectorQuery, Detail, Environment, OwnerKind, ProviderName, Query, Status,
    Timestamp, Urn,
};
pub(crate) use emulate::Emulate;
pub(crate) use fixtures::{Fixtures, Import, Place, Record};

/// People's connections over many vendors, through one interface.
///
/// Exit codes: 0 the answer is complete, 1 there is none, 2 the command or the configuration is wrong and
/// nothing was sent, 3 the answer is partial.
#[derive(Debug, Parser)]
#[command(name = "conjoin", version, max_term_width = 100)]
pub(crate) struct Args {
    /// The configuration [default: `$CONJOIN_CONFIG`, `./conjoin.toml`, or `conjoin/config.toml` in the user's folder]
    #[arg(long, value_name = "FILE", global = true, help_heading = "Options of every command")]
    pub(crate) config: Option<PathBuf>,

    /// Try it without configuration, account or network: emulated vendors with their documented samples
    #[arg(long, global = true, help_heading = "Options of every command", conflicts_with = "config")]
    pub(crate) demo: bool,

    /// How to print
    #[arg(
        short,
        long,
        value_name = "FORM",
        value_enum,
        default_value_t,
        global = true,
        help_heading = "Options of every command"
    )]
    pub(crate) output: Form,

    /// How long each provider has: 30s, 500ms, 1m, or seconds [default: the configuration's, else 30s]
    #[arg(long, value_name = "TIME", global = true, help_heading = "Options of every command", value_parser = timeout)]
    pub(crate) timeout: Option<Duration>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    #[default]
    Table,
    /// One JSON object
    Json,
    /// One JSON object a line, as they come; the receipt on standard error
    Jsonl,
    /// Comma-separated values, as they come; the receipt on standard error
    Csv,
}

impl Form {
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the configured providers and what each can do
    Providers,
    /// List connections
    List(Box<List>),
    /// Show one connection
    Get {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
    },
    /// Show why a connection has its status, and what to do next
    Explain {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
    },
    /// Switch a connection on
    Enable {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
    },
    /// Switch a connection off; its credential is kept
    Disable {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
    },
    /// Give a connection another name
    Rename {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
        /// The name
        name: String,
    },
    /// Replace all tags of a connection; without a tag, take all away
    Tag {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
        /// The tags
        tags: Vec<String>,
    },
    /// Delete a connection and its credential at the vendor, for good
    Delete {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
        /// Confirm it
        #[arg(long, required = true)]
        yes: bool,
    },
    /// Ask the vendor whether a connection works
    Check {
        /// The connection: PROVIDER:ID
        #[arg(value_parser = urn)]
        urn: Urn,
    },
    /// List what can be connected
    Connectors(Connectors),
    /// Serve vendors' APIs on this machine, for tests of anything that calls them
    Emulate(Emulate),
    /// Vendors' answers as files that tests replay: check, import, export, record, compare
    #[command(subcommand)]
    Fixtures(Fixtures),
    /// Print a shell's completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Filters of different kinds must all hold; of one kind given several times, any, except for tags: all.
#[derive(ClapArgs, Debug)]
pub(crate) struct List {
    /// Ask only this provider
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) provider: Vec<ProviderName>,
    /// The connector's slug at the vendor, exact
    #[arg(long, value_name = "SLUG", value_parser = NonEmptyStringValueParser::new())]
    connector: Vec<String>,
    /// The vendor's id of the integration behind the connection
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    instance: Vec<String>,
    /// The connector's category at the vendor, exact
    #[arg(long, value_name = "WORD")]
    category: Vec<String>,
    /// The vendor's id of the connection
    #[arg(long, value_name = "ID", value_parser = |id: &str| ConnectionId::new(id).map_err(|e| e.to_string()))]
    id: Vec<ConnectionId>,
    /// The owner: KIND:ID, KIND: or ID (kinds: user, team, organization, project, unit)
    #[arg(long, value_name = "OWNER", value_parser = owner)]
    owner: Option<Owner>,
    /// Whether it is switched on
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    enabled: Option<bool>,
    /// Whether it is switched off: the same as --enabled false
    #[arg(long, conflicts_with = "enabled")]
    disabled: bool,
    /// The status
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = word::<Status>)]
    status: Vec<Status>,
    /// The environment: live or test
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    environment: Option<Environment>,
    /// A tag
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Text in the name, upper and lower case alike
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Made at this date or time, or later
    #[arg(long, value_name = "DATE", value_parser = word::<Timestamp>)]
    created_after: Option<Timestamp>,
    /// Made before this date or time
    #[arg(long, value_name = "DATE", value_parser = word::<Timestamp>)]
    created_before: Option<Timestamp>,
    /// How much to tell: summary, or full (all that the vendor's lists tell together; may cost requests)
    #[arg(long, value_name = "DETAIL", default_value = "summary", value_parser = word::<Detail>)]
    detail: Detail,
    /// Show what would be asked, and ask nothing
    #[arg(long)]
    pub(crate) plan: bool,
}

impl List {
    pub(crate) fn query(&self) -> Query {
        let Owner { kind, id } = self.owner.clone().unwrap_or_default();
        let mut query =
            Query::new().owner(kind, id).created(self.created_after, self.created_before).detail(self.detail);
        query.connectors.clone_from(&self.connector);
        query.instances.clone_from(&self.instance);
        query.categories.clone_from(&self.category);
        query.ids.clone_from(&self.id);
        query.enabled = if self.disabled { Some(false) } else { self.enabled };
        query.statuses.clone_from(&self.status);
        query.environment.clone_from(&self.environment);
        query.tags = self.tag.iter().map(|tag| tag.as_str().into()).collect();
        query.name.clone_from(&self.name);
        query
    }
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Connectors {
    /// Text in the slug or the name
    search: Option<String>,
    /// Ask only this provider
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) provider: Vec<ProviderName>,
    /// The category at the vendor, exact
    #[arg(long, value_name = "WORD")]
    category: Option<String>,
    /// Whether the credential's user has a connection to it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    connected: Option<bool>,
}

impl Connectors {
    pub(crate) fn query(&self) -> ConnectorQuery {
        let mut query = ConnectorQuery::new();
        query.search.clone_from(&self.search);
        query.category.clone_from(&self.category);
        query.connected = self.connected;
        query
    }
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn urn(text: &str) -> Result<Urn, String> {
    text.parse().map_err(|why| format!("{why}; `conjoin list` shows the URNs that there are"))
}

fn timeout(text: &str) -> Result<Duration, String> {
    Config::parse_timeout(text)
        .ok_or_else(|| "no time; write 30s, 500ms, 1m, or seconds, up to a day".to_owned())
}

fn environment(text: &str) -> Result<Environment, String> {
    match Environment::from(text) {
        Environment::Other(word) => Err(format!("`{word}` is none of: live, test")),
        known => Ok(known),
    }
}

/// Whose connections: a kind, an id, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Owner {
    kind: Option<OwnerKind>,
    id: Option<String>,
}

/// `user:42`, `user:` or `42`. What stands before a colon and is no kind belongs to the id.
fn owner(text: &str) -> Result<Owner, String> {
    let kind = |word: &str| {
        Some(OwnerKind::from(&*word.to_lowercase())).filter(|kind| OwnerKind::KNOWN.contains(kind))
    };
    match text.split_once(':').map(|(word, id)| (kind(word), id)) {
        _ if text.trim_matches(':').is_empty() => Err("no owner; write KIND:ID, KIND: or ID".to_owned()),
        None | Some((None, _)) => Ok(Owner { kind: None, id: Some(text.to_owned()) }),
        Some((kind, "")) => Ok(Owner { kind, id: None }),
        Some((kind, id)) => Ok(Owner { kind, id: Some(id.to_owned()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn owners_are_written_in_three_ways() {
        let read = |text| owner(text).map(|owner| (owner.kind, owner.id));
        assert_eq!(read("user:42"), Ok((Some(OwnerKind::User), Some("42".into()))));
        assert_eq!(read("Team:"), Ok((Some(OwnerKind::Team), None)));
        assert_eq!(read("42"), Ok((None, Some("42".into()))));
        assert_eq!(read("urn:x:42"), Ok((None, Some("urn:x:42".into()))));
        assert_eq!(read("user:a:b"), Ok((Some(OwnerKind::User), Some("a:b".into()))));
        assert!(read("").is_err() && read(":").is_err());
    }
}
