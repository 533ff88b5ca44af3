//! `conjoin snapshot`

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conjoin::{Hub, Query, Receipt, SnapshotError, SnapshotFile, SnapshotHeader, SnapshotWriter};

use super::list::stream;
use super::signal::End;
use super::{ended, json, json_line, stdout};
use crate::args::{Args, Form, Snapshot};
use crate::failure::{FAILED, Failure};
use crate::output::{Style, receipt_text, snapshot_text};
use crate::{setup, state};

pub(super) async fn run(args: &Args, snapshot: &Snapshot) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`snapshot` has no CSV form; there are: table, json, jsonl"));
    }
    let path = path(args, snapshot)?;
    let hub = setup::hub(args, &snapshot.selection.provider).await?;
    let query = snapshot.selection.query();
    if path.as_os_str() == "-" {
        return to_stdout(&hub, query).await;
    }
    // Before there is anything to be left behind.
    let mut end = End::new()?;
    let mut file = SnapshotFile::create(&path, &header(&hub, &query)).map_err(unwritten)?;
    let receipt = tokio::select! {
        receipt = stream(&hub, &query, |rows| rows.iter().try_for_each(|row| file.write(row)).map_err(unwritten)) => receipt?,
        () = end.wait() => {
            let _ = writeln!(io::stderr(), "stopped; {} is as it was", path.display());
            return Ok(ExitCode::from(FAILED));
        }
    };
    let rows = file.rows();
    // Nothing at all is worth less than what may be there.
    let written = !receipt.is_failure();
    if written {
        file.finish(receipt.clone()).map_err(unwritten)?;
    }
    told(args, &path, rows, written, &receipt)?;
    Ok(ended(&receipt))
}

fn path(args: &Args, snapshot: &Snapshot) -> Result<PathBuf, Failure> {
    let path = snapshot.out.clone().or_else(|| state::last_snapshot(args.demo));
    path.ok_or_else(|| {
        Failure::usage("there is no home folder to keep the snapshot in; name a file with --out FILE")
    })
}

fn header(hub: &Hub, query: &Query) -> SnapshotHeader {
    let providers = hub.providers().iter().map(|p| (p.info().name.clone(), p.info().vendor.clone()));
    SnapshotHeader::now(query.clone(), providers)
}

async fn to_stdout(hub: &Hub, query: Query) -> Result<ExitCode, Failure> {
    let mut writer = SnapshotWriter::new(stdout(), &header(hub, &query))?;
    let rows = |rows: Vec<conjoin::Connection>| Ok(rows.iter().try_for_each(|row| writer.write(row))?);
    let receipt = stream(hub, &query, rows).await?;
    writer.finish(receipt.clone())?;
    let _ = write!(io::stderr(), "{}", receipt_text(&receipt, &Style::stderr()));
    Ok(ended(&receipt))
}

fn told(args: &Args, path: &Path, rows: u64, written: bool, receipt: &Receipt) -> Result<(), Failure> {
    let mut out = stdout();
    let object = serde_json::json!({
        "snapshot": path,
        "written": written,
        "connections": rows,
        "receipt": receipt,
    });
    match args.output {
        Form::Json => json(&mut out, &object)?,
        Form::Jsonl => json_line(&mut out, &object)?,
        Form::Table | Form::Csv => {
            write!(out, "{}", snapshot_text(path, rows, written, receipt, &Style::stdout()))?;
        }
    }
    Ok(out.flush()?)
}

/// A file that cannot be written is no mistake of the command line: disks fill up.
pub(super) fn unwritten(error: SnapshotError) -> Failure {
    Failure::Unwritten(error)
}
