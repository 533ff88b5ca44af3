//! Texts that come again and again on a page.

use std::fmt;

use conjoin_core::Text;

/// The longer texts of a page so far, so that rows which repeat them share their memory.
///
/// It forgets rather than grows: a text that was forgotten is kept twice, and nothing else happens.
#[derive(Default)]
pub struct Texts(Vec<Option<Text>>);

/// A power of two. Icons, categories and ids of integrations come in dozens.
const SLOTS: usize = 128;

impl Texts {
    /// The text; its memory is that of an equal one before, if there was one.
    pub fn share(&mut self, text: &str) -> Text {
        // A shorter one has no memory to share.
        let Some(end) = text.as_bytes().last_chunk().filter(|_| text.len() > Text::IN_PLACE) else {
            return Text::from(text);
        };
        if self.0.is_empty() {
            self.0.resize_with(SLOTS, || None);
        }
        let slot = &mut self.0[place(*end, text.len())];
        match slot {
            Some(known) if *known == *text => known.clone(),
            _ => slot.insert(text.into()).clone(),
        }
    }
}

/// What tells texts of one kind apart stands at their end, seldom at their beginning: addresses of icons.
fn place(end: [u8; 16], length: usize) -> usize {
    const MIX: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let mixed = (u128::from_le_bytes(end) ^ length as u128).wrapping_mul(MIX);
    (mixed >> 96) as usize % SLOTS
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
