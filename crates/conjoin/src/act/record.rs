//! The lines of a journal.

use conjoin_core::{Timestamp, Urn};
use serde::{Deserialize, Serialize};

use super::plan::PlannedProvider;
use super::{Edit, Ending, State};

/// One line. The first is `Begin`; then, for each connection that is to be changed, `Intent` stands before the
/// change is sent and `End` after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Line {
    /// The run.
    Begin(Begin),
    /// A change is about to be sent. Without an end after it, it may or may not have reached the vendor.
    Intent { at: Timestamp, urn: Urn, edit: Edit, before: Box<State> },
    /// What these lines tell is about to be undone: the plan is not to be applied any more.
    Undone { at: Timestamp },
    /// How a row ended. Rows that needed no change have this alone.
    End { at: Timestamp, urn: Urn, ending: Ending, why: Option<String> },
}

/// What a journal is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begin {
    /// [`FORMAT`].
    pub(super) format: String,
    /// What tells this run from others.
    pub(super) run: String,
    /// The plan that is applied.
    pub(super) plan: String,
    pub(super) at: Timestamp,
    /// The accounts whose connections are changed.
    pub(super) providers: Vec<PlannedProvider>,
}

/// The format of the file. Another number is another format.
pub(super) const FORMAT: &str = "conjoin.journal/1";

/// What a journal knows of one connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    /// The last change that was about to be sent, and the state before it.
    pub(super) intent: Option<(Edit, State)>,
    /// How the row ended, where it did so after the intent.
    pub(super) end: Option<Ending>,
}

impl Known {
    /// Whether the change may have reached the vendor without our knowing.
    pub(super) fn is_open(&self) -> bool {
        self.intent.is_some() && matches!(self.end, None | Some(Ending::Unknown))
    }

    /// Whether this run has changed the connection, or may have.
    pub(super) fn may_have_changed(&self) -> bool {
        self.is_open() || self.end == Some(Ending::Done)
    }

    pub(super) fn take(&mut self, line: Line) {
        match line {
            Line::Begin(_) | Line::Undone { .. } => {}
            Line::Intent { edit, before, .. } => (self.intent, self.end) = (Some((edit, *before)), None),
            Line::End { ending, .. } => self.end = Some(ending),
        }
    }
}
