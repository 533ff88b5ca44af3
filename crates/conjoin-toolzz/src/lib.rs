//! The Toolzz adapter of Conjoin.
