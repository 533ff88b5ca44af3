//! Whole processes: the command, the emulated vendors, and what others would run instead.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use serde_json::Value;

use crate::measure::median;

/// The command, as built with this program.
pub fn conjoin() -> Command {
    let beside = std::env::current_exe().expect("this program's path").with_file_name("conjoin");
    assert!(beside.is_file(), "{} is not there; run: cargo build --release -p conjoin-cli", beside.display());
    Command::new(beside)
}

/// An emulated vendor in a process of its own, until it is dropped.
#[derive(Debug)]
pub struct Emulated {
    server: Child,
    /// Where its API begins.
    pub base_url: String,
    config: PathBuf,
}

impl Emulated {
    /// Serves so many connections, each answer after so many milliseconds.
    pub fn start(vendor: &str, rows: u64, latency: u64) -> Self {
        let mut server = conjoin()
            .args(["-o", "jsonl", "emulate", vendor, "--count", &rows.to_string()])
            .args(["--latency", &latency.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let mut told = String::new();
        BufReader::new(server.stdout.take().expect("its output")).read_line(&mut told).expect("its address");
        let told: Value = serde_json::from_str(&told).expect("JSON");
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let base_url = text("base_url");
        let ids = format!("organization_id = \"{}\"\n", text("organization"));
        let ids = match vendor {
            "aitronos" => ids,
            "toolzz" => format!("unit_id = \"{}\"\n", text("unit")),
            _ => String::new(),
        };
        let config = std::env::temp_dir().join(format!("conjoin-bench-{}.toml", server.id()));
        let text = format!(
            "[providers.bench]\nkind = \"{vendor}\"\nbase_url = \"{base_url}\"\n{ids}credential = {{ env = \"{KEY}\" }}\n"
        );
        std::fs::write(&config, text).expect("a temporary file");
        Self { server, base_url, config }
    }

    /// `conjoin list` of it.
    pub fn list(&self, form: &str) -> Command {
        let mut command = conjoin();
        command.arg("--config").arg(&self.config).args(["--timeout", "900s", "-o", form, "list"]);
        command.env(KEY, crate::page::CREDENTIAL).stderr(Stdio::null());
        command
    }

    /// A script of this crate, over pages of so many rows.
    pub fn script(&self, script: &Script, rows_a_page: u32) -> Command {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script.file);
        let mut command = Command::new(script.program);
        command.arg(path).args([&self.base_url, crate::page::CREDENTIAL, &rows_a_page.to_string()]);
        command
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        // It may have ended by itself, and the folder is temporary.
        let _ = (self.server.kill(), self.server.wait(), std::fs::remove_file(&self.config));
    }
}

const KEY: &str = "CONJOIN_BENCH_KEY";

/// A baseline in another language.
#[derive(Debug)]
pub struct Script {
    /// What runs it.
    pub program: &'static str,
    /// Its name under `scripts/`.
    pub file: &'static str,
    /// What must be there.
    needs: &'static [&'static str],
    /// What it is called.
    pub name: &'static str,
}

const NODE: &[&str] = &["node", "-e", "if (typeof fetch !== 'function') process.exit(1)"];
/// Page after page with `requests`.
pub const REQUESTS: Script = Script {
    program: "python3",
    file: "list_requests.py",
    needs: &["python3", "-c", "import requests"],
    name: "Python requests.Session",
};
/// All pages at once with `httpx`.
pub const HTTPX: Script = Script {
    program: "python3",
    file: "list_httpx.py",
    needs: &["python3", "-c", "import httpx"],
    name: "Python httpx, parallel",
};
/// Page after page with Node's `fetch`.
pub const FETCH: Script = Script { program: "node", file: "list_fetch.mjs", needs: NODE, name: "Node fetch" };
/// All pages at once with Node's `fetch`.
pub const PARALLEL: Script =
    Script { program: "node", file: "list_parallel.mjs", needs: NODE, name: "Node fetch, parallel" };

impl Script {
    /// Why it cannot run here, if it cannot.
    pub fn missing(&self) -> Option<String> {
        let quiet = Command::new(self.needs[0])
            .args(&self.needs[1..])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match quiet {
            Ok(status) if status.success() => None,
            _ => Some(format!("missing here: `{}`", self.needs.join(" "))),
        }
    }
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    let quiet = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// From start to end, in milliseconds.
    pub wall: f64,
    /// Of all its threads, in user and kernel, in milliseconds.
    pub cpu: f64,
}

/// Runs a command to its end.
pub fn spend(command: &mut Command) -> Spent {
    let before = cpu();
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("the program runs");
    let wall = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    Spent { wall: wall.as_secs_f64() * 1e3, cpu: cpu() - before }
}

fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    (usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e3
}

/// Runs commands in turn, so many rounds: of each the shortest time and the median of processor time.
pub fn in_turn<const N: usize>(rounds: u32, mut commands: [Command; N]) -> [Spent; N] {
    let mut spent: [Vec<Spent>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..rounds {
        for (command, spent) in commands.iter_mut().zip(&mut spent) {
            spent.push(spend(command));
        }
    }
    spent.map(|spent| Spent {
        wall: spent.iter().map(|spent| spent.wall).fold(f64::INFINITY, f64::min),
        cpu: median(spent.iter().map(|spent| spent.cpu).collect()),
    })
}

/// Runs a command to its end, and tells the most memory that it had, in KiB; `None` where the system does
/// not tell.
pub fn peak(command: &mut Command) -> Option<u64> {
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let told = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(told);
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success(), "{command:?}: {status}");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How many lines a command prints.
pub fn lines(command: &mut Command) -> usize {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8_lossy(&output.stdout).lines().count()
}
