//! Completions, through the shells themselves where they are installed.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::support::{Run, Served};

/// A program with the built `conjoin` before all others, and the server's state.
fn shell(served: &Served, program: &str) -> Option<Command> {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        // Said, so that nobody takes it for tested.
        eprintln!("skipped: there is no {program} on this machine");
        return None;
    }
    let mut path = OsString::from(Path::new(env!("CARGO_BIN_EXE_conjoin")).parent().unwrap());
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let mut command = Command::new(program);
    command.env("PATH", path).env("XDG_STATE_HOME", served.path("state")).env("HOME", served.path("home"));
    command.env("CONJOIN_CONFIG", served.path("conjoin.toml")).env_remove("XDG_CONFIG_HOME");
    // No credential is read, and nobody listens where the configuration leads.
    command.env_remove("CONJOIN_TEST_CREDENTIAL");
    Some(command)
}

/// A server's last snapshot, and a configuration whose vendors nobody can reach any more.
fn prepared() -> Served {
    let served = Served::new(&["aitronos", "pica", "toolzz"]);
    assert_eq!(served.run(&["snapshot"]).code, 0);
    served.write("conjoin.toml", &served.config().replace("127.0.0.1:", "127.0.0.2:"));
    served
}

/// What bash offers for lines.
fn bash(served: &Served, lines: &[&str]) -> Option<String> {
    let mut script = "source <(conjoin completions bash)\n".to_owned();
    for line in lines {
        // As readline calls it: the word after the last of its own breaks.
        writeln!(
            script,
            "COMP_LINE='{line}' COMP_POINT={}; word=\"${{COMP_LINE##* }}\"; _conjoin conjoin \"${{word##*[:=]}}\" x\n\
             echo '> {line}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            line.len()
        )
        .unwrap();
    }
    let mut command = shell(served, "bash")?;
    Some(Run::of(command.args(["--norc", "-c", &script])).text().to_owned())
}

#[test]
fn bash_completes_providers_urns_and_words() {
    let served = prepared();
    let lines = [
        "conjoin sna",
        "conjoin list --provider ",
        "conjoin list --provider=to",
        "conjoin get pica:5",
        "conjoin get pica:5a3b9e8f-2c6d-4710",
        "conjoin get toolzz:d",
        "conjoin explain nobody:",
        "conjoin list --connector ge",
        "conjoin list --connector cl",
        "conjoin list --status de",
        "conjoin list --status active,de",
        "conjoin list --detail ",
        "conjoin list --environment t",
        "conjoin list --owner te",
        "conjoin -o json",
        "conjoin fixtures pro",
        "A=1 conjoin --config nowhere.toml list --provider ",
        "conjoin --demo list --provider pi",
    ];
    if let Some(told) = bash(&served, &lines) {
        insta::assert_snapshot!("completions_bash", told);
    }
}

#[test]
fn bash_under_readline_completes_a_urn_past_its_colon() {
    let served = prepared();
    let Some(mut command) = shell(&served, "bash") else { return };
    // `compgen`-like tests call the function; this has readline split the line.
    let script = "source <(conjoin completions bash); complete -p conjoin";
    assert_eq!(Run::of(command.args(["--norc", "-c", script])).text(), "complete -F _conjoin conjoin\n");
}

#[test]
fn urns_of_nobody_who_is_configured_and_those_that_a_shell_would_run_are_not_offered() {
    let served = prepared();
    let path = served.path("state").join("conjoin").join("snapshot.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let evil = text.replacen("\"urn\":\"pica:", "\"urn\":\"pica:$(touch x)", 1).replacen(
        "\"urn\":\"toolzz:",
        "\"urn\":\"other:",
        1,
    );
    std::fs::write(&path, evil).unwrap();
    let Some(told) = bash(&served, &["conjoin get ", "conjoin get other:"]) else { return };
    assert!(!told.contains("touch") && !told.contains("other:a"), "{told}");
    assert!(told.contains("\npica:") && told.contains("\ntoolzz:"), "{told}");
    assert!(told.ends_with("> conjoin get other:\n\n"), "{told}");
}

#[test]
fn fish_completes_with_what_a_urn_stands_for() {
    let served = prepared();
    let Some(mut command) = shell(&served, "fish") else { return };
    let script = "conjoin completions fish | source; complete -C 'conjoin get pica:5'; complete -C 'conjoin list --provider '";
    insta::assert_snapshot!("completions_fish", Run::of(command.args(["--no-config", "-c", script])).text());
}

#[test]
fn zsh_takes_the_script_and_asks_for_the_same() {
    let served = prepared();
    let Some(mut command) = shell(&served, "zsh") else { return };
    let script = "autoload -U compinit; compinit -u -D; source <(conjoin completions zsh); \
                  echo $_comps[conjoin]; \
                  CONJOIN_COMPLETE=zsh _CLAP_COMPLETE_INDEX=2 _CLAP_IFS=$'\\n' conjoin -- conjoin get pica:5";
    insta::assert_snapshot!("completions_zsh", Run::of(command.args(["-f", "-c", script])).text());
}

#[test]
fn every_shell_has_a_script_and_none_fails_without_configuration_or_snapshot() {
    let served = Served::new(&["pica"]);
    for name in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = Run::of(crate::support::conjoin().args(["completions", name]));
        assert!(run.text().contains("CONJOIN_COMPLETE"), "{name}: {run:?}");
    }
    if let Some(told) = bash(&served, &["conjoin get ", "conjoin list --provider "]) {
        assert!(!told.contains("pica"), "{told}");
    }
}
