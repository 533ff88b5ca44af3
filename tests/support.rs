//! Fixtures through their vendors' adapters.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use conjoin::{
    BaseUrl, ConnectionProvider, ConnectionProviderExt as _, Kind, ProviderName, Secret, Setup, Transport,
};
use conjoin_testkit::{Call, Fixture, Replay, fixtures};
use serde::Serialize;
use serde_json::{Value, json};

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
    let config = |key: &str| fixture.about.config.get(key).cloned();
    let kind = match &*fixture.about.vendor {
        "aitronos" => Kind::Aitronos {
            organization_id: config("organization_id").unwrap(),
            application_id: config("application_id"),
        },
        "pica" => Kind::Pica {
            dialect: config("dialect").map_or_else(Default::default, |word| word.parse().unwrap()),
        },
        "toolzz" => Kind::Toolzz { unit_id: config("unit_id").unwrap() },
        other => panic!("there is no adapter for `{other}`"),
    };
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

pub(crate) async fn answer(provider: &dyn ConnectionProvider, call: Call) -> Value {
    fn told<T: Serialize>(result: conjoin::Result<T>) -> Value {
        match result {
            Ok(value) => json!({ "ok": value }),
            Err(error) => json!({ "error": error, "shown": error.to_string() }),
        }
    }
    match call {
        Call::List(query) => {
            let plan = provider.plan(&query);
            json!({ "plan": plan.requests, "listing": provider.list(&query).await })
        }
        Call::ListConnectors(query) => json!({ "listing": provider.list_connectors(&query).await }),
        Call::Get(id) => told(provider.get(&id).await),
        Call::SetEnabled(id, enabled) => told(provider.set_enabled(&id, enabled).await),
        Call::Rename(id, name) => told(provider.rename(&id, &name).await),
        Call::SetTags(id, tags) => told(provider.set_tags(&id, &tags).await),
        Call::Delete(id) => told(provider.delete(&id).await),
        Call::Check(id) => told(
            provider.check(&id).await.map(|checkup| json!({ "status": checkup.status(), "facts": checkup })),
        ),
        Call::Test(id) => {
            told(provider.test(&id).await.map(|tested| json!({ "status": tested.status(), "facts": tested })))
        }
        Call::GetConnector(slug) => told(provider.get_connector(&slug).await),
        other => panic!("no way to call {other:?}"),
    }
}

/// A value as a person wants to read it: without what is not told, and without the clock.
pub(crate) fn readable(value: Value) -> Value {
    let told = |value: &Value| !(value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty));
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(key, _)| !matches!(&**key, "fetched_at" | "checked_at" | "elapsed_ms"))
            .map(|(key, value)| (key, readable(value)))
            .filter(|(_, value)| told(value))
            .collect(),
        Value::Array(items) => items.into_iter().map(readable).collect(),
        other => other,
    }
}
