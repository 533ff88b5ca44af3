//! Rows in aligned columns that fit the terminal.
//!
//! The columns shrink first, the widest before the others; then those that can be missed are left out; what
//! is copied (the key, at the end of the row) is never cut and moves to a line of its own at last.

use std::borrow::Cow;

use anstyle::Style as Paint;

use super::style::{DIM, Style};
use super::text::{printable, shorten, width, wrap};

/// Between two columns.
const GAP: usize = 2;
/// Before what stands under a row.
const INDENT: usize = 2;
/// No column is wider: a longer cell pushes its own row aside, not ten thousand others.
const WIDEST: usize = 48;
/// What a column shrinks to when nothing else is left to give.
const NARROWEST: usize = 4;

/// A column before the key.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    header: Cow<'static, str>,
    shrinks_to: Option<usize>,
    dropped: Option<u8>,
}

impl Column {
    /// A column that is always shown whole.
    pub(crate) fn whole(header: impl Into<Cow<'static, str>>) -> Self {
        Self { header: header.into(), shrinks_to: None, dropped: None }
    }

    /// A column that may be cut to so many columns of the terminal.
    pub(crate) fn shrinking(header: impl Into<Cow<'static, str>>, least: usize) -> Self {
        Self { header: header.into(), shrinks_to: Some(least), dropped: None }
    }

    /// Lets the column be left out: where no row tells it, and where the terminal is too narrow, the lowest
    /// turn first.
    pub(crate) fn dropped(mut self, turn: u8) -> Self {
        self.dropped = Some(turn);
        self
    }
}

/// One fact of a row.
#[derive(Clone, Debug)]
pub(crate) struct Cell<'a> {
    text: Cow<'a, str>,
    width: usize,
    paint: Paint,
    told: bool,
}

impl<'a> Cell<'a> {
    /// A text of whatever origin; it is made printable here.
    pub(crate) fn new(text: impl Into<Cow<'a, str>>) -> Self {
        let text = match text.into() {
            Cow::Borrowed(text) => printable(text),
            Cow::Owned(text) => Cow::Owned(printable(&text).into_owned()),
        };
        Self { width: width(&text), text, paint: Paint::new(), told: true }
    }

    /// A fact, or `-` where it is not told (or told as nothing but space).
    pub(crate) fn told(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        match text.map(Into::into).filter(|text| !text.trim().is_empty()) {
            Some(text) => Self::new(text),
            None => Self { text: Cow::Borrowed("-"), width: 1, paint: DIM, told: false },
        }
    }

    /// Adds a style.
    pub(crate) fn painted(mut self, paint: Paint) -> Self {
        self.paint = paint;
        self
    }
}

#[derive(Debug)]
struct Row<'a> {
    cells: Vec<Cell<'a>>,
    key: Option<Cell<'a>>,
    note: Option<String>,
}

/// A table in the making.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    columns: Vec<Column>,
    key: Option<&'static str>,
    rows: Vec<Row<'a>>,
}

/// Which columns are shown, how wide, and up to which width keys stand in their row.
struct Layout {
    shown: Vec<(usize, usize)>,
    inline: usize,
}

