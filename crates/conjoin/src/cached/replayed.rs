//! From all pages of a list to the one page that is kept.

use async_trait::async_trait;
use conjoin_core::{
    Connection, ConnectionProvider, Connector, ConnectorQuery, Cursor, Error, ErrorKind, Page, ProviderInfo,
    ProviderReceipt, Query, Result, Row, RowError, Walk,
};

use super::recording::Pages;

/// Pages that were read, as a provider of nothing else.
#[derive(Debug)]
pub(super) struct Replayed {
    pub(super) info: ProviderInfo,
    pub(super) connections: Pages<Connection>,
    pub(super) connectors: Pages<Connector>,
}

impl Replayed {
    /// The list as one page, without rows that came before; `None` where it does not end as a list does.
    ///
    /// The driver walks it once more, so that one piece of code says what is a duplicate, what a list declares, and
    /// whether it ends well.
    pub(super) async fn list<T: Row<Query: Default>>(&self) -> Option<Page<T>> {
        let everything = T::Query::default();
        let (mut walk, mut items) = (Walk::<T>::new(self, &everything), Vec::new());
        while let Some(rows) = walk.next_rows().await {
            items.extend(rows);
        }
        let ProviderReceipt { error, skipped, skipped_rows, declared_total, as_of, .. } = walk.finish();
        // More unreadable rows than a receipt names could not be told again.
        if error.is_some() || skipped.len() as u64 != skipped_rows {
            return None;
        }
        let skipped = skipped.into_iter().map(|row| RowError::new(row.index, row.path, row.reason));
        let page = Page::last(items).with_skipped(skipped.collect()).with_declared_total(declared_total);
        Some(as_of.into_iter().fold(page, Page::with_as_of))
    }
}

fn page<T: Clone>(pages: &Pages<T>, cursor: Option<&Cursor>) -> Result<Page<T>> {
    let read = pages.get(&cursor.cloned());
    read.map(|read| read.1.clone()).ok_or_else(|| Error::new(ErrorKind::Internal, "a page was never read"))
}

#[async_trait]
impl ConnectionProvider for Replayed {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, _: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        page(&self.connections, cursor)
    }

    async fn list_connectors_page(
        &self,
        _: &ConnectorQuery,
        cursor: Option<&Cursor>,
    ) -> Result<Page<Connector>> {
        page(&self.connectors, cursor)
    }
}
