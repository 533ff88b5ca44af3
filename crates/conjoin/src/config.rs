//! The configuration file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conjoin_core::{ConnectionProvider, Error, ErrorKind, ProviderName, Result};
use conjoin_http::{BaseUrl, Rate, RateLimit, ReqwestTransport, Secret, Setup, Transport};
use toml::{Table, Value};

use crate::keys::{Keys, kind};
use crate::rate_limits::RateLimits;
use crate::{CredentialSource, Hub};

/// A configuration: providers by name, and how long they have.
///
/// ```toml
/// timeout = "30s"                     # optional: for each provider, and each call
///
/// [providers.work]                    # a name of your choosing
/// kind = "aitronos"
/// credential = { env = "AITRONOS_API_KEY" }
/// organization_id = "org_…"           # required
/// application_id = "flowplate"        # optional
///
/// [providers.crm]
/// kind = "pica"
/// credential = { file = "~/.secrets/pica" }
/// dialect = "v2"                      # optional: v2, one, legacy
/// rate_limit = "10/s"                 # optional, for any kind: requests a second, minute (/m) or hour (/h)
///
/// [providers.brasil]
/// kind = "toolzz"
/// credential = { command = ["pass", "show", "toolzz"] }
/// unit_id = "…"                       # required
/// base_url = "https://proxy.example/toolzz/api/v1"   # optional, for any kind
/// ```
///
/// Every mistake names the file, the key and what to do, and no mistake shows a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// How long each provider has for a listing, and each other call for its end.
    pub timeout: Duration,
    /// The providers, in the file's order.
    pub providers: Vec<ProviderConfig>,
}

/// One configured provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderConfig {
    /// The name of the user's choosing.
    pub name: ProviderName,
    /// The vendor, and what it alone needs.
    pub kind: Kind,
    /// Where the vendor's API begins; `None` is where its documents say.
    pub base_url: Option<BaseUrl>,
    /// Where the credential is kept.
    pub credential: CredentialSource,
    /// A limit of our own on the rate of requests. Providers of one credential share it, also those that do not
    /// name it.
    pub rate_limit: Option<Rate>,
    place: String,
}

/// A vendor, and what it alone needs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Aitronos.
    #[cfg(feature = "aitronos")]
    Aitronos {
        /// The organization whose connections are listed.
        organization_id: String,
        /// The application whose connections the list by tool shows; the vendor's default unless set.
        application_id: Option<String>,
    },
    /// Pica, or One.
    #[cfg(feature = "pica")]
    Pica {
        /// The server's dialect.
        dialect: conjoin_pica::Dialect,
    },
    /// Toolzz.
    #[cfg(feature = "toolzz")]
    Toolzz {
        /// The unit whose credentials are listed.
        unit_id: String,
    },
}

impl Kind {
    /// The kinds that this build knows.
    pub const WORDS: &[&str] = &[
        #[cfg(feature = "aitronos")]
        "aitronos",
        #[cfg(feature = "pica")]
        "pica",
        #[cfg(feature = "toolzz")]
        "toolzz",
    ];

    fn read(keys: &mut Keys) -> Result<Self> {
        let known = Self::WORDS.join(", ");
        match &*keys.required("kind", &format!("write one of: {known}"))? {
            #[cfg(feature = "aitronos")]
            "aitronos" => Ok(Self::Aitronos {
                organization_id: keys.required(
                    "organization_id",
                    "Aitronos lists the connections of one organization: write organization_id = \"org_…\"",
                )?,
                application_id: keys.text("application_id")?,
            }),
            #[cfg(feature = "pica")]
            "pica" => Ok(Self::Pica {
                dialect: match keys.text("dialect")? {
                    None => conjoin_pica::Dialect::default(),
                    Some(word) => word.parse().map_err(|error| keys.because("dialect", &error))?,
                },
            }),
            #[cfg(feature = "toolzz")]
            "toolzz" => Ok(Self::Toolzz {
                unit_id: keys.required(
                    "unit_id",
                    "Toolzz lists the credentials of one unit: write unit_id = \"…\", the unit's UUID",
                )?,
            }),
            other => {
                Err(keys.wrong("kind", &format!("is `{other}`, which is not known here; there are: {known}")))
            }
        }
    }

