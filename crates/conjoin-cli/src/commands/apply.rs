//! `conjoin apply` and `conjoin undo`

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conjoin::{Applied, ChangePlan, Ending, FileError, Journal, PlannedChange, Verdict};
use serde_json::json as object;

use super::work::{Patient, drive, ended};
use super::{json, json_line, stdout};
use crate::args::{Apply, Args, Form, Undo};
use crate::failure::Failure;
use crate::output::{Progress, Style, applied_text, past, tally};
use crate::setup;

pub(super) async fn apply(args: &Args, apply: &Apply) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    let from_stdin = apply.plan == Path::new("-");
    let journal = match &apply.journal {
        Some(path) => path.clone(),
        None if from_stdin => {
            return Err(Failure::usage(
                "a plan from standard input needs --journal FILE: where to keep what was done",
            ));
        }
        None => apply.plan.with_extension("journal.jsonl"),
    };
    let plan =
        if from_stdin { read_stdin() } else { ChangePlan::load(&apply.plan) }.map_err(Failure::unusable)?;
    if plan.deletes() && !apply.yes {
        return Err(Failure::usage(
            "the plan deletes connections, which cannot be undone; confirm it with --yes",
        ));
    }
    if !plan.complete {
        let text = "the plan was made from a partial answer: there may be connections that it does not know";
        let _ = writeln!(io::stderr(), "note: {text}");
    }
    carry_out(args, &plan, &journal, apply.at_once.into(), Purpose::Apply).await
}

pub(super) async fn undo(args: &Args, undo: &Undo) -> Result<ExitCode, Failure> {
    no_csv(args)?;
    // Held until the end: nobody applies what is being undone.
    let done = Journal::load(&undo.done).map_err(Failure::unusable)?;
    let plan = done.undoing();
    done.mark_undone().map_err(Failure::unusable)?;
    let journal = undo.journal.clone().unwrap_or_else(|| undo.done.with_extension("undo.jsonl"));
    carry_out(args, &plan, &journal, undo.at_once.into(), Purpose::Undo).await
}

#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Apply,
    Undo,
}

async fn carry_out(
    args: &Args,
    plan: &ChangePlan,
    path: &Path,
    at_once: usize,
    purpose: Purpose,
) -> Result<ExitCode, Failure> {
    let mut out = Patient::new(stdout());
    let style = Style::stdout();
    let mut rows: Vec<Applied> = Vec::new();
    let mut broken: Option<FileError> = None;
    let mut journal_at: Option<PathBuf> = None;
    let mut told = Ok(());
    if plan.changes().next().is_some() {
        let hub = setup::hub(args, &plan.changed_providers()).await?;
        plan.check_accounts(&hub).map_err(Failure::unusable)?;
        let journal = Journal::open(path, plan).map_err(Failure::unusable)?;
        let verb = if purpose == Purpose::Apply { "changing" } else { "restoring" };
        let progress = Progress::counting(verb, plan.changes().count() as u64);
        told = drive(
            progress,
            hub.apply(plan, &journal, at_once),
            |_| 1,
            |row| {
                let row = match row {
                    Ok(row) => row,
                    Err(error) => {
                        broken.get_or_insert(error);
                        return Ok(());
                    }
                };
                let result = match args.output {
                    Form::Jsonl => json_line(&mut out, &row),
                    Form::Table | Form::Csv => Ok(write!(out, "{}", applied_text(&row, &style))?),
                    Form::Json => Ok(()),
                };
                rows.push(row);
                result?;
                Ok(out.flush()?)
            },
        )
        .await;
        journal_at = Some(path.to_owned());
    }
    let number = |ending: Ending| rows.iter().filter(|row| row.ending == ending).count() as u64;
    // What was done and cannot be undone is not silently left out. What a plan is not to change, it has said.
    let stays = |row: &&PlannedChange| purpose == Purpose::Undo && row.verdict != Verdict::Change;
    let impossible: Vec<_> = plan.rows.iter().filter(stays).collect();
    match args.output {
        Form::Json => {
            let summary: serde_json::Map<_, _> =
                Ending::ALL.iter().map(|e| (e.as_str().to_owned(), number(*e).into())).collect();
            json(
                &mut out,
                &object!({
                    "rows": rows,
                    "impossible": impossible,
                    "summary": summary,
                    "journal": journal_at,
                    "error": broken.as_ref().map(ToString::to_string),
                }),
            )?;
        }
        Form::Jsonl => {}
        Form::Table | Form::Csv => {
            for row in &impossible {
                let why = row.why.as_deref().unwrap_or_default();
                writeln!(out, "impossible {}: {why}", row.urn)?;
            }
            let word = rows.first().map_or("changed", |row| past(&row.edit));
            let counts = [
                (word, number(Ending::Done)),
                ("already so", number(Ending::Already)),
                ("in conflict", number(Ending::Conflict)),
                ("failed", number(Ending::Failed)),
                ("unknown", number(Ending::Unknown)),
                ("impossible", impossible.len() as u64),
            ];
            write!(out, "{}", tally(&counts))?;
        }
    }
    out.flush()?;
    told?;
    if let Some(path) = &journal_at {
        let _ = writeln!(io::stderr(), "`conjoin undo {}` restores what this has changed", path.display());
    }
    if let Some(error) = broken {
        let _ = writeln!(io::stderr(), "error: {error}");
        return Ok(ExitCode::from(crate::failure::FAILED));
    }
    let good = rows.iter().filter(|row| row.ending.is_good()).count() as u64;
    Ok(ended(good, rows.len() as u64 - good + impossible.len() as u64, None))
}

fn read_stdin() -> Result<ChangePlan, FileError> {
    let mut text = String::new();
    // What cannot be read is no plan, and the message says so.
    let _ = io::stdin().lock().read_to_string(&mut text);
    ChangePlan::parse(&text)
}

fn no_csv(args: &Args) -> Result<(), Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("what was applied has no CSV form; there are: table, json, jsonl"));
    }
    Ok(())
}
