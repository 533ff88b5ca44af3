//! Texts that come again and again on a page.

use std::fmt;

use conjoin_core::Text;

/// The longer texts of a page so far, so that rows which repeat them share their memory.
///
/// It forgets rather than grows: a text that was forgotten is kept twice, and nothing else happens.
pub struct Texts([Text; SLOTS]);

/// A power of two. Icons, categories and ids of integrations come in dozens.
const SLOTS: usize = 256;

impl Texts {
    /// The text; its memory is that of an equal one before, if there was one.
    pub fn share(&mut self, text: &str) -> Text {
        let slot = &mut self.0[place(text)];
        if *slot == *text {
            return slot.clone();
        }
        let new = Text::from(text);
        if new.is_shared() {
            slot.clone_from(&new);
        }
        new
    }
}

/// What tells texts of one kind apart stands at their end, seldom at their beginning: addresses of icons.
fn place(text: &str) -> usize {
    let end = text.as_bytes().iter().rev().take(16);
    let hash = end.fold(text.len(), |hash, &byte| (hash ^ usize::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) % SLOTS
}

impl Default for Texts {
    fn default() -> Self {
        Self([const { Text::from_static("") }; SLOTS])
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_and_no_text_is_taken_for_another() {
        let mut texts = Texts::default();
        let icon = |n: u32| format!("https://assets.example.com/connectors/{n}.svg");
        let first = texts.share(&icon(1));
        assert!(std::ptr::eq(first.as_str(), texts.share(&icon(1)).as_str()));
        for n in 0..1000 {
            assert_eq!(texts.share(&icon(n)), icon(n).as_str());
            assert_eq!(texts.share(&n.to_string()), n.to_string().as_str());
        }
        assert_eq!(texts.share(""), "");
    }
}
