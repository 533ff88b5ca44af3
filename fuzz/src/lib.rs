//! The fuzz targets are the ones that `tests/robustness` runs over stored inputs.

#[path = "../../tests/robustness/canned.rs"]
#[allow(dead_code, reason = "the property tests use all of it")]
mod canned;
#[path = "../../tests/robustness/corpus.rs"]
mod corpus;
#[path = "../../tests/robustness/targets.rs"]
mod targets;

use std::path::Path;

/// Runs a target.
///
/// # Panics
/// Where something does not hold, which is what a fuzzer looks for.
pub fn run(name: &str, data: &[u8]) {
    let target = targets::TARGETS.iter().find(|target| target.name == name);
    (target.expect("there is such a target").holds)(data);
}

/// Writes what each target begins with: the stored inputs and what the fixtures hold.
pub fn write_corpora(folder: &Path) -> std::io::Result<()> {
    for target in targets::TARGETS {
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (at, (_, bytes)) in corpus::corpus(target).into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{at:04}")), bytes)?;
        }
    }
    Ok(())
}
