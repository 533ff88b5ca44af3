//! The file that makes applying a plan safe to interrupt.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use conjoin_core::{Timestamp, Urn};

use super::file::{new_id, private, sync_folder};
use super::plan::PlannedProvider;
use super::record::{Begin, FORMAT, Known, Line};
use super::{ChangePlan, FileError};

/// The journal of one plan's application: a line before each change and one after it, each on the disk before
/// anything else happens. So whatever ends the program, at whatever moment, the next run knows what may have
/// happened, and looks at those connections before it goes on.
///
/// The file is locked while this lives, and the system lifts the lock of a program that died: two runs at once
/// cannot be. A last line that was cut off while it was written is dropped.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    begin: Begin,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    known: HashMap<Urn, Known>,
    /// The connections in the order in which they were first written about.
    order: Vec<Urn>,
    /// Whether it is being undone, or was.
    undone: bool,
    /// Why nothing can be written any more.
    broken: Option<FileError>,
}

impl Journal {
    /// Begins the journal of a plan, or goes on with it where the file is there.
    pub fn open(path: &Path, plan: &ChangePlan) -> Result<Self, FileError> {
        let failed = |error| FileError::at(path, format!("the journal cannot be opened: {error}"));
        let file = private(&mut File::options(), path).map_err(failed)?;
        let providers =
            || plan.providers.iter().filter(|p| plan.changes().any(|row| row.urn.provider == p.name));
        let journal = match Self::of(path, file)? {
            Read::Begun(journal) => *journal,
            Read::Empty(file) => {
                let begin = Begin {
                    format: FORMAT.to_owned(),
                    run: new_id(),
                    plan: plan.id.clone(),
                    at: Timestamp::now(),
                    providers: providers().cloned().collect(),
                };
                let inner =
                    Inner { file, known: HashMap::new(), order: Vec::new(), undone: false, broken: None };
                let journal = Self { path: path.to_owned(), begin, inner: Mutex::new(inner) };
                journal.write(Line::Begin(journal.begin.clone()))?;
                sync_folder(path).map_err(failed)?;
                journal
            }
        };
        journal.check(plan)?;
        Ok(journal)
    }

