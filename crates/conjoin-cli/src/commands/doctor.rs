//! `conjoin doctor`

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use conjoin::{Check, Doctor as Examiner, Finding, FindingVerdict, ReqwestTransport};

use super::{json, json_line, stdout};
use crate::args::{Args, Doctor, Form};
use crate::failure::{COMPLETE, FAILED, Failure, PARTIAL, USAGE};
use crate::output::{FindingRow, Style, findings_text};
use crate::setup;

pub(super) async fn run(args: &Args, doctor: &Doctor) -> Result<ExitCode, Failure> {
    if args.output == Form::Csv {
        return Err(Failure::usage("`doctor` has no CSV form; there are: table, json, jsonl"));
    }
    if args.demo {
        return Err(Failure::usage("there is nothing to examine in the demonstration; name a --config"));
    }
    let path = setup::config_path(args.config.clone()).ok_or_else(setup::no_config)?;
    let examiner = Examiner::new(Arc::new(ReqwestTransport::new()))
        .offline(doctor.offline)
        .only(&doctor.provider)
        .timeout(args.timeout);
    let findings = examiner.examine(&path).await;
    let code = code(&findings);
    let rows: Vec<_> = findings.into_iter().map(FindingRow::new).collect();
    let mut out = stdout();
    match args.output {
        Form::Json => json(&mut out, &serde_json::json!({ "healthy": code == COMPLETE, "findings": rows }))?,
        Form::Jsonl => rows.iter().try_for_each(|row| json_line(&mut out, row))?,
        Form::Table | Form::Csv => write!(out, "{}", findings_text(&rows, &Style::stdout()))?,
    }
    out.flush()?;
    Ok(ExitCode::from(code))
}

/// What is wrong here comes before what is wrong elsewhere.
fn code(findings: &[Finding]) -> u8 {
    let failed = |finding: &&Finding| finding.verdict == FindingVerdict::Failed;
    let here = |finding: &Finding| matches!(finding.check, Check::Configuration | Check::Credential);
    if findings.iter().filter(failed).any(here) {
        return USAGE;
    }
    let answered = findings
        .iter()
        .any(|finding| finding.check == Check::Answer && finding.verdict == FindingVerdict::Ok);
    match findings.iter().find(failed) {
        None => COMPLETE,
        Some(_) if answered => PARTIAL,
        Some(_) => FAILED,
    }
}
