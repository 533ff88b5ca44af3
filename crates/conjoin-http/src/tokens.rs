//! Paging by tokens, where the vendor gives the next page's itself.

use conjoin_core::{Cursor, Page, Result};
use serde::Deserialize;

use crate::{Answer, ApiRequest, Scalar, Texts, Unreadable};

/// How a vendor pages that says with each page what to ask for the next one, by the names of its parameter and
/// fields.
///
/// ```no_run
/// # use conjoin_http::{ApiClient, Texts, Tokens, Unreadable};
/// # use conjoin_core::{Connection, Cursor, Operation, Page, Result};
/// # conjoin_http::wire! { struct Row { id } }
/// # fn connection(_: Row<'_>, _: &mut Texts) -> Result<Connection, Unreadable> { Err(("id", String::new())) }
/// const TOKENS: Tokens = Tokens { format: "acme.1", parameter: "cursor", next: "next_cursor", total: Some("total") };
///
/// # async fn list(client: &ApiClient, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
/// let request = client.get(Operation::List, &["v1", "connections"]);
/// let answer = TOKENS.ask(request, cursor)?.send().await?;
/// TOKENS.page(&answer, &["items"], connection)
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// Names the adapter and the version of its cursors, such as `acme.1`.
    pub format: &'static str,
    /// The parameter that names a page.
    pub parameter: &'static str,
    /// The field that holds the next page's token. It is missing, null, empty or `false` on the last page.
    pub next: &'static str,
    /// The field that tells how many rows there are, if any does.
    pub total: Option<&'static str>,
}

impl Tokens {
    /// Adds the page that a cursor names to a request; without one, nothing. A stranger's cursor is refused.
    pub fn ask<'a>(&self, request: ApiRequest<'a>, cursor: Option<&Cursor>) -> Result<ApiRequest<'a>> {
        let token: Option<String> = cursor.map(|cursor| cursor.unpack(self.format)).transpose()?;
        Ok(request.query_if(self.parameter, token))
    }

    /// Reads the page that an answer is. The mapping names the field where a row cannot be mapped, such as `id`.
    pub fn page<'a, R: Deserialize<'a>, T>(
        &self,
        answer: &'a Answer,
        names: &[&str],
        map: impl FnMut(R, &mut Texts) -> Result<T, Unreadable>,
    ) -> Result<Page<T>> {
        let list = answer.list(names, map)?;
        let total = self.total.and_then(|name| list.field(name).count());
        let next = self.following(list.field(self.next)).map_err(|why| answer.wrong(why))?;
        let next = next.map(|token| Cursor::pack(self.format, "", &token)).transpose()?;
        Ok(list.page().with_next(next).with_declared_total(total).with_status(answer.status()))
    }

    /// A token that cannot be sent back is no end of the list.
    fn following(&self, next: &Scalar<'_>) -> std::result::Result<Option<String>, String> {
        match next {
            Scalar::Flag(true) | Scalar::Object | Scalar::Array => {
                Err(format!("there are more rows, but `{}` is {}", self.next, next.kind()))
            }
            other => Ok(other.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_text_or_a_number_and_nothing_else_is_taken_for_the_end() {
        let tokens = Tokens { format: "acme.1", parameter: "cursor", next: "next", total: None };
        let read = |json: &str| tokens.following(&serde_json::from_str(json).unwrap());
        for end in ["null", "\"\"", "false"] {
            assert_eq!(read(end), Ok(None), "{end}");
        }
        assert_eq!(tokens.following(&Scalar::Absent), Ok(None));
        assert_eq!(read("\"dHdv\""), Ok(Some("dHdv".to_owned())));
        assert_eq!(read("2"), Ok(Some("2".to_owned())));
        for broken in ["true", "{}", "[]"] {
            assert!(read(broken).unwrap_err().starts_with("there are more rows, but `next` is "), "{broken}");
        }
    }
}
