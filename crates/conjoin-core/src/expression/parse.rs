//! From text to an expression.
//!
//! No text makes it panic or recurse deeply: `not` and parentheses nest to [`DEEPEST`], all else is a loop.

use std::ops::Range;

use winnow::LocatingSlice;
use winnow::combinator::{alt, opt, peek};
use winnow::error::ParserError;
use winnow::prelude::*;
use winnow::stream::Location as _;
use winnow::token::{any, take_while};

use super::{Comparison, InvalidExpression, Node, Value};
use crate::field::Kind;
use crate::words::nearest;
use crate::{Field, Owner, Timestamp};

/// How deep `not` and parentheses may nest.
const DEEPEST: usize = 64;

/// Words that a value must put into quotes.
pub(super) const KEYWORDS: [&str; 6] = ["and", "or", "not", "in", "is", "contains"];

/// Whether a word may hold the character without quotes.
pub(super) fn is_word(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '(' | ')' | ',' | '=' | '!' | '<' | '>' | '~' | '\'' | '"')
}

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, Trouble>;

/// What is wrong, and with which bytes.
#[derive(Debug)]
struct Trouble {
    span: Range<usize>,
    message: String,
}

impl Trouble {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl<'i> ParserError<Input<'i>> for Trouble {
    type Inner = Self;

    fn from_input(input: &Input<'i>) -> Self {
        let at = input.current_token_start();
        Self::new(at..at, "this cannot be read")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// A word or quoted text with its place.
#[derive(Clone, Debug)]
struct Text {
    content: String,
    quoted: bool,
    span: Range<usize>,
}

impl Text {
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.content.eq_ignore_ascii_case(keyword)
    }
}

/// As much of a text as a message has room for.
fn short(text: &str) -> String {
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(40).collect();
    format!("{}{}", start.escape_debug(), if chars.next().is_some() { "…" } else { "" })
}

/// The expression ends where something is expected, or something else stands there.
fn expected<T>(input: &mut Input<'_>, what: &str) -> Parsed<T> {
    blank(input)?;
    let at = input.current_token_start();
    let rest: &str = input.as_ref();
    let found = rest.len() - rest.trim_start_matches(is_word).len();
    let found = if found == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { found };
    let span = at..at + found;
    let there = match &rest[..found] {
        "" => "the expression ends".to_owned(),
        "'" | "\"" => "a text in quotes stands".to_owned(),
        there => format!("`{}` stands", short(there)),
    };
    Err(Trouble::new(span, format!("{there} where {what} is expected")))
}

fn blank(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// The next word, unless something else comes.
fn word(input: &mut Input<'_>) -> Parsed<Text> {
    blank(input)?;
    let (text, span) = take_while(1.., is_word).with_span().parse_next(input)?;
    Ok(Text { content: str::to_owned(text), quoted: false, span })
}

fn keyword<'i>(keyword: &'static str) -> impl Parser<Input<'i>, Text, Trouble> {
    word.verify(move |word: &Text| word.is(keyword))
}

fn symbol<'i>(symbol: &'static str) -> impl Parser<Input<'i>, (), Trouble> {
    (blank, symbol).void()
}

/// The text between quotes, in which the quote itself stands twice.
fn quoted(input: &mut Input<'_>) -> Parsed<Text> {
    blank(input)?;
    let start = input.current_token_start();
    let quote = alt(('\'', '"')).parse_next(input)?;
    let mut text = String::new();
    loop {
        let Some(c) = opt(any).parse_next(input)? else {
            return Err(Trouble::new(
                start..start + 1,
                format!("the quote is not closed with another {quote}"),
            ));
        };
        if c != quote {
            text.push(c);
        } else if opt(quote).parse_next(input)?.is_some() {
            text.push(quote);
        } else {
            return Ok(Text { content: text, quoted: true, span: start..input.current_token_start() });
        }
    }
}

pub(super) fn expression(text: &str, now: Timestamp) -> Result<Node, InvalidExpression> {
    let mut input = LocatingSlice::new(text);
    whole(&mut input, now).map_err(|Trouble { span, message }| {
        let column = text.get(..span.start).map_or(1, |before| before.chars().count() + 1);
        InvalidExpression { column, span, message }
    })
}

fn whole(input: &mut Input<'_>, now: Timestamp) -> Parsed<Node> {
    let node = disjunction(input, now, 0)?;
    blank(input)?;
    if input.is_empty() { Ok(node) } else { expected(input, "`and`, `or` or the end") }
}

fn disjunction(input: &mut Input<'_>, now: Timestamp, depth: usize) -> Parsed<Node> {
    let mut parts = vec![conjunction(input, now, depth)?];
    while opt(keyword("or")).parse_next(input)?.is_some() {
        parts.push(conjunction(input, now, depth)?);
    }
    Ok(joined(parts, Node::Or))
}

fn conjunction(input: &mut Input<'_>, now: Timestamp, depth: usize) -> Parsed<Node> {
    let mut parts = vec![factor(input, now, depth)?];
    while opt(keyword("and")).parse_next(input)?.is_some() {
        parts.push(factor(input, now, depth)?);
    }
    Ok(joined(parts, Node::And))
}

