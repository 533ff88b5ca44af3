//! The one place that writes fixtures.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::fixture::{Fixture, FixtureError, Provenance};
use crate::redact::{Allow, redact};
use crate::secrets::Secrets;

/// What to do about a file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it, and fail.
    Keep,
    /// Write over it.
    Replace,
}

/// Writes a fixture in its fixed form. A recorded one is redacted first; the exact bytes are then searched for
/// every known secret, and nothing is written where one stands in them in whatever form.
pub fn save(
    fixture: &Fixture,
    path: &Path,
    allow: &Allow,
    secrets: &Secrets,
    existing: Existing,
) -> Result<(), FixtureError> {
    let text = text(fixture, allow, secrets).map_err(|error| error.in_file(path))?;
    let failed = |why: std::io::Error| FixtureError::new(why.to_string()).in_file(path);
    if existing == Existing::Keep && path.exists() {
        return Err(FixtureError::new("there is such a file; add --force to write over it").in_file(path));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // A reader sees the old file or the new one, never half of it.
    let beside = path.with_extension("har.new");
    let written = fs::File::create(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

fn text(fixture: &Fixture, allow: &Allow, secrets: &Secrets) -> Result<String, FixtureError> {
    let mut secrets = secrets.clone();
    let text = if fixture.about.provenance == Provenance::Recorded {
        let (redacted, found) = redact(fixture, allow)?;
        secrets.extend(found);
        redacted.check()?.to_pretty_json()
    } else {
        fixture.to_pretty_json()
    };
    secrets.search(&text)?;
    Ok(text)
}
