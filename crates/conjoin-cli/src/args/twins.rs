//! `conjoin twins`

use clap::Args as ClapArgs;
use conjoin::Strength;

use super::{Selection, word};

#[derive(ClapArgs, Debug)]
pub(crate) struct Twins {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The least strength of the evidence: possible, likely or strong
    #[arg(long, value_name = "STRENGTH", default_value = "possible", value_parser = word::<Strength>)]
    pub(crate) strength: Strength,
}
