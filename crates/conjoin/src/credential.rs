//! Where a credential comes from: never from the configuration file itself.

use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use conjoin_core::{Error, ErrorKind, Result};
use conjoin_http::Secret;
use tokio::io::AsyncReadExt as _;
use toml::Value;

use crate::keys::{Keys, kind};

/// Where a credential is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialSource {
    /// An environment variable.
    Env(String),
    /// A file that holds nothing else.
    File(PathBuf),
    /// A program that prints it, such as a password manager's; the first word is the program.
    Command(Vec<String>),
}

/// How long a command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);
const FORMS: &str =
    "write credential = { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

impl CredentialSource {
    pub(crate) fn read(keys: &mut Keys, folder: &Path) -> Result<Self> {
        let table = match keys.take("credential") {
            Some(Value::Table(table)) => table,
            Some(Value::String(_)) => {
                let what = format!("holds a secret in the file itself, where it does not belong; {FORMS}");
                return Err(keys.wrong("credential", &what));
            }
            Some(other) => return Err(keys.wrong("credential", &format!("is {}; {FORMS}", kind(&other)))),
            None => return Err(keys.wrong("credential", &format!("is missing; {FORMS}"))),
        };
        let mut entries = table.into_iter();
        let wrong = |keys: &Keys| Err(keys.wrong("credential", &format!("names no single source; {FORMS}")));
        let (Some((source, value)), None) = (entries.next(), entries.next()) else { return wrong(keys) };
        match (&*source, value) {
            ("env", Value::String(name)) if !name.is_empty() => Ok(Self::Env(name)),
            ("file", Value::String(path)) if !path.is_empty() => Ok(Self::File(located(folder, &path))),
            ("command", Value::String(line)) if !line.trim().is_empty() => {
                Ok(Self::Command(["sh", "-c", &line].map(str::to_owned).to_vec()))
            }
            ("command", Value::Array(words)) => {
                let words: Option<Vec<_>> =
                    words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
                match words {
                    Some(words) if !words.is_empty() => Ok(Self::Command(words)),
                    _ => wrong(keys),
                }
            }
            _ => wrong(keys),
        }
    }

    /// Fetches the credential. A command is run each time.
    pub async fn fetch(&self) -> Result<Secret> {
        let text = match self {
            Self::Env(name) => match std::env::var(name) {
                Ok(text) => text,
                Err(std::env::VarError::NotPresent) if looks_secret(name) => {
                    return Err(wrong(
                        "what `env` names looks like a credential; write the name of the environment variable that \
                         holds it"
                            .to_owned(),
                    ));
                }
                Err(std::env::VarError::NotPresent) => {
                    return Err(wrong(format!(
                        "the environment variable {name} is not set; set it to the credential"
                    )));
                }
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(wrong(format!("the environment variable {name} is not UTF-8")));
                }
            },
            Self::File(path) => read_file(path)
                .map_err(|error| wrong(format!("the credential's {self} cannot be read: {error}")))?,
            Self::Command(words) => run(words).await?,
        };
        let secret = Secret::new(text);
        if secret.is_empty() {
            Err(wrong(format!("the credential from {self} is empty; put the credential there")))
        } else {
            Ok(secret)
        }
    }

    /// Whether the credential is there, as far as can be told without fetching it.
    pub fn is_there(&self) -> Option<bool> {
        match self {
            Self::Env(name) => Some(std::env::var_os(name).is_some_and(|value| !value.is_empty())),
            Self::File(path) => Some(path.is_file()),
            Self::Command(_) => None,
        }
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) if looks_secret(name) => f.write_str("environment variable [redacted]"),
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) if path.file_name().and_then(|name| name.to_str()).is_some_and(looks_secret) => {
                f.write_str("file [redacted]")
            }
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(words) => write!(f, "command {}", words.first().map_or("", String::as_str)),
        }
    }
}

/// Whether a name is more likely a credential that was written in its place. Names are words; credentials are
/// long, and mix digits with letters of both cases, or say what they are.
fn looks_secret(name: &str) -> bool {
    let has = |what: fn(&char) -> bool| name.chars().any(|c| what(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
    let prefixes = ["sk_", "sk-", "pk_", "rk_", "ghp_", "xox", "key-", "eyJ"];
    let told = prefixes.iter().any(|prefix| name.starts_with(prefix)) && has(char::is_ascii_digit);
    let long = name.len() >= 24 && has(char::is_ascii_digit) && has(char::is_ascii_lowercase);
    (mixed && name.len() >= 16) || told || long
}

/// A path as the configuration means it: from the home folder, or from the configuration's own.
fn located(folder: &Path, path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => folder.join(path),
    }
}

/// No credential is larger: whatever is, is something else.
const LARGEST: u64 = 64 << 10;

fn read_file(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        Err(io::Error::other("it is too large for a credential"))
    } else {
        Ok(text)
    }
}

/// What a command prints. Its error output may hold anything and is not shown.
async fn run(words: &[String]) -> Result<String> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| wrong("the credential's command is empty".into()))?;
    let failed = |why: String| wrong(format!("the credential's command `{program}` {why}"));
    let mut command = tokio::process::Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(format!("cannot be run: {error}")))?;
    let mut printed = Vec::new();
    let running = async {
        if let Some(stdout) = child.stdout.take() {
            stdout.take(LARGEST + 1).read_to_end(&mut printed).await?;
        }
        if printed.len() as u64 > LARGEST {
            return Err(io::Error::other("it printed too much for a credential"));
        }
        child.wait().await
    };
    let status = tokio::time::timeout(COMMAND_TIMEOUT, running)
        .await
        .map_err(|_| failed(format!("did not end within {COMMAND_TIMEOUT:?}")))?
        .map_err(|error| failed(format!("failed: {error}")))?;
    if !status.success() {
        return Err(failed(format!("failed ({status})")));
    }
    String::from_utf8(printed).map_err(|_| failed("printed something that is not UTF-8".to_owned()))
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}
