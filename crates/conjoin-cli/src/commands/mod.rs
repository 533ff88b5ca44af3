//! One file a command: ask, print, and say how it ended.

mod apply;
mod change;
mod check;
mod completions;
mod connectors;
mod diff;
mod doctor;
mod emulate;
mod fixtures;
mod list;
mod man;
mod new_provider;
mod one;
mod plan_change;
mod providers;
mod signal;
mod snapshot;
mod twins;
mod watch;
mod work;

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use conjoin::{Edit, ErrorKind, Receipt};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, PrettyFormatter};

use crate::args::{Args, Command};
use crate::failure::{COMPLETE, FAILED, Failure, PARTIAL};
use crate::output::write_json;

pub(crate) async fn run(args: Args) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Providers => providers::run(&args),
        Command::List(list) if list.plan => list::plan(&args, list),
        Command::List(list) => list::run(&args, list).await,
        Command::Get { urn } => one::get(&args, urn).await,
        Command::Explain { urn } => one::explain(&args, urn).await,
        Command::Enable(targets) => change::all(&args, targets, &Edit::Enable).await,
        Command::Disable(targets) => change::all(&args, targets, &Edit::Disable).await,
        Command::Rename(rename) => change::run_named(&args, rename.edits(), rename.at_once.into()).await,
        Command::Tag(tag) => change::tag(&args, tag).await,
        Command::Delete(delete) => change::all(&args, &delete.targets, &Edit::Delete).await,
        Command::Check(check) => check::run(&args, check).await,
        Command::Plan(plan) => plan_change::run(&args, plan).await,
        Command::Apply(apply) => apply::apply(&args, apply).await,
        Command::Undo(undo) => apply::undo(&args, undo).await,
        Command::Twins(twins) => twins::run(&args, twins).await,
        Command::Snapshot(snapshot) => snapshot::run(&args, snapshot).await,
        Command::Diff(diff) => diff::run(&args, diff).await,
        Command::Watch(watch) => watch::run(&args, watch).await,
        Command::Connectors(connectors) => connectors::run(&args, connectors).await,
        Command::Emulate(emulate) => emulate::run(&args, emulate).await,
        Command::Fixtures(command) => fixtures::run(&args, command).await,
        Command::Doctor(doctor) => doctor::run(&args, doctor).await,
        Command::Man { out } => man::run(out.as_deref()),
        Command::NewProvider(new) => new_provider::run(new),
        Command::Completions { shell } => completions::run(*shell),
    }
}

fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// One JSON value, for people as well as for programs.
fn json(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    write_json(&mut *out, value, PrettyFormatter::new())?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// One JSON value on one line.
fn json_line(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    write_json(&mut *out, value, CompactFormatter)?;
    Ok(writeln!(out)?)
}

/// How an answer from several providers ended.
fn ended(receipt: &Receipt) -> ExitCode {
    ExitCode::from(if receipt.is_complete() {
        COMPLETE
    } else if receipt.is_failure() {
        FAILED
    } else {
        PARTIAL
    })
}

/// An operation on one connection: a configuration that cannot work is a mistake of usage, if nothing was
/// sent.
fn failed(error: conjoin::Error) -> Failure {
    if error.kind() == ErrorKind::Config && error.attempts() == 0 {
        Failure::Usage(error)
    } else {
        Failure::Failed(error)
    }
}
