//! Paging by number, as the answer speaks it.

use conjoin_core::{Cursor, Page, Result};
use serde::{Deserialize, Serialize};

use crate::{Answer, ApiRequest, List, Texts, Unreadable};

/// How a vendor numbers its pages, by the names of its fields and parameters.
///
/// Servers of one vendor may count pages (`page` of `pages`) or rows (`skip` or `offset`, with `limit` and
/// `total`), and a parameter that a server does not know may do harm. So the first request of a walk names no
/// place, and the following ones use what its answer speaks.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// Names the adapter and the version of its cursors, such as `pica.1`.
    pub format: &'static str,
    /// The number of a page, from 1: parameter and field.
    pub page: &'static str,
    /// How many pages there are.
    pub pages: &'static str,
    /// How many rows come before: parameter and field.
    pub skip: &'static str,
    /// How many rows a page has at most.
    pub limit: &'static str,
    /// How many rows there are.
    pub total: &'static str,
    /// How many rows a page is asked for; a page of as many, without a word on the end, is not the last. 0
    /// where none is asked for.
    pub size: u64,
    /// Whether the server counts rows where its answer does not tell what it counts. It then ends with an
    /// empty page as well as with the last row.
    pub counts_rows: bool,
}

/// Where in a walk a request is.
#[derive(Clone, Debug)]
pub struct Place {
    paging: Paging,
    at: At,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct At {
    page: Option<u64>,
    skip: Option<u64>,
    /// Rows that came before, where nothing else tells the end.
    ///
    /// Zero elsewhere: the place that one page names ahead and the next page names as its next must be equal.
    before: u64,
    /// Rows of the page before, where rows are counted.
    last: u64,
}

/// What follows a page.
#[derive(Default)]
struct Following {
    places: Vec<At>,
    /// Whether the page may be the last in spite of them.
    may_be_last: bool,
}

/// How many pages are named ahead.
const AHEAD: u64 = 64;

impl Paging {
    /// The place that a cursor names; without one, the start.
    pub fn place(&self, cursor: Option<&Cursor>) -> Result<Place> {
        let at = cursor.map_or_else(|| Ok(At::default()), |cursor| cursor.unpack(self.format))?;
        Ok(Place { paging: *self, at })
    }

    /// The cursor that starts another lane.
    pub fn start(&self, lane: &str) -> Result<Cursor> {
        Cursor::pack(self.format, lane, &At::default())
    }
}

impl Place {
    /// Adds the place to a request.
    pub fn ask<'a>(&self, request: ApiRequest<'a>) -> ApiRequest<'a> {
        request.query_if(self.paging.page, self.at.page).query_if(self.paging.skip, self.at.skip)
    }

    /// Reads the page that an answer is, with cursors of a lane to the pages that are known to follow.
    ///
    /// An answer that claims more rows and brings none is an error: the list cannot be finished.
    pub fn page<'a, R: Deserialize<'a>, T>(
        &self,
        lane: &str,
        answer: &'a Answer,
        names: &[&str],
        map: impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
    ) -> Result<Page<T>> {
        let list = answer.list(names, map)?;
        let total = list.field(self.paging.total).count();
        let following = self.following(&list).map_err(|why| answer.wrong(why))?;
        let cursors = following
            .places
            .iter()
            .map(|at| Cursor::pack(self.paging.format, lane, at))
            .collect::<Result<Vec<_>>>()?;
        let mut cursors = cursors.into_iter();
        let page = list.page().with_declared_total(total).with_status(answer.status());
        let page = page.with_next(cursors.next()).with_upcoming(cursors.collect());
        Ok(if following.may_be_last { page.with_may_be_last() } else { page })
    }

    fn following<T>(&self, list: &List<'_, T>) -> Result<Following, String> {
        let (count, names) = (|name: &str| list.field(name).count(), &self.paging);
        let came = list.len() as u64;
        let (total, pages, limit) = (count(names.total), count(names.pages), count(names.limit));
        let this = || self.at.page.or_else(|| count(names.page)).unwrap_or(1);
        let rest = |of: String| match came {
            0 => Err(format!("the vendor claims more rows ({of}) and sends none")),
            _ => Ok(()),
        };
        if let Some(pages) = pages {
            let this = this();
            if this >= pages {
                return Ok(Following::default());
            }
            rest(format!("page {this} of {pages}"))?;
            let until = pages.min(this.saturating_add(AHEAD));
            let places = (this + 1..=until).map(|page| At { page: Some(page), ..At::default() }).collect();
            return Ok(Following { places, may_be_last: false });
        }
        if let Some(this) = self.at.page.filter(|_| self.at.before == 0) {
            // An earlier page told how many there are; this one does not.
            let next = At { page: Some(this.saturating_add(1)), ..At::default() };
            return Ok(Following {
                places: [next].into_iter().filter(|_| came > 0).collect(),
                may_be_last: true,
            });
        }
        if names.counts_rows || limit.is_some() || !list.field(names.skip).is_absent() {
            let skip = self.at.skip.or_else(|| count(names.skip)).unwrap_or(0);
            // Rows may be counted and not sent. A window that reaches the total is then the end, if it is empty
            // or a smaller part of the one before; but a server may also send less than it says.
            let window = skip.saturating_add(limit.unwrap_or(0));
            let reached = if came == 0 { window } else { skip.saturating_add(came) };
            let is_end = match total {
                Some(total) => reached >= total || (came == 0 && names.counts_rows),
                None => came == 0 || list.name.is_empty(),
            };
            if is_end {
                return Ok(Following::default());
            }
            rest(format!("{skip} of {}", total.unwrap_or(0)))?;
            let may_be_last = total.is_none_or(|total| window >= total && came < self.at.last);
            let next = At { skip: Some(reached), last: came, ..At::default() };
            return Ok(Following { places: vec![next], may_be_last });
        }
        // Nothing tells what is counted. A total that has not been reached says that there is more; without
        // one there may be, where pages have numbers or this one is full.
        let before = self.at.before.saturating_add(came);
        let more = match total {
            Some(total) => before < total,
            None if list.field(names.page).is_absent() => names.size > 0 && came >= names.size,
            None => came > 0,
        };
        if !more {
            return Ok(Following::default());
        }
        rest(format!("{before} of {}", total.unwrap_or(before)))?;
        let next = At { page: Some(this().saturating_add(1)), before, ..At::default() };
        Ok(Following { places: vec![next], may_be_last: total.is_none() })
    }
}
