//! Which texts came before, in little memory.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// What a text is known by: 96 bits under a key that is drawn by chance for each [`Fingerprints`].
///
/// Two texts share one with odds of 2⁻⁹⁶, so that a walk over a million rows takes some row for another with
/// odds of 6 × 10⁻¹⁸, over a thousand million rows of 6 × 10⁻¹². Nobody can choose ids that do, since
/// nobody knows the key. Half as many bits would be a gamble: with 64 a row in 10¹⁴ pairs.
pub(crate) type Fingerprint = [u32; 3];

/// Makes fingerprints, all under one key.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints(RandomState);

impl Fingerprints {
    pub(crate) fn of(&self, text: &str) -> Fingerprint {
        let mut hasher = self.0.build_hasher();
        hasher.write(text.as_bytes());
        let first = hasher.finish();
        // Of the text and a byte that no text has: another hash altogether.
        hasher.write_u8(0xff);
        let second = hasher.finish();
        #[expect(clippy::cast_possible_truncation, reason = "the halves of one, and half of the other")]
        [(first >> 32) as u32, first as u32, second as u32]
    }
}

/// A set of fingerprints. Each takes 12 bytes and a little more, where a table of ids takes a hundred.
///
/// They stand sorted in buckets, by their first bits. Buckets are split before they become long, and each
/// grows by itself: there is never a moment when the whole set is in memory twice.
#[derive(Debug)]
pub(crate) struct Known {
    buckets: Vec<Vec<Fingerprint>>,
    /// How many of the first bits name a bucket.
    bits: u32,
    len: usize,
}

/// A bucket has so many fingerprints on average at most.
const BUCKET: usize = 256;

impl Known {
    pub(crate) fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.buckets[place(fingerprint, self.bits)].binary_search(&fingerprint).is_ok()
    }

    /// Adds one, and tells whether it is new.
    pub(crate) fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        let bucket = &mut self.buckets[place(fingerprint, self.bits)];
        let Err(at) = bucket.binary_search(&fingerprint) else { return false };
        if bucket.len() == bucket.capacity() {
            // Little at a time: what stands empty in each of many buckets is most of what is taken for nothing.
            bucket.reserve_exact(16);
        }
        bucket.insert(at, fingerprint);
        self.len += 1;
        if self.len > self.buckets.len() * BUCKET {
            self.split();
        }
        true
    }

    /// Four buckets of each. The order of all fingerprints stays.
    fn split(&mut self) {
        self.bits += 2;
        let mut buckets = Vec::with_capacity(self.buckets.len() * 4);
        for whole in std::mem::take(&mut self.buckets) {
            let mut rest = &*whole;
            for _ in 0..4 {
                let end = rest.partition_point(|one| place(*one, self.bits) <= buckets.len());
                buckets.push(rest[..end].to_vec());
                rest = &rest[end..];
            }
        }
        self.buckets = buckets;
    }
}

fn place(fingerprint: Fingerprint, bits: u32) -> usize {
    fingerprint[0].checked_shr(32 - bits).unwrap_or(0) as usize
}

impl Default for Known {
    fn default() -> Self {
        Self { buckets: vec![Vec::new()], bits: 0, len: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_known_and_nothing_else_is() {
        let (prints, mut known) = (Fingerprints::default(), Known::default());
        let of = |n: u32| prints.of(&format!("conn-{n}"));
        for n in 0..100_000 {
            assert!(!known.contains(of(n)), "{n}");
            assert!(known.insert(of(n)), "{n}");
        }
        for n in 0..100_000 {
            assert!(known.contains(of(n)) && !known.insert(of(n)), "{n}");
        }
        assert_eq!((known.len, known.buckets.iter().map(Vec::len).sum()), (100_000, 100_000));
        assert!(known.buckets.iter().all(|bucket| bucket.is_sorted() && bucket.len() < 2 * BUCKET));
    }

    #[test]
    fn memory_is_a_few_bytes_a_text() {
        let (prints, mut known) = (Fingerprints::default(), Known::default());
        let worst = (0..200_000_u32).filter_map(|n| {
            known.insert(prints.of(&n.to_string()));
            let bytes: usize = known.buckets.iter().map(|bucket| bucket.capacity() * 12 + 24).sum();
            (n > 0 && n % 10_000 == 0).then(|| bytes as u64 / u64::from(n))
        });
        assert!(worst.max() <= Some(15));
    }
}
