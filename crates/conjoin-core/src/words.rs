//! Closed sets of words: one enumeration, its words, and the error that says what exists.

/// A word that is not in a set. The message lists the set, and names the word that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is none of: {known}{}", meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default())]
pub struct UnknownWord {
    word: String,
    known: String,
    meant: Option<&'static str>,
}

impl UnknownWord {
    pub(crate) fn new(word: &str, known: &[&'static str]) -> Self {
        Self { word: word.to_owned(), known: known.join(", "), meant: nearest(word, known) }
    }
}

/// The word that somebody who wrote another one probably meant.
pub(crate) fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    // A word that is far longer is none of them, and comparing takes as long as it is long.
    let word = Some(word).filter(|word| word.len() <= 64)?.to_lowercase();
    let alike = known.iter().map(|&known| (strsim::jaro_winkler(&word, known), known));
    alike.filter(|(alike, _)| *alike > 0.8).max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known)
}

/// Declares an enumeration with one word a variant, which it prints, reads and serialises as; further words
/// are read as well.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $word:literal $(| $alias:literal)*,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word $(, alias = $alias)*)] $variant,)+
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::UnknownWord> {
                match word {
                    $($word $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord::new(word, &[$($word),+])),
                }
            }
        }
    };
}
pub(crate) use words;
