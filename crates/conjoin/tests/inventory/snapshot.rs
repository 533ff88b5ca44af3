//! Snapshots as files: what is in one, and what is wrong with one.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use conjoin::{Inventory, Query, SnapshotFile, SnapshotHeader, SnapshotReader, Timestamp};

use crate::support::{Scripted, Told, connection, down, rows};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

async fn snapshot(told: Told, folder: &Path) -> PathBuf {
    let path = folder.join("s.jsonl");
    Scripted::new("p", [told]).hub().inventory(Query::new()).await.save(&path).unwrap();
    path
}

/// A text with what differs from run to run made the same.
fn steady(text: &str) -> String {
    let mut out = text.to_owned();
    for key in ["\"taken_at\":\"", "\"fetched_at\":\"", "\"elapsed_ms\":"] {
        let mut done = 0;
        while let Some(at) = out[done..].find(key).map(|at| done + at + key.len()) {
            let end = at + out[at..].find(['"', ',']).unwrap();
            out.replace_range(at..end, "…");
            done = at;
        }
    }
    out
}

#[tokio::test]
async fn a_snapshot_holds_the_question_the_rows_and_what_they_are_worth() {
    let folder = folder();
    let told = vec![connection("p", "c1", |c| c.name = Some("Zoë".into())), connection("p", "c2", |_| ())];
    let path = snapshot(Told::Broken(told), folder.path()).await;
    insta::assert_snapshot!("a_snapshot", steady(&fs::read_to_string(path).unwrap()));
}

#[tokio::test]
async fn what_was_written_is_read_again() {
    let folder = folder();
    let path = snapshot(Told::Whole(rows(["c1", "c2"])), folder.path()).await;
    let mut reader = SnapshotReader::open(&path).unwrap();
    assert_eq!(reader.header().query, Query::new());
    assert!(reader.end().is_none());
    let mut ids = Vec::new();
    while let Some(connection) = reader.next_row().unwrap() {
        ids.push(connection.id.to_string());
    }
    assert_eq!(ids, ["c1", "c2"]);
    assert!(reader.end().unwrap().receipt.is_complete());
    assert!(Inventory::load(&path).unwrap().receipt().is_complete());
}

#[tokio::test]
async fn a_file_that_is_no_whole_snapshot_is_refused_by_name_and_line() {
    let folder = folder();
    let path = snapshot(Told::Whole(rows(["c1", "c2"])), folder.path()).await;
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let cases = [
        ("an empty file", String::new()),
        ("another file", "[providers.x]\nkind = \"pica\"\n".to_owned()),
        ("a list, not a snapshot", lines[1..3].join("\n")),
        ("JSON of something else", "{\"log\":{}}".to_owned()),
        ("a newer format", text.replacen("\"conjoin_snapshot\":1", "\"conjoin_snapshot\":2", 1)),
        ("a filter that is not known", text.replacen("\"query\":{", "\"query\":{\"moon\":1,", 1)),
        ("cut off between two rows", lines[..2].join("\n") + "\n"),
        ("cut off within a row", text[..lines[0].len() + 40].to_owned()),
        ("cut off within the last line", text[..text.len() - 20].to_owned()),
        ("a row that is lost", [lines[0], lines[1], lines[3]].join("\n") + "\n"),
        ("a row that is no connection", text.replacen("\"provider\":\"p\"", "\"provider\":7", 1)),
        ("a row of somebody else", text.replacen("\"provider\":\"p\"", "\"provider\":\"q\"", 1)),
        ("another snapshot after it", format!("{text}{text}")),
        ("bytes that are no text", "\u{0}\u{1}\n".to_owned()),
    ];
    let mut told = String::new();
    for (case, text) in cases {
        fs::write(&path, text).unwrap();
        let error = Inventory::load(&path).unwrap_err().to_string();
        let error = error.strip_prefix(&path.display().to_string()).unwrap();
        writeln!(told, "{case:<30} FILE{error}").unwrap();
    }
    fs::remove_file(&path).unwrap();
    let error = Inventory::load(&path).unwrap_err();
    let error = error.to_string().replace(&*path.to_string_lossy(), "FILE");
    writeln!(told, "{:<30} {error}", "no file").unwrap();
    insta::assert_snapshot!("refused", told);
}

#[tokio::test]
async fn until_it_is_finished_the_file_is_as_it_was_and_nothing_else_is_left() {
    let folder = folder();
    let path = folder.path().join("new").join("s.jsonl");
    let header = SnapshotHeader::now(Query::new(), []);
    let mut file = SnapshotFile::create(&path, &header).unwrap();
    file.write(&connection("p", "c1", |_| ())).unwrap();
    assert!(!path.exists());
    drop(file);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);

    fs::write(&path, "old").unwrap();
    let file = SnapshotFile::create(&path, &header).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    file.finish(conjoin::Receipt::new(Vec::new())).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("{\"conjoin_snapshot\":1,"));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_and_a_replaced_one_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder();
    let write = |path: &Path| {
        let file = SnapshotFile::create(path, &SnapshotHeader::now(Query::new(), [])).unwrap();
        file.finish(conjoin::Receipt::new(Vec::new())).unwrap();
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    let (path, link) = (folder.path().join("s.jsonl"), folder.path().join("link"));
    assert_eq!(write(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&path, &link).unwrap();
    assert_eq!(write(&link), 0o644);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    // What is no file is not replaced by one.
    SnapshotFile::create(Path::new("/dev/null"), &SnapshotHeader::now(Query::new(), []))
        .unwrap()
        .finish(conjoin::Receipt::new(Vec::new()))
        .unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn what_cannot_be_written_is_an_error_that_names_it() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    let path = folder.path().join("file").join("s.jsonl");
    let error = SnapshotFile::create(&path, &SnapshotHeader::now(Query::new(), [])).unwrap_err();
    assert!(error.to_string().contains("s.jsonl: the snapshot cannot be written: "), "{error}");
}

#[tokio::test]
async fn an_inventory_of_nobody_s_answer_is_not_complete() {
    let inventory = Scripted::new("p", [Told::Down(down())]).hub().inventory(Query::new()).await;
    assert!(inventory.is_empty() && inventory.receipt().is_failure());
    assert!(inventory.taken_at() <= Timestamp::now());
}

proptest::proptest! {
    #[test]
    fn a_damaged_file_is_an_error_or_the_same_and_never_a_panic(at in 0usize..2000, byte: u8, keep in 0usize..2000) {
        let header = SnapshotHeader::now(Query::new().connector("slack"), [(
            conjoin::ProviderName::new("p").unwrap(),
            conjoin::Vendor::new("script"),
        )]);
        let mut writer = conjoin::SnapshotWriter::new(Vec::new(), &header).unwrap();
        for row in rows(["c1", "c2"]) {
            writer.write(&row).unwrap();
        }
        let whole = writer.finish(conjoin::Receipt::new(Vec::new())).unwrap();
        let mut damaged = whole.clone();
        if let Some(place) = damaged.get_mut(at) {
            *place = byte;
        }
        damaged.truncate(keep.max(1));
        let read = |bytes: &[u8]| {
            let mut reader = SnapshotReader::new(bytes, Path::new("s.jsonl"))?;
            let mut number = 0;
            while reader.next_row()?.is_some() {
                number += 1;
            }
            Ok::<usize, conjoin::SnapshotError>(number)
        };
        proptest::prop_assert_eq!(read(&whole).unwrap(), 2);
        match read(&damaged) {
            Ok(number) => proptest::prop_assert_eq!(number, 2),
            Err(error) => proptest::prop_assert!(error.to_string().starts_with("s.jsonl: line ")),
        }
    }
}
