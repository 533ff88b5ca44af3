//! One slug for a connector that vendors call by different ones.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The reviewed table; whoever knows of another slug adds it there.
const TABLE: &str = include_str!("connectors.txt");

/// The slugs of one connector, the canonical one first.
type Slugs = Vec<&'static str>;

static CONNECTORS: LazyLock<(Vec<Slugs>, HashMap<&'static str, usize>)> = LazyLock::new(|| {
    let connectors: Vec<Slugs> =
        lines().map(|(canonical, others)| std::iter::once(canonical).chain(others).collect()).collect();
    let places =
        connectors.iter().enumerate().flat_map(|(at, slugs)| slugs.iter().map(move |&slug| (slug, at)));
    let places = places.collect();
    (connectors, places)
});

/// The table without its comments: the canonical slug and the others.
fn lines() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    TABLE.lines().filter_map(|line| {
        let (canonical, others) = line.split('#').next()?.split_once(':')?;
        Some((canonical.trim(), others.split_whitespace()))
    })
}

/// All slugs of the connector that a slug is one of, the canonical one first; `None` where the table does not
/// have it.
fn slugs(slug: &str) -> Option<&'static [&'static str]> {
    let (connectors, places) = &*CONNECTORS;
    connectors.get(*places.get(slug)?).map(Vec::as_slice)
}

/// The canonical slug of a vendor's one; `None` where nothing is known of it.
pub(crate) fn canonical(slug: &str) -> Option<&'static str> {
    slugs(slug)?.first().copied()
}

/// Whether a connector that a vendor calls so is meant by a word: its own slug, or the canonical one.
pub(crate) fn means(word: &str, slug: &str) -> bool {
    word == slug || canonical(slug) == Some(word)
}

/// The slugs of all connectors that a word means: itself alone, unless it is a canonical slug.
pub(crate) fn meant(word: &str) -> Vec<&str> {
    match slugs(word) {
        Some(slugs) if slugs.first() == Some(&word) => slugs.to_vec(),
        _ => vec![word],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_connector_with_its_source() {
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (entry, source) = line.split_once(" # ").unwrap_or_else(|| panic!("no source: {line}"));
            let (canonical, others) = entry.split_once(": ").unwrap_or_else(|| panic!("no slugs: {line}"));
            let count = others.split_whitespace().count();
            assert!(!source.trim().is_empty() && (1..=5).contains(&count), "{line}");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(canonical.chars().all(plain), "{canonical}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_no_slug_stands_twice() {
        let canonical: Vec<_> = lines().map(|(canonical, _)| canonical).collect();
        assert!(canonical.is_sorted(), "{canonical:?}");
        let mut seen = BTreeSet::new();
        for (canonical, others) in lines() {
            let others: Vec<_> = others.collect();
            assert!(others.is_sorted(), "{others:?}");
            for slug in std::iter::once(canonical).chain(others) {
                assert!(seen.insert(slug), "`{slug}` stands twice");
            }
        }
    }

    #[test]
    fn a_canonical_slug_means_every_spelling_and_a_vendors_slug_itself_alone() {
        assert_eq!(canonical("googlecalendar"), Some("google-calendar"));
        assert_eq!(canonical("google-calendar"), Some("google-calendar"));
        assert_eq!(canonical("slack"), None);
        assert!(means("google-calendar", "google_calendar") && means("google_calendar", "google_calendar"));
        assert!(!means("google_calendar", "google-calendar") && !means("google_calendar", "googlecalendar"));
        for loose in ["google", "google-cal", "Google-Calendar", ""] {
            assert!(!means(loose, "google-calendar"), "{loose}");
        }
        assert_eq!(meant("google-calendar"), ["google-calendar", "google_calendar", "googlecalendar"]);
        assert_eq!(meant("google_calendar"), ["google_calendar"]);
        assert_eq!(meant("slack"), ["slack"]);
    }
}
