//! From the command line to a hub.

use std::path::PathBuf;
use std::sync::Arc;

use conjoin::pica::Dialect;
use conjoin::{
    BaseUrl, Config, Error, ErrorKind, Hub, Kind, ProviderConfig, ProviderInfo, ProviderName,
    ReqwestTransport, Secret, Setup,
};
use conjoin_testkit::emulator::{EmulatedVendor, Emulator, EmulatorTransport};

use crate::args::Args;
use crate::failure::Failure;
use crate::output::ProviderRow;

/// The configuration that the command line names, or that is found where it usually is.
pub(crate) fn config(args: &Args) -> Result<Config, Failure> {
    let named = args.config.clone().or_else(|| {
        let path = std::env::var_os("CONJOIN_CONFIG").filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    });
    let path = named.or_else(|| Config::default_paths().into_iter().find(|path| path.is_file()));
    let path = path.ok_or_else(|| {
        let looked: Vec<_> = Config::default_paths().iter().map(|path| path.display().to_string()).collect();
        Failure::usage(format!(
            "there is no configuration; looked for {}; name one with --config FILE, or add --demo to try it without",
            looked.join(" and ")
        ))
    })?;
    let mut config = Config::load(&path).map_err(Failure::Usage)?;
    config.timeout = args.timeout.unwrap_or(config.timeout);
    Ok(config)
}

/// The providers that a command asks: those of these names, all where there are none.
pub(crate) async fn hub(args: &Args, names: &[ProviderName]) -> Result<Hub, Failure> {
    if args.demo {
        return demo(args, names).map_err(Failure::Usage);
    }
    let config = config(args)?.select(names).map_err(Failure::Usage)?;
    config.connect(Arc::new(ReqwestTransport::new())).await.map_err(Failure::Usage)
}

/// The configured providers, without asking for any credential.
pub(crate) fn providers(args: &Args) -> Result<Vec<ProviderRow>, Failure> {
    if args.demo {
        let hub = demo(args, &[]).map_err(Failure::Usage)?;
        return Ok(hub.providers().iter().map(|provider| row(provider.info(), None, None)).collect());
    }
    let row = |provider: &ProviderConfig| {
        let base_url = provider.base_url.as_ref().map(ToString::to_string);
        let base_url = base_url.unwrap_or_else(|| provider.kind.default_base_url().to_owned());
        let missing = if provider.credential.is_there() == Some(false) { " (missing)" } else { "" };
        let credential = format!("{}{missing}", provider.credential);
        Ok(row(&provider.info().map_err(Failure::Usage)?, Some(base_url), Some(credential)))
    };
    config(args)?.providers.iter().map(row).collect()
}

fn row(info: &ProviderInfo, base_url: Option<String>, credential: Option<String>) -> ProviderRow {
    ProviderRow {
        name: info.name.clone(),
        vendor: info.vendor.clone(),
        base_url,
        credential,
        capabilities: info.capabilities,
    }
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
