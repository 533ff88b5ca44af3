//! What is said of stored files: every one proves, and a hand-edited secret does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use conjoin_testkit::{
    Allow, Body, Existing, Fixture, Provenance, PublicValues, Secrets, fixtures, lint, prove, redact, save,
    unknown,
};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").canonicalize().unwrap()
}

fn stored() -> Vec<(PathBuf, Fixture)> {
    let paths = fixtures(root()).unwrap();
    paths.into_iter().map(|path| (path.clone(), Fixture::load(&path).unwrap())).collect()
}

/// A folder of fixtures that is gone again when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("conjoin-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a fixture as it is, secrets and all, with the public values of its vendor beside it.
    fn put(&self, fixture: &Fixture) -> PathBuf {
        let path = self.0.join(fixture.relative_path());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let vendor = &fixture.about.vendor;
        PublicValues::in_folder(&root(), vendor).unwrap().save(&self.0, vendor).unwrap();
        fs::write(&path, fixture.to_pretty_json()).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn places(path: &Path) -> Vec<String> {
    prove(path).unwrap().into_iter().map(|finding| finding.place).collect()
}

/// One stored file, said to be of each provenance; a recorded one is redacted first.
fn of_each_provenance() -> Vec<Fixture> {
    let (_, fixture) = stored()
        .into_iter()
        .find(|(_, f)| {
            f.about.vendor == "aitronos" && f.about.operation.as_str() == "get" && f.exchanges.len() == 1
        })
        .unwrap();
    let of = |provenance| {
        let mut fixture = fixture.clone();
        fixture.about.provenance = provenance;
        if provenance == Provenance::Recorded {
            fixture = redact(&fixture, &Allow::of("aitronos")).unwrap().0;
        }
        fixture
    };
    Provenance::ALL.map(of).to_vec()
}

#[test]
fn every_stored_file_is_well_formed_and_proves() {
    for (path, _) in stored() {
        assert_eq!(lint(&path), []);
        assert_eq!(prove(&path).unwrap(), []);
    }
}

#[test]
fn every_stored_file_proves_when_it_is_redacted_and_said_to_be_recorded() {
    let folder = Folder::new("recorded");
    for (_, mut fixture) in stored() {
        fixture.about.provenance = Provenance::Recorded;
        let path = folder.0.join(fixture.relative_path());
        let allow = Allow::of(&fixture.about.vendor);
        if let Err(why) = save(&fixture, &path, &allow, &Secrets::default(), Existing::Keep) {
            panic!("{why}");
        }
        assert_eq!(prove(&path).unwrap(), []);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches("decoy-secret").count(), 0, "{}", path.display());
        // And again: nothing changes.
        let again = Fixture::load(&path).unwrap();
        save(&again, &path, &allow, &Secrets::default(), Existing::Replace).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_secret_that_a_hand_put_in_fails_in_every_provenance() {
    let folder = Folder::new("edited");
    for fixture in of_each_provenance() {
        assert_eq!(places(&folder.put(&fixture)), [""; 0]);
        for (secret, pointer) in [
            ("hunter2", "display_name"),
            ("correct horse battery staple", "description"),
            (concat!("sk_live_", "51H8xQ2eZvKYlo2C"), "connector_type"),
            ("9f86d081884c7d659a2feaa0c55ad015", "connector_type"),
            ("ana@corp.com", "account_email"),
            ("c2VjcmV0LXNlY3JldC0xMjM0", "category"),
        ] {
            let mut edited = fixture.clone();
            let Body::Json(body) = &mut edited.exchanges[0].response.body else { panic!() };
            let row = if body.is_array() { &mut body[0] } else { body };
            row[pointer] = json!(secret);
            let findings = prove(&folder.put(&edited)).unwrap();
            let provenance = fixture.about.provenance;
            assert!(
                findings.iter().any(|finding| finding.place.ends_with(&format!("_json[0].{pointer}"))
                    || finding.place.ends_with("._json[0]")
                    || finding.place.ends_with(&format!("_json.{pointer}"))
                    || finding.place.ends_with("._json")),
                "{provenance}: {secret} in {pointer} is not found: {findings:?}"
            );
            assert!(findings.iter().all(|finding| !finding.to_string().contains(secret)));
        }
    }
}

#[test]
fn a_secret_in_a_header_a_url_or_a_comment_fails_in_every_provenance() {
    type Edit = fn(&mut Fixture, &str);
    let folder = Folder::new("elsewhere");
    let secret = "a9Xk2Lq8Zr4Tn6Vb";
    let edits: [(Edit, &str); 5] = [
        (|f, s| f.exchanges[0].request.headers[0].1 = s.to_owned(), "log.entries[0].request.headers"),
        (
            |f, s| f.exchanges[0].response.headers.push(("zz".into(), s.into())),
            "log.entries[0].response.headers",
        ),
        (
            |f, s| f.exchanges[0].request.url.set_query(Some(&format!("key={s}"))),
            "log.entries[0].request.url",
        ),
        (|f, s| f.exchanges[0].comment = Some(format!("it was {s}")), "log.entries[0].comment"),
        (|f, s| f.about.note = Some(format!("made with {s}")), "log._conjoin.note"),
    ];
    for fixture in of_each_provenance() {
        for (edit, place) in edits {
            let mut edited = fixture.clone();
            edit(&mut edited, secret);
            let found = places(&folder.put(&edited));
            assert!(found.iter().any(|found| found.starts_with(place)), "{place}: {found:?}");
        }
    }
}

#[test]
fn what_the_reader_would_drop_is_found_too() {
    let folder = Folder::new("dropped");
    for fixture in of_each_provenance() {
        let path = folder.put(&fixture);
        let mut har: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        har["log"]["entries"][0]["request"]["cookies"] = json!([{"name": "s", "value": "hunter2"}]);
        fs::write(&path, serde_json::to_string_pretty(&har).unwrap() + "\n").unwrap();
        let findings = prove(&path).unwrap();
        assert!(findings[0].problem.starts_with("is not in its fixed form"), "{findings:?}");
    }
}

#[test]
fn what_is_accepted_as_public_is_no_certain_secret() {
    let folder = Folder::new("accept");
    let [documented, recorded, _] = <[Fixture; 3]>::try_from(of_each_provenance()).unwrap();
    for (fixture, expected) in [(documented, vec!["a new sample".to_owned()]), (recorded, vec![])] {
        let mut edited = fixture;
        edited.exchanges[0].response.body = Body::Json(json!([
            "a new sample",
            concat!("sk_live_", "51H8xQ2eZvKYlo2C"),
            "redacted-0001",
            true
        ]));
        assert_eq!(unknown(&folder.put(&edited)).unwrap(), expected);
    }
}

#[test]
fn nothing_is_written_where_a_known_secret_would_be() {
    let folder = Folder::new("refused");
    let [_, _, mut fixture] = <[Fixture; 3]>::try_from(of_each_provenance()).unwrap();
    fixture.exchanges[0].response.body = Body::Json(json!({"status": "aHVudGVyMi1odW50ZXIy"}));
    let mut secrets = Secrets::default();
    secrets.add("the credential", "hunter2-hunter2");
    let path = folder.0.join("a/b/c.har");
    let error =
        save(&fixture, &path, &Allow::of("aitronos"), &secrets, Existing::Keep).unwrap_err().to_string();
    assert!(
        error.contains("`log.entries[0].response.content._json.status` holds the credential in base64"),
        "{error}"
    );
    assert!(!error.contains("hunter2") && !path.exists());

    save(&fixture, &path, &Allow::of("aitronos"), &Secrets::default(), Existing::Keep).unwrap();
    let error =
        save(&fixture, &path, &Allow::of("aitronos"), &Secrets::default(), Existing::Keep).unwrap_err();
    assert!(error.to_string().ends_with("there is such a file; add --force to write over it"), "{error}");
}

#[test]
fn lint_says_what_is_wrong_and_where() {
    let folder = Folder::new("lint");
    let [fixture, ..] = <[Fixture; 3]>::try_from(of_each_provenance()).unwrap();
    let mut wrong = fixture.clone();
    wrong.about.date = "2026-02-31".to_owned();
    wrong.exchanges[0].request.headers.clear();
    wrong.exchanges[0].response.status = 99;
    let path = folder.0.join("misplaced.har");
    fs::write(&path, wrong.to_pretty_json()).unwrap();
    let found: Vec<_> = lint(&path).into_iter().map(|finding| finding.place).collect();
    assert_eq!(
        found,
        ["", "log._conjoin.date", "log.entries[0].request.headers", "log.entries[0].response.status"]
    );
    fs::write(&path, "{}").unwrap();
    assert!(lint(&path)[0].problem.starts_with("is no fixture: "));
}
