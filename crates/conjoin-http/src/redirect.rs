//! Where an answer sends us.

use conjoin_core::ErrorKind;
use http::header::LOCATION;
use http::{Method, Response, StatusCode, Uri};
use url::Url;

/// Where an answer sends us.
pub(crate) enum Redirect {
    No,
    To(Uri),
    Refused(ErrorKind, String),
}

impl Redirect {
    /// Reads an answer. A redirect is followed only within the origin, which alone may see the credential.
    pub(crate) fn of<B>(method: &Method, from: &Uri, response: &Response<B>) -> Self {
        let keeps_method = match response.status() {
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => {
                *method == Method::GET
            }
            _ => return Self::No,
        };
        let unreadable = || {
            let message = "the vendor redirects without an address that can be read";
            Self::Refused(ErrorKind::Decode, message.to_owned())
        };
        let Ok(from) = Url::parse(&from.to_string()) else { return unreadable() };
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        let Some(mut to) = location.and_then(|location| from.join(location).ok()) else {
            return unreadable();
        };
        if to.origin() != from.origin() {
            let message = format!(
                "the vendor redirects to another origin ({}), which must not see the credential; \
                 if it has moved, change base_url",
                to.origin().ascii_serialization()
            );
            return Self::Refused(ErrorKind::Config, message);
        }
        if !keeps_method {
            let message = "the vendor redirects a change in a way that would turn it into a read";
            return Self::Refused(ErrorKind::Decode, message.to_owned());
        }
        // A user name in it would be a credential of the vendor's choosing. An `https` URL has room for one.
        let _ = to.set_username("").and_then(|()| to.set_password(None));
        to.set_fragment(None);
        to.as_str().parse().map_or_else(|_| unreadable(), Self::To)
    }
}
