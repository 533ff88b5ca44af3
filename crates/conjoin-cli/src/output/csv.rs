//! Connections as CSV, for spreadsheets and for tools that count columns.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use ::csv::{Terminator, Writer, WriterBuilder};
use conjoin::{Authorization, BlockedBy, Connection, Enabled, Environment, Field, OwnerKind, Twins};

use super::connections::{account, reason};
use super::fields::text;
use super::twins::evidence;

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

/// What stands before the columns of a connection where twins are told.
const TWINS: [&str; 4] = ["twins", "strength", "because", "evidence"];

/// Writes connections as RFC 4180, one by one, under a header.
///
/// Two things are not verbatim. A cell that a spreadsheet would run as a formula gets a leading `'`, which
/// makes it text there. Control characters other than tabs and line ends are escaped as in the table, since
/// the file may be shown on a terminal.
///
/// A byte order mark is written on request only: Excel takes a file without it for another encoding, but whoever
/// else reads the file takes the mark for a part of the first column's name.
pub(crate) struct CsvWriter<W: Write> {
    out: Writer<W>,
    columns: Vec<Field>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header: of these fields, or of [`COLUMNS`] where there are none.
    pub(crate) fn new(mut out: W, columns: &[Field], mark: bool) -> io::Result<Self> {
        if mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let header = columns
            .iter()
            .map(|field| field.as_str())
            .chain(COLUMNS.into_iter().filter(|_| columns.is_empty()));
        Self::under(out, header, columns)
    }

    /// Writes the header of twins: the number of their group, its strength, why, and the evidence come first.
    pub(crate) fn of_twins(out: W) -> io::Result<Self> {
        Self::under(out, TWINS.into_iter().chain(COLUMNS), &[])
    }

    fn under<'h>(out: W, header: impl Iterator<Item = &'h str>, columns: &[Field]) -> io::Result<Self> {
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        out.write_record(header).map_err(plain)?;
        Ok(Self { out, columns: columns.to_vec() })
    }

    /// Writes a connection.
    pub(crate) fn write(&mut self, connection: &Connection) -> io::Result<()> {
        if self.columns.is_empty() {
            return self.record(cells(connection).into_iter());
        }
        let columns = std::mem::take(&mut self.columns);
        let written = self.record(columns.iter().map(|&field| text(field, connection).unwrap_or_default()));
        self.columns = columns;
        written
    }

    /// Writes a connection of a group of twins.
    pub(crate) fn write_twin(
        &mut self,
        number: usize,
        group: &Twins<'_>,
        connection: &Connection,
    ) -> io::Result<()> {
        let group: [Cow<'_, str>; TWINS.len()] = [
            number.to_string().into(),
            group.strength.as_str().into(),
            group.because.into(),
            evidence(group).into(),
        ];
        self.record(group.into_iter().chain(cells(connection)))
    }

    fn record<'c>(&mut self, cells: impl Iterator<Item = Cow<'c, str>>) -> io::Result<()> {
        for cell in cells {
            self.out.write_field(&*harmless(&cell)).map_err(plain)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(plain)
    }

    /// Hands on what is buffered: at the end, and wherever the reader should see what there is.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
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
        csv_of(connections, &[], false)
    }

    fn csv_of(connections: &[Connection], columns: &[Field], mark: bool) -> String {
        let mut out = Vec::new();
        let mut writer = CsvWriter::new(&mut out, columns, mark).unwrap();
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
    fn chosen_columns_stand_in_their_order_after_a_mark_on_request() {
        let columns = ["created", "owner", "name", "health"].map(|name| name.parse().unwrap());
        let text = csv_of(&sample()[..2], &columns, true);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "\u{feff}created,owner,name,health",
                "2025-07-19T16:19:29Z,organization:org_2b9,Team notifications,healthy",
                "2026-02-20T05:02:59Z,organization:org_2b9,support@example.com,unhealthy",
                ""
            ]
        );
        let text = csv_of(&hostile(), Field::ALL, false);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        for cell in reader
            .records()
            .map(Result::unwrap)
            .flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
        }
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
