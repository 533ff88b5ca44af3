//! `conjoin emulate`

use std::io::Write as _;
use std::process::ExitCode;

use conjoin_testkit::emulator::{EmulatedVendor, Emulator, Running};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::signal::End;
use super::{json, json_line, stdout};
use crate::args::{Args, Emulate, Form};
use crate::failure::Failure;

/// Serves until the user or the system says that it is enough.
pub(super) async fn run(args: &Args, emulate: &Emulate) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`emulate` has no CSV form; there are: table, json, jsonl"));
    }
    // From here on: whoever has read that a server is there may end it at once.
    let mut end = End::new()?;
    let mut running = Vec::new();
    for (emulator, port) in emulate.emulators()? {
        running.push((emulator.vendor(), start(&emulator, port).await?));
    }
    announce(args.output, &running)?;
    end.wait().await;
    for (_, server) in running {
        server.stop().await;
    }
    Ok(ExitCode::SUCCESS)
}

async fn start(emulator: &Emulator, port: u16) -> Result<Running, Failure> {
    emulator.start_on(port).await.map_err(|why| {
        let vendor = emulator.vendor().name();
        Failure::usage(format!(
            "{vendor} cannot be served on port {port} of 127.0.0.1: {why}; name another --port, or none to get a free one"
        ))
    })
}

/// What a caller needs, once every server is there.
fn announce(form: Form, running: &[(EmulatedVendor, Running)]) -> Result<(), Failure> {
    let mut out = stdout();
    let told: Vec<_> = running.iter().map(|(vendor, server)| Told::new(*vendor, server)).collect();
    match form {
        Form::Json => json(&mut out, &serde_json::json!({ "emulators": told }))?,
        Form::Jsonl => told.iter().try_for_each(|told| json_line(&mut out, told))?,
        Form::Table | Form::Csv => {
            for (vendor, server) in running {
                writeln!(out, "{} {}", vendor.name(), server.base_url())?;
                let facts = server.facts().to_string();
                facts.lines().try_for_each(|fact| writeln!(out, "{fact}"))?;
            }
        }
    }
    Ok(out.flush()?)
}

/// A server, as JSON tells it: only the facts that its vendor has.
#[derive(Serialize)]
struct Told<'a> {
    vendor: &'static str,
    base_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "by_slug")]
    integrations: &'a [(String, String)],
}

impl<'a> Told<'a> {
    fn new(vendor: EmulatedVendor, server: &'a Running) -> Self {
        let facts = server.facts();
        Self {
            vendor: vendor.name(),
            base_url: server.base_url(),
            organization: facts.organization.as_deref(),
            unit: facts.unit.as_deref(),
            integrations: &facts.integrations,
        }
    }
}

/// Ids by slug, in the vendor's order.
fn by_slug<S: Serializer>(integrations: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(integrations.len()))?;
    integrations.iter().try_for_each(|(slug, id)| map.serialize_entry(slug, id))?;
    map.end()
}
