//! Whatever a vendor answers and whatever stands in a file: nothing panics, nothing runs for ever, and no
//! good row is lost over a bad one.
//!
//! Each property runs over made-up inputs, a few hundred of them in the ordinary suite. What once failed, and
//! what looks as if it might, is kept in `inputs/` and runs every time. For a long run:
//! `PROPTEST_CASES=1000000 cargo test --release -p conjoin --test robustness`.

#![expect(clippy::unwrap_used, reason = "a test whose helper cannot go on has failed")]

mod answers;
mod canned;
mod files;
mod json;
mod rows;
