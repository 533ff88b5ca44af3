//! `conjoin plan`

use std::io::{self, Write as _};
use std::process::ExitCode;

use conjoin::{ChangePlan, Edit, Listing, Urn};

use super::work::select;
use super::{json, json_line, stdout};
use crate::args::{Args, Form, Plan, PlannedEdit, Targets, Which};
use crate::failure::{COMPLETE, FAILED, Failure, PARTIAL};
use crate::output::{Style, change_plan_text};
use crate::setup;

pub(super) async fn run(args: &Args, plan: &Plan) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("a plan has no CSV form; there are: table, json, jsonl"));
    }
    let all = async |targets: &Targets, edit: Edit| {
        make(args, targets.edits(&edit), &edit, targets.many.at_once).await
    };
    let made = match &plan.change {
        PlannedEdit::Enable(targets) => all(targets, Edit::Enable).await,
        PlannedEdit::Disable(targets) => all(targets, Edit::Disable).await,
        PlannedEdit::Delete(targets) => all(targets, Edit::Delete).await,
        // A rename selects nothing: its edits are named.
        PlannedEdit::Rename(rename) => make(args, rename.edits(), &Edit::Enable, rename.at_once).await,
        PlannedEdit::Tag(tag) => {
            let (edits, edit) = tag.edits().map_err(Failure::Command)?;
            make(args, Ok(edits), &edit, tag.many().at_once).await
        }
    }?;
    if let Some(path) = &plan.out {
        made.save(path).map_err(Failure::unusable)?;
    }
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &made)?,
        Form::Jsonl => json_line(&mut out, &made)?,
        Form::Table | Form::Csv => write!(out, "{}", change_plan_text(&made, &Style::stdout()))?,
    }
    out.flush()?;
    if let Some(path) = plan.out.as_ref().filter(|_| made.changes().next().is_some()) {
        let _ = writeln!(io::stderr(), "`conjoin apply {}` carries it out", path.display());
    }
    let nothing = made.rows.iter().all(|row| row.status.is_none()) && !made.complete;
    Ok(ExitCode::from(match (made.complete, nothing) {
        (true, _) => COMPLETE,
        (false, true) => FAILED,
        (false, false) => PARTIAL,
    }))
}

async fn make(
    args: &Args,
    edits: Result<Which<'_, (Urn, Edit)>, String>,
    edit: &Edit,
    at_once: u8,
) -> Result<ChangePlan, Failure> {
    let edits = match edits.map_err(Failure::Command)? {
        Which::Selected(selection) => {
            let hub = setup::hub(args, &selection.provider).await?;
            let (rows, receipt) = select(&hub, &selection.query()).await;
            return Ok(hub.plan_listed(edit, &Listing::new(rows, receipt)));
        }
        Which::One(edit) => vec![edit],
        Which::Named(edits) => edits,
    };
    let hub = setup::hub_of(args, edits.iter().map(|(urn, _)| urn)).await?;
    Ok(hub.plan_edits(edits, at_once.into()).await)
}