/// One part is itself.
fn joined(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn factor(input: &mut Input<'_>, now: Timestamp, depth: usize) -> Parsed<Node> {
    blank(input)?;
    let start = input.current_token_start();
    if depth > DEEPEST {
        let message = format!("`not` and parentheses nest deeper than {DEEPEST}");
        return Err(Trouble::new(start..start, message));
    }
    if opt(keyword("not")).parse_next(input)?.is_some() {
        return Ok(Node::Not(Box::new(factor(input, now, depth + 1)?)));
    }
    if opt(symbol("(")).parse_next(input)?.is_some() {
        let node = disjunction(input, now, depth + 1)?;
        if opt(symbol(")")).parse_next(input)?.is_none() {
            return expected(input, "`and`, `or` or `)`");
        }
        return Ok(node);
    }
    comparison(input, now)
}

fn comparison(input: &mut Input<'_>, now: Timestamp) -> Parsed<Node> {
    let free = |word: &Text| !KEYWORDS.iter().any(|keyword| word.is(keyword));
    let Some(name) = opt(word.verify(free)).parse_next(input)? else {
        return expected(input, "a field, `not` or `(`");
    };
    let Ok(field) = name.content.to_ascii_lowercase().parse::<Field>() else {
        return Err(Trouble::new(name.span, unknown(&name.content)));
    };
    let negated = opt(keyword("not")).parse_next(input)?.is_some();
    let compared = if negated { listed(input, field, now)? } else { operated(input, field, now)? };
    match compared {
        Some(node) if negated => Ok(Node::Not(Box::new(node))),
        Some(node) => Ok(node),
        None if negated => expected(input, "`in` or `contains`"),
        None => expected(input, &format!("an operator of `{field}` ({})", operators(field))),
    }
}

/// What a name that is no field was probably meant to be, or else what there is.
fn unknown(name: &str) -> String {
    let fields: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
    let word = name.to_ascii_lowercase();
    let of = Field::ALL.iter().find(|of| matches!(of.kind(), Kind::Word(words) if words.contains(&&*word)));
    let hint = match (of, nearest(name, &fields)) {
        (Some(field), _) => format!("did you mean `{field} = {word}`?"),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (None, None) => format!("there are: {}", fields.join(", ")),
    };
    format!("`{}` is no field; {hint}", short(name))
}

fn operators(field: Field) -> &'static str {
    match field.kind() {
        Kind::Text => "=, !=, ~, !~, in, not in, is told",
        Kind::Word(_) | Kind::Flag => "=, !=, in, not in, is told",
        Kind::Time => "<, <=, >, >=, =, !=, is told",
    }
}

/// `in (…)` and `contains …`, which may stand after a `not`.
fn listed(input: &mut Input<'_>, field: Field, now: Timestamp) -> Parsed<Option<Node>> {
    let start = peek(word).parse_next(input).map(|word| word.span);
    if opt(keyword("contains")).parse_next(input)?.is_some() {
        return contains(input, field, start?, now).map(Some);
    }
    if opt(keyword("in")).parse_next(input)?.is_none() {
        return Ok(None);
    }
    if opt(symbol("(")).parse_next(input)?.is_none() {
        return expected(input, "`(`");
    }
    let mut values = vec![value(input, field, now)?];
    while opt(symbol(",")).parse_next(input)?.is_some() {
        values.push(value(input, field, now)?);
    }
    if opt(symbol(")")).parse_next(input)?.is_none() {
        return expected(input, "`,` or `)`");
    }
    Ok(Some(is(field, values)))
}

fn operated(input: &mut Input<'_>, field: Field, now: Timestamp) -> Parsed<Option<Node>> {
    if opt(keyword("is")).parse_next(input)?.is_some() {
        let negated = opt(keyword("not")).parse_next(input)?.is_some();
        let told = opt(alt((keyword("told").value(true), keyword("null").value(false)))).parse_next(input)?;
        let Some(told) = told else { return expected(input, "`told` or `null`") };
        let node = Node::Told(field);
        return Ok(Some(if told == negated { Node::Not(Box::new(node)) } else { node }));
    }
    blank(input)?;
    let symbols = alt(("==", "=", "!=", "<>", "<=", "<", ">=", alt((">", "!~", "~")))).with_span();
    let Some((symbol, span)): Option<(&str, _)> = opt(symbols).parse_next(input)? else {
        return listed(input, field, now);
    };
    let ordered = |comparison| (comparison, false);
    let (comparison, negated) = match symbol {
        "!=" | "<>" => (Comparison::Is, true),
        "!~" => (Comparison::Contains, true),
        "~" => (Comparison::Contains, false),
        "<" => ordered(Comparison::Below),
        "<=" => ordered(Comparison::UpTo),
        ">" => ordered(Comparison::Above),
        ">=" => ordered(Comparison::From),
        _ => (Comparison::Is, false),
    };
    let node = match comparison {
        Comparison::Is => is(field, vec![value(input, field, now)?]),
        Comparison::Contains => contains(input, field, span, now)?,
        _ if field.kind() == Kind::Time => Node::Compare(field, comparison, vec![value(input, field, now)?]),
        _ => {
            let message = format!("`{field}` has no order; it takes {}", operators(field));
            return Err(Trouble::new(span, message));
        }
    };
    Ok(Some(if negated { Node::Not(Box::new(node)) } else { node }))
}