    /// Opens a journal that is there: to look at it, or to undo what it tells.
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let file = File::options().read(true).write(true).open(path);
        let file =
            file.map_err(|error| FileError::at(path, format!("the journal cannot be opened: {error}")))?;
        match Self::of(path, file)? {
            Read::Begun(journal) => Ok(*journal),
            Read::Empty(_) => {
                Err(FileError::at(path, "the journal is empty: nothing has been applied by it"))
            }
        }
    }

    fn of(path: &Path, mut file: File) -> Result<Read, FileError> {
        let failed = |error| FileError::at(path, format!("the journal cannot be read: {error}"));
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                return Err(FileError::at(
                    path,
                    "another run is working with this journal; wait for its end",
                ));
            }
            Err(fs4::TryLockError::Error(error)) => {
                return Err(FileError::at(path, format!("the journal cannot be locked: {error}")));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (lines, whole) = read(&bytes).map_err(|what| FileError::at(path, what))?;
        if whole < bytes.len() {
            file.set_len(whole as u64).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut lines = lines.into_iter();
        let begin = match lines.next() {
            None => return Ok(Read::Empty(file)),
            Some(Line::Begin(begin)) if begin.format == FORMAT => begin,
            Some(Line::Begin(begin)) => {
                let what =
                    format!("the journal's format is `{}`, and this version reads `{FORMAT}`", begin.format);
                return Err(FileError::at(path, what));
            }
            Some(_) => return Err(FileError::at(path, "this is no journal: its first line begins none")),
        };
        let mut inner = Inner { file, known: HashMap::new(), order: Vec::new(), undone: false, broken: None };
        lines.for_each(|line| inner.take(line));
        Ok(Read::Begun(Box::new(Self { path: path.to_owned(), begin, inner: Mutex::new(inner) })))
    }

    /// Whether it is the journal of this very plan.
    fn check(&self, plan: &ChangePlan) -> Result<(), FileError> {
        if self.begin.plan != plan.id {
            let what = "this journal belongs to another plan; name another file with --journal";
            return Err(FileError::at(&self.path, what));
        }
        let inner = self.lock();
        if inner.undone {
            let what = "what this journal tells was undone, or is being undone; make a new plan";
            return Err(FileError::at(&self.path, what));
        }
        for row in plan.changes() {
            let journaled = inner.known.get(&row.urn).and_then(|known| known.intent.as_ref());
            if journaled.is_some_and(|(edit, _)| *edit != row.edit) {
                let what =
                    format!("the plan says something else of {} than when this journal was begun", row.urn);
                return Err(FileError::at(&self.path, format!("{what}; make a new plan")));
            }
        }
        Ok(())
    }

    /// Says in the journal that what it tells is to be undone: its plan cannot be applied by it any more, which
    /// would find everything done. Said once, however often it is called. Call it before the
    /// [undoing](Self::undoing) is applied.
    pub fn mark_undone(&self) -> Result<(), FileError> {
        if self.lock().undone { Ok(()) } else { self.write(Line::Undone { at: Timestamp::now() }) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What tells this run from others.
    pub fn run(&self) -> &str {
        &self.begin.run
    }

    pub(super) fn providers(&self) -> &[PlannedProvider] {
        &self.begin.providers
    }

    /// What is known of a connection.
    pub(super) fn known(&self, urn: &Urn) -> Known {
        self.lock().known.get(urn).cloned().unwrap_or_default()
    }

    /// What is known of each connection, in the order in which they were changed.
    pub(super) fn all(&self) -> Vec<(Urn, Known)> {
        let inner = self.lock();
        inner.order.iter().filter_map(|urn| Some((urn.clone(), inner.known.get(urn)?.clone()))).collect()
    }

    /// Writes a line, and returns when it is on the disk. This blocks, for as long as the disk takes: nothing
    /// may be sent before. After a failure nothing is written any more, since the file's end is not known.
    pub(super) fn write(&self, line: Line) -> Result<(), FileError> {
        let mut inner = self.lock();
        if let Some(error) = &inner.broken {
            return Err(error.clone());
        }
        let written = serde_json::to_vec(&line).map_err(std::io::Error::from).and_then(|mut bytes| {
            bytes.push(b'\n');
            inner.file.write_all(&bytes)?;
            inner.file.sync_data()
        });
        if let Err(error) = written {
            let what = format!(
                "the journal cannot be written: {error}; what it tells so far holds: apply again to go on"
            );
            let error = FileError::at(&self.path, what);
            inner.broken = Some(error.clone());
            return Err(error);
        }
        inner.take(line);
        Ok(())
    }

    /// Fails where nothing can be written any more.
    pub(super) fn is_writable(&self) -> Result<(), FileError> {
        self.lock().broken.clone().map_or(Ok(()), Err)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Journal {
    /// A program that is being started by another thread holds the file too, for a moment: so the lock is
    /// lifted, not left to the closing.
    fn drop(&mut self) {
        let _ = fs4::FileExt::unlock(&self.lock().file);
    }
}

impl Inner {
    fn take(&mut self, line: Line) {
        self.undone |= matches!(line, Line::Undone { .. });
        if let Line::Intent { urn, .. } | Line::End { urn, .. } = &line {
            if !self.known.contains_key(urn) {
                self.order.push(urn.clone());
            }
            self.known.entry(urn.clone()).or_default().take(line);
        }
    }
}

enum Read {
    Begun(Box<Journal>),
    Empty(File),
}

/// The lines, and how many bytes of whole lines there are. Only the last line may be cut off: every other was
/// on the disk before anything was done.
fn read(bytes: &[u8]) -> Result<(Vec<Line>, usize), String> {
    let (mut lines, mut whole) = (Vec::new(), 0);
    for (number, text) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let last = whole + text.len() == bytes.len();
        match serde_json::from_slice(text) {
            Ok(line) if text.ends_with(b"\n") => lines.push(line),
            _ if last => break,
            Ok(_) => {}
            Err(error) => return Err(format!("line {} of the journal is damaged: {error}", number + 1)),
        }
        whole += text.len();
    }
    Ok((lines, whole))
}
