//! A line of a shell in words.

use std::ffi::OsString;

/// The words of a line that ends at the cursor, as a shell would hand them over: quotes and backslashes taken
/// off, also where they are not closed yet. The last word is the one that is being typed; empty after a
/// space. Variables that are set before the command are left out.
pub(super) fn split(line: &str) -> Vec<OsString> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut typing, mut quote) = (String::new(), false, None);
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => word.push(c),
            (_, '\\') => word.extend(letters.next()),
            (None, '\'' | '"') => quote = Some(c),
            (None, _) if c.is_whitespace() => {
                if typing {
                    words.push(std::mem::take(&mut word));
                }
                typing = false;
                continue;
            }
            _ => word.push(c),
        }
        typing = true;
    }
    words.push(word);
    let is_variable = |word: &&String| word.contains('=') && !word.starts_with(['-', '/', '.', '=']);
    let variables = words.iter().take_while(is_variable).count().min(words.len() - 1);
    words.drain(..variables);
    words.into_iter().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_as_a_shell_does() {
        let cases: [(&str, &[&str]); 9] = [
            ("conjoin ", &["conjoin", ""]),
            ("conjoin li", &["conjoin", "li"]),
            ("conjoin get pica:a", &["conjoin", "get", "pica:a"]),
            ("conjoin  --config \"my file\" ", &["conjoin", "--config", "my file", ""]),
            ("conjoin get 'pica:a b", &["conjoin", "get", "pica:a b"]),
            ("conjoin get pica:a\\ b", &["conjoin", "get", "pica:a b"]),
            ("conjoin rename x '' ", &["conjoin", "rename", "x", "", ""]),
            ("A=1 B=2 conjoin --provider=pi", &["conjoin", "--provider=pi"]),
            ("", &[""]),
        ];
        for (line, words) in cases {
            assert_eq!(split(line), words, "{line}");
        }
    }
}
