//! Benchmarks: every one a ratio inside one run, with its baseline beside it.
//!
//! `cargo run --release -p conjoin-bench -- all`, or the ids of some, prints one table and writes it as JSON.
//! It needs the command built in release beside it. `cargo bench` runs the small ones under divan.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what cannot run has failed"
)]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "measurements are no exact numbers"
)]

pub mod decode;
pub mod measure;
pub mod page;
pub mod process;
pub mod run;
pub mod served;
pub mod table;
