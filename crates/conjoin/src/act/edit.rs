//! What to do to a connection.

use conjoin_core::{Enabled, Operation, Tags};
use serde::{Deserialize, Serialize};

use super::State;
use super::state::same_tags;

/// What to do to a connection. In JSON: `{"change": "disable"}`, `{"change": "rename", "name": "…"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edit {
    /// Switch it on.
    Enable,
    /// Switch it off; the credential is kept.
    Disable,
    /// Give it another name.
    Rename {
        /// The name.
        name: String,
    },
    /// Replace all its tags.
    SetTags {
        /// The tags.
        tags: Tags,
    },
    /// Add some tags and take others away. What is both added and removed is removed.
    EditTags {
        /// The tags to be there.
        add: Tags,
        /// The tags not to be there.
        remove: Tags,
    },
    /// Delete it and its credential at the vendor, for good.
    Delete,
}

impl Edit {
    /// A rename.
    pub fn rename(name: impl Into<String>) -> Self {
        Self::Rename { name: name.into() }
    }

    /// The operation that it takes.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Enable | Self::Disable => Operation::SetEnabled,
            Self::Rename { .. } => Operation::Rename,
            Self::SetTags { .. } | Self::EditTags { .. } => Operation::SetTags,
            Self::Delete => Operation::Delete,
        }
    }

    /// Whether a state is already what it asks for; `None` where the vendor does not tell.
    pub fn is_met_by(&self, state: &State) -> Option<bool> {
        let switch = |wanted| (state.enabled != Enabled::Unknown).then_some(state.enabled == wanted);
        match self {
            Self::Enable => switch(Enabled::Enabled),
            Self::Disable => switch(Enabled::Disabled),
            // Vendors take an empty name as none.
            Self::Rename { name } if name.is_empty() => state.name.as_ref().map(|name| name.is_empty()),
            Self::Rename { name } => state.name.as_ref().map(|now| now == name),
            Self::SetTags { tags } => state.tags.as_ref().map(|now| same_tags(now, tags)),
            Self::EditTags { .. } => {
                let Self::SetTags { tags } = self.resolved(state)? else { return None };
                state.tags.as_ref().map(|now| same_tags(now, &tags))
            }
            Self::Delete => Some(state.removed),
        }
    }

    /// The same as one call of the vendor's: tags to add and to remove become the whole set. `None` where the
    /// vendor does not tell the tags that there are.
    pub(super) fn resolved(&self, state: &State) -> Option<Self> {
        let Self::EditTags { add, remove } = self else { return Some(self.clone()) };
        let all = state.tags.as_ref()?.iter().chain(add);
        Some(Self::SetTags { tags: all.filter(|tag| !remove.contains(tag)).cloned().collect() })
    }

    /// What restores the state that was before; `None` where nothing can.
    pub(super) fn inverse(&self, before: &State) -> Option<Self> {
        match self {
            Self::Enable | Self::Disable => match before.enabled {
                Enabled::Enabled => Some(Self::Enable),
                Enabled::Disabled => Some(Self::Disable),
                _ => None,
            },
            Self::Rename { .. } => before.name.clone().map(Self::rename),
            Self::SetTags { .. } | Self::EditTags { .. } => {
                before.tags.clone().map(|tags| Self::SetTags { tags })
            }
            Self::Delete => None,
        }
    }

    /// The state that it leaves behind.
    pub(super) fn after(&self, before: &State) -> State {
        let mut after = before.clone();
        match self {
            Self::Enable => after.enabled = Enabled::Enabled,
            Self::Disable => after.enabled = Enabled::Disabled,
            Self::Rename { name } => after.name = Some(name.as_str().into()),
            Self::SetTags { tags } => after.tags = Some(tags.clone()),
            Self::EditTags { .. } => {
                if let Some(Self::SetTags { tags }) = self.resolved(before) {
                    after.tags = Some(tags);
                }
            }
            Self::Delete => after.removed = true,
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(words: &[&str]) -> Tags {
        words.iter().copied().collect()
    }

    fn state(enabled: Enabled, name: Option<&str>, words: Option<&[&str]>) -> State {
        State { enabled, name: name.map(Into::into), tags: words.map(tags), ..State::default() }
    }

    #[test]
    fn what_is_not_told_is_neither_met_nor_unmet() {
        let silent = State::default();
        let edits = [
            Edit::Enable,
            Edit::Disable,
            Edit::rename("x"),
            Edit::SetTags { tags: tags(&[]) },
            Edit::EditTags { add: tags(&["a"]), remove: tags(&[]) },
        ];
        for edit in edits {
            assert_eq!(edit.is_met_by(&silent), None, "{edit:?}");
            assert_eq!(edit.inverse(&silent), None, "{edit:?}");
        }
    }

    #[test]
    fn every_edit_but_a_deletion_is_met_by_the_state_it_leaves_and_undone_by_its_inverse() {
        let before = state(Enabled::Enabled, Some("old"), Some(&["a", "b"]));
        let edits = [
            Edit::Disable,
            Edit::rename("new"),
            Edit::SetTags { tags: tags(&["c"]) },
            Edit::EditTags { add: tags(&["c"]), remove: tags(&["a"]) },
        ];
        for edit in edits {
            let after = edit.after(&before);
            assert_eq!(
                (edit.is_met_by(&before), edit.is_met_by(&after)),
                (Some(false), Some(true)),
                "{edit:?}"
            );
            let inverse = edit.inverse(&before).unwrap();
            assert_eq!(inverse.after(&after), before, "{edit:?}");
        }
        assert_eq!(Edit::Delete.inverse(&before), None);
    }

    #[test]
    fn tags_are_a_set_and_removing_wins() {
        let before = state(Enabled::Unknown, None, Some(&["a", "b"]));
        let edit = Edit::EditTags { add: tags(&["c", "d"]), remove: tags(&["a", "d"]) };
        assert_eq!(edit.resolved(&before), Some(Edit::SetTags { tags: tags(&["b", "c"]) }));
        assert_eq!(Edit::SetTags { tags: tags(&["b", "a"]) }.is_met_by(&before), Some(true));
    }

    #[test]
    fn edits_read_back_as_written() {
        let edits = [
            Edit::Enable,
            Edit::Disable,
            Edit::rename("é"),
            Edit::SetTags { tags: tags(&["a"]) },
            Edit::EditTags { add: tags(&["a"]), remove: tags(&["b"]) },
            Edit::Delete,
        ];
        let lines: Vec<_> = edits.iter().map(|edit| serde_json::to_string(edit).unwrap()).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"change":"enable"}
        {"change":"disable"}
        {"change":"rename","name":"é"}
        {"change":"set_tags","tags":["a"]}
        {"change":"edit_tags","add":["a"],"remove":["b"]}
        {"change":"delete"}
        "#);
        for (line, edit) in lines.iter().zip(&edits) {
            assert_eq!(serde_json::from_str::<Edit>(line).unwrap(), *edit);
        }
    }
}
