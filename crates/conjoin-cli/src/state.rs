//! What is kept between two runs: the last snapshot.

use std::path::PathBuf;

/// Where the last snapshot is kept: `conjoin/snapshot.jsonl` in the user's state folder, and beside it that of
/// the demonstration, which is nobody's. `None` where there is no home.
pub(crate) fn last_snapshot(demo: bool) -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local").join("state")))?;
    let name = if demo { "demo-snapshot.jsonl" } else { "snapshot.jsonl" };
    Some(folder.join("conjoin").join(name))
}
