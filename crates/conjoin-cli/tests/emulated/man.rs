//! The manual: a page a command, which formatters take without complaint.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{Run, conjoin};

fn pages(name: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    let run = Run::of(conjoin().args(["man", "--out"]).arg(&folder));
    let told: Vec<_> = run.text().lines().map(PathBuf::from).collect();
    assert_eq!(told.len(), fs::read_dir(&folder).unwrap().count());
    told
}

/// The commands that `help` tells of, those of commands as well.
fn commands(path: &[&str], out: &mut Vec<String>) {
    out.push([&["conjoin"], path].concat().join("-") + ".1");
    let help = Run::of(conjoin().args(path).arg("-h"));
    let listed = help.text().split("Commands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap();
    for line in listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let name = line.split_whitespace().next().unwrap();
        if name != "help" {
            commands(&[path, &[name]].concat(), out);
        }
    }
}

#[test]
fn there_is_a_page_for_every_command() {
    let mut expected = Vec::new();
    commands(&[], &mut expected);
    expected.sort_unstable();
    let mut files: Vec<_> =
        pages("man-all").iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    files.sort_unstable();
    assert_eq!(files, expected);
}

#[test]
fn every_page_has_its_sections_and_the_first_one_all() {
    for path in pages("man-sections") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.is_ascii(), "{path:?}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"] {
            assert!(text.contains(&format!(".SH {section}\n")), "{path:?} {section}");
        }
    }
    let first = Run::of(conjoin().arg("man"));
    for word in ["\"EXIT STATUS\"", "ENVIRONMENT", "FILES", "CONJOIN_CONFIG", "snapshot.jsonl"] {
        assert!(first.text().replace("\\-", "-").contains(word), "{word}");
    }
}

#[test]
fn formatters_render_every_page() {
    let formatters: [(&str, &[&str]); 2] =
        [("mandoc", &["-T", "lint", "-W", "error"]), ("groff", &["-man", "-ww", "-z"])];
    for (program, arguments) in formatters {
        if Command::new(program).arg("--version").output().is_err() {
            // Said, so that nobody takes it for tested.
            eprintln!("skipped: there is no {program} on this machine");
            continue;
        }
        for path in pages(&format!("man-{program}")) {
            let run = Run::of(Command::new(program).args(arguments).arg(&path));
            let told = format!("{}{}", run.stdout, run.stderr);
            assert!(told.is_empty(), "{program} {path:?}: {told}");
        }
    }
}
