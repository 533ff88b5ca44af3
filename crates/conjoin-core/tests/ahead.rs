//! The driver: how many pages it asks for at once, and which of them again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Mutex;

use async_trait::async_trait;
use conjoin_core::*;

/// A provider of ten pages and another lane, all named by the first, whose pages are refused as often as is said.
#[derive(Debug)]
struct Limited {
    info: ProviderInfo,
    /// How often each page is refused before it comes.
    refusals: fn(u32) -> u32,
    /// What was asked for, and what the meter counted then.
    asked: Mutex<Vec<u32>>,
}

/// The page that begins the other lane.
const BESIDE: u32 = 100;

impl Limited {
    fn new(refusals: fn(u32) -> u32) -> Self {
        let capabilities = Capabilities::NONE.operations(&[Operation::List], Support::Native);
        let info = ProviderInfo::new(ProviderName::new("p").unwrap(), "limited", capabilities);
        Self { info, refusals, asked: Mutex::default() }
    }

    async fn list(&self, width: usize) -> (usize, ProviderReceipt, Vec<u32>) {
        let query = Query::new();
        let mut walk = Walk::<Connection>::new(self, &query).with_width(width);
        let mut rows = 0;
        while let Some(page) = walk.next_rows().await {
            rows += page.len();
        }
        (rows, walk.finish(), std::mem::take(&mut *self.asked.lock().unwrap()))
    }
}

fn cursor(page: u32) -> Cursor {
    Cursor::pack("limited.1", if page >= BESIDE { "beside" } else { "" }, &page).unwrap()
}

#[async_trait]
impl ConnectionProvider for Limited {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn list_page(&self, _: &Query, at: Option<&Cursor>) -> Result<Page<Connection>> {
        let page = at.map_or(Ok(0), |at| at.unpack("limited.1"))?;
        let before = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(page);
            asked.iter().filter(|asked| **asked == page).count()
        };
        if before <= (self.refusals)(page) as usize {
            Meter::current().unwrap().count_limited(None);
            return Err(Error::new(ErrorKind::RateLimited, "too many"));
        }
        let row = self.info.connection(ConnectionId::new(format!("c{page}")).unwrap());
        let upcoming = if page == 0 { (1..10).map(cursor).chain([cursor(BESIDE)]).collect() } else { vec![] };
        Ok(Page::last(vec![row]).with_upcoming(upcoming))
    }
}

#[tokio::test]
async fn pages_refused_for_their_rate_come_after_all_and_the_others_stay_in_order() {
    let (rows, receipt, asked) = Limited::new(|page| u32::from((3..6).contains(&page))).list(8).await;
    assert_eq!((rows, receipt.outcome), (11, Outcome::Ok), "{:?}", receipt.error);
    assert_eq!(asked.len(), 14);
}

#[tokio::test]
async fn a_page_that_is_refused_again_and_again_ends_the_list() {
    let (rows, receipt, asked) = Limited::new(|page| if page == 5 { u32::MAX } else { 0 }).list(1).await;
    assert_eq!((rows, receipt.outcome), (5, Outcome::Partial));
    assert_eq!(receipt.error.unwrap().kind(), ErrorKind::RateLimited);
    assert_eq!(asked.iter().filter(|page| **page == 5).count(), 4);
    // The first page of all is the client's matter alone.
    let (_, receipt, asked) = Limited::new(|_| u32::MAX).list(1).await;
    assert_eq!((receipt.outcome, asked.len()), (Outcome::Failed, 1));
}
