//! `conjoin list`

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use conjoin::{Connection, Event, Hub, ProviderReceipt, Query, Receipt, Timestamp};
use futures_util::StreamExt as _;
use serde::Serialize;
use tokio::time::MissedTickBehavior;

use super::{ended, json, json_line, stdout};
use crate::args::{Args, Form, List};
use crate::failure::Failure;
use crate::output::{
    CsvWriter, Progress, Style, connections_summary, connections_table, plan_text, receipt_text,
};
use crate::setup;

#[derive(Serialize)]
struct Answer<'a> {
    connections: &'a [Connection],
    receipt: &'a Receipt,
}

pub(super) async fn run(args: &Args, list: &List) -> Result<ExitCode, Failure> {
    let hub = setup::hub(args, &list.selection.provider).await?;
    let query = list.selection.query();
    let receipt = match args.output {
        Form::Jsonl => {
            let mut out = stdout();
            stream(&hub, &query, |rows| {
                rows.iter().try_for_each(|row| json_line(&mut out, row))?;
                Ok(out.flush()?)
            })
            .await?
        }
        Form::Csv => {
            let mut csv = CsvWriter::new(stdout())?;
            let receipt = stream(&hub, &query, |rows| {
                rows.iter().try_for_each(|row| csv.write(row))?;
                Ok(csv.flush()?)
            })
            .await?;
            csv.flush()?;
            receipt
        }
        Form::Table | Form::Json => return collected(args, &hub, &query).await,
    };
    // Who does not read it has the exit code.
    let _ = write!(io::stderr(), "{}", receipt_text(&receipt, &Style::stderr()));
    Ok(ended(&receipt))
}

async fn collected(args: &Args, hub: &Hub, query: &Query) -> Result<ExitCode, Failure> {
    let mut connections = Vec::new();
    let receipt = stream(hub, query, |rows| {
        connections.extend(rows);
        Ok(())
    })
    .await?;
    // In the configured order, not in that of arrival: the same answer prints the same.
    let place =
        |row: &Connection| receipt.providers.iter().position(|provider| provider.provider == row.provider);
    connections.sort_by_cached_key(place);

    let mut out = stdout();
    if args.output == Form::Json {
        json(&mut out, &Answer { connections: &connections, receipt: &receipt })?;
    } else {
        let style = Style::stdout();
        if connections.is_empty() && !receipt.is_complete() {
            writeln!(out, "No connections came, and the answer is not complete.")?;
        } else {
            write!(out, "{}", connections_table(&connections, &style, Timestamp::now()))?;
        }
        if connections.is_empty() && !query.connectors.is_empty() {
            writeln!(out, "`conjoin connectors` shows the slugs that there are.")?;
        }
        let summary = connections_summary(&connections, &style);
        if !summary.is_empty() {
            write!(out, "\n{summary}")?;
        }
        write!(out, "\n{}", receipt_text(&receipt, &style))?;
    }
    out.flush()?;
    Ok(ended(&receipt))
}

/// Passes rows on as they come, under a line that shows that something is going on.
pub(super) async fn stream(
    hub: &Hub,
    query: &Query,
    mut take: impl FnMut(Vec<Connection>) -> Result<(), Failure>,
) -> Result<Receipt, Failure> {
    let mut progress = Progress::stderr(hub.providers().iter().map(|provider| provider.info().name.clone()));
    let mut clock = tokio::time::interval(Duration::from_millis(100));
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut events = hub.stream(query);
    let mut receipts: Vec<ProviderReceipt> = Vec::new();
    loop {
        let event = tokio::select! {
            biased;
            event = events.next() => event,
            _ = clock.tick() => {
                progress.tick();
                continue;
            }
        };
        match event {
            Some(Event::Rows(rows)) => {
                progress.clear();
                progress.rows(rows.len());
                take(rows)?;
            }
            Some(Event::End(receipt)) => {
                progress.done(&receipt.provider);
                receipts.push(*receipt);
            }
            Some(_) => {}
            None => break,
        }
    }
    progress.clear();
    Ok(hub.receipt(receipts))
}

pub(super) fn plan(args: &Args, list: &List) -> Result<ExitCode, Failure> {
    let plans = setup::hub_without_credentials(args, &list.selection.provider)?.plan(&list.selection.query());
    let objects: Vec<_> = plans
        .iter()
        .map(|(provider, plan)| serde_json::json!({ "provider": provider, "plan": plan }))
        .collect();
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &serde_json::json!({ "plans": objects }))?,
        Form::Jsonl => objects.iter().try_for_each(|plan| json_line(&mut out, plan))?,
        Form::Csv => return Err(Failure::usage("a plan has no CSV form; there are: table, json, jsonl")),
        Form::Table => {
            for (provider, plan) in &plans {
                write!(out, "{}", plan_text(provider, plan, &Style::stdout()))?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
