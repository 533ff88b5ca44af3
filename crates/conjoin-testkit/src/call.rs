//! Which call of a provider a fixture answers.

use conjoin_core::{ConnectionId, ConnectorQuery, Detail, Expression, Operation, Query, Tag, Tags};
use serde::{Deserialize, Serialize};

use crate::FixtureError;

/// The arguments of a call as `_conjoin.call` holds them. What an operation does not take must be absent.
///
/// | operation | arguments |
/// |---|---|
/// | `list` | the filters, all optional: `connector`, `instance`, `category`, `enabled`, `owner_kind`, `owner_id`, `status`, `environment`, `tag`, `name`, `where`, `detail` |
/// | `get`, `delete`, `check` | `id` |
/// | `set_enabled` | `id`, `enabled` |
/// | `rename` | `id`, `name` |
/// | `set_tags` | `id`, `tags` |
/// | `list_connectors` | `search`, `category`, `connected`, all optional |
/// | `get_connector` | `slug` |
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CallArgs {
    /// The connection's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The connector's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Filter: slugs of connectors.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub connector: Words,
    /// Filter: the vendor's ids of integrations.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub instance: Words,
    /// Filter: categories. The catalogue takes one at most.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub category: Words,
    /// Filter of a list, or the switch's new position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Filter: the owner's kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_kind: Option<String>,
    /// Filter: the owner's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Filter: derived statuses.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub status: Words,
    /// Filter: the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Filter: plain tags.
    #[serde(skip_serializing_if = "Words::is_empty")]
    pub tag: Words,
    /// Filter of a list, or the new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Filter: an expression.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// The new tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// How much to tell: `summary` or `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
    /// Filter of the catalogue: text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Filter of the catalogue: whether it is connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected: Option<bool>,
}

/// Values of one filter. In JSON one value stands alone, several stand in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "WordsForm", into = "WordsForm")]
pub struct Words(pub Vec<String>);

impl Words {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum WordsForm {
    One(String),
    Several(Vec<String>),
}

impl From<WordsForm> for Words {
    fn from(form: WordsForm) -> Self {
        match form {
            WordsForm::One(word) => Self(vec![word]),
            WordsForm::Several(words) => Self(words),
        }
    }
}

impl From<Words> for WordsForm {
    fn from(words: Words) -> Self {
        match <[String; 1]>::try_from(words.0) {
            Ok([word]) => Self::One(word),
            Err(words) => Self::Several(words),
        }
    }
}

/// A call of a [`ConnectionProvider`](conjoin_core::ConnectionProvider), ready to be made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Call {
    /// List connections.
    List(Box<Query>),
    /// Read one connection.
    Get(ConnectionId),
    /// Switch a connection on or off.
    SetEnabled(ConnectionId, bool),
    /// Give a connection another name.
    Rename(ConnectionId, String),
    /// Replace a connection's tags.
    SetTags(ConnectionId, Tags),
    /// Delete a connection.
    Delete(ConnectionId),
    /// Ask whether a connection works.
    Check(ConnectionId),
    /// Have the vendor use a connection.
    Test(ConnectionId),
    /// List what can be connected.
    ListConnectors(ConnectorQuery),
    /// Read one connector by its slug.
    GetConnector(String),
}

impl Call {
    /// Reads the arguments of an operation. Missing ones, surplus ones and unknown words are refused.
    pub fn new(operation: Operation, args: &CallArgs) -> Result<Self, FixtureError> {
        let mut args = args.clone();
        let call = match operation {
            Operation::List => Self::List(Box::new(take_query(&mut args)?)),
            Operation::Get => Self::Get(take_id(&mut args)?),
            Operation::SetEnabled => {
                let id = take_id(&mut args)?;
                Self::SetEnabled(id, required("enabled", args.enabled.take())?)
            }
            Operation::Rename => {
                let id = take_id(&mut args)?;
                Self::Rename(id, required("name", args.name.take())?)
            }
            Operation::SetTags => {
                let id = take_id(&mut args)?;
                Self::SetTags(id, Tags::from(required("tags", args.tags.take())?))
            }
            Operation::Delete => Self::Delete(take_id(&mut args)?),
            Operation::Check => Self::Check(take_id(&mut args)?),
            Operation::Test => Self::Test(take_id(&mut args)?),
            Operation::ListConnectors => Self::ListConnectors(take_connector_query(&mut args)?),
            Operation::GetConnector => Self::GetConnector(required("slug", args.slug.take())?),
            other => return Err(FixtureError::new(format!("no fixture can answer the operation `{other}`"))),
        };
        if args == CallArgs::default() {
            return Ok(call);
        }
        let surplus = serde_json::to_string(&args).unwrap_or_default();
        Err(FixtureError::new(format!("`call`: the operation `{operation}` does not take {surplus}")))
    }
}

fn required<T>(key: &str, value: Option<T>) -> Result<T, FixtureError> {
    value.ok_or_else(|| FixtureError::new(format!("`call.{key}` is missing")))
}

fn take_id(args: &mut CallArgs) -> Result<ConnectionId, FixtureError> {
    ConnectionId::new(required("id", args.id.take())?)
        .map_err(|why| FixtureError::new(format!("`call.id` is no id: {why}")))
}

