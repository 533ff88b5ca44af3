//! Every fixture through this adapter, and what comes of it beside each, as a snapshot.
//!
//! `INSTA_UPDATE=always cargo test --test fixtures` takes a change, and the diff is what a reviewer reads.

use conjoin_composio::Composio;

#[test]
fn fixtures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/composio");
    conjoin_testkit::play_all(
        folder,
        |_, setup| Composio::new(setup),
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
