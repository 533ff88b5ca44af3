//! The manual: a page for the command and one for each of its own, made from what `--help` says.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::Args;

/// What the first page tells besides: title, then label and text.
const SECTIONS: [(&str, &[(&str, &str)]); 3] = [
    (
        "EXIT STATUS",
        &[
            ("0", "The answer is complete; for diff, there is no difference."),
            ("1", "There is no answer: every provider asked failed or timed out, or the operation failed."),
            ("2", "The command line or the configuration is wrong; nothing was sent."),
            (
                "3",
                "The answer is partial: what came is printed, and the receipt says what is missing. For diff, no \
                 difference was found, and not everything could be compared.",
            ),
            ("4", "diff: there are differences."),
            ("5", "check: every vendor answered, and not every connection works."),
        ],
    ),
    (
        "ENVIRONMENT",
        &[
            ("CONJOIN_CONFIG", "The configuration, unless --config names one."),
            ("CONJOIN_LOG", "What is told on standard error, unless -v says: off, info or debug."),
            ("XDG_CONFIG_HOME, HOME", "Where the user's configuration folder is."),
            ("XDG_STATE_HOME, HOME", "Where the user's state folder is, in which the last snapshot is kept."),
            ("NO_COLOR", "Where it is set and not empty, nothing is printed in colours."),
            ("CLICOLOR_FORCE", "Where it is set and not 0, colours are printed into pipes too."),
            ("COLUMNS", "The width of a terminal that does not tell its own."),
            ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY", "The way to the vendors."),
            ("SSL_CERT_FILE, SSL_CERT_DIR", "The certificates that are trusted, in place of the system's."),
            ("CONJOIN_COMPLETE", "Set by the script of conjoin completions, when a shell asks."),
            (
                "any other",
                "A credential may stand in a variable that the configuration names: credential = { env = \"NAME\" }.",
            ),
        ],
    ),
    (
        "FILES",
        &[
            ("./conjoin.toml", "The configuration of the current folder, which comes first."),
            (
                "$XDG_CONFIG_HOME/conjoin/config.toml",
                "The user's configuration; ~/.config unless the variable is set.",
            ),
            (
                "$XDG_STATE_HOME/conjoin/snapshot.jsonl",
                "The last snapshot; ~/.local/state unless the variable is set. conjoin snapshot writes it, conjoin \
                 diff compares with it, and completions offer the URNs in it. It holds no secret, and names and \
                 accounts of people: only its owner can read it.",
            ),
            ("$XDG_STATE_HOME/conjoin/demo-snapshot.jsonl", "The same of --demo."),
        ],
    ),
];

/// A page: the name of its file, and its text.
pub(crate) struct Page {
    /// `conjoin-list.1`
    pub(crate) file: String,
    /// In roff.
    pub(crate) text: Vec<u8>,
}

/// The first page.
pub(crate) fn first() -> io::Result<Page> {
    page(&whole(), true)
}

/// All pages, the first one first.
pub(crate) fn all() -> io::Result<Vec<Page>> {
    let command = whole();
    let mut pages = vec![page(&command, true)?];
    for sub in command.get_subcommands() {
        add(sub, &mut pages)?;
    }
    Ok(pages)
}

/// The command with the names and the options that each of its commands has.
fn whole() -> Command {
    let mut command = Args::whole().disable_help_subcommand(true);
    command.build();
    command
}

fn add(command: &Command, pages: &mut Vec<Page>) -> io::Result<()> {
    pages.push(page(command, false)?);
    command.get_subcommands().try_for_each(|sub| add(sub, pages))
}

fn page(command: &Command, first: bool) -> io::Result<Page> {
    let man = Man::new(command.clone());
    let file = man.get_filename();
    let name = file.trim_end_matches(".1");
    let version = env!("CARGO_PKG_VERSION");
    // Without a date: the same version makes the same pages.
    let mut text = format!(".TH \"{name}\" \"1\" \"\" \"conjoin {version}\" \"Conjoin\"\n").into_bytes();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    if first {
        SECTIONS.iter().try_for_each(|(title, entries)| section(title, entries).to_writer(&mut text))?;
    } else {
        let mut also = Roff::new();
        also.control("SH", ["SEE ALSO"]);
        also.text([bold("conjoin"), roman("(1), for exit status, environment and files")]);
        also.to_writer(&mut text)?;
    }
    Ok(Page { text: ascii(&String::from_utf8_lossy(&text)), file })
}

/// A page that every formatter reads, whatever character set it takes for granted.
fn ascii(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => out.push(c),
            _ => out.extend(["\\[u", &format!("{:04X}", u32::from(c)), "]"]),
        }
    }
    out.into_bytes()
}

fn section(title: &str, entries: &[(&str, &str)]) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (label, text) in entries {
        roff.control("TP", []);
        roff.text([bold(*label)]);
        roff.text([roman(*text)]);
    }
    roff
}
