//! What a terminal is shown, and what a pipe is: the command under a pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::conjoin;

/// A list that shows neither ages nor anything else that changes from run to run, but for how long it took.
const LIST: [&str; 6] =
    ["--demo", "list", "--columns", "status,provider,connector,name,owner,urn", "--sort", "urn"];

/// The two ends of a terminal of so many columns: ours, and the command's.
fn terminal(columns: u16) -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    tcsetwinsize(&ours, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let path = std::ffi::OsStr::from_bytes(name.as_bytes());
    let theirs = OpenOptions::new().read(true).write(true).open(path).unwrap();
    (File::from(ours), theirs)
}

/// What a terminal is sent until the command ends. A closed terminal is an error on some systems.
fn read_all(mut terminal: File) -> String {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = terminal.read(&mut part) {
        all.extend_from_slice(&part[..count]);
    }
    String::from_utf8(all).unwrap().replace("\r\n", "\n")
}

fn command(arguments: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = conjoin();
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.args(arguments).env("TERM", "xterm-256color").envs(env.iter().copied());
    command
}

/// What standard output shows on a terminal.
fn on_terminal(columns: u16, arguments: &[&str], env: &[(&str, &str)]) -> String {
    let (ours, theirs) = terminal(columns);
    let mut command = command(arguments, env);
    let mut child = command.stdout(theirs).stderr(Stdio::piped()).spawn().unwrap();
    // It holds the other end as well, and reading would never end.
    drop(command);
    let text = read_all(ours);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success() && stderr.is_empty(), "{stderr}");
    text
}

fn in_pipe(arguments: &[&str], env: &[(&str, &str)]) -> String {
    let output = command(arguments, env).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Escape sequences as they read.
fn shown(text: &str) -> String {
    text.replace("\u{1b}[", "‹")
}

fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

/// How long something took is not the same twice.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let facts = line.split(", ").map(|fact| {
            let number = fact.strip_suffix(" s").is_some_and(|number| number.parse::<f64>().is_ok());
            if number { "some time" } else { fact }
        });
        out.extend([&facts.collect::<Vec<_>>().join(", "), "\n"]);
    }
    out
}

#[test]
fn a_list_fits_the_terminal_in_colours() {
    for columns in [60, 200] {
        let text = timeless(&on_terminal(columns, &LIST, &[]));
        insta::assert_snapshot!(format!("terminal_{columns}"), shown(&text));
    }
}

#[test]
fn a_pipe_has_no_colours_and_no_width() {
    let text = timeless(&in_pipe(&LIST, &[]));
    insta::assert_snapshot!("terminal_pipe", shown(&text));
    assert_eq!(text, timeless(&in_pipe(&LIST, &[("COLUMNS", "60")])), "whoever reads a pipe has room");
}

#[test]
fn the_environment_overrules_colours_and_changes_nothing_else() {
    let coloured = timeless(&on_terminal(60, &LIST, &[]));
    assert_ne!(plain(&coloured), coloured);
    for env in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("FORCE_COLOR", "0"), ("TERM", "dumb")] {
        assert_eq!(timeless(&on_terminal(60, &LIST, &[env])), plain(&coloured), "{env:?}");
    }
    let piped = timeless(&in_pipe(&LIST, &[]));
    for env in [("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1")] {
        let forced = timeless(&in_pipe(&LIST, &[env]));
        assert_eq!(plain(&forced), piped, "{env:?}");
        assert_ne!(forced, piped, "{env:?}");
    }
    assert_eq!(timeless(&in_pipe(&LIST, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")])), piped);
}

#[test]
fn nothing_but_a_urn_is_wider_than_the_terminal() {
    for arguments in [
        &["--demo", "list"][..],
        &["--demo", "twins"],
        &["--demo", "connectors"],
        &["--demo", "list", "--plan", "--where", "connector = gmail and not (status = active)"],
        &["--demo", "explain", "pica:5a3b9e8f-2c6d-4710-a9e4-80d1b6f327c5"],
    ] {
        for columns in [60, 200] {
            let text = plain(&on_terminal(columns, arguments, &[]));
            assert!(!text.contains('\u{1b}'), "{text:?}");
            let wide = |line: &&str| line.chars().count() > columns.into();
            // What is copied stays whole: URNs, and the requests of a plan.
            let copied = |line: &&str| line.trim_start().starts_with("GET ") || !line.trim().contains(' ');
            let wide: Vec<_> = text.lines().filter(wide).filter(|line| !copied(line)).collect();
            assert!(wide.is_empty(), "{arguments:?} at {columns}: {wide:#?}");
        }
    }
}

#[test]
fn data_in_a_pipe_are_plain_while_the_rest_is_coloured_on_the_terminal() {
    let (ours, theirs) = terminal(60);
    let mut command = command(&["--demo", "list", "-o", "csv"], &[]);
    let mut child = command.stdout(Stdio::piped()).stderr(theirs).spawn().unwrap();
    drop(command);
    let told = read_all(ours);
    let mut data = String::new();
    child.stdout.take().unwrap().read_to_string(&mut data).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(data.starts_with("urn,provider,") && !data.contains('\u{1b}'), "{data}");
    assert!(told.contains("\u{1b}[") && plain(&told).contains("complete: 16 rows"), "{told}");
}
