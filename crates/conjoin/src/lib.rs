//! One interface over the vendors that keep people's connections: many providers as one.
