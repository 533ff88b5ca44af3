//! Whatever a vendor answers and whatever stands in a file: nothing panics, nothing runs for ever, and no
//! good row is lost over a bad one.
//!
//! Each property runs over made-up inputs, a few hundred of them in the ordinary suite. What once failed, and
//! what looks as if it might, is kept in `inputs/` and runs every time. For a long run:
//! `PROPTEST_CASES=1000000 cargo test --release -p conjoin --test robustness`. The same targets run under a
//! fuzzer: see `fuzz/README.md`.

#![expect(clippy::unwrap_used, reason = "a test whose helper cannot go on has failed")]

mod answers;
mod canned;
mod corpus;
mod files;
mod json;
mod rows;
mod targets;

/// The bounded run of every fuzz target: over what is stored, and what the fixtures hold.
#[test]
fn stored_inputs_are_survived_by_every_target() {
    for target in targets::TARGETS {
        for (name, bytes) in corpus::corpus(target) {
            println!("{} {name}", target.name);
            (target.holds)(&bytes);
        }
    }
}
