//! `conjoin twins`

use std::io::{self, Write as _};
use std::process::ExitCode;

use conjoin::Timestamp;

use super::work::select;
use super::{ended, json, json_line, stdout};
use crate::args::{Args, Form, Twins};
use crate::failure::Failure;
use crate::output::{CsvWriter, Style, receipt_text, twins_text};
use crate::setup;

pub(super) async fn run(args: &Args, twins: &Twins) -> Result<ExitCode, Failure> {
    let hub = setup::hub(args, &twins.selection.provider).await?;
    let (connections, receipt) = select(&hub, &twins.selection.query()).await;
    let mut found = conjoin::twins(&connections);
    found.retain(|group| group.strength >= twins.strength);

    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &serde_json::json!({ "twins": found, "receipt": receipt }))?,
        Form::Jsonl => found.iter().try_for_each(|group| json_line(&mut out, group))?,
        Form::Csv => {
            let mut csv = CsvWriter::of_twins(&mut out)?;
            for (number, group) in found.iter().enumerate() {
                group.connections.iter().try_for_each(|c| csv.write_twin(number + 1, group, c))?;
            }
            csv.flush()?;
        }
        Form::Table => {
            let style = Style::stdout();
            let text = twins_text(&found, receipt.is_complete(), &style, Timestamp::now());
            write!(out, "{text}\n{}", receipt_text(&receipt, &style))?;
        }
    }
    out.flush()?;
    if matches!(args.output, Form::Jsonl | Form::Csv) {
        // Who does not read it has the exit code.
        let _ = write!(io::stderr(), "{}", receipt_text(&receipt, &Style::stderr()));
    }
    Ok(ended(&receipt))
}
