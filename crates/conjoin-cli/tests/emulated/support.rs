//! A served emulator, its configuration, and the command that asks it.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The variable that the generated configuration names.
const CREDENTIAL: &str = "CONJOIN_TEST_CREDENTIAL";

/// How many servers have had a folder of their own.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// `conjoin`, without what the developer's own environment would add.
pub(crate) fn conjoin() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conjoin"));
    command
        .env_remove("CONJOIN_CONFIG")
        .env_remove("CONJOIN_LOG")
        .env_remove("FORCE_COLOR")
        .stdin(Stdio::null());
    command
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Standard output as JSON, after the exit code is found to be this.
    #[track_caller]
    pub(crate) fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Standard output, after the command is found to have succeeded.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.stdout
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Lines of JSON.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Sends a signal to a process.
#[cfg(unix)]
pub(crate) fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Compares with a stored text, in which times, ports and request ids are made the same.
macro_rules! assert_told {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ filters => vec![
            (r"\d{4}-\d\d-\d\dT[0-9:.]+Z \([^)]*\)", "TIME"),
            (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME"),
            (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
            (r"request [0-9a-f-]{36}", "request ID"),
            (r"\d+ attempts", "N attempts"),
            (r"within [0-9.]+m?s", "in time"),
            (r"\d+ ms", "N ms"),
            (r"\d+(\.\d+)? s\b", "N s"),
            (r"[^\s]*/(emulated-\d+-\d+)/", "FOLDER/"),
        ] }, { insta::assert_snapshot!($name, $text) })
    };
}
pub(crate) use assert_told;

/// `conjoin emulate`, running; ended when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    /// A vendor each, as `-o jsonl` tells it.
    pub(crate) vendors: Vec<Value>,
    folder: PathBuf,
}

impl Served {
    /// Serves vendors, with further arguments after a `--`-less list: `["pica", "--count", "5"]`.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let vendors = arguments.iter().take_while(|argument| !argument.starts_with('-')).count();
        let mut child = conjoin()
            .args(["emulate", "-o", "jsonl"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told: Vec<_> = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .take(vendors)
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        assert_eq!(told.len(), vendors, "{:?}", child.wait_with_output());
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("emulated-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { child, vendors: told, folder }
    }

    /// A configuration of every served vendor, under its own name.
    pub(crate) fn config(&self) -> String {
        let mut text = String::new();
        for vendor in &self.vendors {
            let name = vendor["vendor"].as_str().unwrap();
            writeln!(text, "[providers.{name}]\nkind = \"{name}\"\nbase_url = {}", vendor["base_url"])
                .unwrap();
            writeln!(text, "credential = {{ env = \"{CREDENTIAL}\" }}").unwrap();
            for (key, fact) in [("organization_id", "organization"), ("unit_id", "unit")] {
                if let Some(id) = vendor[fact].as_str() {
                    writeln!(text, "{key} = \"{id}\"").unwrap();
                }
            }
        }
        text
    }

    /// Where a file of the server's folder is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a configuration into the server's folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `conjoin` with a configuration of its own.
    pub(crate) fn command_with(&self, config: &str, arguments: &[&str]) -> Command {
        let mut command = conjoin();
        command.arg("--config").arg(self.write("conjoin.toml", config));
        command.args(arguments).env(CREDENTIAL, "sk_test_of_the_suite");
        command.env("XDG_STATE_HOME", self.path("state"));
        command
    }

    /// Runs `conjoin` with the configuration of every served vendor.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command_with(&self.config(), arguments))
    }

    /// Runs it as another caller.
    pub(crate) fn run_as(&self, credential: &str, arguments: &[&str]) -> Run {
        Run::of(self.command_with(&self.config(), arguments).env(CREDENTIAL, credential))
    }

    /// The connections that `conjoin list` gives, complete.
    #[track_caller]
    pub(crate) fn list(&self, filters: &[&str]) -> Vec<Value> {
        let run = self.run(&[&["list", "-o", "json"], filters].concat());
        run.json(0)["connections"].as_array().unwrap().clone()
    }

    /// The URNs that `conjoin list` gives, complete.
    #[track_caller]
    pub(crate) fn urns(&self, filters: &[&str]) -> Vec<String> {
        self.list(filters).iter().map(|row| row["urn"].as_str().unwrap().to_owned()).collect()
    }

    /// Sends a signal, and waits for the end.
    #[cfg(unix)]
    pub(crate) fn signal(&mut self, signal: &str) -> ExitStatus {
        self.send(signal);
        self.child.wait().unwrap()
    }

    /// Sends a signal: `-STOP` makes a vendor that hangs, `-CONT` one that answers again.
    #[cfg(unix)]
    pub(crate) fn send(&self, signal: &str) {
        send(signal, &self.child);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
