//! What is to be done to which connections.

use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use conjoin::{Edit, Tags, Urn};

use super::{Selection, urn};

/// A connection that is named, or the place where names are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Urn(Urn),
    StandardInput,
}

/// Named connections, or those that satisfy the filters.
#[derive(ClapArgs, Debug)]
pub(crate) struct Targets {
    /// The connections: PROVIDER:ID; `-` reads them from standard input, one a line
    #[arg(value_name = "URN", value_parser = named, conflicts_with_all = ["Selection", "all"])]
    urns: Vec<Named>,
    #[command(flatten)]
    pub(crate) many: Many,
}

/// How many are selected, and how many are worked on at a time.
#[derive(ClapArgs, Debug)]
pub(crate) struct Many {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Every connection, instead of a filter (--provider narrows it)
    #[arg(long)]
    all: bool,
    /// How many are worked on at a time
    #[arg(long, value_name = "NUMBER", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) at_once: u8,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Rename {
    /// The connection, and the name; any number of such pairs
    #[arg(value_names = ["URN", "NAME"], num_args = 2.., required = true)]
    pairs: Vec<String>,
    /// How many are worked on at a time
    #[arg(long, value_name = "NUMBER", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) at_once: u8,
}

/// `tag URN TAG…` replaces all tags of one connection. For several, or to change some tags and keep the others,
/// every word is a URN, and the tags stand in options.
#[derive(ClapArgs, Debug)]
pub(crate) struct Tag {
    /// The connection, and all its tags from now on (none takes all away); with --add, --remove, --set or
    /// --clear: connections
    #[arg(value_names = ["URN", "TAG"], num_args = 1.., conflicts_with_all = ["Selection", "all"])]
    words: Vec<String>,
    /// Add a tag, and keep the others
    #[arg(long, value_name = "TAG")]
    add: Vec<String>,
    /// Take a tag away, and keep the others
    #[arg(long, value_name = "TAG")]
    remove: Vec<String>,
    /// Replace all tags by this one (several times: by these)
    #[arg(long, value_name = "TAG", conflicts_with_all = ["add", "remove"])]
    set: Vec<String>,
    /// Take all tags away
    #[arg(long, conflicts_with_all = ["add", "remove", "set"])]
    clear: bool,
    #[command(flatten)]
    many: Many,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// Confirm it
    #[arg(long, required = true)]
    yes: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) targets: Targets,
    /// Have the vendor use each connection, as proof: a call to the third party that may count against a quota
    #[arg(long)]
    pub(crate) test: bool,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Plan {
    #[command(subcommand)]
    pub(crate) change: PlannedEdit,
    /// Write the plan into this file, for `conjoin apply`; it is shown nevertheless
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) out: Option<PathBuf>,
}

/// The change to plan.
#[derive(Debug, Subcommand)]
pub(crate) enum PlannedEdit {
    /// Switch connections on
    Enable(Box<Targets>),
    /// Switch connections off; their credentials are kept
    Disable(Box<Targets>),
    /// Give connections other names
    Rename(Rename),
    /// Change the tags of connections
    Tag(Box<Tag>),
    /// Delete connections and their credentials at the vendor, for good
    Delete(Box<Targets>),
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Apply {
    /// The plan; `-` reads it from standard input
    pub(crate) plan: PathBuf,
    /// The journal [default: the plan's name with .journal.jsonl]
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Confirm a plan that deletes
    #[arg(long)]
    pub(crate) yes: bool,
    /// How many are worked on at a time
    #[arg(long, value_name = "NUMBER", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) at_once: u8,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Undo {
    /// The journal of what is to be undone
    pub(crate) done: PathBuf,
    /// The journal of the undoing [default: the other's name with .undo.jsonl]
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// How many are worked on at a time
    #[arg(long, value_name = "NUMBER", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) at_once: u8,
}

/// Which connections a command is about.
#[derive(Debug)]
pub(crate) enum Which<'a, T> {
    /// One, named on the command line.
    One(T),
    /// Named ones, each once.
    Named(Vec<T>),
    /// Those that satisfy the filters.
    Selected(&'a Selection),
}

impl Targets {
    /// The connections. `-` is read here.
    pub(crate) fn which(&self) -> Result<Which<'_, Urn>, String> {
        match &self.urns[..] {
            [] => self.many.selected(),
            [Named::Urn(urn)] => Ok(Which::One(urn.clone())),
            names => Ok(Which::Named(expand(names)?)),
        }
    }

    /// The connections, each with the same edit.
    pub(crate) fn edits(&self, edit: &Edit) -> Result<Which<'_, (Urn, Edit)>, String> {
        Ok(match self.which()? {
            Which::One(urn) => Which::One((urn, edit.clone())),
            Which::Named(urns) => Which::Named(urns.into_iter().map(|urn| (urn, edit.clone())).collect()),
            Which::Selected(selection) => Which::Selected(selection),
        })
    }
}

