//! One call to a vendor, before it is sent.

use std::fmt::Display;

use bytes::Bytes;
use conjoin_core::{Error, ErrorKind, Operation, Result};
use http::{Method, Uri};
use serde::Serialize;

use crate::base_url::add_parameter;
use crate::{Answer, ApiClient, Secret};

/// A request that [`ApiClient`] sends. Made by [`ApiClient::get`] and its siblings.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct ApiRequest<'a> {
    client: &'a ApiClient,
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) idempotent: bool,
    pub(crate) once: bool,
    address: Result<String>,
    body: Result<Option<Vec<u8>>>,
    pub(crate) hidden: Vec<Secret>,
}

impl<'a> ApiRequest<'a> {
    pub(crate) fn new(
        client: &'a ApiClient,
        operation: Operation,
        method: Method,
        segments: &[&str],
    ) -> Self {
        let idempotent = matches!(method, Method::GET | Method::HEAD | Method::PUT);
        Self {
            client,
            operation,
            method,
            idempotent,
            once: false,
            address: client.base_url().below(segments),
            body: Ok(None),
            hidden: Vec::new(),
        }
    }

    /// Adds a query parameter; it is encoded here.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        if let Ok(address) = &mut self.address
            && add_parameter(address, name, value).is_err()
        {
            let message = format!("the parameter `{name}` cannot be written");
            self.address = Err(Error::new(ErrorKind::Internal, message));
        }
        self
    }

    /// Adds a query parameter that has a value; one without is left out.
    pub fn query_if(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Sets the body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(body).map(Some).map_err(|e| {
            Error::new(ErrorKind::Internal, "a request's body cannot be written").with_source(e)
        });
        self
    }

    /// Names a secret that the body holds, so that an answer which echoes it does not show it.
    pub fn hiding(mut self, secret: Option<Secret>) -> Self {
        self.hidden.extend(secret);
        self
    }

    /// Says that sending it twice does no harm. GET and PUT are taken so unless said; PATCH, POST and
    /// DELETE are not.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says that it is sent once, whatever becomes of it: for a write that is right only as long as what was
    /// read before it still holds. The caller looks again, and decides.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// `GET /path?query`, as it will be sent: for plans.
    pub fn line(&self) -> String {
        match self.uri() {
            Ok(uri) => {
                let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                format!("{} {}{query}", self.method, uri.path())
            }
            Err(error) => error.to_string(),
        }
    }

    /// Whether it can be sent at all: what a constructor asks about the ids that a user configures.
    pub fn check(&self) -> Result<()> {
        self.uri().map(drop).map_err(|error| Error::new(ErrorKind::Config, error.message()))
    }

    /// Sends it. Any answer but a success is an error.
    pub async fn send(self) -> Result<Answer> {
        self.client.send(self).await
    }

    pub(crate) fn uri(&self) -> Result<Uri> {
        let address = self.address.as_deref().map_err(Clone::clone)?;
        Uri::from_maybe_shared(Bytes::copy_from_slice(address.as_bytes())).map_err(|_| {
            let host = self.client.base_url();
            let message = format!("the address below {host} is too long, or its host cannot be sent");
            Error::new(ErrorKind::InvalidRequest, message)
        })
    }

    pub(crate) fn body(&self) -> Result<Option<&[u8]>> {
        self.body.as_ref().map(Option::as_deref).map_err(Clone::clone)
    }
}
