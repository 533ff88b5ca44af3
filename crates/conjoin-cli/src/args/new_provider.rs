//! The command line of `conjoin new-provider`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

const AFTER: &str = "\
The crate compiles and is green as it is, for a made-up vendor; the comments `TODO 1` to `TODO 7` name the steps of the
guide in CONTRIBUTING.md that turn it into yours. Inside a checkout of Conjoin it goes into crates/, unless --dir says
otherwise.

Examples:
  conjoin new-provider composio
  conjoin new-provider composio --dir ~/src/conjoin-composio --path ~/src/conjoin";

#[derive(ClapArgs, Debug)]
#[command(after_help = AFTER)]
pub(crate) struct NewProvider {
    /// The vendor: lower-case letters and digits, with hyphens between
    #[arg(value_name = "NAME", value_parser = vendor)]
    pub(crate) name: String,
    /// The crate's folder [default: conjoin-NAME, or crates/conjoin-NAME in a checkout]
    #[arg(long, value_name = "DIR", conflicts_with = "in_tree")]
    pub(crate) dir: Option<PathBuf>,
    /// A checkout of Conjoin to depend on, in place of the released version [default: the one around here]
    #[arg(long, value_name = "CHECKOUT", conflicts_with = "in_tree")]
    pub(crate) path: Option<PathBuf>,
    /// Write it into the checkout around here, as a part of Conjoin
    #[arg(long)]
    pub(crate) in_tree: bool,
}

/// Words that mean something else in the crate or in the project.
const TAKEN: [&str; 23] = [
    "auth",
    "capabilities",
    "checkup",
    "cli",
    "conjoin",
    "connection",
    "core",
    "cursor",
    "filter",
    "http",
    "mapping",
    "operation",
    "page",
    "plan",
    "query",
    "result",
    "row",
    "self",
    "setup",
    "support",
    "testkit",
    "tokens",
    "wire",
];

fn vendor(name: &str) -> Result<String, String> {
    let words = || name.split('-');
    let plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !words().all(plain) || !name.starts_with(|first: char| first.is_ascii_lowercase()) || name.len() > 40 {
        return Err(
            "write lower-case letters and digits, with hyphens between, such as `acme` or `acme-cloud`"
                .to_owned(),
        );
    }
    if TAKEN.contains(&name) || words().next() == Some("conjoin") {
        return Err(format!("`{name}` is a word of Conjoin's own; name the vendor, such as `acme`"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendors_name_can_be_a_crates_and_a_types() {
        for name in ["acme", "acme-cloud", "unified2"] {
            assert_eq!(vendor(name).as_deref(), Ok(name));
        }
        for name in
            ["", "Acme", "-a", "a--b", "a-", "2go", "a_b", "a/b", "..", "é", "page", "self", "conjoin-acme"]
        {
            assert!(vendor(name).is_err(), "{name}");
        }
    }

    /// A type of that name would stand beside the one that is imported.
    #[test]
    fn no_name_clashes_with_what_the_template_imports() {
        let library = include_str!("../../template/src/lib.rs");
        let imports = library.lines().skip_while(|line| !line.starts_with("use conjoin_core")).skip(1);
        let imports = imports.take_while(|line| *line != "};").flat_map(|line| line.split([',', ' ']));
        for name in imports.filter(|name| !name.is_empty()) {
            let lower = name.to_ascii_lowercase();
            // Names of two words cannot be made of one: `provider-info` becomes `ProviderInfo`.
            let words = name.chars().filter(char::is_ascii_uppercase).count();
            assert!(words != 1 || TAKEN.contains(&&*lower), "{name}");
        }
    }
}
