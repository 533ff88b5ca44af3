//! Which connections a command is about: the filters that every command shares.

use clap::Args as ClapArgs;
use clap::builder::NonEmptyStringValueParser;
use conjoin::{ConnectionId, Detail, Environment, OwnerKind, ProviderName, Query, Status, Timestamp};

use super::word;

/// Filters of different kinds must all hold; of one kind given several times, any, except for tags: all.
#[derive(ClapArgs, Debug)]
pub(crate) struct Selection {
    /// Ask only this provider
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) provider: Vec<ProviderName>,
    /// The connector's slug at the vendor, exact
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
    #[arg(long, value_name = "OWNER", value_parser = owner)]
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
    /// How much to tell: summary, or full (all that the vendor's lists tell together; may cost requests)
    #[arg(long, value_name = "DETAIL", default_value = "summary", value_parser = word::<Detail>)]
    detail: Detail,
}

impl Selection {
    /// Whether every connection satisfies it, so that it selects nothing in particular.
    pub(crate) fn filters_nothing(&self) -> bool {
        self.query().filters().is_empty()
    }

    pub(crate) fn query(&self) -> Query {
        let Owner { kind, id } = self.owner.clone().unwrap_or_default();
        let mut query =
            Query::new().owner(kind, id).created(self.created_after, self.created_before).detail(self.detail);
        query.connectors.clone_from(&self.connector);
        query.instances.clone_from(&self.instance);
        query.categories.clone_from(&self.category);
        query.ids.clone_from(&self.id);
        query.enabled = if self.disabled { Some(false) } else { self.enabled };
        query.statuses.clone_from(&self.status);
        query.environment.clone_from(&self.environment);
        query.tags = self.tag.iter().map(|tag| tag.as_str().into()).collect();
        query.name.clone_from(&self.name);
        query
    }
}

fn environment(text: &str) -> Result<Environment, String> {
    match Environment::from(text) {
        Environment::Other(word) => Err(format!("`{word}` is none of: live, test")),
        known => Ok(known),
    }
}

/// Whose connections: a kind, an id, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Owner {
    kind: Option<OwnerKind>,
    id: Option<String>,
}

/// `user:42`, `user:` or `42`. What stands before a colon and is no kind belongs to the id.
fn owner(text: &str) -> Result<Owner, String> {
    let kind = |word: &str| {
        Some(OwnerKind::from(&*word.to_lowercase())).filter(|kind| OwnerKind::KNOWN.contains(kind))
    };
    match text.split_once(':').map(|(word, id)| (kind(word), id)) {
        _ if text.trim_matches(':').is_empty() => Err("no owner; write KIND:ID, KIND: or ID".to_owned()),
        None | Some((None, _)) => Ok(Owner { kind: None, id: Some(text.to_owned()) }),
        Some((kind, "")) => Ok(Owner { kind, id: None }),
        Some((kind, id)) => Ok(Owner { kind, id: Some(id.to_owned()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_written_in_three_ways() {
        let read = |text| owner(text).map(|owner| (owner.kind, owner.id));
        assert_eq!(read("user:42"), Ok((Some(OwnerKind::User), Some("42".into()))));
        assert_eq!(read("Team:"), Ok((Some(OwnerKind::Team), None)));
        assert_eq!(read("42"), Ok((None, Some("42".into()))));
        assert_eq!(read("urn:x:42"), Ok((None, Some("urn:x:42".into()))));
        assert_eq!(read("user:a:b"), Ok((Some(OwnerKind::User), Some("a:b".into()))));
        assert!(read("").is_err() && read(":").is_err());
    }
}
