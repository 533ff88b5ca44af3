//! `conjoin diff`

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conjoin::{
    Comparison, Detail, Diff as Told, Inventory, ProviderName, Query, SnapshotReader, Timestamp, Vendor,
};

use super::list::stream;
use super::{json, json_line, stdout};
use crate::args::{Args, Diff, Form};
use crate::failure::{COMPLETE, DIFFERENT, FAILED, Failure, PARTIAL};
use crate::output::{Style, diff_table, diff_verdict};
use crate::{setup, state};

pub(super) async fn run(args: &Args, diff: &Diff) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`diff` has no CSV form; there are: table, json, jsonl"));
    }
    let scope = diff.selection.query();
    if scope.detail != Detail::default() {
        return Err(Failure::usage("`diff` asks what the old side was asked; --detail has no part in it"));
    }
    let names = &diff.selection.provider;
    let path = old(args, diff)?;
    let old = Inventory::load(&path).map_err(Failure::unusable)?.select(names);
    if !names.is_empty() && !names.iter().any(|name| old.has(name)) {
        let names: Vec<_> = names.iter().map(ProviderName::as_str).collect();
        return Err(Failure::usage(format!("{} has nothing of {}", path.display(), names.join(", "))));
    }
    let told = match &diff.new {
        Some(new) => between(old, new, names)?,
        None => live(args, old, names, &path).await?,
    };
    let told = told.concerning(&scope);
    let filtered = scope != Query::new();

    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &told)?,
        Form::Jsonl => {
            told.differences.iter().try_for_each(|difference| json_line(&mut out, difference))?;
            out.flush()?;
            // Who does not read it has the exit code.
            let _ = write!(io::stderr(), "{}", diff_verdict(&told, filtered, &Style::stderr()));
        }
        Form::Table | Form::Csv => {
            let style = Style::stdout();
            write!(
                out,
                "{}{}",
                diff_table(&told.differences, &style),
                diff_verdict(&told, filtered, &style)
            )?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(ended(&told)))
}

/// Differences are told first: they are true however much could be compared.
fn ended(told: &Told) -> u8 {
    if !told.differences.is_empty() {
        DIFFERENT
    } else if told.complete {
        COMPLETE
    } else if told.new.receipt.is_failure() {
        FAILED
    } else {
        PARTIAL
    }
}

fn old(args: &Args, diff: &Diff) -> Result<PathBuf, Failure> {
    if let Some(path) = &diff.old {
        return Ok(path.clone());
    }
    state::last_snapshot(args.demo).filter(|path| path.is_file()).ok_or_else(|| {
        Failure::usage(
            "there is no last snapshot to compare with; `conjoin snapshot` takes one, or name a file",
        )
    })
}

/// One file against another, of which only the old one is in memory.
fn between(old: Inventory, new: &Path, names: &[ProviderName]) -> Result<Told, Failure> {
    let mut reader = SnapshotReader::open(new).map_err(Failure::unusable)?;
    let header = reader.header();
    let providers = header.providers.iter().map(|provider| (provider.name.clone(), provider.vendor.clone()));
    let providers = providers.filter(|(name, _)| names.is_empty() || names.contains(name));
    let mut comparison = Comparison::new(old, header.taken_at, header.query.clone(), providers);
    while let Some(connection) = reader.next_row().map_err(Failure::unusable)? {
        comparison.observe(connection);
    }
    let receipts = reader.end().map(|end| end.receipt.providers.clone()).unwrap_or_default();
    for receipt in receipts {
        comparison.conclude(receipt);
    }
    Ok(comparison.finish())
}

/// A file against what the vendors answer now to the same question. Whom the file does not know is not asked.
async fn live(args: &Args, old: Inventory, names: &[ProviderName], path: &Path) -> Result<Told, Failure> {
    let configured: Vec<(ProviderName, Vendor)> = setup::hub_without_credentials(args, names)?
        .providers()
        .iter()
        .map(|provider| (provider.info().name.clone(), provider.info().vendor.clone()))
        .collect();
    let asked: Vec<_> =
        configured.iter().map(|(name, _)| name).filter(|name| old.has(name)).cloned().collect();
    if asked.is_empty() {
        let path = path.display();
        return Err(Failure::usage(format!(
            "no provider of {path} is configured; name another file, or another --config"
        )));
    }
    let hub = setup::hub(args, &asked).await?;
    let query = old.query().clone();
    let mut comparison = Comparison::new(old, Timestamp::now(), query.clone(), configured);
    let receipt = stream(&hub, &query, |rows| {
        for row in rows {
            comparison.observe(row);
        }
        Ok(())
    })
    .await?;
    for receipt in receipt.providers {
        comparison.conclude(receipt);
    }
    Ok(comparison.finish())
}
