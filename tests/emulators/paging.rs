//! Long lists, and what becomes of the ways there are to page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use conjoin::{ConnectionProviderExt as _, Outcome, Query};
use conjoin_testkit::emulator::{FaultSpec, Quirk};

use crate::rig::{Rig, by_id, worlds};

const COUNT: u64 = 1_234;

#[tokio::test]
async fn a_long_list_comes_whole_and_without_a_row_twice() {
    let mut shown = String::new();
    for (name, emulator, dialect) in worlds() {
        let rig = Rig::new((name, emulator.count(COUNT), dialect)).await;
        let listing = rig.provider.list(&Query::new()).await;
        let [receipt] = &*listing.receipt.providers else { panic!("{:?}", listing.receipt) };
        assert_eq!(receipt.outcome, Outcome::Ok, "{}", rig.name);
        assert_eq!(by_id(listing.items).len() as u64, COUNT, "{}", rig.name);
        writeln!(
            shown,
            "{:16} requests {:2}, pages {:2}, rows {}, duplicates {}, declared {:?}",
            rig.name,
            receipt.requests,
            receipt.pages,
            receipt.rows,
            receipt.duplicates,
            receipt.declared_total
        )
        .unwrap();
    }
    insta::assert_snapshot!("a_long_list", shown);
}

#[tokio::test]
async fn a_list_that_ends_with_its_page_ends_there() {
    for count in [0, 1, 149, 150, 151, 300] {
        for (name, emulator, dialect) in worlds() {
            let rig = Rig::new((name, emulator.count(count), dialect)).await;
            assert_eq!(by_id(rig.list(&Query::new()).await).len() as u64, count, "{}", rig.name);
        }
    }
}

#[tokio::test]
async fn a_total_that_is_too_large_ends_nothing_early_and_nothing_late() {
    for (name, emulator, dialect) in worlds() {
        let rig = Rig::new((name, emulator.count(400).quirk(Quirk::InflatedTotal), dialect)).await;
        assert_eq!(by_id(rig.list(&Query::new()).await).len(), 400, "{}", rig.name);
    }
}

#[tokio::test]
async fn odd_rows_are_kept_or_counted_never_lost() {
    for (name, emulator, dialect) in worlds() {
        let rig = Rig::new((name, emulator.count(40).quirk(Quirk::OddRows), dialect)).await;
        let listing = rig.provider.list(&Query::new()).await;
        let [receipt] = &*listing.receipt.providers else { panic!("{:?}", listing.receipt) };
        let ids: BTreeSet<_> = listing.items.iter().map(|row| row.id.to_string()).collect();
        assert_eq!(ids.len() as u64, receipt.returned, "{}", rig.name);
        assert_eq!(
            receipt.rows,
            receipt.returned + receipt.skipped_rows + receipt.duplicates,
            "{}: {receipt:?}",
            rig.name
        );
        assert!(ids.len() as u64 + receipt.skipped_rows >= 40, "{}: {receipt:?}", rig.name);
    }
}

#[tokio::test]
async fn a_page_that_fails_twice_is_asked_for_again() {
    for (name, emulator, dialect) in worlds() {
        let fault: FaultSpec = "503=0:2".parse().unwrap();
        let rig = Rig::new((name, emulator.count(COUNT).fault(fault), dialect)).await;
        let listing = rig.provider.list(&Query::new()).await;
        let [receipt] = &*listing.receipt.providers else { panic!("{:?}", listing.receipt) };
        assert_eq!((receipt.outcome, receipt.retries), (Outcome::Ok, 2), "{}", rig.name);
        assert_eq!(listing.items.len() as u64, COUNT, "{}", rig.name);
    }
}
