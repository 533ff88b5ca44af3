//! How a credential travels.

use std::sync::Arc;

use conjoin_core::{Error, ErrorKind, Result};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Secret;

/// A credential and the one header that carries it.
#[derive(Clone, Debug)]
pub struct Auth {
    header: &'static str,
    scheme: &'static str,
    secret: Arc<Secret>,
}

impl Auth {
    /// A header that is the credential, such as `x-api-key`. The name is in lower case.
    pub fn header(header: &'static str, secret: Secret) -> Self {
        Self { header, scheme: "", secret: Arc::new(secret) }
    }

    /// `authorization: Bearer …`.
    pub fn bearer(secret: Secret) -> Self {
        Self { header: "authorization", scheme: "Bearer ", secret: Arc::new(secret) }
    }

    pub(crate) fn secret(&self) -> &Arc<Secret> {
        &self.secret
    }

    pub(crate) fn headers(&self) -> Result<HeaderMap> {
        let value = format!("{}{}", self.scheme, self.secret.expose());
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            let message =
                "the credential holds characters that no HTTP header may carry; is it the right one?";
            Error::new(ErrorKind::Config, message)
        })?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(self.header), value);
        Ok(headers)
    }
}
