//! Lists, written down page by page while somebody reads them, until they are whole.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use conjoin_core::{Cursor, Page};

use super::kept::{Question, Reading};

/// A page, and when it was read.
pub(super) type Read<T> = (Reading, Page<T>);

/// All pages of a list, by their cursors.
pub(super) type Pages<T> = HashMap<Option<Cursor>, Arc<Read<T>>>;

/// Lists that somebody has begun to read, by their question.
pub(super) struct Recordings<T> {
    lists: Mutex<HashMap<Question, Recording<T>>>,
    max_rows: u64,
}

/// A list, as far as it was read since its first page.
struct Recording<T> {
    first: Arc<Read<T>>,
    rest: HashMap<Cursor, Arc<Read<T>>>,
    /// The cursors that the pages name, and how many of them have not been read.
    named: HashSet<Cursor>,
    missing: usize,
    rows: u64,
}

impl<T> Recordings<T> {
    pub(super) fn new(max_rows: u64) -> Self {
        Self { lists: Mutex::default(), max_rows }
    }

    /// Takes a page down, and gives all pages of the list where none is missing any more.
    ///
    /// A first page begins the list anew. Any other page belongs to it only if it was read after its first, so
    /// that a list that is kept is one that somebody could have read just so.
    pub(super) fn take(
        &self,
        question: &Question,
        cursor: Option<&Cursor>,
        read: &Arc<Read<T>>,
        is_current: impl Fn(&Reading) -> bool,
    ) -> Option<Pages<T>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| is_current(&list.first.0));
        if !is_current(&read.0) {
            return None;
        }
        match cursor {
            None => match lists.get(question) {
                Some(list) if list.first.0.follows(&read.0) => return None,
                _ => drop(lists.insert(question.clone(), Recording::new(read))),
            },
            Some(cursor) => lists.get_mut(question)?.add(cursor, read),
        }
        if lists.get(question)?.missing == 0 {
            return lists.remove(question).map(Recording::pages);
        }
        while lists.values().map(|list| list.rows).sum::<u64>() > self.max_rows {
            let largest = lists.iter().max_by_key(|(_, list)| list.rows)?.0.clone();
            lists.remove(&largest);
        }
        None
    }
}

impl<T> Recording<T> {
    fn new(first: &Arc<Read<T>>) -> Self {
        let mut list = Self {
            first: Arc::clone(first),
            rest: HashMap::new(),
            named: HashSet::new(),
            missing: 0,
            rows: 0,
        };
        list.count(&first.1);
        list
    }

    fn add(&mut self, cursor: &Cursor, read: &Arc<Read<T>>) {
        let wanted = self.named.contains(cursor) && !self.rest.contains_key(cursor);
        if wanted && read.0.follows(&self.first.0) {
            self.rest.insert(cursor.clone(), Arc::clone(read));
            self.missing -= 1;
            self.count(&read.1);
        }
    }

    fn count(&mut self, page: &Page<T>) {
        // A page without rows takes room as well.
        self.rows += (page.items.len() + page.skipped.len()).max(1) as u64;
        for cursor in following(page) {
            self.missing += usize::from(self.named.insert(cursor.clone()));
        }
    }

    fn pages(self) -> Pages<T> {
        let rest = self.rest.into_iter().map(|(cursor, read)| (Some(cursor), read));
        rest.chain([(None, self.first)]).collect()
    }
}

/// The cursors that a page names.
fn following<T>(page: &Page<T>) -> impl Iterator<Item = &Cursor> {
    page.next.iter().chain(&page.upcoming)
}
