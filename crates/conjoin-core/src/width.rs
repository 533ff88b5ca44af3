//! How many pages may be asked for at once.

/// Half as many where the vendor limits the rate; then one more for each round of pages that it did not limit.
#[derive(Debug)]
pub(crate) struct Width {
    most: usize,
    now: usize,
    /// How often the rate was limited, as far as has been reacted to.
    limited: u32,
    /// Pages that were asked for at the old width: what is said about them says nothing new.
    old: usize,
    good: usize,
}

impl Width {
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { most, now: most, limited: 0, old: 0, good: 0 }
    }

    pub(crate) fn now(&self) -> usize {
        self.now
    }

    /// Notes that a page came while others are in flight, and how often the rate has been limited so far.
    pub(crate) fn page(&mut self, limited: u32, in_flight: usize) {
        let (news, old) = (limited > self.limited, self.old > 0);
        (self.limited, self.old) = (limited, self.old.saturating_sub(1));
        if news && !old {
            (self.now, self.good) = ((self.now / 2).max(1), 0);
            self.old = in_flight;
        } else if !news {
            self.good += 1;
            if self.good >= self.now {
                (self.now, self.good) = ((self.now + 1).min(self.most), 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_halves_once_and_good_pages_bring_it_back_step_by_step() {
        let mut width = Width::new(8);
        let mut told = Vec::new();
        // Eight pages in flight, all of them limited at first.
        for (limited, in_flight) in (1..=8).zip((0..8).rev()) {
            width.page(limited, in_flight);
            told.push(width.now());
        }
        assert_eq!(told, [4; 8]);
        let mut good = |pages: usize| {
            (0..pages).for_each(|_| width.page(8, 3));
            width.now()
        };
        assert_eq!([good(3), good(1), good(5), good(6), good(7), good(100)], [4, 5, 6, 7, 8, 8]);
        for limited in 9..20 {
            width.page(limited, 0);
        }
        assert_eq!(width.now(), 1);
    }
}
