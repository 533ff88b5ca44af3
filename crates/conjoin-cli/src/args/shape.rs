//! How a list is laid out: which columns, in which order.

use std::str::FromStr;

use clap::Args as ClapArgs;
use conjoin::{Field, UnknownWord};

use super::word;

/// Which columns a list has, and in which order its rows come.
#[derive(ClapArgs, Clone, Debug, Default)]
pub(crate) struct Shape {
    /// The columns of a table or CSV: fields, as `--where` has them (urn,status,owner.id,created)
    #[arg(long, value_name = "FIELD", value_delimiter = ',', value_parser = word::<Field>)]
    pub(crate) columns: Vec<Field>,
    /// By which fields to sort; with `-` before it, backwards (status,-created). What is not told comes last
    #[arg(
        long,
        value_name = "[-]FIELD",
        value_delimiter = ',',
        allow_hyphen_values = true,
        value_parser = word::<Sort>
    )]
    pub(crate) sort: Vec<Sort>,
    /// Begin CSV with a byte order mark, which Excel needs to open a file with other than English letters
    #[arg(long)]
    pub(crate) bom: bool,
}

/// A field to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: Field,
    pub(crate) backwards: bool,
}

impl FromStr for Sort {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (backwards, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        Ok(Self { field: name.parse()?, backwards })
    }
}
