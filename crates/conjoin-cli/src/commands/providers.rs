//! `conjoin providers`

use std::io::Write as _;
use std::process::ExitCode;

use super::{json, json_line, stdout};
use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::output::{Style, providers_table};
use crate::setup;

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let providers = setup::providers(args)?;
    let mut out = stdout();
    match args.output {
        Form::Table => write!(out, "{}", providers_table(&providers, &Style::stdout()))?,
        Form::Json => json(&mut out, &serde_json::json!({ "providers": providers }))?,
        Form::Jsonl => providers.iter().try_for_each(|provider| json_line(&mut out, provider))?,
        Form::Csv => {
            return Err(Failure::usage("`providers` has no CSV form; there are: table, json, jsonl"));
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
