//! `conjoin get`, `conjoin explain` and `conjoin check`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Connection, Timestamp, Urn};
use serde::Serialize;

use super::{failed, hub_of, json, json_line, stdout};
use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::output::{CsvWriter, Style, connection_details, explanation_text};

pub(super) async fn get(args: &Args, urn: &Urn) -> Result<ExitCode, Failure> {
    let connection = read(args, urn).await?;
    if args.output == Form::Csv {
        let mut csv = CsvWriter::new(stdout())?;
        csv.write(&connection)?;
        csv.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    print(args, &connection, |style| connection_details(&connection, style, Timestamp::now()))
}

pub(super) async fn explain(args: &Args, urn: &Urn) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`explain` has no CSV form; there are: table, json, jsonl"));
    }
    let explanation = read(args, urn).await?.explain();
    print(args, &explanation, |style| explanation_text(&explanation, style))
}

/// The connection as it is, with the facts that the vendor tells when it is asked whether it works.
pub(super) async fn check(args: &Args, urn: &Urn) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`check` has no CSV form; there are: table, json, jsonl"));
    }
    let hub = hub_of(args, urn).await?;
    let checkup = hub.check(urn).await.map_err(failed)?;
    let explanation = hub.provider(&urn.provider).map(|provider| checkup.explain(provider.info()));
    let told = serde_json::json!({ "urn": urn, "status": checkup.status(), "checkup": checkup });
    print(args, &told, |style| {
        explanation.as_ref().map(|explanation| explanation_text(explanation, style)).unwrap_or_default()
    })
}

async fn read(args: &Args, urn: &Urn) -> Result<Connection, Failure> {
    hub_of(args, urn).await?.get(urn).await.map_err(failed)
}

fn print(args: &Args, value: &impl Serialize, text: impl Fn(&Style) -> String) -> Result<ExitCode, Failure> {
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, value)?,
        Form::Jsonl => json_line(&mut out, value)?,
        Form::Table | Form::Csv => write!(out, "{}", text(&Style::stdout()))?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