fn contains(input: &mut Input<'_>, field: Field, span: Range<usize>, now: Timestamp) -> Parsed<Node> {
    if field.kind() != Kind::Text {
        let message = format!("`{field}` is no text; it takes {}", operators(field));
        return Err(Trouble::new(span, message));
    }
    Ok(Node::Compare(field, Comparison::Contains, vec![value(input, field, now)?]))
}

/// One of the values. An owner is compared as kind and id, each of which may not be told.
fn is(field: Field, values: Vec<Value>) -> Node {
    if field != Field::Owner {
        return Node::Compare(field, Comparison::Is, values);
    }
    let one = |value: Value| {
        let owner = match &value {
            Value::Text(text) => text.parse::<Owner>().unwrap_or_default(),
            _ => Owner::default(),
        };
        let part =
            |field, text: &str| Node::Compare(field, Comparison::Is, vec![Value::Text(text.to_owned())]);
        let kind = owner.kind.as_ref().map(|kind| part(Field::OwnerKind, kind.as_str()));
        let id = owner.id.as_deref().map(|id| part(Field::OwnerId, id));
        joined(kind.into_iter().chain(id).collect(), Node::And)
    };
    joined(values.into_iter().map(one).collect(), Node::Or)
}

fn value(input: &mut Input<'_>, field: Field, now: Timestamp) -> Parsed<Value> {
    blank(input)?;
    let kind = field.kind();
    let from = *input;
    let ahead = kind == Kind::Time && opt(keyword("in")).parse_next(input)?.is_some();
    let rest: &str = input.as_ref();
    let text =
        if rest.starts_with(['\'', '"']) { Some(quoted(input)?) } else { opt(word).parse_next(input)? };
    let Some(text) = text else { return expected(input, &what(kind)) };
    if KEYWORDS.iter().any(|keyword| text.is(keyword)) {
        let message = format!(
            "the word `{}` stands where {} is expected; write '{}' if that is meant",
            text.content,
            what(kind),
            text.content
        );
        return Err(Trouble::new(text.span, message));
    }
    match kind {
        Kind::Text if field == Field::Owner && text.content.parse::<Owner>().is_err() => {
            Err(Trouble::new(text.span, "an owner is written KIND:ID, KIND: or ID"))
        }
        Kind::Text => Ok(Value::Text(text.content)),
        Kind::Word(known) => {
            let word = text.content.to_ascii_lowercase();
            if known.contains(&&*word) {
                return Ok(Value::Text(word));
            }
            let meant = nearest(&word, known).map(|meant| format!("did you mean `{meant}`? "));
            let message = format!(
                "`{}` is no {field}; {}there are: {}",
                short(&text.content),
                meant.unwrap_or_default(),
                known.join(", ")
            );
            Err(Trouble::new(text.span, message))
        }
        Kind::Flag if text.is("true") => Ok(Value::Flag(true)),
        Kind::Flag if text.is("false") => Ok(Value::Flag(false)),
        Kind::Flag => Err(Trouble::new(text.span, format!("`{field}` is `true` or `false`"))),
        Kind::Time => {
            let ago = !ahead && opt(keyword("ago")).parse_next(input)?.is_some();
            let start = from.current_token_start();
            time(&text, ahead, ago, now)
                .ok_or_else(|| Trouble::new(start..input.previous_token_end().max(start), NO_TIME))
        }
    }
}

fn what(kind: Kind) -> String {
    match kind {
        Kind::Text => "a value (a word, or a text in quotes)".to_owned(),
        Kind::Word(words) => format!("one of {}", words.join(", ")),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Time => "a date or time".to_owned(),
    }
}

const NO_TIME: &str = "this is no time; write 2026-01-31, 2026-01-31T12:00:00Z, now, 30d ago or in 12h \
                       (units: s, m, h, d, w)";

fn time(text: &Text, ahead: bool, ago: bool, now: Timestamp) -> Option<Value> {
    if ahead || ago {
        let unit = text.content.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.content.split_at(unit);
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            _ => return None,
        };
        let millis = number.parse::<i64>().ok()?.checked_mul(seconds)?.checked_mul(1000)?;
        let now = now.as_millis();
        let at = if ahead { now.checked_add(millis) } else { now.checked_sub(millis) };
        return Timestamp::from_millis(at?).map(Value::At);
    }
    if text.is("now") {
        return Some(Value::At(now));
    }
    let at: Timestamp = text.content.parse().ok()?;
    let date = text.content.len() == "2026-01-31".len();
    let next = at.as_millis().checked_add(86_400_000).and_then(Timestamp::from_millis);
    Some(match next {
        Some(next) if date => Value::Day(at, next),
        _ => Value::At(at),
    })
}
