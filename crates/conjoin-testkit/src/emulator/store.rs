//! Rows that are computed from their index, under the few that were created, changed or deleted.
//!
//! Nothing is stored for a row that nobody touched, so a million of them start at once. A page of a filtered list is a slice of
//! the filter's positions, which are collected once and kept in step with every change.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::dice::Recipe;

/// A record of one vendor.
pub(super) trait Row: Clone + fmt::Debug {
    /// What a list may ask for.
    type Filter: Clone + PartialEq + fmt::Debug + Send;

    /// The row with this index; row 0 is listed first.
    fn generate(recipe: &Recipe, index: u64) -> Self;

    /// The index of the generated row that might have this id.
    fn index_of(recipe: &Recipe, id: &str) -> Option<u64>;

    /// The id that addresses the row in the vendor's paths.
    fn id(&self) -> String;

    /// Whether a list with this filter shows the row.
    fn matches(&self, filter: &Self::Filter) -> bool;
}

/// The position of the first generated row. Created rows stand before it, the newest first.
const GENERATED: u64 = 1 << 40;

/// How many filters' positions are kept.
const KEPT_SELECTIONS: usize = 8;

/// All rows of one vendor, in the order in which lists show them.
#[derive(Clone, Debug)]
pub(super) struct Store<R: Row> {
    recipe: Recipe,
    generated: u64,
    newest: u64,
    touched: BTreeMap<u64, Option<R>>,
    created: HashMap<String, u64>,
    selections: Vec<Selection<R::Filter>>,
}

#[derive(Clone, Debug)]
struct Selection<F> {
    filter: F,
    positions: Vec<u64>,
}

impl<R: Row> Store<R> {
    /// A store of `count` generated rows.
    pub(super) fn generated(recipe: Recipe, count: u64) -> Self {
        Self {
            recipe,
            generated: count.min(GENERATED),
            newest: GENERATED,
            touched: BTreeMap::new(),
            created: HashMap::new(),
            selections: Vec::new(),
        }
    }

    /// A store of just these rows, listed in this order.
    pub(super) fn of(recipe: Recipe, rows: Vec<R>) -> Self {
        let mut store = Self::generated(recipe, 0);
        for row in rows.into_iter().rev() {
            store.add(row);
        }
        store
    }

    /// Adds a row, which is listed first from now on.
    pub(super) fn add(&mut self, row: R) {
        self.newest = self.newest.saturating_sub(1);
        self.created.insert(row.id(), self.newest);
        self.put(self.newest, Some(row));
    }

    /// The row with this id.
    pub(super) fn get(&self, id: &str) -> Option<R> {
        self.at(self.position(id)?)
    }

