//! Connections as CSV, for spreadsheets and for tools that count columns.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};
use conjoin::{Authorization, BlockedBy, Connection, Enabled, Environment, OwnerKind};

use super::connections::{account, reason};

/// The columns, in order. New ones come at the end.
///
/// A fact that is not told is an empty cell. `account` is the label, e-mail address, login or id of the
/// account, the first that is told; `reason` has the code before the text; `tags` are joined with
/// `; `. Times are RFC 3339 in UTC. The exact structure is in `-o json`.
pub(crate) const COLUMNS: [&str; 21] = [
    "urn",
    "provider",
    "vendor",
    "id",
    "connector",
    "connector_name",
    "name",
    "display_name",
    "account",
    "owner_kind",
    "owner_id",
    "status",
    "enabled",
    "blocked_by",
    "authorization",
    "health",
    "reason",
    "environment",
    "tags",
    "created_at",
    "updated_at",
];

/// Writes connections as RFC 4180, one by one, under a header.
///
/// Two things are not verbatim. A cell that a spreadsheet would run as a formula gets a leading `'`, which
/// makes it text there. Control characters other than tabs and line ends are escaped as in the table, since
/// the file may be shown on a terminal.
pub(crate) struct CsvWriter<W: Write>(Writer<W>);

impl<W: Write> CsvWriter<W> {
    /// Writes the header.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        writer.write_record(COLUMNS).map_err(plain)?;
        Ok(Self(writer))
    }

    /// Writes a connection.
    pub(crate) fn write(&mut self, connection: &Connection) -> io::Result<()> {
        for cell in cells(connection) {
            self.0.write_field(&*harmless(&cell)).map_err(plain)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(plain)
    }

    /// Hands on what is buffered: at the end, and wherever the reader should see what there is.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> fmt::Debug for CsvWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsvWriter").finish_non_exhaustive()
    }
}

/// The failure of the output itself, so that a reader who has gone is known as such.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn cells(c: &Connection) -> [Cow<'_, str>; COLUMNS.len()] {
    fn told<'a>(text: Option<impl Into<Cow<'a, str>>>) -> Cow<'a, str> {
        text.map(Into::into).unwrap_or_default()
    }
    let owner = c.owner.as_ref();
    [
        c.urn().to_string().into(),
        c.provider.as_str().into(),
        c.vendor.as_str().into(),
        c.id.as_str().into(),
        told(c.connector.slug.as_deref()),
        told(c.connector.name.as_deref()),
        told(c.name.as_deref()),
        told(c.display_name.as_deref()),
        told(c.account.as_ref().and_then(account)),
        told(owner.and_then(|owner| owner.kind.as_ref()).map(OwnerKind::as_str)),
        told(owner.and_then(|owner| owner.id.as_deref())),
        c.status().as_str().into(),
        told((c.enabled != Enabled::Unknown).then(|| c.enabled.as_str())),
        told(c.blocked_by.map(BlockedBy::as_str)),
        told((c.authorization != Authorization::Unknown).then(|| c.authorization.as_str())),
        // "unknown" is a fact where somebody said so.
        told(c.health.evidence.map(|_| c.health.state.as_str())),
        told(reason(c)),
        told(c.environment.as_ref().map(Environment::as_str)),
        told(c.tags.as_ref().map(|tags| tags.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))),
        told(c.created_at.map(|at| at.to_string())),
        told(c.updated_at.map(|at| at.to_string())),
    ]
}

/// A cell that neither a spreadsheet nor a terminal acts on.
fn harmless(cell: &str) -> Cow<'_, str> {
    let formula =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    let escaped = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    let runs = cell.starts_with(formula);
    if !runs && !cell.contains(escaped) {
        return Cow::Borrowed(cell);
    }
    let mut out = String::with_capacity(cell.len() + 8);
    if runs {
        out.push('\'');
    }
    for c in cell.chars() {
        if escaped(c) { out.extend(c.escape_debug()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{hostile, sample};
    use super::*;

    fn csv(connections: &[Connection]) -> String {
        let mut out = Vec::new();
        let mut writer = CsvWriter::new(&mut out).unwrap();
        for connection in connections {
            writer.write(connection).unwrap();
        }
        writer.flush().unwrap();
        drop(writer);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn connections_are_rows_under_one_header() {
        insta::assert_snapshot!("csv", csv(&sample()).replace('\r', "␍"));
    }

    #[test]
    fn an_empty_answer_has_a_header() {
        assert_eq!(csv(&[]), format!("{}\r\n", COLUMNS.join(",")));
    }

    #[test]
    fn no_cell_runs_as_a_formula_or_steers_a_terminal() {
        let text = csv(&hostile());
        let shown: Vec<_> = text.split('\n').map(super::super::text::printable).collect();
        insta::assert_snapshot!("csv_hostile", shown.join("\n"));
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        for record in reader.records().map(Result::unwrap) {
            assert_eq!(record.len(), COLUMNS.len());
            for cell in &record {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
                assert!(!cell.contains('\u{1b}'), "{cell:?}");
            }
        }
    }
}
