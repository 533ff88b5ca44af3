//! `conjoin get` and `conjoin explain`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::{Connection, Timestamp, Urn};
use serde::Serialize;

use super::{failed, json, json_line, stdout};
use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::output::{CsvWriter, Style, connection_details, explanation_text};
use crate::setup;

pub(super) async fn get(args: &Args, urn: &Urn) -> Result<ExitCode, Failure> {
    let connection = read(args, urn).await?;
    if args.output == Form::Csv {
        let mut csv = CsvWriter::new(stdout(), &[], false)?;
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

async fn read(args: &Args, urn: &Urn) -> Result<Connection, Failure> {
    setup::hub_of(args, [urn]).await?.get(urn).await.map_err(failed)
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