impl Many {
    fn selected<T>(&self) -> Result<Which<'_, T>, String> {
        match (self.all, self.selection.filters_nothing()) {
            (false, true) => {
                Err("no connection is named and no filter is given; name some, filter them, or say \
                                  --all for every connection (--provider alone does not)"
                    .to_owned())
            }
            (true, false) => {
                Err("--all means every connection: leave out either it or the filters".to_owned())
            }
            _ => Ok(Which::Selected(&self.selection)),
        }
    }
}

impl Rename {
    pub(crate) fn edits(&self) -> Result<Which<'static, (Urn, Edit)>, String> {
        let pairs = self.pairs.chunks(2).map(|pair| match pair {
            [name, new] => Ok((urn(name)?, Edit::rename(new))),
            _ => Err("each URN takes a name after it".to_owned()),
        });
        let mut pairs = pairs.collect::<Result<Vec<_>, _>>()?;
        let mut seen = std::collections::HashSet::new();
        if let Some((twice, _)) = pairs.iter().find(|(urn, _)| !seen.insert(urn)) {
            return Err(format!("{twice} is given two names"));
        }
        Ok(if pairs.len() == 1 { Which::One(pairs.remove(0)) } else { Which::Named(pairs) })
    }
}

impl Tag {
    pub(crate) fn edits(&self) -> Result<(Which<'_, (Urn, Edit)>, Edit), String> {
        let tags = |words: &[String]| words.iter().map(String::as_str).collect::<Tags>();
        let edit = if !self.add.is_empty() || !self.remove.is_empty() {
            Edit::EditTags { add: tags(&self.add), remove: tags(&self.remove) }
        } else if !self.set.is_empty() || self.clear {
            Edit::SetTags { tags: tags(&self.set) }
        } else {
            // The plain form: one connection, and its tags.
            let [one, rest @ ..] = &self.words[..] else {
                return Err(
                    "say which tags: --add, --remove, --set or --clear; or `conjoin tag URN TAG…`".to_owned()
                );
            };
            if one == "-" {
                return Err(
                    "with connections from standard input, say which tags: --add, --remove, --set or --clear"
                        .to_owned(),
                );
            }
            let edit = Edit::SetTags { tags: tags(rest) };
            return Ok((Which::One((urn(one)?, edit.clone())), edit));
        };
        let names = self.words.iter().map(|word| named(word)).collect::<Result<Vec<_>, _>>()?;
        let which = match &names[..] {
            [] => self.many.selected()?,
            [Named::Urn(urn)] => Which::One((urn.clone(), edit.clone())),
            names => Which::Named(expand(names)?.into_iter().map(|urn| (urn, edit.clone())).collect()),
        };
        Ok((which, edit))
    }

    pub(crate) fn many(&self) -> &Many {
        &self.many
    }
}

fn named(word: &str) -> Result<Named, String> {
    if word == "-" { Ok(Named::StandardInput) } else { urn(word).map(Named::Urn) }
}

/// The named connections, each once, with those from standard input in their place.
fn expand(names: &[Named]) -> Result<Vec<Urn>, String> {
    let (mut urns, mut read) = (Vec::new(), false);
    for name in names {
        match name {
            Named::Urn(urn) => urns.push(urn.clone()),
            Named::StandardInput if read => return Err("standard input can be read once".to_owned()),
            Named::StandardInput => {
                read = true;
                let mut text = String::new();
                let stdin = std::io::stdin();
                stdin
                    .lock()
                    .read_to_string(&mut text)
                    .map_err(|error| format!("standard input cannot be read: {error}"))?;
                urns.extend(parse_lines(&text)?);
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    urns.retain(|urn| seen.insert(urn.clone()));
    Ok(urns)
}

fn parse_lines(text: &str) -> Result<Vec<Urn>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // The end of a line that another system wrote.
    let read = |line: &str| line.trim_end_matches('\r').parse::<Urn>();
    lines
        .map(|(at, line)| {
            read(line).map_err(|why| format!("line {} of standard input is no URN: {why}", at + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_urns_and_a_wrong_one_is_named() {
        let read = |text: &str| {
            parse_lines(text).map(|urns| urns.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read("a:1\r\n\n  \nb:x y\n"), Ok(vec!["a:1".to_owned(), "b:x y".to_owned()]));
        assert_eq!(read(""), Ok(Vec::new()));
        assert_eq!(
            read("a:1\nnone\n"),
            Err("line 2 of standard input is no URN: a URN is written PROVIDER:ID".to_owned())
        );
    }
}
