//! Emulators of the vendors' servers: stateful, in memory, with the wire formats that the vendors document.
//!
//! Build one, then run it [in process](Emulator::transport) or [on a loopback port](Emulator::start):
//!
//! ```
//! use conjoin_testkit::emulator::{Emulator, PicaDialect};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let running = Emulator::pica().dialect(PicaDialect::One).count(1_000).start().await?;
//! println!("{}", running.base_url());
//! running.stop().await;
//! # Ok::<(), std::io::Error>(()) })?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Common to all three
//!
//! - Any credential that is not empty is let in, but the word `invalid`, which gets the vendor's 401.
//! - Without [`Emulator::count`] the data are the vendor's documented samples made concrete; with it, that many plausible rows,
//!   computed from the seed and their index. The catalogue has `slack`, `github` and `clickup` either way.
//! - Lists show the newest first. The clock starts at 2026-03-01T09:00:00Z and moves one second with each change.
//! - Unknown ids, paths and methods get the vendor's own 404 and 405.
//! - What no document says is a choice; [`aitronos`], [`pica`] and [`toolzz`] list their own, and a [`Quirk`] makes another.
//!
//! The emulators share no wire types with the adapters, so that a mistake is not made twice.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have the signature that the route tables hold")]

pub mod aitronos;
mod body;
mod call;
mod clock;
mod dice;
mod facts;
mod fault;
mod limit;
pub mod pica;
mod quirk;
mod reply;
mod router;
mod server;
mod stage;
mod store;
#[cfg(test)]
mod testing;
pub mod toolzz;
mod transport;
mod vendor;

use std::io;
use std::str::FromStr;
use std::time::Duration;

pub use facts::Facts;
pub use fault::{FaultKind, FaultSpec, InvalidFault};
pub use pica::{PicaDialect, UnknownDialect};
pub use quirk::{Quirk, UnknownQuirk};
pub use server::Running;
pub use transport::EmulatorTransport;

use dice::Recipe;
use stage::Stage;
use vendor::Vendor;

/// What an emulated vendor shall be like. Nothing runs until it is started.
#[derive(Clone, Debug)]
#[must_use]
pub struct Emulator {
    vendor: EmulatedVendor,
    recipe: Recipe,
    count: Option<u64>,
    dialect: PicaDialect,
    latency: Duration,
    per_second: Option<u32>,
    faults: Vec<FaultSpec>,
}

/// A vendor that can be emulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmulatedVendor {
    /// Aitronos, third generation of its connector API.
    Aitronos,
    /// Pica, in one of its [dialects](PicaDialect).
    Pica,
    /// Toolzz AI.
    Toolzz,
}

impl EmulatedVendor {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Aitronos, Self::Pica, Self::Toolzz];

    /// The name in lower case, which also reads back.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aitronos => "aitronos",
            Self::Pica => "pica",
            Self::Toolzz => "toolzz",
        }
    }

    /// What the base URL has after the host.
    fn base_path(self) -> &'static str {
        match self {
            Self::Aitronos | Self::Pica => "",
            Self::Toolzz => toolzz::BASE,
        }
    }

    /// The base URL in process.
    fn in_process(self) -> &'static str {
        match self {
            Self::Aitronos => "https://aitronos.emulator.invalid",
            Self::Pica => "https://pica.emulator.invalid",
            Self::Toolzz => "https://toolzz.emulator.invalid/api/v1",
        }
    }
}

impl FromStr for EmulatedVendor {
    type Err = UnknownVendor;

    fn from_str(text: &str) -> Result<Self, UnknownVendor> {
        let found = Self::ALL.into_iter().find(|vendor| vendor.name() == text);
        found.ok_or_else(|| UnknownVendor { text: text.to_owned() })
    }
}

/// A name that is no emulated vendor's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no emulator for {text:?}: there are aitronos, pica and toolzz")]
pub struct UnknownVendor {
    text: String,
}

impl Emulator {
    /// An emulator of this vendor.
    pub fn of(vendor: EmulatedVendor) -> Self {
        Self {
            vendor,
            recipe: Recipe::default(),
            count: None,
            dialect: PicaDialect::V2,
            latency: Duration::ZERO,
            per_second: None,
            faults: Vec::new(),
        }
    }

    /// Aitronos. Its base URL does not hold `/v1`.
    pub fn aitronos() -> Self {
        Self::of(EmulatedVendor::Aitronos)
    }

    /// Pica, dialect v2. Its base URL does not hold `/v1`.
    pub fn pica() -> Self {
        Self::of(EmulatedVendor::Pica)
    }

    /// Toolzz. Its base URL ends in `/api/v1`.
    pub fn toolzz() -> Self {
        Self::of(EmulatedVendor::Toolzz)
    }

    /// The vendor that is emulated.
    pub fn vendor(&self) -> EmulatedVendor {
        self.vendor
    }

    /// Serves this many generated connections instead of the documented samples. Pica has that many in each environment.
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Generates other connections. Equal seeds generate equal ones; 0 if not set.
    pub fn seed(mut self, seed: u64) -> Self {
        self.recipe.seed = seed;
        self
    }

    /// Speaks this dialect. Only Pica has any.
    pub fn dialect(mut self, dialect: PicaDialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Lets each answer come so long after its request.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Answers the vendor's 429 to more than this many requests a second; at least 1.
    pub fn rate_limit(mut self, per_second: u32) -> Self {
        self.per_second = Some(per_second);
        self
    }

    /// Adds a fault after those that are there.
    pub fn fault(mut self, fault: FaultSpec) -> Self {
        self.faults.push(fault);
        self
    }

    /// Switches a quirk on. One of another vendor changes nothing.
    pub fn quirk(mut self, quirk: Quirk) -> Self {
        self.recipe.quirks.add(quirk);
        self
    }

    /// Runs in process: no socket, and time is tokio's. Each call starts afresh; clones of one transport share their state.
    pub fn transport(&self) -> EmulatorTransport {
        let vendor: Box<dyn Vendor> = match self.vendor {
            EmulatedVendor::Aitronos => Box::new(aitronos::Aitronos::new(self.recipe.clone(), self.count)),
            EmulatedVendor::Pica => Box::new(pica::Pica::new(self.recipe.clone(), self.count, self.dialect)),
            EmulatedVendor::Toolzz => Box::new(toolzz::Toolzz::new(self.recipe.clone(), self.count)),
        };
        let stage = Stage::new(vendor, self.faults.clone(), self.per_second);
        EmulatorTransport::new(stage, self.vendor.in_process(), self.latency)
    }

    /// Serves HTTP/1.1 on a free port of 127.0.0.1. Each call starts a server of its own.
    pub async fn start(&self) -> io::Result<Running> {
        self.start_on(0).await
    }

    /// Serves HTTP/1.1 on this port of 127.0.0.1; 0 takes a free one.
    pub async fn start_on(&self, port: u16) -> io::Result<Running> {
        Running::start(self.transport(), port, self.vendor.base_path()).await
    }
}

#[cfg(test)]
mod tests;
