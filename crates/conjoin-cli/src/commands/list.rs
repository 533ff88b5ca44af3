//! `conjoin list`

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use conjoin::{Connection, Event, Hub, ProviderReceipt, Query, Receipt, Timestamp};
use futures_util::StreamExt as _;
use serde::Serialize;
use tokio::time::MissedTickBehavior;

use super::work::select;
use super::{ended, json, json_line, stdout};
use crate::args::{Args, Form, List, Shape};
use crate::failure::Failure;
use crate::output::{
    CsvWriter, Progress, Style, by_urgency, chosen_table, connections_summary, connections_table, plan_text,
    receipt_text, sort_by,
};
use crate::setup;

#[derive(Serialize)]
struct Answer<'a> {
    connections: &'a [&'a Connection],
    receipt: &'a Receipt,
}

pub(super) async fn run(args: &Args, list: &List) -> Result<ExitCode, Failure> {
    let shape = &list.shape;
    if args.output.is_json() && !shape.columns.is_empty() {
        return Err(Failure::usage("columns are for a table or CSV; json and jsonl have every field"));
    }
    if args.output != Form::Csv && shape.bom {
        return Err(Failure::usage("a byte order mark is for CSV: add `-o csv`"));
    }
    let hub = setup::hub(args, &list.selection.provider).await?;
    let query = list.selection.query();
    match args.output {
        Form::Jsonl => {
            let mut out = stdout();
            passed_on(&hub, &query, shape, |rows| {
                rows.iter().try_for_each(|row| json_line(&mut out, row))?;
                Ok(out.flush()?)
            })
            .await
        }
        Form::Csv => {
            let mut csv = CsvWriter::new(stdout(), &shape.columns, shape.bom)?;
            // A header without rows is an answer as well.
            let passed = passed_on(&hub, &query, shape, |rows| {
                rows.iter().try_for_each(|row| csv.write(row))?;
                Ok(csv.flush()?)
            })
            .await;
            csv.flush()?;
            passed
        }
        Form::Table | Form::Json => collected(args, &hub, &query, shape).await,
    }
}

/// Passes rows on as they come, or sorted at the end; then tells the receipt.
async fn passed_on(
    hub: &Hub,
    query: &Query,
    shape: &Shape,
    mut take: impl FnMut(&[&Connection]) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let receipt = if shape.sort.is_empty() {
        stream(hub, query, |rows| take(&rows.iter().collect::<Vec<_>>())).await?
    } else {
        let (connections, receipt) = select(hub, query).await;
        let mut rows: Vec<_> = connections.iter().collect();
        sort_by(&mut rows, &shape.sort);
        take(&rows)?;
        receipt
    };
    // Who does not read it has the exit code.
    let _ = write!(io::stderr(), "{}", receipt_text(&receipt, &Style::stderr()));
    Ok(ended(&receipt))
}

async fn collected(args: &Args, hub: &Hub, query: &Query, shape: &Shape) -> Result<ExitCode, Failure> {
    let (connections, receipt) = select(hub, query).await;
    let mut out = stdout();
    if args.output == Form::Json {
        let mut rows: Vec<_> = connections.iter().collect();
        sort_by(&mut rows, &shape.sort);
        json(&mut out, &Answer { connections: &rows, receipt: &receipt })?;
    } else {
        let (style, now) = (Style::stdout(), Timestamp::now());
        let mut rows = by_urgency(&connections);
        sort_by(&mut rows, &shape.sort);
        if connections.is_empty() && !receipt.is_complete() {
            writeln!(out, "No connections came, and the answer is not complete.")?;
        } else if connections.is_empty() || shape.columns.is_empty() {
            write!(out, "{}", connections_table(&rows, &style, now))?;
        } else {
            write!(out, "{}", chosen_table(&rows, &shape.columns, &style, now))?;
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
