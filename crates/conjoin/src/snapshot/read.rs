//! Reading a snapshot, row by row, and telling what is wrong with one.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use conjoin_core::Connection;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{FORMAT, SnapshotEnd, SnapshotError, SnapshotHeader};

/// No line of a snapshot is longer, so that a file of another kind is not read into memory whole.
const LONGEST: u64 = 16 << 20;

/// Reads a snapshot: the first line when it is opened, then a row a call, then the last line.
#[derive(Debug)]
pub struct SnapshotReader<R: BufRead = BufReader<File>> {
    input: R,
    path: PathBuf,
    line: u64,
    rows: u64,
    header: SnapshotHeader,
    end: Option<SnapshotEnd>,
}

impl SnapshotReader {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let unread = |why| SnapshotError::new(path, None, format!("the snapshot cannot be read: {why}"));
        let file = File::open(path).map_err(unread)?;
        Self::new(BufReader::with_capacity(64 << 10, file), path)
    }
}

impl<R: BufRead> SnapshotReader<R> {
    /// Reads from elsewhere; the path is what errors name.
    pub fn new(input: R, path: &Path) -> Result<Self, SnapshotError> {
        let blank = SnapshotHeader::now(conjoin_core::Query::new(), []);
        let mut reader = Self { input, path: path.to_owned(), line: 0, rows: 0, header: blank, end: None };
        reader.header = reader.first()?;
        Ok(reader)
    }

    /// The first line.
    pub fn header(&self) -> &SnapshotHeader {
        &self.header
    }

    /// The last line, once [`next_row`](Self::next_row) has given `None`.
    pub fn end(&self) -> Option<&SnapshotEnd> {
        self.end.as_ref()
    }

    /// The next connection; `None` after the last, when the last line has been read and found right.
    pub fn next_row(&mut self) -> Result<Option<Connection>, SnapshotError> {
        #[derive(Deserialize)]
        struct Line {
            end: SnapshotEnd,
        }
        if self.end.is_some() {
            return Ok(None);
        }
        let Some(text) = self.text()? else { return Err(self.cut_off()) };
        if text.starts_with(br#"{"end""#) {
            let Line { end } = self.read(&text)?;
            if end.rows != self.rows {
                let (told, rows) = (end.rows, self.rows);
                return Err(self.wrong(format!("the snapshot tells of {told} rows, and there are {rows}")));
            }
            self.end = Some(end);
            return match self.text()? {
                Some(_) => Err(self.wrong("the snapshot goes on after its last line")),
                None => Ok(None),
            };
        }
        let connection: Connection = self.read(&text)?;
        if self.header.providers.iter().all(|provider| provider.name != connection.provider) {
            return Err(self.wrong(format!(
                "a connection of `{}`, a provider that the first line does not name",
                connection.provider
            )));
        }
        self.rows += 1;
        Ok(Some(connection))
    }

    fn first(&mut self) -> Result<SnapshotHeader, SnapshotError> {
        #[derive(Deserialize)]
        struct Format {
            conjoin_snapshot: u64,
        }
        let text = self.text()?.unwrap_or_default();
        if text.is_empty() {
            return Err(self.wrong("the file is empty, and no snapshot"));
        }
        match serde_json::from_slice::<Format>(&text) {
            Ok(Format { conjoin_snapshot: FORMAT }) => self.read(&text),
            Ok(Format { conjoin_snapshot: other }) => Err(self.wrong(format!(
                "a snapshot of format {other}, where this version knows format {FORMAT}; use a newer conjoin"
            ))),
            Err(_) => Err(self.wrong("this is no snapshot; `conjoin snapshot` writes one")),
        }
    }

    /// The next line without its end; `None` at the end of the file.
    fn text(&mut self) -> Result<Option<Vec<u8>>, SnapshotError> {
        let mut text = Vec::new();
        self.line += 1;
        let read = (&mut self.input).take(LONGEST).read_until(b'\n', &mut text);
        let read = read.map_err(|why| self.wrong(format!("the snapshot cannot be read: {why}")))?;
        if text.last() == Some(&b'\n') {
            text.pop();
        } else if read as u64 == LONGEST {
            return Err(self.wrong("the line is longer than any of a snapshot"));
        }
        Ok((read > 0).then_some(text))
    }

    fn read<T: DeserializeOwned>(&self, text: &[u8]) -> Result<T, SnapshotError> {
        serde_json::from_slice(text).map_err(|why| {
            if why.is_eof() {
                return self.cut_off();
            }
            let why = why.to_string();
            // Each is a document of its own to the parser, whose line is always the first.
            let why = why.split(" at line ").next().unwrap_or(&why);
            self.wrong(format!("this is no line of a snapshot: {why}"))
        })
    }

    fn cut_off(&self) -> SnapshotError {
        let rows = self.rows;
        self.wrong(format!("the snapshot was cut off after {rows} rows, before its last line; take it again"))
    }

    fn wrong(&self, what: impl Into<String>) -> SnapshotError {
        SnapshotError::new(&self.path, Some(self.line), what)
    }
}
