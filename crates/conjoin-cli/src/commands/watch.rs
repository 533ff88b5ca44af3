//! `conjoin watch`

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use conjoin::{Receipt, Watch as Watching, WatchEvent};

use super::signal::End;
use super::{ended, json_line, stdout};
use crate::args::{Args, Form, Watch};
use crate::failure::Failure;
use crate::output::{Style, event_line, watching_text};
use crate::setup;

pub(super) async fn run(args: &Args, watch: &Watch) -> Result<ExitCode, Failure> {
    if !matches!(args.output, Form::Table | Form::Jsonl) {
        return Err(Failure::usage(
            "`watch` prints as long as it runs, a line an event; there are: table, jsonl",
        ));
    }
    let hub = setup::hub(args, &watch.selection.provider).await?;
    let mut watching = begun(watch)?;
    let mut end = End::new()?;
    let mut round = 0;
    loop {
        let events = tokio::select! {
            events = watching.next(&hub) => events,
            // A round that is not at its end is neither told nor kept.
            () = end.wait() => return Ok(ExitCode::SUCCESS),
        };
        print(args.output, &events)?;
        // Told first, then kept: what a crash in between leaves is told twice, never not at all.
        if let Some(path) = &watch.state {
            watching.save(path).map_err(Failure::Unwritten)?;
        }
        round += 1;
        if round == 1 {
            let names = hub.providers().iter().map(|provider| &provider.info().name);
            let text =
                watching_text(watching.inventory().len() as u64, names, watch.interval, &Style::stderr());
            let _ = write!(io::stderr(), "{text}");
        }
        if watch.rounds().is_some_and(|rounds| round >= rounds) {
            let last = hub.providers().iter().filter_map(|provider| watching.last(&provider.info().name));
            return Ok(ended(&Receipt::new(last.cloned().collect())));
        }
    }
}

/// A watch that goes on from the state that is kept, if one is.
fn begun(watch: &Watch) -> Result<Watching, Failure> {
    let query = watch.selection.query();
    let resume =
        |path: &Path| Watching::resume(query.clone(), watch.interval, path).map_err(Failure::unusable);
    let kept = watch.state.as_deref().map(resume).transpose()?.flatten();
    Ok(kept.unwrap_or_else(|| Watching::new(query, watch.interval)))
}

fn print(form: Form, events: &[WatchEvent]) -> Result<(), Failure> {
    let mut out = stdout();
    let style = Style::stdout();
    for event in events {
        match form {
            Form::Jsonl => json_line(&mut out, event)?,
            _ => write!(out, "{}", event_line(event, &style))?,
        }
    }
    Ok(out.flush()?)
}