    /// The vendor's name.
    pub fn vendor(&self) -> &'static str {
        match self {
            #[cfg(feature = "aitronos")]
            Self::Aitronos { .. } => conjoin_aitronos::VENDOR,
            #[cfg(feature = "pica")]
            Self::Pica { .. } => conjoin_pica::VENDOR,
            #[cfg(feature = "toolzz")]
            Self::Toolzz { .. } => conjoin_toolzz::VENDOR,
        }
    }

    /// Where the vendor's API begins by its documents.
    pub fn default_base_url(&self) -> &'static str {
        match self {
            #[cfg(feature = "aitronos")]
            Self::Aitronos { .. } => conjoin_aitronos::BASE_URL,
            #[cfg(feature = "pica")]
            Self::Pica { dialect } => dialect.base_url(),
            #[cfg(feature = "toolzz")]
            Self::Toolzz { .. } => conjoin_toolzz::BASE_URL,
        }
    }

    /// Makes the provider.
    pub fn provider(&self, setup: Setup) -> Result<Arc<dyn ConnectionProvider>> {
        Ok(match self {
            #[cfg(feature = "aitronos")]
            Self::Aitronos { organization_id, application_id } => {
                Arc::new(conjoin_aitronos::Aitronos::new(setup, organization_id, application_id.as_deref())?)
            }
            #[cfg(feature = "pica")]
            Self::Pica { dialect } => Arc::new(conjoin_pica::Pica::new(setup, *dialect)?),
            #[cfg(feature = "toolzz")]
            Self::Toolzz { unit_id } => Arc::new(conjoin_toolzz::Toolzz::new(setup, unit_id)?),
        })
    }
}

impl Config {
    /// Reads a file. The first mistake ends it.
    pub fn load(path: &Path) -> Result<Self> {
        Self::parse(&Self::read(path)?, path)
    }

    /// Reads a file, or tells all that is wrong with it: at least a mistake a provider.
    pub fn load_all(path: &Path) -> Result<Self, Vec<Error>> {
        let text = Self::read(path).map_err(|error| vec![error])?;
        Self::parse_all(&text, path)
    }

    fn read(path: &Path) -> Result<String> {
        std::fs::read_to_string(path).map_err(|error| {
            Error::new(
                ErrorKind::Config,
                format!("the configuration {} cannot be read: {error}", path.display()),
            )
        })
    }

    /// Reads a text, as it would stand in a file: mistakes name the file, and relative paths begin beside it.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let none = || Error::new(ErrorKind::Internal, "a mistake without a word");
        Self::parse_all(text, path).map_err(|mistakes| mistakes.into_iter().next().unwrap_or_else(none))
    }

    fn parse_all(text: &str, path: &Path) -> Result<Self, Vec<Error>> {
        let file = path.display().to_string();
        let (timeout, providers) = Self::outline(text, &file).map_err(|error| vec![error])?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let (mut read, mut mistakes) = (Vec::new(), Vec::new());
        for (name, value) in providers {
            match ProviderConfig::read(&file, &folder, &name, value) {
                Ok(provider) => read.push(provider),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(Self { timeout, providers: read }) } else { Err(mistakes) }
    }

    /// The keys outside of the providers, and the providers as they stand there.
    fn outline(text: &str, file: &str) -> Result<(Duration, Table)> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            // Not the parser's own picture: the line that it shows may hold a secret.
            let line =
                error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            Error::new(ErrorKind::Config, format!("{file}: line {line} is not TOML: {}", unquoted(&what)))
        })?;
        let mut keys = Keys::new(format!("{file}:"), table);
        let timeout = match keys.take("timeout") {
            None => Hub::DEFAULT_TIMEOUT,
            Some(value) => duration(&value).ok_or_else(|| {
                keys.wrong(
                    "timeout",
                    "is no time; write seconds (30) or a text such as \"30s\", \"500ms\" or \"1m\"",
                )
            })?,
        };
        let providers = match keys.take("providers") {
            Some(Value::Table(providers)) if !providers.is_empty() => providers,
            Some(Value::Table(_)) | None => {
                return Err(
                    keys.wrong("providers", "is empty; write a table [providers.NAME] for each account")
                );
            }
            Some(other) => return Err(keys.wrong("providers", &format!("is {}, not tables", kind(&other)))),
        };
        keys.end()?;
        Ok((timeout, providers))
    }

    /// Keeps only the providers of these names, all where there are none.
    pub fn select(mut self, names: &[ProviderName]) -> Result<Self> {
        if let Some(unknown) = names.iter().find(|name| self.providers.iter().all(|p| p.name != **name)) {
            let known: Vec<_> = self.providers.iter().map(|p| p.name.as_str()).collect();
            let message = format!("there is no provider `{unknown}`; there are: {}", known.join(", "));
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.providers.retain(|provider| names.is_empty() || names.contains(&provider.name));
        Ok(self)
    }

    /// The hub as it would be, with no credential in it: to look at plans and capabilities. What it sends, no
    /// vendor accepts.
    pub fn without_credentials(&self) -> Result<Hub> {
        let transport: Arc<dyn Transport> = Arc::new(ReqwestTransport::new());
        let mut hub = Hub::new().with_timeout(self.timeout);
        for provider in &self.providers {
            hub = hub.with(provider.connect(
                Secret::new("none"),
                None,
                Arc::clone(&transport),
                self.timeout,
            )?)?;
        }
        Ok(hub)
    }

    /// Fetches the credentials and makes the hub. Sends nothing to any vendor.
    pub async fn connect(&self, transport: Arc<dyn Transport>) -> Result<Hub> {
        let mut fetched = Vec::new();
        for provider in &self.providers {
            let secret = provider.credential.fetch().await;
            fetched.push((provider, secret.map_err(|error| provider.because("credential", &error))?));
        }
        let limits = RateLimits::of(&fetched)?;
        let mut hub = Hub::new().with_timeout(self.timeout);
        for (provider, secret) in &fetched {
            let limit = limits.of_provider(provider, secret);
            hub =
                hub.with(provider.connect(secret.clone(), limit, Arc::clone(&transport), self.timeout)?)?;
        }
        Ok(hub)
    }
}

