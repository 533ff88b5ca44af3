//! The Aitronos adapter of Conjoin.
