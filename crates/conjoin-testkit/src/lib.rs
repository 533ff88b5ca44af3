//! Fixtures, replay, faults and vendor emulators for tests of Conjoin's adapters and of apps that use it.
