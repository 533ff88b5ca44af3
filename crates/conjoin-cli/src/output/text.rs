//! Vendors' texts on a terminal: made safe, measured, shortened, wrapped.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text with everything escaped that a terminal would act on or that would hide or reorder its
/// neighbours: control characters, escape sequences, line ends, bidirectional overrides, unassigned and
/// private characters. Letters of every script, their marks and the joiners they are spelled with stay; of
/// a pile of marks, as many as any script puts on one letter.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    for c in text.chars() {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        match marks {
            _ if !is_printable(c) => out.extend(c.escape_debug()),
            ..=MOST_MARKS => out.push(c),
            _ if marks == MOST_MARKS + 1 => out.push('…'),
            _ => {}
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Marks and joiners in a row.
const MOST_MARKS: usize = 8;

fn is_printable(c: char) -> bool {
    match c {
        // The joiners stand between letters of Persian or Hindi, and within one emoji.
        ' '..='~' | '\u{200c}' | '\u{200d}' => true,
        '\u{2028}' | '\u{2029}' => false,
        _ if c.is_control() => false,
        // The standard library keeps the Unicode table of what prints for `Debug`. It escapes a mark that
        // stands alone, but not one that follows a letter.
        _ => {
            c.escape_debug().len() == 1
                || c.is_whitespace()
                || ['a', c].iter().collect::<String>().escape_debug().count() == 2
        }
    }
}

/// The terminal columns that a printable text takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// A printable text in at most `max` columns, with `…` where something was cut.
pub(crate) fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    if width(text) <= max {
        return Cow::Borrowed(text);
    }
    let room = max.saturating_sub(1);
    let (mut end, mut used) = (0, 0);
    // Marks take no columns, so columns alone would let a pile of a million of them pass.
    for (at, c) in text.char_indices().take(room * 4) {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    // A sequence may be wider than the sum of its characters.
    while width(&text[..end]) > room
        && let Some(last) = text[..end].chars().next_back()
    {
        end -= last.len_utf8();
    }
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

/// A printable text in lines of at most `max` columns, broken at spaces; a longer word stays whole, so that
/// it can be copied. Never no line.
pub(crate) fn wrap(text: &str, max: Option<usize>) -> Vec<String> {
    let Some(max) = max.filter(|&max| width(text) > max) else { return vec![text.to_owned()] };
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let needed = width(word);
        if used > 0 && used + 1 + needed > max {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += needed;
    }
    lines.push(line);
    lines
}

/// Short texts of our own in lines like [`wrap`]'s, broken only between two of them.
pub(crate) fn wrap_items(items: &[String], max: Option<usize>) -> Vec<String> {
    let glued: Vec<_> = items.iter().map(|item| item.replace(' ', "\u{a0}")).collect();
    wrap(&glued.join(", "), max).into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// `1 row`, `2 rows`, `12,345 rows`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        let cases = [
            ("\u{1b}[31mred\u{1b}[0m", r"\u{1b}[31mred\u{1b}[0m"),
            ("\u{1b}]0;title\u{7}", r"\u{1b}]0;title\u{7}"),
            ("a\r\n\tb\0", r"a\r\n\tb\0"),
            ("\u{9b}2J\u{7f}", r"\u{9b}2J\u{7f}"),
            ("\u{202e}txt\u{2066}", r"\u{202e}txt\u{2066}"),
            ("a\u{200b}b\u{feff}c\u{2028}", r"a\u{200b}b\u{feff}c\u{2028}"),
            ("\u{e000}\u{e0041}", r"\u{e000}\u{e0041}"),
        ];
        for (text, shown) in cases {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn letters_of_every_script_stay() {
        for text in [
            "Zoë",
            "e\u{301}",
            "हिन्दी",
            "می‌خواهم",
            "山田\u{3000}太郎",
            "👩‍👧 ✔\u{fe0f}",
            "שלום",
            "\"it's\" \\ 100%",
        ] {
            assert!(matches!(printable(text), Cow::Borrowed(_)), "{text}: {}", printable(text));
        }
    }

    #[test]
    fn texts_are_cut_by_columns() {
        assert_eq!(shorten("Support", 7), "Support");
        assert_eq!(shorten("Support inbox", 9), "Support…");
        assert_eq!(shorten("山田太郎商店", 6), "山田…");
        assert_eq!(shorten("❤\u{fe0f}❤\u{fe0f}❤\u{fe0f}", 4), "❤\u{fe0f}❤…");
        assert_eq!(shorten("abc", 1), "…");
    }

    #[test]
    fn a_pile_of_marks_is_cut() {
        let pile = format!("{}{}b", "a".repeat(9), "\u{301}".repeat(1_000_000));
        assert!(shorten(&pile, 8).len() < 80);
        assert_eq!(printable(&pile), format!("{}{}…b", "a".repeat(9), "\u{301}".repeat(8)));
    }

    #[test]
    fn lines_break_at_spaces_and_keep_long_words() {
        assert_eq!(wrap("the end user signs in again", Some(12)), ["the end user", "signs in", "again"]);
        assert_eq!(
            wrap("see work:tcred_43a8fec047f6 now", Some(10)),
            ["see", "work:tcred_43a8fec047f6", "now"]
        );
        assert_eq!(wrap("", Some(10)), [""]);
        assert_eq!(wrap("as long as it likes", None), ["as long as it likes"]);
    }

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([count(1, "row", "rows"), count(0, "row", "rows")], ["1 row", "0 rows"]);
    }
}
