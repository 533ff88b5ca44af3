//! The command line of `conjoin emulate`.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use conjoin_testkit::emulator::{EmulatedVendor, Emulator, FaultSpec, PicaDialect};

use super::word;
use crate::failure::Failure;

/// More rows than this are refused: each filter that is asked for keeps eight bytes a row.
const LARGEST_COUNT: u64 = 100_000_000;

const FAULTS: &str = "\
A fault is KIND[=VALUE][:COUNT][@/PATH/PREFIX]; without a count it hits every request, without a prefix every path.
  400 to 599   that status in the vendor's own error form; VALUE is the Retry-After header
  html, empty  a page of HTML, or no body; VALUE is the status
  redirect     to another origin
  reset, cut   the connection closes before the answer, or in the middle of it
  hang, slow   no answer ever, or one in ten pieces; VALUE is the milliseconds before each piece

Examples:
  conjoin emulate pica
  conjoin emulate aitronos pica toolzz --port 4100
  conjoin emulate pica --count 1000000 --dialect one --rate-limit 10/s
  conjoin emulate toolzz --fault 429=2:3 --fault hang@/api/v1/integration

Each server keeps its data in memory until it ends (Ctrl-C). Any credential is let in but the word `invalid`.";

/// Each vendor gets a server of its own on 127.0.0.1. When all are there, a line a vendor tells its base URL,
/// and the lines under it what else its callers need.
#[derive(ClapArgs, Debug)]
#[command(after_help = FAULTS)]
pub(crate) struct Emulate {
    /// The vendors
    #[arg(required = true, value_name = "VENDOR", value_parser = vendors())]
    vendors: Vec<EmulatedVendor>,
    /// The first vendor's port; the others get the following ones [default: free ones]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Serve this many made-up connections instead of the vendor's documented samples
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=LARGEST_COUNT))]
    count: Option<u64>,
    /// Make up others; equal seeds make up equal ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Let each answer come this many milliseconds after its request
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=86_400_000))]
    latency: u64,
    /// Show a fault; of several that fit a request, the first that is not over
    #[arg(long, value_name = "SPEC", value_parser = word::<FaultSpec>)]
    fault: Vec<FaultSpec>,
    /// Answer the vendor's 429 to more requests than this: 10/s
    #[arg(long, value_name = "N/s", value_parser = per_second)]
    rate_limit: Option<NonZeroU32>,
    /// Which of its dialects Pica speaks [default: v2]
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    dialect: Option<PicaDialect>,
}

impl Emulate {
    /// What to serve, and on which port each; 0 is any that is free.
    pub(crate) fn emulators(&self) -> Result<Vec<(Emulator, u16)>, Failure> {
        if self.dialect.is_some() && !self.vendors.contains(&EmulatedVendor::Pica) {
            return Err(Failure::usage("--dialect is Pica's alone, and Pica is not among the vendors"));
        }
        let emulators = self.vendors.iter().zip(0_u16..).map(|(vendor, place)| {
            let port = match self.port {
                None => Some(0),
                Some(first) => first.checked_add(place),
            };
            port.map(|port| (self.emulator(*vendor), port))
        });
        emulators
            .collect::<Option<_>>()
            .ok_or_else(|| Failure::usage("there are not so many ports after --port; the last one is 65535"))
    }

    fn emulator(&self, vendor: EmulatedVendor) -> Emulator {
        let mut emulator = Emulator::of(vendor).seed(self.seed).latency(Duration::from_millis(self.latency));
        if let Some(count) = self.count {
            emulator = emulator.count(count);
        }
        if let Some(limit) = self.rate_limit {
            emulator = emulator.rate_limit(limit.get());
        }
        if let Some(dialect) = self.dialect {
            emulator = emulator.dialect(dialect);
        }
        self.fault.iter().cloned().fold(emulator, Emulator::fault)
    }
}

fn vendors() -> impl TypedValueParser<Value = EmulatedVendor> {
    PossibleValuesParser::new(EmulatedVendor::ALL.map(EmulatedVendor::name))
        .try_map(|name| name.parse::<EmulatedVendor>())
}

fn dialects() -> impl TypedValueParser<Value = PicaDialect> {
    PossibleValuesParser::new(PicaDialect::ALL.map(PicaDialect::name))
        .try_map(|name| name.parse::<PicaDialect>())
}

/// `10/s`, or `10`.
fn per_second(text: &str) -> Result<NonZeroU32, String> {
    let number = text.strip_suffix("/s").unwrap_or(text);
    number.parse().map_err(|_| "write how many requests a second, at least 1, such as 10/s".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_with_its_unit_or_without() {
        assert_eq!(per_second("10/s"), Ok(NonZeroU32::new(10).unwrap()));
        assert_eq!(per_second("10"), per_second("10/s"));
        for text in ["", "0", "0/s", "-1", "10/m", "10 /s", "1.5"] {
            assert!(per_second(text).is_err(), "{text}");
        }
    }
}
