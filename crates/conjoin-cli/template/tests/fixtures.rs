//! Every fixture through this adapter, and what comes of it beside each, as a snapshot.
//!
//! `INSTA_UPDATE=always cargo test --test fixtures` takes a change, and the diff is what a reviewer reads.

use conjoin_acme::Acme;

// TODO 6: a file for each operation and each answer that the documents show, in place of `list/sample.har`; and the
// vendor's hosts, words and prefixes of ids in `allow.json`.

#[test]
fn fixtures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/{fixtures}");
    conjoin_testkit::play_all(
        folder,
        |_, setup| Acme::new(setup),
        |path, text| {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(path.parent().unwrap_or(path));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            settings.bind(|| insta::assert_snapshot!(name.as_ref(), text));
        },
    );
}
