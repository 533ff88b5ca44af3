//! Carrying out a plan.

use std::fmt;

use conjoin_core::{Error, ErrorKind, Result, Timestamp, Urn};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde::{Deserialize, Serialize};

use super::brake::Brake;
use super::now::may_have_arrived;
use super::record::Line;
use super::{ChangePlan, Edit, FileError, Journal, PlannedChange, State};
use crate::Hub;

/// How a row of a plan ended.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Applied {
    /// The connection.
    pub urn: Urn,
    /// The change.
    pub edit: Edit,
    /// How it ended.
    pub ending: Ending,
    /// Whether an earlier run of the same journal brought it to this end.
    pub earlier: bool,
    /// Why, where it did not end well.
    pub why: Option<String>,
    /// The failure, where there was one.
    pub error: Option<Error>,
}

/// How a planned change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// It is done, by this journal's runs.
    Done,
    /// Somebody else had done it.
    Already,
    /// The connection is not as it was when the plan was made. Nothing was changed.
    Conflict,
    /// It failed, and nothing was changed.
    Failed,
    /// It may have been done: the answer was lost, and looking failed too. The next run looks again.
    Unknown,
}

impl Ending {
    /// All of them, in order.
    pub const ALL: &[Self] = &[Self::Done, Self::Already, Self::Conflict, Self::Failed, Self::Unknown];

    /// The ending as one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Conflict => "conflict",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the connection is as it was to be.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Done | Self::Already)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What came of a row, before it is told.
type End = (Ending, Option<String>, Option<Error>);

impl Hub {
    /// Carries out the rows of a plan that are to be changed, so many at a time, in the plan's order.
    ///
    /// Each connection is read first. One that is as the plan wants it is [`Already`](Ending::Already) so; one
    /// that is neither so nor as it was when the plan was made is a [`Conflict`](Ending::Conflict), and is left
    /// alone. What an earlier run of the journal has brought to a good end is not asked for again; what it left
    /// open is looked at, and sent only if it had not arrived.
    ///
    /// Take the stream to its end: a change whose future is dropped may have been made, and is then found by
    /// the next run. An error of the journal ends every row that has not been sent.
    ///
    /// Check [`ChangePlan::check_accounts`] first.
    pub fn apply<'a>(
        &'a self,
        plan: &'a ChangePlan,
        journal: &'a Journal,
        at_once: usize,
    ) -> BoxStream<'a, Result<Applied, FileError>> {
        let brake = std::sync::Arc::new(Brake::default());
        let rows = plan.changes().map(move |row| {
            let brake = std::sync::Arc::clone(&brake);
            async move { self.apply_row(row, journal, &brake).await }
        });
        stream::iter(rows.collect::<Vec<_>>()).buffered(at_once.max(1)).boxed()
    }

    async fn apply_row(
        &self,
        row: &PlannedChange,
        journal: &Journal,
        brake: &Brake,
    ) -> Result<Applied, FileError> {
        let told = |earlier, (ending, why, error): End| Applied {
            urn: row.urn.clone(),
            edit: row.edit.clone(),
            ending,
            earlier,
            why,
            error,
        };
        if let Some(ending @ (Ending::Done | Ending::Already)) = journal.known(&row.urn).end {
            return Ok(told(true, (ending, None, None)));
        }
        journal.is_writable()?;
        if let Err(error) = brake.check(&row.urn.provider) {
            // Nothing was asked, so nothing is new to the journal.
            let open = journal.known(&row.urn).is_open();
            let ending = if open { Ending::Unknown } else { Ending::Failed };
            return Ok(told(false, failed(ending, error)));
        }
        let end = self.change(row, journal).await?;
        let _ = brake.watch(&row.urn.provider, end.2.clone().map_or(Ok(()), Err));
        journal.write(Line::End {
            at: Timestamp::now(),
            urn: row.urn.clone(),
            ending: end.0,
            why: end.1.clone(),
        })?;
        Ok(told(false, end))
    }

    async fn change(&self, row: &PlannedChange, journal: &Journal) -> Result<End, FileError> {
        let (urn, edit) = (&row.urn, &row.edit);
        let open = journal.known(urn).is_open();
        if let Err(error) = self.require(&urn.provider, edit.operation()) {
            return Ok(failed(Ending::Failed, error));
        }
        let now = match self.look(urn, edit).await {
            Ok(now) => State::of(&now),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(match (edit, open) {
                    (Edit::Delete, true) => (Ending::Done, None, None),
                    (Edit::Delete, false) => (Ending::Already, None, None),
                    _ => (Ending::Conflict, Some("it is no longer there".to_owned()), None),
                });
            }
            // What was open stays so.
            Err(error) => return Ok(failed(if open { Ending::Unknown } else { Ending::Failed }, error)),
        };
        if edit.is_met_by(&now) == Some(true) {
            // The change that an earlier run was about to send has arrived.
            return Ok((if open { Ending::Done } else { Ending::Already }, None, None));
        }
        if let Some(difference) = row.before.differs(&now) {
            return Ok((Ending::Conflict, Some(difference), None));
        }
        let intent = Line::Intent {
            at: Timestamp::now(),
            urn: urn.clone(),
            edit: edit.clone(),
            before: Box::new(now),
        };
        journal.write(intent)?;
        Ok(match self.send(urn, edit).await {
            Ok(change) if change.changed == Some(false) => (Ending::Already, None, None),
            Ok(_) => (Ending::Done, None, None),
            Err(error) if error.kind() == ErrorKind::Conflict => failed(Ending::Conflict, error),
            Err(error) if may_have_arrived(&error) => match self.arrived(urn, edit).await {
                Some(true) => (Ending::Done, None, None),
                Some(false) => failed(Ending::Failed, error),
                None => failed(Ending::Unknown, error),
            },
            Err(error) => failed(Ending::Failed, error),
        })
    }
}

fn failed(ending: Ending, error: Error) -> End {
    (ending, Some(error.to_string()), Some(error))
}
