//! Values computed from a seed and an index: a million plausible rows without storing one.

use std::fmt::Write as _;

/// What every generated row follows from, besides its index.
#[derive(Clone, Debug, Default)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    pub(super) quirks: super::quirk::Quirks,
}

/// A deterministic source of numbers for one row.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64, index: u64) -> Self {
        Self(mix(seed ^ mix(index)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let length = u64::try_from(from.len()).unwrap_or(u64::MAX);
        &from[usize::try_from(self.below(length)).unwrap_or_default()]
    }

    pub(super) fn uuid(&mut self) -> u128 {
        as_uuid((u128::from(self.next()) << 64) | u128::from(self.next()))
    }
}

/// The element of a table that an index falls on, going round.
pub(super) fn nth<T>(table: &[T], index: u64) -> &T {
    let length = u64::try_from(table.len().max(1)).unwrap_or(u64::MAX);
    &table[usize::try_from(index % length).unwrap_or_default()]
}

/// The UUID of the row with this index. Its last 48 bits hide the index, so that the row can be found again without a search.
pub(super) fn row_uuid(seed: u64, index: u64) -> u128 {
    let mut dice = Dice::new(seed, index);
    let high = (u128::from(dice.next()) << 64) | u128::from(dice.next());
    let node = ((index ^ mix(seed)) & NODE).wrapping_mul(ODD) & NODE;
    as_uuid((high & !u128::from(NODE)) | u128::from(node))
}

/// The index that a UUID of [`row_uuid`] was made from. Any UUID gives some index: compare the row's own.
pub(super) fn row_index(seed: u64, uuid: u128) -> u64 {
    let node = u64::try_from(uuid & u128::from(NODE)).unwrap_or_default();
    (node.wrapping_mul(ODD_INVERSE) ^ mix(seed)) & NODE
}

const NODE: u64 = (1 << 48) - 1;
const ODD: u64 = 0x9E37_79B9_7F4B;
/// `ODD * ODD_INVERSE` is 1 modulo 2^48.
const ODD_INVERSE: u64 = 0x393D_EE21_9263;

/// Sets the version (4) and variant bits.
fn as_uuid(bits: u128) -> u128 {
    (bits & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
}

/// The finalizer of `SplitMix64`.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A UUID in its usual spelling, with dashes.
pub(super) fn uuid_text(uuid: u128) -> String {
    let hex = hex(uuid);
    let mut text = String::with_capacity(36);
    for (position, digit) in hex.chars().enumerate() {
        if matches!(position, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// Reads a UUID in its usual spelling.
pub(super) fn parse_uuid(text: &str) -> Option<u128> {
    let dashes = [8, 13, 18, 23];
    let spelled =
        text.len() == 36 && text.bytes().enumerate().all(|(i, byte)| (byte == b'-') == dashes.contains(&i));
    spelled.then(|| parse_hex(&text.replace('-', ""))).flatten()
}

/// 32 hex digits.
pub(super) fn hex(bits: u128) -> String {
    let mut text = String::with_capacity(32);
    let _ = write!(text, "{bits:032x}");
    text
}

/// Reads 32 hex digits.
pub(super) fn parse_hex(text: &str) -> Option<u128> {
    let spelled = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    spelled.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_found_again_from_its_uuid() {
        for seed in [0, 1, u64::MAX] {
            for index in [0, 1, 2, 999_999, (1 << 48) - 1] {
                assert_eq!(row_index(seed, row_uuid(seed, index)), index);
            }
        }
    }

    #[test]
    fn a_uuid_survives_its_text() {
        let uuid = row_uuid(7, 42);
        assert_eq!(parse_uuid(&uuid_text(uuid)), Some(uuid));
        assert_eq!(uuid_text(uuid).as_bytes()[14], b'4');
        assert_eq!(parse_uuid("673f79c6-0110-408b-bcbe-f4da000e66c"), None);
        assert_eq!(parse_uuid("673f79c60110-408b-bcbe-f4da000e66c7-"), None);
        assert_eq!(parse_uuid("+73f79c6-0110-408b-bcbe-f4da000e66c7"), None);
    }
}
