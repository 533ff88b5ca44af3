//! What differs between the vendor's servers before they have said a word.

use std::str::FromStr;

use conjoin_core::{Capabilities, Error, ErrorKind, Filter, Operation, Support};

use crate::HERE;

/// The server that a provider talks to. It decides the header, the default address and which operations
/// there are; answers are read in any dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// `api.picaos.com`, as the vendor's documents have it since July 2025.
    #[default]
    V2,
    /// `api.withone.ai`, since March 2026.
    One,
    /// The open-source server, and `api.picaos.com` before July 2025: it has no way to read one connection
    /// or to tag it, but one to switch it.
    Legacy,
}

impl Dialect {
    /// The words for the dialects, as the configuration has them.
    pub const WORDS: [&str; 3] = ["v2", "one", "legacy"];

    /// Where the server is, unless configured otherwise.
    pub fn base_url(self) -> &'static str {
        match self {
            Self::V2 | Self::Legacy => "https://api.picaos.com",
            Self::One => "https://api.withone.ai",
        }
    }

    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::V2 | Self::Legacy => "x-pica-secret",
            Self::One => "x-one-secret",
        }
    }

    pub(crate) fn reads_one(self) -> bool {
        self != Self::Legacy
    }

    pub(crate) fn tags(self) -> bool {
        self != Self::Legacy
    }

    pub(crate) fn renames(self) -> bool {
        self == Self::One
    }

    pub(crate) fn switches(self) -> bool {
        self == Self::Legacy
    }

    /// The vault view of One has no `createdAt`.
    pub(crate) fn tells_creation(self) -> bool {
        self != Self::One
    }

    pub(crate) fn capabilities(self, common: Capabilities) -> Capabilities {
        let native = |there: bool| if there { Support::Native } else { Support::Unsupported };
        let read = if self.reads_one() { Support::Native } else { Support::Emulated("list, then find") };
        common
            .operation(Operation::Get, read)
            .operation(Operation::Check, Support::Emulated("read, and take the state that is told"))
            .operation(Operation::SetTags, native(self.tags()))
            .operation(Operation::Rename, native(self.renames()))
            .operation(Operation::SetEnabled, native(self.switches()))
            .filter(Filter::Created, if self.tells_creation() { HERE } else { Support::Unsupported })
    }
}

impl FromStr for Dialect {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        match word {
            "v2" => Ok(Self::V2),
            "one" => Ok(Self::One),
            "legacy" => Ok(Self::Legacy),
            _ => {
                let message =
                    format!("`{word}` is no dialect of Pica; there are: {}", Self::WORDS.join(", "));
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }
}
