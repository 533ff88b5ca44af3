//! A snapshot that becomes a file at once, or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use conjoin_core::{Connection, Receipt};
use tempfile::NamedTempFile;

use super::{Down, SnapshotError, SnapshotHeader, SnapshotWriter};

/// A snapshot in the making, beside the file that it will become. Until [`finish`](Self::finish) has returned,
/// the file is as it was; if the snapshot is dropped, nothing is left of it.
///
/// The folder is made if need be. A new file is readable by its owner alone; one that is replaced keeps its
/// permissions. What is no regular file (a pipe, a device) is written into as it is.
#[derive(Debug)]
pub struct SnapshotFile {
    path: PathBuf,
    writer: SnapshotWriter<BufWriter<Target>>,
}

#[derive(Debug)]
enum Target {
    Beside(NamedTempFile),
    Itself(File),
}

impl io::Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(bytes),
            Self::Itself(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.flush(),
            Self::Itself(file) => file.flush(),
        }
    }
}

impl SnapshotFile {
    /// Begins a snapshot.
    pub fn create(path: &Path, header: &SnapshotHeader) -> Result<Self, SnapshotError> {
        // Where it is a link, what it leads to is replaced, not the link.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let begun = Target::open(&real)
            .and_then(|target| SnapshotWriter::new(BufWriter::with_capacity(64 << 10, target), header));
        begun.map(|writer| Self { path: real, writer }).map_err(|why| unwritten(path, &why))
    }

    /// Writes a row.
    pub fn write(&mut self, connection: &Connection) -> Result<(), SnapshotError> {
        self.writer.write(connection).map_err(|why| unwritten(&self.path, &why))
    }

    /// How many rows were written.
    pub fn rows(&self) -> u64 {
        self.writer.rows()
    }

    /// Writes the last line, hands all of it to the disk, and puts the snapshot in the file's place.
    pub fn finish(self, receipt: Receipt) -> Result<(), SnapshotError> {
        self.finish_with(receipt, Down::new())
    }

    pub(crate) fn finish_with(self, receipt: Receipt, down: Down) -> Result<(), SnapshotError> {
        let Self { path, writer } = self;
        let target =
            writer.finish_with(receipt, down).and_then(|out| out.into_inner().map_err(io::Error::from));
        target.and_then(|target| target.settle(&path)).map_err(|why| unwritten(&path, &why))
    }
}

impl Target {
    fn open(path: &Path) -> io::Result<Self> {
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            return fs::OpenOptions::new().write(true).open(path).map(Self::Itself);
        }
        let folder = folder(path);
        fs::create_dir_all(folder)?;
        let file = NamedTempFile::with_prefix_in(".conjoin-", folder)?;
        if let Some(there) = there {
            file.as_file().set_permissions(there.permissions())?;
        }
        Ok(Self::Beside(file))
    }

    fn settle(self, path: &Path) -> io::Result<()> {
        let Self::Beside(file) = self else { return Ok(()) };
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        // The name is the folder's; not every system lets a folder be opened.
        if let Ok(folder) = File::open(folder(path)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Where a file is.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritten(path: &Path, why: &io::Error) -> SnapshotError {
    SnapshotError::new(path, None, format!("the snapshot cannot be written: {why}"))
}
