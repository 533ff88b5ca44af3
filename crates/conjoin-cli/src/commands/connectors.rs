//! `conjoin connectors`

use std::io::{self, Write as _};
use std::process::ExitCode;

use super::{ended, json, json_line, stdout};
use crate::args::{Args, Connectors, Form};
use crate::failure::Failure;
use crate::output::{Style, connectors_table, receipt_text};
use crate::setup;

pub(super) async fn run(args: &Args, connectors: &Connectors) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`connectors` has no CSV form; there are: table, json, jsonl"));
    }
    let hub = setup::hub(args, &connectors.provider).await?;
    let listing = hub.list_connectors(&connectors.query()).await;
    let (items, receipt) = (&listing.items, &listing.receipt);
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &serde_json::json!({ "connectors": items, "receipt": receipt }))?,
        Form::Jsonl => {
            items.iter().try_for_each(|connector| json_line(&mut out, connector))?;
            out.flush()?;
            // Who does not read it has the exit code.
            let _ = write!(io::stderr(), "{}", receipt_text(receipt, &Style::stderr()));
        }
        Form::Table | Form::Csv => {
            let style = Style::stdout();
            write!(out, "{}\n{}", connectors_table(items, &style), receipt_text(receipt, &style))?;
        }
    }
    out.flush()?;
    Ok(ended(receipt))
}
