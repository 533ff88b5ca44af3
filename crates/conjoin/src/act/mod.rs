//! Changing connections: one at once, many at once, or many by a plan that can be read, applied, resumed and
//! undone.
//!
//! - [`Edit`] is what to do to a connection, and [`Hub::edit`](crate::Hub::edit) does it to one: what a
//!   vendor cannot do is refused before a request is sent, and what is so already is a success.
//! - [`ChangePlan`] says row by row what an edit would change, and why it would not change the others.
//! - [`Journal`] is the file that makes applying a plan safe to interrupt: nothing is lost, and nothing is
//!   done twice. [`Journal::undoing`] makes the plan that restores what it changed.

mod apply;
mod brake;
mod edit;
mod file;
mod journal;
mod making;
mod now;
mod plan;
mod record;
mod state;
mod undo;

pub use apply::{Applied, Ending};
pub use edit::Edit;
pub use file::FileError;
pub use journal::Journal;
pub use now::Target;
pub use plan::{ChangePlan, PlannedChange, PlannedProvider, Verdict};
pub use state::State;
