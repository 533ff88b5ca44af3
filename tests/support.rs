//! Fixtures through their vendors' adapters.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use conjoin::{BaseUrl, ConnectionProvider, Kind, ProviderName, Secret, Setup, Transport};
use conjoin_testkit::{Fixture, Replay, fixtures};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").canonicalize().unwrap()
}

pub(crate) fn all() -> Vec<(PathBuf, Fixture)> {
    let paths = fixtures(folder()).unwrap();
    paths.into_iter().map(|path| (path.clone(), Fixture::load(&path).unwrap())).collect()
}

/// The provider that a fixture is written for; it asks this origin in place of the vendor's.
pub(crate) fn provider(
    fixture: &Fixture,
    transport: Arc<dyn Transport>,
    origin: Option<&str>,
) -> Arc<dyn ConnectionProvider> {
    let kind = kind(fixture);
    let name = ProviderName::new(&fixture.about.vendor).unwrap();
    let mut setup = Setup::new(name, Secret::new(Replay::CREDENTIAL), transport);
    if let Some(origin) = origin {
        // The path with which the vendor's API begins stays.
        let (_, rest) = kind.default_base_url().split_once("://").unwrap();
        let path = rest.split_once('/').map(|(_, path)| path).unwrap_or_default();
        setup = setup.base_url(BaseUrl::new(&format!("{origin}/{path}")).unwrap());
    }
    kind.provider(setup).unwrap()
}

/// The configuration that a fixture is written for.
pub(crate) fn kind(fixture: &Fixture) -> Kind {
    let config = |key: &str| fixture.about.config.get(key).cloned();
    match &*fixture.about.vendor {
        "aitronos" => Kind::Aitronos {
            organization_id: config("organization_id").unwrap(),
            application_id: config("application_id"),
        },
        "pica" => Kind::Pica {
            dialect: config("dialect").map_or_else(Default::default, |word| word.parse().unwrap()),
        },
        "toolzz" => Kind::Toolzz { unit_id: config("unit_id").unwrap() },
        other => panic!("there is no adapter for `{other}`"),
    }
}
