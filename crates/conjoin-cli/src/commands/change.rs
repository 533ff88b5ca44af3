//! `conjoin enable`, `disable`, `rename`, `tag` and `delete`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Change, Tags, Urn};
use serde::Serialize;

use super::{failed, hub_of, json, json_line, stdout};
use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::output::{Done, Style, change_text};

/// A change, as JSON tells it: what was asked for, and what came of it.
#[derive(Serialize)]
struct Told<'a> {
    urn: &'a Urn,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    changed: Option<bool>,
    connection: Option<&'a conjoin::Connection>,
}

pub(super) async fn set_enabled(args: &Args, urn: &Urn, enabled: bool) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    let change = hub_of(args, urn).await?.set_enabled(urn, enabled).await.map_err(failed)?;
    print(args, urn, if enabled { Done::Enabled } else { Done::Disabled }, &change)
}

pub(super) async fn rename(args: &Args, urn: &Urn, name: &str) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    let change = hub_of(args, urn).await?.rename(urn, name).await.map_err(failed)?;
    print(args, urn, Done::Renamed(name), &change)
}

pub(super) async fn tag(args: &Args, urn: &Urn, tags: &[String]) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    let tags: Tags = tags.iter().map(String::as_str).collect();
    let change = hub_of(args, urn).await?.set_tags(urn, &tags).await.map_err(failed)?;
    print(args, urn, Done::Tagged(&tags), &change)
}

pub(super) async fn delete(args: &Args, urn: &Urn) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    hub_of(args, urn).await?.delete(urn).await.map_err(failed)?;
    let mut out = stdout();
    let told = serde_json::json!({ "urn": urn, "deleted": true });
    match args.output {
        Form::Json => json(&mut out, &told)?,
        Form::Jsonl => json_line(&mut out, &told)?,
        Form::Table | Form::Csv => writeln!(out, "deleted {urn}")?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn no_csv(args: &Args) -> Result<(), Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("a change has no CSV form; there are: table, json, jsonl"));
    }
    Ok(())
}

fn print(args: &Args, urn: &Urn, done: Done<'_>, change: &Change) -> Result<ExitCode, Failure> {
    let mut told = Told {
        urn,
        enabled: None,
        name: None,
        tags: None,
        changed: change.changed,
        connection: change.connection.as_ref(),
    };
    match done {
        Done::Enabled => told.enabled = Some(true),
        Done::Disabled => told.enabled = Some(false),
        Done::Renamed(name) => told.name = Some(name),
        Done::Tagged(tags) => told.tags = Some(tags),
    }
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &told)?,
        Form::Jsonl => json_line(&mut out, &told)?,
        Form::Table | Form::Csv => write!(out, "{}", change_text(urn, done, change, &Style::stdout()))?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
