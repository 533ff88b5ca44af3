//! Paging: `page` and `skip` with clamps, or the open-source server's `skip` and `limit`.

use bytes::Bytes;
use http::Response;
use serde::Serialize;
use serde_json::json;

use super::{Pica, PicaDialect};
use crate::emulator::call::Call;
use crate::emulator::reply;

/// Above this a `limit` is lowered without a word.
const LARGEST: u64 = 150;
const USUAL: u64 = 20;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) offset: u64,
    pub(super) limit: u64,
}

impl Window {
    /// Reads the paging parameters of the dialect; what cannot be read is the default.
    pub(super) fn of(call: &Call<'_>, dialect: PicaDialect) -> Self {
        let limit = call.number("limit").unwrap_or(USUAL);
        let skip = call.number("skip").unwrap_or(0);
        if dialect == PicaDialect::Legacy {
            return Self { offset: skip, limit: if limit == 0 { u64::MAX } else { limit } };
        }
        let limit = limit.clamp(1, LARGEST);
        let before = call.number("page").unwrap_or(1).max(1) - 1;
        Self { offset: before.saturating_mul(limit).saturating_add(skip), limit }
    }

    /// The rows of a small list that are asked for.
    pub(super) fn cut<T>(self, rows: impl Iterator<Item = T>) -> Vec<T> {
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        rows.skip(offset).take(usize::try_from(self.limit).unwrap_or(usize::MAX)).collect()
    }
}

impl Pica {
    /// The dialect's envelope around rows; `kind` is its first field in the open-source server.
    pub(super) fn envelope(
        &self,
        kind: &str,
        rows: impl Iterator<Item = impl Serialize>,
        window: Window,
        total: u64,
    ) -> Response<Bytes> {
        let expected = total.saturating_sub(window.offset).min(window.limit);
        if self.dialect == PicaDialect::Legacy {
            let limit = if window.limit == u64::MAX { 0 } else { window.limit };
            let before = format!("{{\"type\":{},\"rows\":", json!(kind));
            let after = format!(",\"total\":{total},\"skip\":{},\"limit\":{limit}}}", window.offset);
            return reply::array(&before, rows, expected, &after);
        }
        let pages = total.div_ceil(window.limit).max(1);
        let page = window.offset / window.limit + 1;
        let after = format!(",\"total\":{total},\"pages\":{pages},\"page\":{page}}}");
        reply::array("{\"rows\":", rows, expected, &after)
    }
}
