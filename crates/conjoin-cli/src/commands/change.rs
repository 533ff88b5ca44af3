//! `conjoin enable`, `disable`, `rename`, `tag` and `delete`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Change, Connection, Edit, Error, Receipt, Tags, Target, Urn};
use serde::Serialize;
use serde_json::json as object;

use super::work::{Patient, drive, ended, select, tell_incomplete};
use super::{failed, json, json_line, stdout};
use crate::args::{Args, Form, Many, Tag, Targets, Which};
use crate::failure::Failure;
use crate::output::{Progress, Style, change_text, failed_text, past, tally};
use crate::setup;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<&'a Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<&'a Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<bool>,
    outcome: &'static str,
    changed: Option<bool>,
    connection: Option<&'a Connection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Error>,
}

impl<'a> Told<'a> {
    fn new(urn: &'a Urn, edit: &'a Edit, result: &'a Result<Change, Error>) -> Self {
        let (change, error) = (result.as_ref().ok(), result.as_ref().err());
        let mut told = Self {
            urn,
            enabled: None,
            name: None,
            tags: None,
            added: None,
            removed: None,
            deleted: None,
            outcome: outcome(result),
            changed: change.and_then(|change| change.changed),
            connection: change.and_then(|change| change.connection.as_ref()),
            error,
        };
        match edit {
            Edit::Enable => told.enabled = Some(true),
            Edit::Disable => told.enabled = Some(false),
            Edit::Rename { name } => told.name = Some(name),
            Edit::SetTags { tags } => told.tags = Some(tags),
            Edit::EditTags { add, remove } => (told.added, told.removed) = (Some(add), Some(remove)),
            Edit::Delete => told.deleted = Some(error.is_none()),
            _ => {}
        }
        told
    }
}

fn outcome(result: &Result<Change, Error>) -> &'static str {
    match result {
        Ok(change) if change.changed == Some(false) => "already",
        Ok(_) => "done",
        Err(_) => "failed",
    }
}

/// The edits of one command.
type Edits<'a> = Result<Which<'a, (Urn, Edit)>, String>;

/// Makes the same change to each.
pub(super) async fn all(args: &Args, targets: &Targets, edit: &Edit) -> Result<ExitCode, Failure> {
    run(args, targets.edits(edit), &targets.many, edit).await
}

async fn run(args: &Args, edits: Edits<'_>, many: &Many, edit: &Edit) -> Result<ExitCode, Failure> {
    match edits.map_err(Failure::Command)? {
        Which::Selected(selection) => {
            no_csv(args)?;
            let hub = setup::hub(args, &selection.provider).await?;
            let (rows, receipt) = select(&hub, &selection.query()).await;
            let targets = rows.into_iter().map(|row| (Target::from(row), edit.clone())).collect();
            make(args, &hub, targets, many.at_once.into(), Some(&receipt)).await
        }
        named => run_named(args, Ok(named), many.at_once.into()).await,
    }
}

pub(super) async fn tag(args: &Args, tag: &Tag) -> Result<ExitCode, Failure> {
    let (edits, edit) = tag.edits().map_err(Failure::Command)?;
    run(args, Ok(edits), tag.many(), &edit).await
}

/// Changes connections that are named.
pub(super) async fn run_named(args: &Args, edits: Edits<'_>, at_once: usize) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    let edits = match edits.map_err(Failure::Command)? {
        Which::One((urn, edit)) => {
            let change = setup::hub_of(args, [&urn]).await?.edit(urn.clone(), &edit).await.map_err(failed)?;
            return one(args, &urn, &edit, change);
        }
        Which::Named(edits) => edits,
        Which::Selected(_) => Vec::new(),
    };
    let hub = setup::hub_of(args, edits.iter().map(|(urn, _)| urn)).await?;
    let targets = edits.into_iter().map(|(urn, edit)| (Target::from(urn), edit)).collect();
    make(args, &hub, targets, at_once, None).await
}

/// Makes the changes, and tells of each as it ends; first of those that are refused.
async fn make(
    args: &Args,
    hub: &conjoin::Hub,
    targets: Vec<(Target, Edit)>,
    at_once: usize,
    receipt: Option<&Receipt>,
) -> Result<ExitCode, Failure> {
    let mut out = Patient::new(stdout());
    let (mut rows, mut counts) = (Vec::new(), [0_u64; 3]);
    let style = Style::stdout();
    let word = targets.first().map_or("changed", |(_, edit)| past(edit));
    let take = |(urn, edit, result): (Urn, Edit, Result<Change, Error>)| {
        let place = ["done", "already", "failed"].iter().position(|word| *word == outcome(&result));
        counts[place.unwrap_or(2)] += 1;
        match args.output {
            Form::Json => rows.push((urn, edit, result)),
            Form::Jsonl => {
                json_line(&mut out, &Told::new(&urn, &edit, &result))?;
                out.flush()?;
            }
            Form::Table | Form::Csv => {
                let text = match &result {
                    Ok(change) => change_text(&urn, &edit, change, &style),
                    Err(error) => failed_text(&urn, error, &style),
                };
                write!(out, "{text}")?;
                out.flush()?;
            }
        }
        Ok(())
    };
    let all = targets.len() as u64;
    let told = drive(Progress::counting("changing", all), hub.edit_all(targets, at_once), |_| 1, take).await;
    let [done, already, bad] = counts;
    match args.output {
        Form::Json => {
            let changes: Vec<_> =
                rows.iter().map(|(urn, edit, result)| Told::new(urn, edit, result)).collect();
            let summary = object!({ "done": done, "already": already, "failed": bad });
            json(&mut out, &object!({ "changes": changes, "summary": summary, "receipt": receipt }))?;
        }
        Form::Table => {
            write!(out, "{}", tally(&[(word, done), ("already so", already), ("failed", bad)]))?;
        }
        Form::Jsonl | Form::Csv => {}
    }
    out.flush()?;
    told?;
    tell_incomplete(receipt);
    Ok(ended(done + already, bad, receipt))
}

/// One change, as it has always been told.
fn one(args: &Args, urn: &Urn, edit: &Edit, change: Change) -> Result<ExitCode, Failure> {
    let mut out = stdout();
    let text = change_text(urn, edit, &change, &Style::stdout());
    let result = Ok(change);
    let told = Told::new(urn, edit, &result);
    match args.output {
        Form::Json => json(&mut out, &told)?,
        Form::Jsonl => json_line(&mut out, &told)?,
        Form::Table | Form::Csv => write!(out, "{text}")?,
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
