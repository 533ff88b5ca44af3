//! JSON that a terminal shows as it is, and that readers of lines cut where lines end.
//!
//! JSON itself asks for escapes below U+0020 only. Vendors' texts may hold more that a terminal acts on (the
//! C1 controls, of which one begins an escape sequence), that reorders what stands beside it, or that ends a
//! line for some readers. All of it is written as `\uXXXX`, which says the same.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Writes a value in a form.
pub(crate) fn write_json(
    out: impl Write,
    value: &impl Serialize,
    form: impl Formatter,
) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Escaping(form)))
}

/// A form, with more escapes than it has by itself.
struct Escaping<F>(F);

fn is_escaped(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Passes methods on to the form within.
macro_rules! pass_on {
    ($($name:ident($($argument:ident: $of:ty),*);)*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, out: &mut W $(, $argument: $of)*) -> io::Result<()> {
            self.0.$name(out $(, $argument)*)
        }
    )*};
}

impl<F: Formatter> Formatter for Escaping<F> {
    pass_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        // As nearly all of it is.
        if rest.bytes().fold(0, u8::max) < 0x7f {
            return out.write_all(rest.as_bytes());
        }
        while let Some(at) = rest.find(is_escaped) {
            let (plain, from) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(out, "\\u{:04x}", u32::from(c))?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::ser::{CompactFormatter, PrettyFormatter};

    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_escaped_and_reads_back_the_same() {
        let value = serde_json::json!({ "a\u{9b}": ["Zoë \u{1b}[2J", "\u{202e}x\u{2028}\u{85}\u{7f}", "山田", 1, null, {}] });
        let mut line = Vec::new();
        write_json(&mut line, &value, CompactFormatter).unwrap();
        let line = String::from_utf8(line).unwrap();
        insta::assert_snapshot!(line, @r#"{"a\u009b":["Zoë \u001b[2J","\u202ex\u2028\u0085\u007f","山田",1,null,{}]}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);

        let mut pretty = Vec::new();
        write_json(&mut pretty, &value, PrettyFormatter::new()).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&pretty).unwrap(), value);
        assert!(pretty.len() > line.len());
    }
}
