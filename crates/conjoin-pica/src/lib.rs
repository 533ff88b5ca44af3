//! The Pica adapter of Conjoin.
