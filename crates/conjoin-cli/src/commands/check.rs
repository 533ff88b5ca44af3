//! `conjoin check`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Checkup, Connection, Error, ErrorKind, Hub, Receipt, Status, Urn};
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::json as object;

use super::work::{Patient, drive, select, tell_incomplete};
use super::{failed, json, json_line, stdout};
use crate::args::{Args, Check, Form, Which};
use crate::failure::{BROKEN, COMPLETE, FAILED, Failure, PARTIAL};
use crate::output::{Progress, Style, check_text, explanation_text, failed_text, tally};
use crate::setup;

/// What a vendor says of one connection.
#[derive(Serialize)]
struct Told<'a> {
    urn: &'a Urn,
    status: Option<Status>,
    checkup: Option<&'a Checkup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Error>,
}

impl<'a> Told<'a> {
    fn new(urn: &'a Urn, result: &'a Result<Checkup, Error>) -> Self {
        let checkup = result.as_ref().ok();
        Self { urn, status: checkup.map(Checkup::status), checkup, error: result.as_ref().err() }
    }
}

pub(super) async fn run(args: &Args, check: &Check) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`check` has no CSV form; there are: table, json, jsonl"));
    }
    match check.targets.which().map_err(Failure::Command)? {
        Which::One(urn) => one(args, &urn, check.test).await,
        Which::Named(urns) => {
            let hub = setup::hub_of(args, &urns).await?;
            many(args, &hub, urns, check, None).await
        }
        Which::Selected(selection) => {
            let hub = setup::hub(args, &selection.provider).await?;
            let (rows, receipt) = select(&hub, &selection.query()).await;
            many(args, &hub, rows.iter().map(Connection::urn).collect(), check, Some(&receipt)).await
        }
    }
}

async fn one(args: &Args, urn: &Urn, test: bool) -> Result<ExitCode, Failure> {
    let hub = setup::hub_of(args, [urn]).await?;
    let (_, checked) = hub.check_all(vec![urn.clone()], test, 1).next().await.ok_or_else(|| {
        let error = Error::new(ErrorKind::Internal, "a check has no end");
        Failure::Failed(error)
    })?;
    let checkup = checked.map_err(failed)?;
    let works = checkup.status().is_usable() == Some(true);
    let mut out = stdout();
    let result = Ok(checkup);
    match (args.output, &result) {
        (Form::Json, result) => json(&mut out, &Told::new(urn, result))?,
        (Form::Jsonl, result) => json_line(&mut out, &Told::new(urn, result))?,
        (_, Ok(checkup)) => {
            let explanation = hub.provider(&urn.provider).map(|provider| checkup.explain(provider.info()));
            let shown = explanation.map(|explanation| explanation_text(&explanation, &Style::stdout()));
            write!(out, "{}", shown.unwrap_or_default())?;
        }
        (_, Err(_)) => {}
    }
    out.flush()?;
    Ok(ExitCode::from(if works { COMPLETE } else { BROKEN }))
}

async fn many(
    args: &Args,
    hub: &Hub,
    urns: Vec<Urn>,
    check: &Check,
    receipt: Option<&Receipt>,
) -> Result<ExitCode, Failure> {
    let mut out = Patient::new(stdout());
    let style = Style::stdout();
    let (mut rows, mut works, mut broken, mut silent) = (Vec::new(), 0_u64, 0_u64, 0_u64);
    let take = |(urn, result): (Urn, Result<Checkup, Error>)| {
        match &result {
            Ok(checkup) if checkup.status().is_usable() == Some(true) => works += 1,
            Ok(_) => broken += 1,
            Err(_) => silent += 1,
        }
        match args.output {
            Form::Json => rows.push((urn, result)),
            Form::Jsonl => json_line(&mut out, &Told::new(&urn, &result))?,
            Form::Table | Form::Csv => {
                let text = match &result {
                    Ok(checkup) => {
                        let provider = hub.provider(&urn.provider);
                        let explanation = provider.map(|provider| checkup.explain(provider.info()));
                        check_text(&urn, checkup, explanation.as_ref(), &style)
                    }
                    Err(error) => failed_text(&urn, error, &style),
                };
                write!(out, "{text}")?;
            }
        }
        Ok(out.flush()?)
    };
    let all = urns.len() as u64;
    let work = hub.check_all(urns, check.test, check.targets.many.at_once.into());
    let told = drive(Progress::counting("checking", all), work, |_| 1, take).await;
    match args.output {
        Form::Json => {
            let checks: Vec<_> = rows.iter().map(|(urn, result)| Told::new(urn, result)).collect();
            let summary = object!({ "work": works, "do_not_work": broken, "failed": silent });
            json(&mut out, &object!({ "checks": checks, "summary": summary, "receipt": receipt }))?;
        }
        Form::Table => {
            write!(out, "{}", tally(&[("work", works), ("do not work", broken), ("failed", silent)]))?;
        }
        Form::Jsonl | Form::Csv => {}
    }
    out.flush()?;
    told?;
    tell_incomplete(receipt);
    let complete = receipt.is_none_or(Receipt::is_complete);
    let nothing = works + broken == 0 && (silent > 0 || receipt.is_some_and(Receipt::is_failure));
    Ok(ExitCode::from(match (nothing, silent == 0 && complete, broken) {
        (true, ..) => FAILED,
        (_, false, _) => PARTIAL,
        (_, _, 0) => COMPLETE,
        _ => BROKEN,
    }))
}
