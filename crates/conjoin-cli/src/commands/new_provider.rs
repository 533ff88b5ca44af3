//! `conjoin new-provider`: a crate to begin with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conjoin::Timestamp;
use conjoin_testkit::Fixture;

use super::fixtures::println;
use crate::args::NewProvider;
use crate::failure::Failure;

/// The parts of Conjoin that an adapter depends on.
const PARTS: [&str; 3] = ["conjoin-core", "conjoin-http", "conjoin-testkit"];

pub(super) fn run(new: &NewProvider) -> Result<ExitCode, Failure> {
    let here = std::env::current_dir()?;
    let around = here.ancestors().find(|folder| is_checkout(folder));
    let own = around.filter(|_| new.dir.is_none() && new.path.is_none());
    let krate = format!("conjoin-{}", new.name);
    let place = match own {
        Some(checkout) => Place {
            krate: checkout.join("crates").join(&krate),
            fixtures: checkout.join("fixtures"),
            in_tree: true,
        },
        None if new.in_tree => {
            let advice = "there is no checkout of Conjoin around here; go into one, or leave out --in-tree";
            return Err(Failure::usage(advice));
        }
        None => {
            let krate = new.dir.clone().unwrap_or_else(|| here.join(&krate));
            Place { fixtures: krate.join("fixtures"), krate, in_tree: false }
        }
    };
    let fixtures = place.fixtures.join(&new.name);
    for folder in [&place.krate, &fixtures] {
        if fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()) || folder.is_file() {
            let what = folder.display();
            return Err(Failure::usage(format!(
                "there is something in {what}; name another folder with --dir"
            )));
        }
    }
    let checkout = match &new.path {
        Some(path) if !is_checkout(path) => {
            let what = path.display();
            return Err(Failure::usage(format!(
                "{what} is no checkout of Conjoin: it has no crates/conjoin-core"
            )));
        }
        Some(path) => Some(path.canonicalize()?),
        None => around.map(Path::to_owned),
    };

    let written = place.write(&new.name, checkout.as_deref())?;
    let mut lines: Vec<_> = written.iter().map(|path| format!("wrote {}", path.display())).collect();
    lines.push(place.next(&new.name, checkout.is_some()));
    println(lines.join("\n").trim_end())
}

fn is_checkout(folder: &Path) -> bool {
    PARTS.iter().all(|part| folder.join("crates").join(part).join("Cargo.toml").is_file())
}

struct Place {
    krate: PathBuf,
    fixtures: PathBuf,
    in_tree: bool,
}

impl Place {
    fn write(&self, name: &str, checkout: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
        let fill =
            |text: &str| filled(text, name).replace("{fixtures}", self.fixtures_from_crate(name).as_str());
        let mut files = vec![
            (self.krate.join("Cargo.toml"), self.manifest(name, checkout)),
            (self.krate.join("src/lib.rs"), fill(include_str!("../../template/src/lib.rs"))),
            (self.krate.join("src/wire.rs"), fill(include_str!("../../template/src/wire.rs"))),
            (self.krate.join("src/mapping.rs"), fill(include_str!("../../template/src/mapping.rs"))),
            (
                self.krate.join("tests/conformance.rs"),
                fill(include_str!("../../template/tests/conformance.rs")),
            ),
            (self.krate.join("tests/list.json"), fill(include_str!("../../template/tests/list.json"))),
            (self.krate.join("tests/fixtures.rs"), fill(include_str!("../../template/tests/fixtures.rs"))),
        ];
        if !self.in_tree {
            files.push((self.krate.join(".gitignore"), "/target\n*.snap.new\n".to_owned()));
            files.push((
                self.krate.join("rustfmt.toml"),
                include_str!("../../template/rustfmt.toml").to_owned(),
            ));
        }
        let today: String = Timestamp::now().to_string().chars().take(10).collect();
        let sample = fill(include_str!("../../template/fixtures/sample.json")).replace("{date}", &today);
        let vendor = self.fixtures.join(name);
        files.push((vendor.join("allow.json"), fill(include_str!("../../template/fixtures/allow.json"))));
        files.push((vendor.join("list/sample.har"), sample.parse::<Fixture>()?.to_pretty_json()));
        files.push((
            vendor.join("list/sample.snap"),
            fill(include_str!("../../template/fixtures/sample.snap")),
        ));
        for (path, text) in &files {
            fs::create_dir_all(path.parent().unwrap_or(&self.krate))?;
            fs::write(path, text)?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    fn fixtures_from_crate(&self, name: &str) -> String {
        format!("{}fixtures/{name}", if self.in_tree { "../../" } else { "" })
    }

    /// By version, so that nothing changes once that is released; from a checkout by a section that is taken
    /// out again.
    fn manifest(&self, name: &str, checkout: Option<&Path>) -> String {
        if self.in_tree {
            return filled(include_str!("../../template/manifest-in-tree.toml"), name);
        }
        let version = env!("CARGO_PKG_VERSION").rsplit_once('.').map_or("", |(version, _)| version);
        let mut text =
            filled(include_str!("../../template/manifest.toml"), name).replace("{version}", version);
        if let Some(checkout) = checkout {
            text.push_str("\n# Conjoin from a checkout. Without this section it comes from crates.io.\n[patch.crates-io]\n");
            let parts = PARTS.map(|part| {
                let path = toml_text(&checkout.join("crates").join(part).display().to_string());
                format!("{part} = {{ path = {path} }}\n")
            });
            text.extend(parts);
        }
        text
    }

    fn next(&self, name: &str, checkout: bool) -> String {
        let test = if self.in_tree {
            format!("cargo test -p conjoin-{name}")
        } else {
            format!("cd {} && cargo test", self.krate.display())
        };
        let registered = if self.in_tree {
            "\nThe workspace's own tests then name what step 8 has still to add: a `Kind`, and the README's table."
        } else if checkout {
            ""
        } else {
            "\nIt takes Conjoin from crates.io; where the version is not released yet, write the crate with --path CHECKOUT."
        };
        format!(
            "\nGreen as it is, for a made-up vendor:\n  {test}\nThen follow the TODOs, numbered as the guide in \
             CONTRIBUTING.md numbers its steps:\n  grep -rn \"TODO [1-8]\" {}{registered}\n",
            self.krate.display()
        )
    }
}

/// The template's made-up vendor by another name. The crate's name in code is kept apart until the end, since the
/// other name may hold the made-up one.
fn filled(text: &str, name: &str) -> String {
    let kind: String = name.split('-').map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    let text = text.replace("conjoin_acme", "\0").replace("acme", name).replace("Acme", &kind);
    text.replace('\0', &format!("conjoin_{}", name.replace('-', "_")))
}

/// A basic string of TOML.
fn toml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
