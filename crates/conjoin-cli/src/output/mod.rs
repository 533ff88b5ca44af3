//! What people see: tables, receipts, details, CSV and the progress line.
//!
//! Every function here is pure, from the model to a text that ends with a line end, so that commands only
//! choose and print. Two rules hold for all of them:
//!
//! - A fact that is not told is `-` or left out, never a default.
//! - Nothing that a vendor wrote reaches the terminal as it is: it passes through [`text::printable`].
//!
//! What can be copied into the next command (URNs, slugs, provider names) is never shortened.

mod change;
mod change_plan;
mod checks;
mod connections;
mod connectors;
mod csv;
mod details;
mod diff;
mod doctor;
mod explanation;
mod facts;
mod failure;
mod fields;
mod json;
mod plan;
mod progress;
mod providers;
mod receipt;
mod style;
mod table;
mod text;
mod time;
mod twins;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use change::{applied_text, change_text, failed_text, past, tally};
pub(crate) use change_plan::change_plan_text;
pub(crate) use checks::check_text;
pub(crate) use connections::{by_urgency, connections_summary, connections_table};
pub(crate) use connectors::connectors_table;
pub(crate) use csv::CsvWriter;
pub(crate) use details::connection_details;
pub(crate) use diff::{diff_table, diff_verdict, snapshot_text};
pub(crate) use doctor::{FindingRow, findings_text};
pub(crate) use explanation::explanation_text;
pub(crate) use failure::error_text;
pub(crate) use fields::{chosen_table, sort_by};
pub(crate) use json::write_json;
pub(crate) use plan::plan_text;
pub(crate) use progress::Progress;
pub(crate) use providers::{ProviderRow, providers_table};
pub(crate) use receipt::receipt_text;
pub(crate) use style::Style;
pub(crate) use text::{printable, shorten, width};
pub(crate) use twins::twins_text;
pub(crate) use watch::{event_line, watching_text};
