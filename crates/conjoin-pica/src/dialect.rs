//! What differs between the vendor's servers before they have said a word.

use std::str::FromStr;

use conjoin_core::{Capabilities, Error, ErrorKind, Filter, Operation, Support};

use crate::HERE;

/// The server that a provider talks to. It decides the header, the default address and which operations
/// there are; answers are read in any dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact about a server, apart from the others")]
pub struct Dialect {
    word: &'static str,
    pub(crate) base_url: &'static str,
    pub(crate) header: &'static str,
    /// Whether one connection can be read and tagged.
    pub(crate) addresses_one: bool,
    pub(crate) renames: bool,
    /// Whether a connection tells when it was made.
    tells_creation: bool,
    pub(crate) switches: bool,
}

impl Dialect {
    /// `api.picaos.com`, as the vendor's documents have it since July 2025. The default.
    pub const V2: Self = Self {
        word: "v2",
        base_url: "https://api.picaos.com",
        header: "x-pica-secret",
        addresses_one: true,
        renames: false,
        tells_creation: true,
        switches: false,
    };
    /// `api.withone.ai`, since March 2026.
    pub const ONE: Self = Self {
        word: "one",
        base_url: "https://api.withone.ai",
        header: "x-one-secret",
        renames: true,
        tells_creation: false,
        ..Self::V2
    };
    /// The open-source server, and `api.picaos.com` before July 2025: no way to read or tag one connection,
    /// but one to switch it.
    pub const LEGACY: Self = Self { word: "legacy", addresses_one: false, switches: true, ..Self::V2 };

    /// All of them.
    pub const ALL: [Self; 3] = [Self::V2, Self::ONE, Self::LEGACY];

    /// The word for it, as the configuration has it.
    pub fn as_str(self) -> &'static str {
        self.word
    }

    /// Where the server is, unless configured otherwise.
    pub fn base_url(self) -> &'static str {
        self.base_url
    }

    pub(crate) fn capabilities(self, common: &Capabilities) -> Capabilities {
        let native = |there: bool| if there { Support::Native } else { Support::Unsupported };
        let read = if self.addresses_one { Support::Native } else { Support::Emulated("list, then find") };
        (*common)
            .operations(&[Operation::Get], read)
            .operations(&[Operation::SetTags], native(self.addresses_one))
            .operations(&[Operation::Rename], native(self.renames))
            .operations(&[Operation::SetEnabled], native(self.switches))
            .filters(&[Filter::Created], if self.tells_creation { HERE } else { Support::Unsupported })
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self::V2
    }
}

impl FromStr for Dialect {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        // The server before it told a state differs in its answers alone.
        let word = if word == "v2-nostate" { Self::V2.word } else { word };
        Self::ALL.into_iter().find(|dialect| dialect.word == word).ok_or_else(|| {
            let words = Self::ALL.map(|dialect| dialect.word).join(", ");
            Error::new(ErrorKind::Config, format!("`{word}` is no dialect of Pica; there are: {words}"))
        })
    }
}