    /// Changes the row with this id, and tells what it became. `None` if there is none.
    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut R)) -> Option<R> {
        let position = self.position(id)?;
        let mut row = self.at(position)?;
        change(&mut row);
        self.put(position, Some(row.clone()));
        Some(row)
    }

    /// Removes the row with this id, and gives it back. `None` if there is none.
    pub(super) fn remove(&mut self, id: &str) -> Option<R> {
        let position = self.position(id)?;
        let row = self.at(position)?;
        self.put(position, None);
        Some(row)
    }

    /// All rows that match, in order; nothing is kept for the next time.
    pub(super) fn iter<'a>(&'a self, filter: &'a R::Filter) -> impl Iterator<Item = R> + 'a {
        self.positions().filter_map(|position| self.at(position)).filter(|row| row.matches(filter))
    }

    /// How many rows there are, whatever a filter says.
    pub(super) fn len(&self) -> u64 {
        let gone = self.touched.range(GENERATED..).filter(|(_, row)| row.is_none()).count();
        let created = self.touched.range(..GENERATED).filter(|(_, row)| row.is_some()).count();
        self.generated + as_u64(created) - as_u64(gone)
    }

    /// The rows from `offset` on, at most `limit`, of those that match; and how many match.
    pub(super) fn page(&mut self, filter: &R::Filter, offset: u64, limit: u64) -> (Vec<R>, u64) {
        let chosen = self.select(filter);
        let positions = &self.selections[chosen].positions;
        let (offset, limit) = (as_usize(offset), as_usize(limit));
        let rows = positions.iter().skip(offset).take(limit).filter_map(|position| self.at(*position));
        (rows.collect(), as_u64(positions.len()))
    }

    fn select(&mut self, filter: &R::Filter) -> usize {
        if let Some(found) = self.selections.iter().position(|selection| selection.filter == *filter) {
            return found;
        }
        if self.selections.len() == KEPT_SELECTIONS {
            self.selections.remove(0);
        }
        let positions = self
            .positions()
            .filter(|position| self.at(*position).is_some_and(|row| row.matches(filter)))
            .collect();
        self.selections.push(Selection { filter: filter.clone(), positions });
        self.selections.len() - 1
    }

    fn positions(&self) -> impl Iterator<Item = u64> + use<R> {
        self.newest..GENERATED + self.generated
    }

    fn at(&self, position: u64) -> Option<R> {
        match self.touched.get(&position) {
            Some(row) => row.clone(),
            None if position < GENERATED || position >= GENERATED + self.generated => None,
            None => Some(R::generate(&self.recipe, position - GENERATED)),
        }
    }

    fn position(&self, id: &str) -> Option<u64> {
        if let Some(position) = self.created.get(id) {
            return Some(*position);
        }
        let index = R::index_of(&self.recipe, id).filter(|index| *index < self.generated)?;
        (R::generate(&self.recipe, index).id() == id).then_some(GENERATED + index)
    }

    fn put(&mut self, position: u64, row: Option<R>) {
        for selection in &mut self.selections {
            let shown = row.as_ref().is_some_and(|row| row.matches(&selection.filter));
            match (selection.positions.binary_search(&position), shown) {
                (Ok(place), false) => drop(selection.positions.remove(place)),
                (Err(place), true) => selection.positions.insert(place, position),
                _ => {}
            }
        }
        self.touched.insert(position, row);
    }
}

fn as_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Number {
        id: u64,
        even: bool,
    }

    impl Row for Number {
        type Filter = Option<bool>;

        fn generate(_: &Recipe, index: u64) -> Self {
            Self { id: index, even: index.is_multiple_of(2) }
        }

        fn index_of(_: &Recipe, id: &str) -> Option<u64> {
            id.parse().ok()
        }

        fn id(&self) -> String {
            self.id.to_string()
        }

        fn matches(&self, filter: &Option<bool>) -> bool {
            filter.is_none_or(|even| even == self.even)
        }
    }

    fn ids(store: &mut Store<Number>, filter: Option<bool>) -> Vec<u64> {
        store.page(&filter, 0, 100).0.iter().map(|row| row.id).collect()
    }

    #[test]
    fn a_kept_selection_follows_every_change() {
        let mut store = Store::<Number>::generated(Recipe::default(), 6);
        assert_eq!(ids(&mut store, Some(true)), [0, 2, 4]);
        store.change("2", |row| row.even = false);
        store.change("3", |row| row.even = true);
        store.remove("4");
        store.add(Number { id: 1000, even: true });
        assert_eq!(ids(&mut store, Some(true)), [1000, 0, 3]);
        assert_eq!(ids(&mut store, Some(false)), [1, 2, 5]);
        assert_eq!(store.len(), 6);
        assert_eq!(store.remove("4"), None);
        assert_eq!(store.get("6"), None);
    }

    #[test]
    fn given_rows_are_listed_in_the_order_given() {
        let rows = vec![Number { id: 9, even: true }, Number { id: 8, even: true }];
        let mut store = Store::of(Recipe::default(), rows);
        assert_eq!(ids(&mut store, None), [9, 8]);
        assert_eq!(store.page(&None, 1, 1), (vec![Number { id: 8, even: true }], 2));
        assert_eq!(store.page(&None, 5, 1), (vec![], 2));
    }
}
