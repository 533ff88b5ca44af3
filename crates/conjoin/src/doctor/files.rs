//! Who else can read or change the files that a configuration is made of.

use std::path::Path;

use super::finding::{Check, Finding};
use crate::{Config, CredentialSource};

/// What is found of the configuration file itself, which could be read.
pub(super) fn configuration(path: &Path, config: &Config) -> Vec<Finding> {
    let (file, number) = (path.display(), config.providers.len());
    let providers = if number == 1 { "1 provider".to_owned() } else { format!("{number} providers") };
    let mut findings = vec![Finding::ok(Check::Configuration, format!("{file}: {providers}"))];
    // Whoever can change it names the address that credentials go to, and commands that are run.
    if let Some(mode) = mode(path).filter(|mode| mode & 0o022 != 0) {
        findings.push(Finding::warning(
            Check::Configuration,
            format!("{file} can be changed by others (mode {mode:03o}): it says where credentials are sent"),
            format!("chmod go-w {file}"),
        ));
    }
    findings
}

/// Whether others can read a credential's file.
pub(super) fn credential(source: &CredentialSource) -> Option<Finding> {
    let CredentialSource::File(path) = source else { return None };
    let mode = mode(path).filter(|mode| mode & 0o077 != 0)?;
    let file = path.display();
    Some(Finding::warning(
        Check::Credential,
        format!("{file} can be read or changed by others (mode {mode:03o})"),
        format!("chmod 600 {file}"),
    ))
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    // What is no regular file (a pipe that a shell made, a device) is nobody's to keep.
    let there = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some(there.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}
