//! Expressions as text, which reads back as the same expression.

use std::fmt;

use super::parse::{KEYWORDS, is_word};
use super::{Comparison, Expression, Node, Value};

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::And(parts) => joined(f, parts, " and ", |part| matches!(part, Self::Or(_) | Self::And(_))),
            Self::Told(field) => write!(f, "{field} is told"),
            Self::Compare(field, comparison, values) => match (comparison, &**values) {
                (Comparison::Is, [one]) => write!(f, "{field} = {one}"),
                (Comparison::Is, many) => write!(f, "{field} in {}", List(many)),
                (other, many) => {
                    let one = many.first().map(ToString::to_string).unwrap_or_default();
                    write!(f, "{field} {} {one}", other.symbol())
                }
            },
            Self::Not(part) => match &**part {
                Self::Told(field) => write!(f, "{field} is not told"),
                Self::Compare(field, Comparison::Is, values) => match &**values {
                    [one] => write!(f, "{field} != {one}"),
                    many => write!(f, "{field} not in {}", List(many)),
                },
                Self::Compare(field, Comparison::Contains, values) => match &**values {
                    [one] => write!(f, "{field} !~ {one}"),
                    _ => write!(f, "not {part}"),
                },
                Self::Or(_) | Self::And(_) => write!(f, "not ({part})"),
                Self::Not(_) | Self::Compare(..) => write!(f, "not {part}"),
            },
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Node],
    word: &str,
    apart: impl Fn(&Node) -> bool,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { word })?;
        if apart(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

impl Comparison {
    fn symbol(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::Contains => "~",
            Self::Below => "<",
            Self::UpTo => "<=",
            Self::Above => ">",
            Self::From => ">=",
        }
    }
}

struct List<'a>(&'a [Value]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (at, value) in self.0.iter().enumerate() {
            write!(f, "{}{value}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                let bare = !text.is_empty()
                    && text.chars().all(is_word)
                    && !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(text));
                if bare { f.write_str(text) } else { write!(f, "'{}'", text.replace('\'', "''")) }
            }
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::At(at) => write!(f, "{at}"),
            Self::Day(first, _) => f.write_str(first.to_string().split('T').next().unwrap_or_default()),
        }
    }
}
