//! Which connections a command is about: the filters that every command shares.

use std::ops::Range;

use clap::Args as ClapArgs;
use clap::builder::NonEmptyStringValueParser;
use conjoin::{
    ConnectionId, Detail, Environment, Expression, Field, InvalidExpression, Owner, ProviderName, Query,
    Status, Timestamp,
};

use super::word;
use crate::output::{printable, shorten, width};

/// Filters of different kinds must all hold; of one kind given several times, any, except for tags: all.
#[derive(ClapArgs, Debug)]
pub(crate) struct Selection {
    /// Ask only this provider
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) provider: Vec<ProviderName>,
    /// The connector's slug, exact: the vendor's, or the one for all vendors (gmail, google-calendar)
    #[arg(long, value_name = "SLUG", value_parser = NonEmptyStringValueParser::new())]
    connector: Vec<String>,
    /// The vendor's id of the integration behind the connection
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    instance: Vec<String>,
    /// The connector's category at the vendor, exact
    #[arg(long, value_name = "WORD")]
    category: Vec<String>,
    /// The vendor's id of the connection
    #[arg(long, value_name = "ID", value_parser = |id: &str| ConnectionId::new(id).map_err(|e| e.to_string()))]
    id: Vec<ConnectionId>,
    /// The owner: KIND:ID, KIND: or ID (kinds: user, team, organization, project, unit)
    #[arg(long, value_name = "OWNER", value_parser = word::<Owner>)]
    owner: Option<Owner>,
    /// Whether it is switched on
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    enabled: Option<bool>,
    /// Whether it is switched off: the same as --enabled false
    #[arg(long, conflicts_with = "enabled")]
    disabled: bool,
    /// The status
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = word::<Status>)]
    status: Vec<Status>,
    /// The environment: live or test
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    environment: Option<Environment>,
    /// A tag
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Text in the name, upper and lower case alike
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Made at this date or time, or later
    #[arg(long, value_name = "DATE", value_parser = word::<Timestamp>)]
    created_after: Option<Timestamp>,
    /// Made before this date or time
    #[arg(long, value_name = "DATE", value_parser = word::<Timestamp>)]
    created_before: Option<Timestamp>,
    /// An expression over the facts, such as `status = needs_reauth and created < 30d ago`
    #[arg(long = "where", value_name = "EXPRESSION", value_parser = expression, long_help = where_help())]
    expression: Option<Expression>,
    /// How much to tell: summary, or full (all that the vendor's lists tell together; may cost requests)
    #[arg(long, value_name = "DETAIL", default_value = "summary", value_parser = word::<Detail>)]
    detail: Detail,
}

impl Selection {
    /// Whether every connection satisfies it, so that it selects nothing in particular.
    pub(crate) fn filters_nothing(&self) -> bool {
        let query = self.query();
        query.filters().is_empty() && query.expression.is_none()
    }

    pub(crate) fn query(&self) -> Query {
        let owner = self.owner.clone().unwrap_or_default();
        let mut query = Query::new()
            .owner(owner.kind, owner.id.as_deref().map(str::to_owned))
            .created(self.created_after, self.created_before)
            .detail(self.detail);
        query.connectors.clone_from(&self.connector);
        query.instances.clone_from(&self.instance);
        query.categories.clone_from(&self.category);
        query.ids.clone_from(&self.id);
        query.enabled = if self.disabled { Some(false) } else { self.enabled };
        query.statuses.clone_from(&self.status);
        query.environment.clone_from(&self.environment);
        query.tags = self.tag.iter().map(|tag| tag.as_str().into()).collect();
        query.name.clone_from(&self.name);
        query.expression.clone_from(&self.expression);
        query
    }
}

fn environment(text: &str) -> Result<Environment, String> {
    match Environment::from(text) {
        Environment::Other(word) => Err(format!("`{word}` is none of: live, test")),
        known => Ok(known),
    }
}

/// The selection language on one page; [`Expression`] has all of it.
fn where_help() -> String {
    let fields: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
    format!(
        "An expression over the facts, such as\n\
         'status = needs_reauth and connector in (slack, gmail) and created < 30d ago'\n\n\
         Fields are compared with = != < <= > >= ~ (contains), in (…), is told and is null; comparisons are \
         joined with and, or, not and parentheses. Texts with spaces stand in quotes. Times are dates, \
         date-times, now, 30d ago and in 12h. What a vendor does not tell satisfies no comparison, and no not \
         of one.\n\nFields: {}",
        fields.join(" ")
    )
}

/// An expression; a mistake in it is shown at its place.
fn expression(text: &str) -> Result<Expression, String> {
    text.parse().map_err(|error: InvalidExpression| format!("{error}\n\n{}", place(text, error.span())))
}

/// How much of an expression is shown before a mistake, and from it on.
const SHOWN: usize = 50;

/// The part of a text around a mistake, and a line that marks it.
fn place(text: &str, span: Range<usize>) -> String {
    let part = |part: Option<&str>| printable(part.unwrap_or_default()).into_owned();
    let (mut before, after) = (part(text.get(..span.start)), part(text.get(span.start..)));
    if let Some((from, _)) = before.char_indices().nth_back(SHOWN) {
        before.replace_range(..from, "…");
    }
    let marks = "^".repeat(width(&part(text.get(span))).clamp(1, SHOWN));
    format!("  {before}{}\n  {}{marks}", shorten(&after, SHOWN), " ".repeat(width(&before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_an_expression_is_shown_at_its_place() {
        let shown = |text| expression(text).unwrap_err();
        insta::assert_snapshot!(shown("name = 山田 and status = activ"), @r"
        column 24: `activ` is no status; did you mean `active`? there are: pending, active, degraded, needs_reauth, disabled, failed, removed, unknown

          name = 山田 and status = activ
                                   ^^^^^
        ");
        insta::assert_snapshot!(shown("name =\n\u{1b}[2J"), @r"
        column 8: `\u{1b}` stands where a value (a word, or a text in quotes) is expected

          name =\n\u{1b}[2J
                  ^^^^^^
        ");
        let long =
            format!("{}status = activ and {}", "name = a or ".repeat(1000), "name = b or ".repeat(1000));
        insta::assert_snapshot!(shown(&long), @r"
        column 12010: `activ` is no status; did you mean `active`? there are: pending, active, degraded, needs_reauth, disabled, failed, removed, unknown

          … a or name = a or name = a or name = a or status = activ and name = b or name = b or name = b or nam…
                                                              ^^^^^
        ");
        insta::assert_snapshot!(shown("status ="), @r"
        column 9: the expression ends where one of pending, active, degraded, needs_reauth, disabled, failed, removed, unknown is expected

          status =
                  ^
        ");
    }
}
