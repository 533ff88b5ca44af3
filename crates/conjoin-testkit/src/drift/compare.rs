//! Two shapes, and what differs.

use std::fmt;

use super::shape::Shape;

/// How much a difference matters to a client that reads the stored answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something is new; nothing that was there is gone.
    Added,
    /// Something may now be null, absent or of one more type.
    Changed,
    /// Something is gone, or of another type.
    Breaking,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Breaking => "breaking",
        })
    }
}

/// What differs between a stored answer and the vendor's answer of today. No value is in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Difference {
    /// How much it matters.
    pub severity: Severity,
    /// Where: `rows[].createdAt`. Empty for the answer as a whole.
    pub place: String,
    /// What differs.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} ", self.severity)?;
        if !self.place.is_empty() {
            write!(f, "`{}` ", self.place)?;
        }
        f.write_str(&self.what)
    }
}

/// What differs between what is stored and what comes. Where either has seen nothing, nothing is told.
pub(super) fn compare(stored: &Shape, live: &Shape, place: &str, found: &mut Vec<Difference>) {
    let mut tell = |severity, place: &str, what: String| {
        found.push(Difference { severity, place: place.to_owned(), what });
    };
    let shared = stored.types.intersection(&live.types).next().is_some();
    let only_null = |shape: &Shape| shape.types.iter().all(|word| *word == "null");
    if !shared && only_null(stored) {
        tell(Severity::Added, place, format!("was always null, and is {}", live.words()));
    } else if !shared && only_null(live) {
        tell(Severity::Changed, place, format!("was {}, and is null", stored.words()));
    } else if !shared {
        tell(Severity::Breaking, place, format!("was {}, and is {}", stored.words(), live.words()));
    } else if !live.types.is_subset(&stored.types) {
        tell(Severity::Changed, place, format!("was {}, and is {}", stored.words(), live.words()));
    }
    if stored.objects > 0 && live.objects > 0 {
        let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
        for (key, (_, count)) in &stored.fields {
            let always = *count == stored.objects;
            match live.fields.get(key) {
                None if always => tell(Severity::Breaking, &below(key), "is gone".to_owned()),
                None => tell(Severity::Changed, &below(key), "was there at times, and is not".to_owned()),
                Some((_, now)) if always && *now < live.objects => {
                    tell(
                        Severity::Changed,
                        &below(key),
                        "was always there, and is absent at times".to_owned(),
                    );
                }
                Some(_) => {}
            }
        }
        for (key, (shape, _)) in live.fields.iter().filter(|(key, _)| !stored.fields.contains_key(*key)) {
            tell(Severity::Added, &below(key), format!("is new: {}", shape.words()));
        }
        for (key, (before, _)) in &stored.fields {
            if let Some((now, _)) = live.fields.get(key) {
                compare(before, now, &below(key), found);
            }
        }
    }
    if let (Some(before), Some(now)) = (&stored.items, &live.items) {
        compare(before, now, &format!("{place}[]"), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn differences(stored: &Value, live: &Value) -> Vec<String> {
        let mut found = Vec::new();
        compare(&Shape::of(stored), &Shape::of(live), "", &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn values_do_not_matter_and_shapes_do() {
        let stored = json!({"rows": [{"id": "a", "tags": [], "n": 1, "at": null, "gone": 1},
                                     {"id": "b", "tags": ["x"], "n": null, "at": null, "gone": 2}], "total": 2});
        assert_eq!(differences(&stored, &stored), [""; 0]);
        let values = json!({"rows": [{"id": "z", "tags": ["y"], "n": 5, "at": null, "gone": 0}], "total": 9});
        assert_eq!(differences(&stored, &values), [""; 0]);
        assert_eq!(differences(&stored, &json!({"rows": [], "total": 0})), [""; 0]);
        let drifted = json!({"rows": [{"id": 7, "tags": null, "n": 1, "at": "x", "new": true}], "total": 2});
        assert_eq!(
            differences(&stored, &drifted),
            [
                "breaking `rows[].gone` is gone",
                "added    `rows[].new` is new: boolean",
                "added    `rows[].at` was always null, and is string",
                "breaking `rows[].id` was string, and is number",
                "changed  `rows[].tags` was array, and is null",
            ]
        );
    }
}
