//! Queries whose values the vendor's own rows tell.

use std::collections::BTreeSet;

use conjoin_core::{Connection, Enabled, Filter, Query, Status};

/// How many values of a fact are asked for.
const VALUES: usize = 3;

/// For each filter on a fact that some row tells, a few queries.
pub(super) fn queries(rows: &[Connection]) -> Vec<(Filter, Query)> {
    let mut queries = Vec::new();
    for &filter in Filter::ALL {
        queries.extend(of(filter, rows).into_iter().map(|query| (filter, query)));
    }
    queries
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    values.filter(|value| seen.insert(*value)).take(VALUES).map(str::to_owned).collect()
}

fn of(filter: Filter, rows: &[Connection]) -> Vec<Query> {
    let each = |values: Vec<String>, make: fn(Query, String) -> Query| -> Vec<Query> {
        let mut queries: Vec<_> = values.iter().map(|value| make(Query::new(), value.clone())).collect();
        if let [one, two, ..] = &*values {
            queries.push(make(make(Query::new(), one.clone()), two.clone()));
        }
        queries
    };
    match filter {
        Filter::Connector => {
            each(texts(rows.iter().filter_map(|c| c.connector.slug.as_deref())), Query::connector)
        }
        Filter::Instance => {
            each(texts(rows.iter().filter_map(|c| c.connector_instance.as_deref())), Query::instance)
        }
        Filter::Category => {
            each(texts(rows.iter().filter_map(|c| c.connector.category.as_deref())), Query::category)
        }
        Filter::Id => rows.iter().take(VALUES).map(|c| Query::new().id(c.id.clone())).collect(),
        Filter::Owner => {
            let mut queries = Vec::new();
            for owner in rows.iter().filter_map(|c| c.owner.as_ref()) {
                let (kind, id) = (owner.kind.clone(), owner.id.as_deref().map(str::to_owned));
                for (kind, id) in [(kind.clone(), None), (None, id.clone()), (kind, id)] {
                    let query = Query::new().owner(kind.clone(), id.clone());
                    if (kind.is_some() || id.is_some()) && !queries.contains(&query) {
                        queries.push(query);
                    }
                }
            }
            queries.truncate(3 * VALUES);
            queries
        }
        Filter::Enabled if rows.iter().any(|c| c.enabled != Enabled::Unknown) => {
            [true, false].map(|on| Query::new().enabled(on)).into()
        }
        Filter::Status => {
            let told = |status: &&Status| rows.iter().any(|c| c.status() == **status);
            let told = Status::ALL.iter().filter(|s| **s != Status::Unknown).filter(told);
            told.map(|&status| Query::new().status(status)).collect()
        }
        Filter::Environment => {
            let mut queries = Vec::new();
            for environment in rows.iter().filter_map(|c| c.environment.clone()) {
                let query = Query::new().environment(environment);
                if !queries.contains(&query) {
                    queries.push(query);
                }
            }
            queries
        }
        Filter::Tags => {
            let tagged =
                rows.iter().filter_map(|c| c.tags.as_ref()).filter(|tags| tags.iter().next().is_some());
            let all = |tags: &conjoin_core::Tags, count| {
                tags.iter().take(count).fold(Query::new(), |query, tag| query.tag(tag.clone()))
            };
            tagged.take(VALUES).flat_map(|tags| [all(tags, 1), all(tags, usize::MAX)]).collect()
        }
        Filter::Name => {
            let names = rows.iter().filter_map(|c| c.name.as_deref().or(c.display_name.as_deref()));
            let middle = |name: String| name.chars().skip(1).take(4).collect::<String>().to_uppercase();
            texts(names).into_iter().map(|name| Query::new().name(middle(name))).collect()
        }
        Filter::Created => {
            let mut times: Vec<_> = rows.iter().filter_map(|c| c.created_at).collect();
            times.sort_unstable();
            let middle = times.get(times.len() / 2).copied();
            middle.map_or_else(Vec::new, |at| {
                [(Some(at), None), (None, Some(at))].map(|(from, to)| Query::new().created(from, to)).into()
            })
        }
        Filter::Where => expressions(rows),
        _ => Vec::new(),
    }
}

/// Expressions that demand one thing, any of several, and the contrary.
fn expressions(rows: &[Connection]) -> Vec<Query> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let mut texts: Vec<_> = rows.iter().take(1).map(|c| format!("id = {}", quoted(c.id.as_str()))).collect();
    if let Some(slug) = rows.iter().find_map(|c| c.connector.slug.as_deref()) {
        let slug = quoted(slug);
        texts.push(format!("connector = {slug} and status != removed"));
        texts.push(format!("not connector = {slug} or enabled = false"));
        texts
            .push(format!("connector in ({slug}, 'none-such') and not (enabled = true and status = active)"));
    }
    if let Some(owner) = rows.iter().find_map(|c| c.owner.as_ref()?.id.as_deref()) {
        texts.push(format!("owner = {} and (created is told or created is null)", quoted(owner)));
    }
    texts.iter().filter_map(|text| Some(Query::new().matching(text.parse().ok()?))).collect()
}

/// The ids of rows, in order.
pub(super) fn ids(rows: &[Connection]) -> BTreeSet<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

/// A query as a person reads it: its filters, and nothing else.
pub(super) fn shown(query: &Query) -> String {
    let filters = query.filters().into_iter().map(|filter| {
        let value = match filter {
            Filter::Connector => format!("{:?}", query.connectors),
            Filter::Instance => format!("{:?}", query.instances),
            Filter::Category => format!("{:?}", query.categories),
            Filter::Id => format!("{:?}", query.ids),
            Filter::Owner => format!("{:?} {:?}", query.owner_kind, query.owner_id),
            Filter::Enabled => format!("{:?}", query.enabled == Some(true)),
            Filter::Status => format!("{:?}", query.statuses),
            Filter::Environment => format!("{:?}", query.environment),
            Filter::Tags => format!("{:?}", query.tags),
            Filter::Name => format!("{:?}", query.name),
            Filter::Where => query.expression.as_ref().map(ToString::to_string).unwrap_or_default(),
            _ => "as given".to_owned(),
        };
        format!("`{filter}` {value}")
    });
    let filters: Vec<_> = filters.collect();
    if filters.is_empty() { "no filter".to_owned() } else { filters.join(" and ") }
}