fn take_query(args: &mut CallArgs) -> Result<Query, FixtureError> {
    let mut query = Query::new();
    query.connectors = std::mem::take(&mut args.connector).0;
    query.instances = std::mem::take(&mut args.instance).0;
    query.categories = std::mem::take(&mut args.category).0;
    query.owner_kind = args.owner_kind.take().map(|kind| kind.as_str().into());
    query.owner_id = args.owner_id.take();
    query.enabled = args.enabled.take();
    for word in std::mem::take(&mut args.status).0 {
        query.statuses.push(word.parse().map_err(|why| FixtureError::new(format!("`call.status`: {why}")))?);
    }
    query.environment = args.environment.take().map(|word| word.as_str().into());
    query.tags = std::mem::take(&mut args.tag).0.iter().map(|tag| tag.as_str().into()).collect();
    query.name = args.name.take();
    query.expression = args.expression.take();
    query.detail = args.detail.take().unwrap_or_default();
    Ok(query)
}

fn take_connector_query(args: &mut CallArgs) -> Result<ConnectorQuery, FixtureError> {
    let mut query = ConnectorQuery::new();
    query.search = args.search.take();
    query.connected = args.connected.take();
    query.category = match <[String; 1]>::try_from(std::mem::take(&mut args.category).0) {
        Ok([category]) => Some(category),
        Err(none) if none.is_empty() => None,
        Err(_) => return Err(FixtureError::new("`call.category`: the catalogue takes one")),
    };
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_may_be_of_what_satisfies_an_expression() {
        let text = "connector = slack and status != active";
        let Ok(Call::List(query)) = call("list", json!({ "where": text })) else { panic!() };
        assert_eq!(query.expression.map(|expression| expression.to_string()).as_deref(), Some(text));
        assert!(
            call("list", json!({ "where": "statsu = x" })).unwrap_err().contains("did you mean `status`?")
        );
        assert!(call("get", json!({ "id": "c1", "where": text })).is_err());
    }

    fn call(operation: &str, args: serde_json::Value) -> Result<Call, String> {
        let args: CallArgs = serde_json::from_value(args).map_err(|why| why.to_string())?;
        Call::new(operation.parse().unwrap(), &args).map_err(|why| why.to_string())
    }

    #[test]
    fn every_operation_reads_its_arguments() {
        let id = || ConnectionId::new("c1").unwrap();
        let table = [
            (
                "list",
                json!({"connector": "slack", "status": ["active", "failed"], "enabled": true, "tag": "a",
                       "owner_kind": "user", "owner_id": "u", "name": "n", "detail": "full"}),
                Call::List(Box::new(
                    Query::new()
                        .connector("slack")
                        .status(conjoin_core::Status::Active)
                        .status(conjoin_core::Status::Failed)
                        .enabled(true)
                        .tag("a")
                        .owner(Some("user".into()), Some("u".into()))
                        .name("n")
                        .detail(Detail::Full),
                )),
            ),
            ("get", json!({"id": "c1"}), Call::Get(id())),
            ("set_enabled", json!({"id": "c1", "enabled": false}), Call::SetEnabled(id(), false)),
            ("rename", json!({"id": "c1", "name": "n"}), Call::Rename(id(), "n".into())),
            (
                "set_tags",
                json!({"id": "c1", "tags": ["a"]}),
                Call::SetTags(id(), ["a"].into_iter().collect()),
            ),
            ("delete", json!({"id": "c1"}), Call::Delete(id())),
            ("check", json!({"id": "c1"}), Call::Check(id())),
            ("test", json!({"id": "c1"}), Call::Test(id())),
            (
                "list_connectors",
                json!({"search": "mail", "category": "crm", "connected": true}),
                Call::ListConnectors(ConnectorQuery::new().search("mail").category("crm").connected(true)),
            ),
            ("get_connector", json!({"slug": "slack"}), Call::GetConnector("slack".into())),
        ];
        let operations: Vec<_> = table.iter().map(|(operation, ..)| *operation).collect();
        assert_eq!(operations, Operation::ALL.iter().map(|o| o.as_str()).collect::<Vec<_>>());
        for (operation, args, expected) in table {
            assert_eq!(call(operation, args), Ok(expected), "{operation}");
        }
    }

    #[test]
    fn a_wrong_call_says_what_is_wrong_with_it() {
        let table = [
            ("get", json!({}), "`call.id` is missing"),
            (
                "get",
                json!({"id": ".."}),
                "`call.id` is no id: it is a path segment that URLs resolve away (`.` or `..`)",
            ),
            (
                "get",
                json!({"id": "c1", "slug": "slack"}),
                "`call`: the operation `get` does not take {\"slug\":\"slack\"}",
            ),
            ("list_connectors", json!({"category": ["a", "b"]}), "`call.category`: the catalogue takes one"),
        ];
        for (operation, args, expected) in table {
            assert_eq!(call(operation, args), Err(expected.to_owned()));
        }
        assert!(
            call("list", json!({"status": "fine"}))
                .unwrap_err()
                .starts_with("`call.status`: `fine` is none of")
        );
        assert!(
            call("list", json!({"conector": "slack"})).unwrap_err().starts_with("unknown field `conector`")
        );
    }
}
