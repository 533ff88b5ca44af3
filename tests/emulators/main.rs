//! Every adapter against its vendor's emulator, over real HTTP. The two share no code, so that they can only
//! agree on what the vendor documents.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test whose helper cannot go on has failed")]

mod filters;
mod operations;
mod paging;
mod rate;
mod rig;
