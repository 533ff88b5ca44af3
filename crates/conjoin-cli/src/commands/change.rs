//! `conjoin enable` and `conjoin disable`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin::Urn;

use super::{failed, hub_of, json, json_line, stdout};
use crate::args::{Args, Form};
use crate::failure::Failure;
use crate::output::{Done, Style, change_text};

pub(super) async fn set_enabled(args: &Args, urn: &Urn, enabled: bool) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("a change has no CSV form; there are: table, json, jsonl"));
    }
    let change = hub_of(args, urn).await?.set_enabled(urn, enabled).await.map_err(failed)?;
    let object = serde_json::json!({
        "urn": urn,
        "enabled": enabled,
        "changed": change.changed,
        "connection": change.connection,
    });
    let done = if enabled { Done::Enabled } else { Done::Disabled };
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &object)?,
        Form::Jsonl => json_line(&mut out, &object)?,
        Form::Table | Form::Csv => write!(out, "{}", change_text(urn, done, &change, &Style::stdout()))?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