impl ProviderConfig {
    fn read(file: &str, folder: &Path, name: &str, value: Value) -> Result<Self> {
        let place = format!("{file}: [providers.{name}]");
        let wrong = |what: String| Error::new(ErrorKind::Config, format!("{place} {what}"));
        let Value::Table(table) = value else {
            return Err(wrong(format!("is {}, not a table", kind(&value))));
        };
        let provider_name =
            ProviderName::new(name).map_err(|why| wrong(format!("has a name that cannot be used: {why}")))?;
        let mut keys = Keys::new(place.clone(), table);
        let vendor = Kind::read(&mut keys)?;
        let allow_http = keys.flag("allow_http")?;
        let base_url = match keys.text("base_url")? {
            None => None,
            Some(text) => Some(
                BaseUrl::new(&text).map_err(|error| keys.because("base_url", &error))?.allow_http(allow_http),
            ),
        };
        let credential = CredentialSource::read(&mut keys, folder)?;
        let rate_limit = keys.text("rate_limit")?.map(|text| text.parse()).transpose();
        let rate_limit = rate_limit.map_err(|error| keys.because("rate_limit", &error))?;
        keys.end()?;
        Ok(Self { name: provider_name, kind: vendor, base_url, credential, rate_limit, place })
    }

    /// Where it is asked.
    pub(crate) fn base(&self) -> Result<BaseUrl> {
        self.base_url.clone().map_or_else(|| BaseUrl::new(self.kind.default_base_url()), Ok)
    }

    pub(crate) fn connect(
        &self,
        secret: Secret,
        limit: Option<RateLimit>,
        transport: Arc<dyn Transport>,
        timeout: Duration,
    ) -> Result<Arc<dyn ConnectionProvider>> {
        let mut setup = Setup::new(self.name.clone(), secret, transport).timeout(timeout);
        if let Some(base_url) = &self.base_url {
            setup = setup.base_url(base_url.clone());
        }
        if let Some(limit) = limit {
            setup = setup.rate_limit(limit);
        }
        self.kind
            .provider(setup)
            .map_err(|error| Error::new(ErrorKind::Config, format!("{}: {}", self.place, error.message())))
    }

    fn because(&self, key: &str, error: &Error) -> Error {
        self.wrong(key, &format!(": {}", error.message()))
    }

    /// An error about one key, which begins with what follows the key.
    pub(crate) fn wrong(&self, key: &str, what: &str) -> Error {
        Error::new(ErrorKind::Config, format!("{} `{key}`{what}", self.place))
    }
}

/// A number of seconds, or a text with its unit. More than nothing, and at most a day.
fn duration(value: &Value) -> Option<Duration> {
    let duration = match value {
        Value::Integer(seconds) => Duration::from_secs(u64::try_from(*seconds).ok()?),
        Value::Float(seconds) => Duration::try_from_secs_f64(*seconds).ok()?,
        Value::String(text) => return parse_duration(text),
        _ => return None,
    };
    in_bounds(duration)
}

/// Reads a time as people write it: `30s`, `500ms`, `1m`, or seconds (`2.5`).
fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return in_bounds(Duration::try_from_secs_f64(seconds).ok()?);
    }
    in_bounds(Duration::try_from(text.parse::<jiff::SignedDuration>().ok()?).ok()?)
}

fn in_bounds(duration: Duration) -> Option<Duration> {
    (!duration.is_zero() && duration <= Duration::from_secs(86_400)).then_some(duration)
}

/// A parser's message without what it quotes from the file.
fn unquoted(message: &str) -> String {
    match (message.find(['`', '"']), message.rfind(['`', '"'])) {
        (Some(from), Some(to)) if from < to => format!("{}…{}", &message[..from], &message[to + 1..]),
        _ => message.to_owned(),
    }
}

impl Config {
    /// Where a configuration is looked for, in this order, unless it is named: `conjoin.toml` in the current folder, then `conjoin/config.toml` in the user's configuration folder.
    pub fn default_paths() -> Vec<PathBuf> {
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
        let user = std::env::var_os("XDG_CONFIG_HOME")
            .filter(|dir| !dir.is_empty())
            .map(PathBuf::from)
            .or_else(home);
        let user = user.map(|dir| dir.join("conjoin").join("config.toml"));
        [PathBuf::from("conjoin.toml")].into_iter().chain(user).collect()
    }

    /// Reads a time as the configuration has it: `30s`, `500ms`, `1m`, or seconds (`2.5`).
    pub fn parse_timeout(text: &str) -> Option<Duration> {
        parse_duration(text)
    }
}
