//! What is wrong with a stored file.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with a stored file, and where. A secret is never in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// The place in it: `log.entries[0].request.url`. Empty where it is the file as a whole.
    pub place: String,
    /// What is wrong there, and what to do.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        if !self.place.is_empty() {
            write!(f, "`{}` ", self.place)?;
        }
        f.write_str(&self.problem)
    }
}
