//! A provider whose listings are written down.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use conjoin::{
    Capabilities, Connection, ConnectionId, ConnectionProvider, Cursor, Error, ErrorKind, Hub, Operation,
    Page, ProviderInfo, ProviderName, Query, Result, RowError, Support,
};
use tokio::time::Instant;

/// How one listing of it ends.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// All rows.
    Whole(Vec<Connection>),
    /// Some rows; one more cannot be read.
    Unreadable(Vec<Connection>),
    /// Some rows, then an error.
    Broken(Vec<Connection>),
    /// Nothing.
    Down(Error),
}

/// Gives one listing after the other; the last one again and again. Notes when it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Scripted {
    info: ProviderInfo,
    told: Arc<Mutex<VecDeque<Told>>>,
    pub(crate) asked: Arc<Mutex<Vec<Instant>>>,
}

impl Scripted {
    pub(crate) fn new(name: &str, told: impl IntoIterator<Item = Told>) -> Self {
        let capabilities = Capabilities::NONE.operations(&[Operation::List], Support::Native);
        let info = ProviderInfo::new(ProviderName::new(name).unwrap(), "script", capabilities);
        Self { info, told: Arc::new(Mutex::new(told.into_iter().collect())), asked: Arc::default() }
    }

    pub(crate) fn hub(&self) -> Hub {
        Hub::new().with(self.clone()).unwrap()
    }
}

#[async_trait]
impl ConnectionProvider for Scripted {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, _: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
        if cursor.is_some() {
            return Err(down());
        }
        self.asked.lock().unwrap().push(Instant::now());
        let mut told = self.told.lock().unwrap();
        let now = if told.len() > 1 { told.pop_front().unwrap() } else { told[0].clone() };
        match now {
            Told::Whole(rows) => Ok(Page::last(rows)),
            Told::Unreadable(rows) => {
                let skipped = RowError::new(rows.len(), "rows[9].id", "it is empty");
                Ok(Page::last(rows).with_skipped(vec![skipped]))
            }
            Told::Broken(rows) => Ok(Page::last(rows).with_next(Some(Cursor::pack("s", "", &1)?))),
            Told::Down(error) => Err(error),
        }
    }
}

pub(crate) fn down() -> Error {
    Error::new(ErrorKind::Unavailable, "out of order")
}

/// A connection that is switched on, after `fill` has set its facts.
pub(crate) fn connection(provider: &str, id: &str, fill: impl FnOnce(&mut Connection)) -> Connection {
    let info = ProviderInfo::new(ProviderName::new(provider).unwrap(), "script", Capabilities::NONE);
    let mut connection = info.connection(ConnectionId::new(id).unwrap());
    connection.enabled = true.into();
    fill(&mut connection);
    connection
}

/// Connections of the provider `p` of which nothing but the id differs.
pub(crate) fn rows<const N: usize>(ids: [&str; N]) -> Vec<Connection> {
    ids.into_iter().map(|id| connection("p", id, |_| ())).collect()
}
