//! `conjoin check`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Checkup, Error, Hub, Operation, Receipt, Status, Urn};
use serde::Serialize;
use serde_json::json as object;

use super::work::{Abilities, Patient, drive, select, tell_incomplete};
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
    let operation = if check.test { Operation::Test } else { Operation::Check };
    let mut abilities = Abilities::of(args)?;
    let (hub, urns, receipt) = match check.targets.which().map_err(Failure::Command)? {
        Which::One(urn) => {
            abilities.require(&urn.provider, operation).map_err(failed)?;
            return one(args, &urn, check.test).await;
        }
        Which::Named(urns) if urns.is_empty() => (Hub::new(), urns, None),
        Which::Named(urns) => {
            let mut providers: Vec<_> = urns.iter().map(|urn| urn.provider.clone()).collect();
            providers.sort();
            providers.dedup();
            (setup::hub(args, &providers).await?, urns, None)
        }
        Which::Selected(selection) => {
            let hub = setup::hub(args, &selection.provider).await?;
            let (rows, receipt) = select(&hub, &selection.query()).await;
            (hub, rows.iter().map(conjoin::Connection::urn).collect(), Some(receipt))
        }
    };
    let mut refused = Vec::new();
    let mut able = Vec::new();
    for urn in urns {
        match abilities.require(&urn.provider, operation) {
            Ok(()) => able.push(urn),
            Err(error) => refused.push((urn, Err(error))),
        }
    }
    many(args, &hub, able, refused, check, receipt.as_ref()).await
}

async fn one(args: &Args, urn: &Urn, test: bool) -> Result<ExitCode, Failure> {
    let hub = setup::hub(args, std::slice::from_ref(&urn.provider)).await?;
    let checked = if test { hub.test(urn).await } else { hub.check(urn).await };
    let checkup = checked.map_err(failed)?;
    let works = checkup.status().is_usable() == Some(true);
    let mut out = stdout();
    let result = Ok(checkup);
    match (args.output, &result) {
        (Form::Json, result) => json(&mut out, &Told::new(urn, result))?,
        (Form::Jsonl, result) => json_line(&mut out, &Told::new(urn, result))?,
        (_, Ok(checkup)) => {
            let explanation = hub.provider(&urn.provider).map(|provider| checkup.explain(provider.info()));
            let text = explanation.map(|explanation| explanation_text(&explanation, &Style::stdout()));
            write!(out, "{}", text.unwrap_or_default())?;
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
    refused: Vec<(Urn, Result<Checkup, Error>)>,
    check: &Check,
    receipt: Option<&Receipt>,
) -> Result<ExitCode, Failure> {
    let mut out = Patient::new(stdout());
    let style = Style::stdout();
    let (mut rows, mut works, mut broken, mut silent) = (Vec::new(), 0_u64, 0_u64, 0_u64);
    let mut take = |(urn, result): (Urn, Result<Checkup, Error>)| {
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
    let early = refused.into_iter().try_for_each(&mut take);
    let work = hub.check_all(urns, check.test, check.targets.many.at_once.into());
    let late = drive(Progress::counting("checking", all), work, take).await;
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
    early.and(late)?;
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