impl<'a> Table<'a> {
    /// An empty table.
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), key: None, rows: Vec::new() }
    }

    /// Adds the header of the last column, which is never cut.
    pub(crate) fn with_key(mut self, header: &'static str) -> Self {
        self.key = Some(header);
        self
    }

    /// Adds a row: a cell a column, the key where the table has one, and what stands under the row.
    pub(crate) fn row(&mut self, cells: Vec<Cell<'a>>, key: Option<Cell<'a>>, note: Option<String>) {
        self.rows.push(Row { cells, key, note });
    }

    /// The table as text, a line end after each line.
    pub(crate) fn render(&self, style: &Style) -> String {
        let layout = self.layout(style.width);
        let mut out = String::with_capacity(self.rows.len() * 80);
        let under = style.width.map(|width| width - 2 * INDENT);
        let mut header: Vec<_> = layout
            .shown
            .iter()
            .map(|&(at, room)| (Cell::new(&*self.columns[at].header).painted(DIM), room))
            .collect();
        header.extend(
            self.key.filter(|_| layout.inline > 0).map(|key| (Cell::new(key).painted(DIM), key.len())),
        );
        line(&mut out, header.iter().map(|(cell, room)| (cell, *room, Cut::Yes)), style);
        for row in &self.rows {
            let cells = layout.shown.iter().filter_map(|&(at, room)| {
                let may_cut = style.width.is_some() && self.columns[at].shrinks_to.is_some();
                Some((row.cells.get(at)?, room, if may_cut { Cut::Yes } else { Cut::No }))
            });
            let (beside, below) = match &row.key {
                Some(key) if key.width > layout.inline => (None, Some(key)),
                key => (key.as_ref(), None),
            };
            line(&mut out, cells.chain(beside.map(|key| (key, 0, Cut::No))), style);
            if let Some(key) = below {
                out.extend(std::iter::repeat_n(' ', INDENT));
                line(&mut out, std::iter::once((key, 0, Cut::No)), style);
            }
            for (at, note) in row.note.iter().flat_map(|note| wrap(note, under).into_iter().enumerate()) {
                out.extend(std::iter::repeat_n(' ', if at == 0 { INDENT } else { 2 * INDENT }));
                out.push_str(&style.dim(&note));
                out.push('\n');
            }
        }
        out
    }

    fn layout(&self, limit: Option<usize>) -> Layout {
        let natural: Vec<_> = (0..self.columns.len()).map(|at| self.natural(at)).collect();
        let mut shown: Vec<_> = (0..self.columns.len())
            .filter(|&at| self.columns[at].dropped.is_none() || self.is_told(at))
            .map(|at| (at, natural[at]))
            .collect();
        let Some(limit) = limit else { return Layout { shown, inline: usize::MAX } };

        let floor = |&(at, _): &(usize, usize)| match self.columns[at].shrinks_to {
            Some(least) => natural[at].min(least),
            None => natural[at],
        };
        let needed: usize = shown.iter().map(|(_, width)| width + GAP).sum();
        let least: usize = shown
            .iter()
            .filter(|&&(at, _)| self.columns[at].dropped.is_none())
            .map(|column| floor(column) + GAP)
            .sum();
        let (inline, key) = self.keys(limit, needed, limit.saturating_sub(least));

        while shown.iter().map(|column| floor(column) + GAP).sum::<usize>() + key
            > limit + GAP * usize::from(key == 0)
            && let Some((at, _)) = shown
                .iter()
                .enumerate()
                .filter_map(|(at, column)| Some((at, self.columns[column.0].dropped?)))
                .min_by_key(|&(_, turn)| turn)
        {
            shown.remove(at);
        }
        let gaps = GAP * (shown.len() - usize::from(key == 0 && !shown.is_empty()));
        let room = limit.saturating_sub(key + gaps);
        self.shrink(&mut shown, room, |column| floor(column));
        self.shrink(&mut shown, room, |_| NARROWEST);
        Layout { shown, inline }
    }

    fn natural(&self, at: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(at));
        cells.map(|cell| cell.width.min(WIDEST)).max().unwrap_or(0).max(self.columns[at].header.len())
    }

    fn is_told(&self, at: usize) -> bool {
        self.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| cell.told))
    }

    /// Up to which width keys stand in their row, and what the widest of those needs, where the other columns
    /// want `needed` and can leave `room` at most.
    fn keys(&self, limit: usize, needed: usize, room: usize) -> (usize, usize) {
        let Some(header) = self.key else { return (0, 0) };
        let widths = || self.rows.iter().filter_map(|row| row.key.as_ref()).map(|key| key.width);
        let widest =
            |most: usize| widths().filter(|&width| width <= most).max().unwrap_or(0).max(header.len());
        let share =
            |most: usize| widths().filter(|&width| width <= most).count() * 100 / self.rows.len().max(1);
        if needed + widest(usize::MAX) <= limit {
            return (usize::MAX, widest(usize::MAX));
        }
        // A few long ones move to lines of their own, rather than take the columns from all others.
        let half = limit * 55 / 100;
        let room = if share(half) >= 80 { room.min(half) } else { room };
        // Where most are too long, all move: rows of one form read better.
        if share(room) < 50 || room < header.len() { (0, 0) } else { (room, widest(room)) }
    }

    /// Takes from the widest column until all fit, or all are at their floor.
    fn shrink(&self, shown: &mut [(usize, usize)], room: usize, floor: impl Fn(&(usize, usize)) -> usize) {
        let mut excess = shown.iter().map(|(_, width)| width).sum::<usize>().saturating_sub(room);
        while excess > 0
            && let Some((_, width)) = shown
                .iter_mut()
                .filter(|column| self.columns[column.0].shrinks_to.is_some() && column.1 > floor(column))
                .max_by_key(|column| column.1)
        {
            *width -= 1;
            excess -= 1;
        }
    }
}

/// Whether a cell may be cut.
#[derive(Clone, Copy)]
enum Cut {
    Yes,
    /// A longer cell pushes the rest of its row aside.
    No,
}

/// One line of cells, each padded to its room; nothing after the last.
fn line<'c, 'a: 'c>(
    out: &mut String,
    cells: impl Iterator<Item = (&'c Cell<'a>, usize, Cut)>,
    style: &Style,
) {
    let mut owed = 0;
    for (cell, room, cut) in cells {
        out.extend(std::iter::repeat_n(' ', owed));
        let (text, taken) = match cut {
            Cut::Yes if cell.width > room => {
                let text = shorten(&cell.text, room);
                let taken = width(&text);
                (text, taken)
            }
            _ => (Cow::Borrowed(&*cell.text), cell.width),
        };
        out.push_str(&style.paint(cell.paint, &text));
        owed = GAP + room.saturating_sub(taken);
    }
    out.push('\n');
}
