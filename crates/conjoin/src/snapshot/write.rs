//! Writing a snapshot, row by row.

use std::io::{self, Write};

use conjoin_core::{Connection, Receipt};
use serde::Serialize;

use super::{Down, SnapshotEnd, SnapshotHeader};

/// Writes a snapshot to whatever takes bytes; [`SnapshotFile`](super::SnapshotFile) is one in a file. What is
/// written needs a buffer around it.
#[derive(Debug)]
pub struct SnapshotWriter<W: Write> {
    out: W,
    rows: u64,
}

impl<W: Write> SnapshotWriter<W> {
    /// Writes the first line.
    pub fn new(out: W, header: &SnapshotHeader) -> io::Result<Self> {
        let mut writer = Self { out, rows: 0 };
        writer.line(header)?;
        Ok(writer)
    }

    /// Writes a row.
    pub fn write(&mut self, connection: &Connection) -> io::Result<()> {
        self.rows += 1;
        self.line(connection)
    }

    /// How many rows were written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes the last line, without which no reader takes the rest for whole.
    pub fn finish(self, receipt: Receipt) -> io::Result<W> {
        self.finish_with(receipt, Down::new())
    }

    pub(crate) fn finish_with(mut self, receipt: Receipt, down: Down) -> io::Result<W> {
        #[derive(Serialize)]
        struct Line {
            end: SnapshotEnd,
        }
        let end = SnapshotEnd { rows: self.rows, receipt, down };
        self.line(&Line { end })?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }
}
