//! `conjoin fixtures` as a person calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").canonicalize().unwrap()
}

/// A folder that is gone again when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("conjoin-cli-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn arg(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn conjoin(args: &[&str], ci: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conjoin"));
    command.args(args).env_remove("CI").env_remove("CONJOIN_CONFIG");
    if let Some(ci) = ci {
        command.env("CI", ci);
    }
    command.output().unwrap()
}

fn fixtures(args: &[&str]) -> (i32, String, String) {
    let output = conjoin(&[&["--demo", "fixtures"], args].concat(), None);
    told(&output)
}

fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_stored_files_are_formatted_linted_and_proved() {
    let stored = stored();
    let stored = stored.to_str().unwrap();
    for command in [&["fmt", "--check", stored][..], &["lint", stored], &["prove", stored]] {
        let (code, out, err) = fixtures(command);
        assert_eq!((code, &*out), (0, ""), "{command:?}: {err}");
    }
}

#[test]
fn a_recording_is_kept_once_proved_replayed_and_compared() {
    let folder = Folder::new("record");
    let record = ["record", "pica", "list", "--scenario", "first", "--dir", folder.arg()];
    let (code, out, err) = fixtures(&record);
    assert_eq!(code, 0, "{err}");
    let file = folder.0.join("pica/list/first.har");
    assert_eq!(out, format!("wrote {}: 2 exchanges\n", file.display()));
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("demonstration") && text.contains("{credential}"));

    let (code, _, err) = fixtures(&record);
    assert_eq!(code, 2);
    assert!(err.ends_with("first.har; add --force to write over it\n"), "{err}");
    assert_eq!(fixtures(&[&record[..], &["--force"]].concat()).0, 0);

    for command in ["fmt", "lint", "prove"] {
        assert_eq!(fixtures(&[command, folder.arg()]).0, 0, "{command}");
    }
    let (code, out, err) = fixtures(&["drift", folder.arg(), "--provider", "pica"]);
    assert_eq!((code, &*out, &*err), (0, "", "2 answers compared, 0 files without an answer\n"));

    // What is stored says that a field was there which the vendor no longer sends.
    fs::write(&file, text.replacen("\"platformVersion\":", "\"revision\": true, \"platformVersion\":", 1))
        .unwrap();
    let (code, out, _) = fixtures(&["drift", folder.arg(), "--provider", "pica"]);
    assert_eq!(code, 11, "{out}");
    assert!(out.contains("changed  `rows[].revision` was there at times, and is not"), "{out}");
}

#[test]
fn recording_is_refused_in_ci_and_a_change_is_confirmed() {
    let folder = Folder::new("refused");
    let record =
        ["--demo", "fixtures", "record", "pica", "list", "--scenario", "first", "--dir", folder.arg()];
    let (code, _, err) = told(&conjoin(&record, Some("true")));
    assert_eq!(code, 2);
    assert!(err.starts_with("error: recording is refused where CI is set"), "{err}");

    let delete = [
        "record",
        "pica",
        "delete",
        "--scenario",
        "gone",
        "--call",
        r#"{"id": "c1"}"#,
        "--dir",
        folder.arg(),
    ];
    let (code, _, err) = fixtures(&delete);
    assert_eq!(code, 2);
    assert_eq!(err, "error: `delete` changes something at the vendor; add --yes if that is meant\n");
    assert!(!folder.0.join("pica").exists());
}

#[test]
fn a_secret_that_a_hand_put_in_fails_the_proof_and_is_not_shown() {
    let folder = Folder::new("edited");
    let file = "pica/list/docs-2025-01-both.har";
    let target = folder.0.join(file);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::copy(stored().join("pica/public.json"), folder.0.join("pica/public.json")).unwrap();
    let text = fs::read_to_string(stored().join(file)).unwrap();
    fs::write(&target, &text).unwrap();
    assert_eq!(fixtures(&["prove", folder.arg()]).0, 0);

    fs::write(&target, text.replacen("connection_key", "hunter2-hunter", 1)).unwrap();
    let (code, out, _) = fixtures(&["prove", folder.arg()]);
    assert_eq!(code, 1);
    assert!(out.contains("`log.entries[0].response.content._json.connections[0].key` is neither"), "{out}");
    assert!(!out.contains("hunter2"));
}

#[test]
fn an_export_is_imported_again() {
    let folder = Folder::new("import");
    let file = stored().join("pica/list/docs-2025-01-both.har");
    let (code, har, err) = fixtures(&["export", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    let exported = folder.0.join("browser.har");
    fs::write(&exported, har).unwrap();
    let import = [
        "import",
        exported.to_str().unwrap(),
        "--vendor",
        "pica",
        "--operation",
        "list",
        "--scenario",
        "imported",
        "--dir",
        folder.arg(),
    ];
    let (code, out, err) = fixtures(&import);
    assert_eq!(code, 0, "{err}");
    let file = folder.0.join("pica/list/imported.har");
    assert_eq!(out, format!("wrote {}: 2 exchanges\n", file.display()));
    assert_eq!(fixtures(&["prove", file.to_str().unwrap()]).0, 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"platform\": \"salesforce\"") && !text.contains("My Connection"), "{text}");
}
