//! Bash, which splits words at colons: a URN is three words to it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::env::EnvCompleter;

use super::LINE;

/// Gives the command the line up to the cursor, as it is typed, instead of the words that bash makes of it;
/// and takes back what follows the last of bash's own breaks, since only that is replaced.
#[derive(Debug)]
pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // Bash 3.2, which macOS has, knows neither `mapfile` nor `compopt`.
        write!(
            out,
            r#"_{name}() {{
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <({var}=bash {completer} -- "${{COMP_LINE:0:COMP_POINT}}" "$2" 2>/dev/null)
    if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -F _{name} {bin}
"#
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        asked: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let words = LINE.get().cloned().unwrap_or_default();
        let Some(last) = words.last().map(|word| word.to_string_lossy().into_owned()) else { return Ok(()) };
        let replaced = asked.get(1).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        let kept = last.strip_suffix(&*replaced).unwrap_or_default();
        let place = words.len() - 1;
        for candidate in clap_complete::engine::complete(command, words, place, folder)? {
            let value = candidate.get_value().to_string_lossy();
            if let Some(rest) = value.strip_prefix(kept) {
                writeln!(out, "{rest}")?;
            }
        }
        Ok(())
    }
}
