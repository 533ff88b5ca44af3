//! Off-boarding a person, offline: everything that is theirs is switched off by a plan, which is undone at the
//! end. The vendors are emulated in this process.
//!
//! `cargo run -p conjoin --example off_boarding`

use std::sync::Arc;

use conjoin::aitronos::Aitronos;
use conjoin::toolzz::Toolzz;
use conjoin::{BaseUrl, Edit, Hub, Journal, ProviderName, Query, Secret, Setup};
use conjoin_testkit::emulator::{Emulator, EmulatorTransport};
use futures_util::StreamExt as _;

/// With a real vendor: `Setup::new(name, secret, Arc::new(conjoin::ReqwestTransport::new()))`.
fn setup(name: &str, vendor: &EmulatorTransport) -> Result<Setup, Box<dyn std::error::Error>> {
    let setup = Setup::new(ProviderName::new(name)?, Secret::new("any"), Arc::new(vendor.clone()));
    Ok(setup.base_url(BaseUrl::new(vendor.base_url())?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let aitronos = Emulator::aitronos().transport();
    let toolzz = Emulator::toolzz().transport();
    let unit = toolzz.facts().unit.unwrap_or_default();
    let hub = Hub::new()
        .with(Aitronos::new(setup("work", &aitronos)?, "org_demo", None)?)?
        .with(Toolzz::new(setup("brasil", &toolzz)?, &unit)?)?;

    // Whose they are: here the owner of the first connection.
    let someone = hub.list(&Query::new()).await.complete()?.remove(0).owner.unwrap_or_default();
    let theirs = Query::new().owner(someone.kind, someone.id.map(|id| id.to_string()));

    // What would be done, and why the rest would not. A plan is a file that somebody can read and approve.
    let plan = hub.plan_edit(&Edit::Disable, &theirs).await;
    for row in &plan.rows {
        println!("{} {} {}", row.verdict, row.urn, row.why.as_deref().unwrap_or_default());
    }

    // A journal makes it safe to interrupt: apply the plan again with the same file, and it goes on.
    let folder = std::env::temp_dir();
    let path = folder.join(format!("off-boarding-{}.journal.jsonl", std::process::id()));
    let journal = Journal::open(&path, &plan)?;
    let mut rows = hub.apply(&plan, &journal, 4);
    while let Some(row) = rows.next().await {
        let row = row?;
        println!("{} {}", row.ending, row.urn);
    }
    drop(rows);

    // It was a mistake: what this journal changed, and nothing else, is as it was.
    journal.mark_undone()?;
    let undoing = journal.undoing();
    let undone = path.with_extension("undo.jsonl");
    let restored = hub.apply(&undoing, &Journal::open(&undone, &undoing)?, 4).count().await;
    println!("{restored} restored");

    drop(journal);
    std::fs::remove_file(&path)?;
    std::fs::remove_file(&undone)?;
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}
