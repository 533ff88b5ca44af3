//! Writes the corpora that the targets begin with into `fuzz/corpus`.

fn main() -> std::io::Result<()> {
    conjoin_fuzz::write_corpora(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
}
