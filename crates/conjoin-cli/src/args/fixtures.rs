//! `conjoin fixtures …`

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use conjoin::{Operation, ProviderName};
use conjoin_testkit::CallArgs;

use super::Later;

/// Vendors' answers as files that tests replay.
#[derive(Debug, Subcommand)]
pub(crate) enum Fixtures {
    /// Write files in their fixed form; recorded ones are redacted
    ///
    /// Exit codes: 0 all is well, 1 --check found a file that is not in its fixed form.
    Fmt {
        /// Files and folders
        #[arg(default_value = "fixtures")]
        paths: Vec<PathBuf>,
        /// Change nothing, and fail where a file would change
        #[arg(long)]
        check: bool,
    },
    /// Check that files are well formed, in their place, and say what they are
    ///
    /// Exit codes: 0 all is well, 1 something is not.
    Lint {
        /// Files and folders
        #[arg(default_value = "fixtures")]
        paths: Vec<PathBuf>,
    },
    /// Prove that files show nothing private: redacting them changes nothing
    ///
    /// Exit codes: 0 proved, 1 not proved.
    Prove {
        /// Files and folders
        #[arg(default_value = "fixtures")]
        paths: Vec<PathBuf>,
        /// Add unknown values of documented and synthetic files to the vendor's public.json, for review
        #[arg(long)]
        accept: bool,
    },
    /// Make a fixture of a browser's HAR export
    Import(Later<Import>),
    /// Print files as plain HAR 1.2, for other tools
    Export {
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Ask a provider, and keep what it answers
    ///
    /// The call is really made. What is written is redacted, and searched for the credential. Refused in CI.
    Record(Later<Record>),
    /// Send stored GET requests again, and compare the shapes of the answers
    ///
    /// Exit codes: 0 no drift, 10 something was added, 11 something changed (may be null, absent or of one more
    /// type), 12 something is gone or of another type; 1 an answer did not come, 2 nothing was sent.
    Drift {
        /// Files and folders
        #[arg(default_value = "fixtures")]
        paths: Vec<PathBuf>,
        /// The configured provider to ask; fixtures of other vendors are left out
        #[arg(long, value_name = "NAME")]
        provider: ProviderName,
        /// A connection of the account, in place of the one that a fixture names
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Import {
    /// The HAR file: "Export HAR (with content)" of a browser's network panel
    pub(crate) file: PathBuf,
    /// The vendor
    #[arg(long)]
    pub(crate) vendor: String,
    /// The operation that the exchanges are
    #[arg(long, value_parser = super::word::<Operation>)]
    pub(crate) operation: Operation,
    /// A host of the vendor's API besides those that are known
    #[arg(long)]
    pub(crate) host: Vec<String>,
    /// The adapter's configuration that the exchanges fit, such as `unit_id=…`
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) settings: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Record {
    /// The configured provider to ask
    pub(crate) provider: ProviderName,
    /// The operation: `list`, `get`, `check`, `list_connectors`, …
    #[arg(value_parser = super::word::<Operation>)]
    pub(crate) operation: Operation,
    /// Confirm that an operation that changes something at the vendor shall be done
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Where a new fixture goes, and what it answers.
#[derive(ClapArgs, Debug)]
pub(crate) struct Place {
    /// What it shows: the file's name, in lower case with hyphens
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: String,
    /// The call's arguments as a fixture has them, such as {"id": "…"}
    #[arg(long, value_name = "JSON", default_value = "{}", value_parser = call)]
    pub(crate) call: CallArgs,
    /// The folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub(crate) dir: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

fn call(text: &str) -> Result<CallArgs, String> {
    serde_json::from_str(text).map_err(|why| format!("{why}; write JSON such as {{\"id\": \"c1\"}}"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
