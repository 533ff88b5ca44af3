//! A fixture through a provider: what every stored file is for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use conjoin_core::{ConnectionProvider, ConnectionProviderExt as _, ProviderName, Result};
use conjoin_http::{Secret, Setup};
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::fixture::{Fixture, FixtureError, fixtures};
use crate::lint::lint;
use crate::prove::prove;
use crate::replay::Replay;

impl Fixture {
    /// Makes the fixture's call of a provider that is answered from the fixture, and gives what came of it and
    /// what was sent, as text for a snapshot. Waits take no time.
    ///
    /// Fails where the provider sends what the fixture does not foresee or leaves an entry unasked for, where
    /// its plan is not what it sends, and where the credential is in what it tells.
    pub fn play<P: ConnectionProvider>(
        &self,
        make: impl FnOnce(Setup) -> Result<P>,
    ) -> Result<String, FixtureError> {
        let failed = |why: &dyn std::fmt::Display| FixtureError::new(why.to_string());
        let name = ProviderName::new(&self.about.vendor).map_err(|why| failed(&why))?;
        let replay = Arc::new(Replay::new(self.clone()));
        let setup = Setup::new(name, Secret::new(Replay::CREDENTIAL), replay.clone());
        let provider = make(setup).map_err(|why| failed(&why))?;
        let call = self.call()?;
        let result = virtually(told(&provider, &call)).map_err(|why| failed(&why))?;
        replay.verify().map_err(|why| failed(&why))?;

        let sent = replay.requests();
        if let (Call::List(query), Some(first)) = (&call, sent.first()) {
            let planned = provider.plan(query).requests;
            if !planned.first().is_some_and(|line| line.ends_with(&first.target)) {
                let (sent, method) = (&first.target, &first.method);
                return Err(failed(&format!("the plan is {planned:?}, and what is sent is {method} {sent}")));
            }
        }
        let told = json!({ "result": result, "requests": readable(json!(sent)) });
        let text = serde_json::to_string_pretty(&told).map_err(|why| failed(&why))?;
        if text.contains(Replay::CREDENTIAL) {
            return Err(failed(&"the credential is in what the provider tells"));
        }
        Ok(text)
    }
}

/// Tests every fixture of a folder: it is well formed, it proves, it [plays](Fixture::play), and what comes of
/// it is what `keep` expects, such as a snapshot beside it. `keep` panics where it is not.
///
/// ```no_run
/// # use conjoin_core::MemoryProvider;
/// # fn acme(_: conjoin_http::Setup) -> conjoin_core::Result<MemoryProvider> { Ok(MemoryProvider::new("acme")) }
/// conjoin_testkit::play_all(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"), |_, setup| acme(setup), |path, text| {
///     println!("{}: {text}", path.display());
/// });
/// ```
///
/// # Panics
/// Where a fixture fails, with the reason and the place of each that does; and where there is none.
#[expect(clippy::panic, reason = "a test fails by panicking")]
pub fn play_all<P: ConnectionProvider>(
    folder: impl AsRef<Path>,
    make: impl Fn(&Fixture, Setup) -> Result<P>,
    keep: impl Fn(&Path, &str),
) {
    let folder = folder.as_ref();
    let files = fixtures(folder).unwrap_or_else(|why| panic!("{why}"));
    assert!(!files.is_empty(), "there is no fixture in {}", folder.display());
    let mut failed = Vec::new();
    for path in &files {
        match play_file(path, &make) {
            Err(whys) => failed.extend(whys),
            Ok(text) => {
                if catch_unwind(AssertUnwindSafe(|| keep(path, &text))).is_err() {
                    failed.push(format!(
                        "{}: what came of it is not what was expected (see above)",
                        path.display()
                    ));
                }
            }
        }
    }
    let (count, of) = (failed.len(), files.len());
    assert!(failed.is_empty(), "{count} complaints about {of} fixtures:\n{}", failed.join("\n"));
}

fn play_file<P: ConnectionProvider>(
    path: &Path,
    make: impl Fn(&Fixture, Setup) -> Result<P>,
) -> Result<String, Vec<String>> {
    let one = |why: FixtureError| vec![why.to_string()];
    let fixture = Fixture::load(path).map_err(one)?;
    let mut findings = lint(path);
    findings.extend(prove(path).map_err(one)?);
    if !findings.is_empty() {
        return Err(findings.iter().map(ToString::to_string).collect());
    }
    fixture.play(|setup| make(&fixture, setup)).map_err(|why| one(why.in_file(path)))
}

fn virtually<T>(future: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(future))
}

/// What comes of a call, as a person wants to read it: without what is not told, and without clocks.
pub async fn told(provider: &dyn ConnectionProvider, call: &Call) -> Value {
    fn one<T: Serialize>(result: Result<T>) -> Value {
        match result {
            Ok(value) => json!({ "ok": value }),
            Err(error) => json!({ "error": error, "shown": error.to_string() }),
        }
    }
    readable(match call {
        Call::List(query) => {
            json!({ "plan": provider.plan(query).requests, "listing": provider.list(query).await })
        }
        Call::ListConnectors(query) => json!({ "listing": provider.list_connectors(query).await }),
        Call::Get(id) => one(provider.get(id).await),
        Call::SetEnabled(id, enabled) => one(provider.set_enabled(id, *enabled).await),
        Call::Rename(id, name) => one(provider.rename(id, name).await),
        Call::SetTags(id, tags) => one(provider.set_tags(id, tags).await),
        Call::Delete(id) => one(provider.delete(id).await),
        Call::Check(id) => {
            let checkup = provider.check(id).await;
            one(checkup.map(|checkup| json!({ "status": checkup.status(), "facts": checkup })))
        }
        Call::Test(id) => {
            let tested = provider.test(id).await;
            one(tested.map(|tested| json!({ "status": tested.status(), "facts": tested })))
        }
        Call::GetConnector(slug) => one(provider.get_connector(slug).await),
    })
}

fn readable(value: Value) -> Value {
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
