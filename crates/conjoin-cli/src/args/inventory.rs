//! `conjoin snapshot`, `conjoin diff` and `conjoin watch`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;

use super::Selection;

#[derive(ClapArgs, Debug)]
pub(crate) struct Snapshot {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Where to write it; `-` is standard output [default: the last snapshot, in the user's state folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Diff {
    /// The old side [default: the last snapshot, in the user's state folder]
    pub(crate) old: Option<PathBuf>,
    /// The new side [default: what the vendors answer now to the old side's question]
    pub(crate) new: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// How often each provider is asked: 60s, 5m, 1h, or seconds
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = super::timeout)]
    pub(crate) interval: Duration,
    /// Keep what is known in this file, and go on from it: a snapshot
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// End after so many rounds of questions
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// End after one round: the same as --count 1
    #[arg(long, conflicts_with = "count")]
    once: bool,
}

impl Watch {
    /// After how many rounds it ends by itself.
    pub(crate) fn rounds(&self) -> Option<u64> {
        if self.once { Some(1) } else { self.count }
    }
}
