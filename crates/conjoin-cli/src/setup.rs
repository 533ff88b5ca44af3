//! From the command line to a hub.

use std::path::PathBuf;
use std::sync::Arc;

use conjoin::pica::Dialect;
use conjoin::{
    BaseUrl, Config, Error, ErrorKind, Hub, Kind, ProviderName, ReqwestTransport, Secret, Setup, Urn,
};
use conjoin_testkit::emulator::{EmulatedVendor, Emulator, EmulatorTransport};

use crate::args::Args;
use crate::failure::Failure;
use crate::output::ProviderRow;

/// The configuration that the command line names, or that is found where it usually is.
pub(crate) fn config(args: &Args) -> Result<Config, Failure> {
    let path = config_path(args.config.clone()).ok_or_else(no_config)?;
    let mut config = Config::load(&path).map_err(Failure::Usage)?;
    config.timeout = args.timeout.unwrap_or(config.timeout);
    Ok(config)
}

/// There is no configuration, and where it was looked for.
pub(crate) fn no_config() -> Failure {
    let looked: Vec<_> = Config::default_paths().iter().map(|path| path.display().to_string()).collect();
    Failure::usage(format!(
        "there is no configuration; looked for {}; name one with --config FILE, or add --demo to try it without",
        looked.join(" and ")
    ))
}

/// Where the configuration is: as named, as `$CONJOIN_CONFIG` says, or where one is found.
pub(crate) fn config_path(named: Option<PathBuf>) -> Option<PathBuf> {
    let set = || std::env::var_os("CONJOIN_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    let found = || Config::default_paths().into_iter().find(|path| path.is_file());
    named.or_else(set).or_else(found)
}

/// The providers that a command asks: those of these names, all where there are none.
pub(crate) async fn hub(args: &Args, names: &[ProviderName]) -> Result<Hub, Failure> {
    if args.demo {
        return demo(args, names).map_err(Failure::Usage);
    }
    let config = config(args)?;
    // What is wrong with a provider that is not asked is no matter here.
    let all = config.without_credentials().unwrap_or_default();
    let config = config.select(names).map_err(Failure::Usage)?;
    let hub = config.connect(Arc::new(ReqwestTransport::new())).await.map_err(Failure::Usage)?;
    Ok(hub.knowing(all.providers().iter().map(|provider| provider.info())))
}

/// The providers of these connections, and no other; none where there is none.
pub(crate) async fn hub_of<'u>(args: &Args, urns: impl IntoIterator<Item = &'u Urn>) -> Result<Hub, Failure> {
    let mut names: Vec<_> = urns.into_iter().map(|urn| urn.provider.clone()).collect();
    names.sort();
    names.dedup();
    // No name at all would be every provider.
    if names.is_empty() { Ok(Hub::new()) } else { hub(args, &names).await }
}

/// The same, for looking at plans and capabilities: no credential is fetched.
pub(crate) fn hub_without_credentials(args: &Args, names: &[ProviderName]) -> Result<Hub, Failure> {
    if args.demo {
        return demo(args, names).map_err(Failure::Usage);
    }
    config(args)?.select(names).and_then(|config| config.without_credentials()).map_err(Failure::Usage)
}

/// The configured providers, without asking for any credential.
pub(crate) fn providers(args: &Args) -> Result<Vec<ProviderRow>, Failure> {
    let hub = hub_without_credentials(args, &[])?;
    let configured = if args.demo { Vec::new() } else { config(args)?.providers };
    let rows = hub.providers().iter().map(|provider| {
        let info = provider.info();
        let config = configured.iter().find(|config| config.name == info.name);
        ProviderRow {
            name: info.name.clone(),
            vendor: info.vendor.clone(),
            base_url: config.map(|config| match &config.base_url {
                Some(base_url) => base_url.to_string(),
                None => config.kind.default_base_url().to_owned(),
            }),
            credential: config.map(|config| {
                let missing = if config.credential.is_there() == Some(false) { " (missing)" } else { "" };
                format!("{}{missing}", config.credential)
            }),
            capabilities: info.capabilities,
        }
    });
    Ok(rows.collect())
}

/// What the emulated vendors let in.
pub(crate) const DEMO_CREDENTIAL: &str = "demonstration";

/// The three vendors, emulated in this process.
fn demo(args: &Args, names: &[ProviderName]) -> Result<Hub, Error> {
    let mut hub = Hub::new().with_timeout(args.timeout.unwrap_or(Hub::DEFAULT_TIMEOUT));
    for vendor in EmulatedVendor::ALL {
        let (transport, kind) = emulated(vendor);
        let base_url = BaseUrl::new(transport.base_url())?;
        let name = ProviderName::new(vendor.name())
            .map_err(|why| Error::new(ErrorKind::Internal, why.to_string()))?;
        let setup = Setup::new(name, Secret::new(DEMO_CREDENTIAL), Arc::new(transport)).base_url(base_url);
        hub = hub.with(kind.provider(setup)?)?;
    }
    hub.select(names)
}

/// A vendor, emulated in this process, and what its caller must know.
pub(crate) fn emulated(vendor: EmulatedVendor) -> (EmulatorTransport, Kind) {
    let transport = Emulator::of(vendor).transport();
    let facts = transport.facts();
    let kind = match vendor {
        EmulatedVendor::Aitronos => {
            Kind::Aitronos { organization_id: facts.organization.unwrap_or_default(), application_id: None }
        }
        EmulatedVendor::Toolzz => Kind::Toolzz { unit_id: facts.unit.unwrap_or_default() },
        _ => Kind::Pica { dialect: Dialect::default() },
    };
    (transport, kind)
}
