//! The command line.

mod act;
mod emulate;
mod fixtures;
mod inventory;
mod later;
mod new_provider;
mod selection;
mod shape;
mod twins;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use act::{Apply, Check, Delete, Many, Plan, PlannedEdit, Rename, Tag, Targets, Undo, Which};
use clap::{Args as ClapArgs, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use conjoin::{Config, ConnectorQuery, ProviderName, Urn};
pub(crate) use emulate::Emulate;
pub(crate) use fixtures::{Fixtures, Import, Place, Record};
pub(crate) use inventory::{Diff, Snapshot, Watch};
use later::Later;
pub(crate) use new_provider::NewProvider;
pub(crate) use selection::Selection;
pub(crate) use shape::{Shape, Sort};
pub(crate) use twins::Twins;

/// People's connections over many vendors, through one interface.
///
/// Exit codes: 0 the answer is complete, 1 there is none, 2 the command or the configuration is wrong and
/// nothing was sent, 3 the answer is partial, 4 `diff` has found differences, 5 `check` has found a connection
/// that does not work.
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

    /// Tell on standard error what is done: each call of an operation; twice, each request as well [default: `$CONJOIN_LOG`: off, info, debug]
    #[arg(short, long, action = clap::ArgAction::Count, global = true, help_heading = "Options of every command")]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The command line of this process; ends the process where there is nothing to do or it is wrong.
    pub(crate) fn of_process() -> Self {
        // As `Args::parse`, but the tree of commands stays until the process ends: to take it apart takes as long as
        // to make it.
        let command = Box::leak(Box::new(Self::command()));
        let parsed = command.try_get_matches_from_mut(std::env::args_os());
        let args = parsed.and_then(|mut matches| {
            Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
        });
        args.unwrap_or_else(|error| error.exit())
    }

    /// The commands, with the arguments of all of them.
    pub(crate) fn whole() -> clap::Command {
        later::at_once();
        Self::command()
    }
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
    List(Later<List>),
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
    /// Switch connections on
    Enable(Later<Targets>),
    /// Switch connections off; their credentials are kept
    Disable(Later<Targets>),
    /// Give connections other names
    Rename(Later<Rename>),
    /// Replace, add or take away tags of connections
    Tag(Later<Tag>),
    /// Delete connections and their credentials at the vendor, for good
    Delete(Later<Delete>),
    /// Ask the vendors whether connections work
    ///
    /// Exit codes: 0 every one works as far as its vendor says, 1 no vendor could say, 3 some could not, 5 all
    /// answered, and at least one does not work or cannot be told to.
    Check(Later<Check>),
    /// Show what a change would do, and why it would not do the rest; change nothing
    Plan(Later<Plan>),
    /// Carry a plan out: look at each connection again, change it, and keep a journal
    ///
    /// Interrupted, it is called again and goes on: nothing is lost, and nothing done twice.
    Apply(Later<Apply>),
    /// Restore what a journal tells was changed, where it still is as it was left
    Undo(Later<Undo>),
    /// List connections that may be the same one, held at two vendors or twice at one
    ///
    /// With the evidence. strong: the third party's id of the account is the same, or one record is shown by two
    /// providers. likely: the same owner, with the same login name or e-mail address. possible: the same person
    /// and an account that is not told, or the same login name. An e-mail address alone is no evidence.
    Twins(Later<Twins>),
    /// Write all connections to a file: the last snapshot, unless one is named
    ///
    /// The file is JSON Lines: what was asked, a connection a line, and the receipt. It holds no secret, and names
    /// and accounts of people. It is replaced at once or not at all; what is not complete is written and says
    /// so, and where nothing came nothing is written.
    Snapshot(Later<Snapshot>),
    /// Show what differs between a snapshot and another, or what the vendors answer now
    ///
    /// What one side has and an incomplete other side lacks is neither removed nor added, and counted. The
    /// vendors are asked what the snapshot was asked; filters choose of what to tell: of connections that
    /// satisfy them before or after. Exit codes: 0 no difference, 4 differences, 3 none found where not
    /// everything could be compared, 1 no vendor answered, 2 a file is no whole snapshot.
    Diff(Later<Diff>),
    /// Ask again and again, and tell what changes
    ///
    /// A line an event, for people or as `-o jsonl`: a connection that is added, removed, recovered, or whose
    /// status or other facts changed; a provider that is down, partial (some of its rows cannot be read) or up.
    /// What an incomplete answer lacks is not removed. A vendor that is down is asked less and less often.
    /// Filters choose of what to tell: of connections that satisfy them before or after. Ends on SIGINT and
    /// SIGTERM with exit code 0.
    Watch(Later<Watch>),
    /// List what can be connected
    Connectors(Later<Connectors>),
    /// Serve vendors' APIs on this machine, for tests of anything that calls them
    Emulate(Later<Emulate>),
    /// Vendors' answers as files that tests replay: check, import, export, record, compare
    #[command(subcommand)]
    Fixtures(Fixtures),
    /// Write a crate for a vendor of yours, to begin with
    NewProvider(Later<NewProvider>),
    /// Check configuration, credentials, vendors, clock and TLS, and say what to fix
    ///
    /// Each vendor is asked for one page. Exit codes: 0 all is well, or nothing worse than a warning; 2 the
    /// configuration or a credential is at fault; 1 no vendor answers; 3 some do not.
    Doctor(Later<Doctor>),
    /// Print the manual's first page, or write all pages: `conjoin man | man -l -`
    Man {
        /// Write a page for each command into this folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Print a shell's script that completes commands, providers and URNs
    ///
    /// Providers come from the configuration and URNs from the last snapshot; no vendor is asked. For bash:
    /// `source <(conjoin completions bash)` in ~/.bashrc; for zsh the same, after compinit, in ~/.zshrc; for
    /// fish: `conjoin completions fish | source` in config.fish.
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(ClapArgs, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// Show what would be asked, and ask nothing
    #[arg(long, conflicts_with_all = ["columns", "sort", "bom"])]
    pub(crate) plan: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Doctor {
    /// Examine only this provider
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) provider: Vec<ProviderName>,
    /// Ask no vendor, and run no credential's command
    #[arg(long)]
    pub(crate) offline: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        // As a start makes it, unless another test has asked for the whole; then the whole.
        Args::command().debug_assert();
        Args::whole().debug_assert();
    }
}
