//! One configured provider with all that it is made of, for commands that send requests of their own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use conjoin::pica::Dialect;
use conjoin::{
    BaseUrl, ConnectionProvider, Hub, Kind, ProviderName, Rate, ReqwestTransport, Secret, Setup, Transport,
};
use conjoin_testkit::emulator::EmulatedVendor;

use crate::args::Args;
use crate::failure::Failure;
use crate::setup::{self, DEMO_CREDENTIAL};

/// One configured provider.
pub(crate) struct Account {
    name: ProviderName,
    kind: Kind,
    timeout: Duration,
    rate_limit: Option<Rate>,
    /// Where it is asked.
    pub(crate) base_url: BaseUrl,
    /// What sends.
    pub(crate) transport: Arc<dyn Transport>,
    /// The credential.
    pub(crate) credential: Secret,
}

impl Account {
    /// What is configured, or emulated under `--demo`. The credential is fetched.
    pub(crate) async fn of(args: &Args, name: &ProviderName) -> Result<Self, Failure> {
        if args.demo {
            return Self::demo(args, name);
        }
        let config = setup::config(args)?.select(std::slice::from_ref(name)).map_err(Failure::Usage)?;
        let provider = config
            .providers
            .first()
            .ok_or_else(|| Failure::usage(format!("there is no provider `{name}`")))?;
        let base_url = match &provider.base_url {
            Some(base_url) => base_url.clone(),
            None => BaseUrl::new(provider.kind.default_base_url()).map_err(Failure::Usage)?,
        };
        Ok(Self {
            name: name.clone(),
            kind: provider.kind.clone(),
            timeout: config.timeout,
            rate_limit: provider.rate_limit,
            base_url,
            transport: Arc::new(ReqwestTransport::new()),
            credential: provider.credential.fetch().await.map_err(Failure::Usage)?,
        })
    }

    fn demo(args: &Args, name: &ProviderName) -> Result<Self, Failure> {
        let vendor = EmulatedVendor::ALL.into_iter().find(|vendor| vendor.name() == name.as_str());
        let vendor = vendor.ok_or_else(|| {
            Failure::usage(format!(
                "--demo has no provider `{name}`; `conjoin --demo providers` shows those it has"
            ))
        })?;
        let (transport, kind) = setup::emulated(vendor);
        Ok(Self {
            name: name.clone(),
            kind,
            timeout: args.timeout.unwrap_or(Hub::DEFAULT_TIMEOUT),
            rate_limit: None,
            base_url: BaseUrl::new(transport.base_url()).map_err(Failure::Usage)?,
            transport: Arc::new(transport),
            credential: Secret::new(DEMO_CREDENTIAL),
        })
    }

    /// The vendor's name.
    pub(crate) fn vendor(&self) -> &'static str {
        self.kind.vendor()
    }

    /// Where the vendor's API begins by its documents.
    pub(crate) fn documented_base(&self) -> &'static str {
        self.kind.default_base_url()
    }

    /// The provider, sending through another transport.
    pub(crate) fn provider(
        &self,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn ConnectionProvider>, Failure> {
        let mut setup = Setup::new(self.name.clone(), self.credential.clone(), transport)
            .base_url(self.base_url.clone())
            .timeout(self.timeout);
        if let Some(rate) = self.rate_limit {
            setup = setup.rate_limit(rate);
        }
        self.kind.provider(setup).map_err(Failure::Usage)
    }

    /// The adapter's configuration, in the words that fixtures have for it.
    pub(crate) fn settings(&self) -> BTreeMap<String, String> {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        match &self.kind {
            Kind::Aitronos { organization_id, application_id } => {
                let application = application_id.iter().map(|id| pair("application_id", id));
                [pair("organization_id", organization_id)].into_iter().chain(application).collect()
            }
            // What is so anyway is not said.
            Kind::Pica { dialect } if *dialect == Dialect::default() => BTreeMap::new(),
            Kind::Pica { dialect } => [pair("dialect", dialect.as_str())].into(),
            Kind::Toolzz { unit_id } => [pair("unit_id", unit_id)].into(),
            _ => BTreeMap::new(),
        }
    }
}
