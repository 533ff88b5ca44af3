//! Names and ids: opaque, validated, printable.

use std::borrow::Borrow;
use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text cannot be an id, a provider name or a URN. Fits after "invalid id: ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidId {
    /// Nothing, or nothing but white space.
    #[error("it is empty")]
    Empty,
    /// `.` or `..`: URL libraries resolve such path segments, and a DELETE would reach the collection.
    #[error("it is a path segment that URLs resolve away (`.` or `..`)")]
    DotSegment,
    /// A control character, which no vendor's id holds and no header or terminal may be given.
    #[error("it contains a control character")]
    Control,
    /// A provider name outside `A-Z a-z 0-9 - _ .`.
    #[error("a provider name is made of letters, digits, `-`, `_` and `.`")]
    ProviderName,
    /// A URN without the colon that ends the provider's name.
    #[error("a URN is written PROVIDER:ID")]
    NotAUrn,
    /// An owner of whom neither kind nor id is written.
    #[error("an owner is written KIND:ID, KIND: or ID")]
    NotAnOwner,
}

/// The vendor's id of a connection: the one that addresses operations. Opaque, kept verbatim.
///
/// Refused are the texts that could not be sent safely: empty, `.`, `..`, control characters.
///
/// ```
/// use conjoin_core::{ConnectionId, InvalidId};
/// assert_eq!(ConnectionId::new("conn::GC6icw::Tao3ac").unwrap().as_str(), "conn::GC6icw::Tao3ac");
/// assert_eq!(ConnectionId::new(".."), Err(InvalidId::DotSegment));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(Box<str>);

impl ConnectionId {
    /// Takes a vendor's id, unchanged.
    pub fn new(id: impl Into<Box<str>>) -> Result<Self, InvalidId> {
        let id = id.into();
        match &*id {
            "." | ".." => Err(InvalidId::DotSegment),
            // As nearly all of them are. Every byte is looked at, so that many are at once.
            _ if !id.is_empty() && id.bytes().fold(true, |all, byte| all & byte.is_ascii_graphic()) => {
                Ok(Self(id))
            }
            _ if id.trim().is_empty() => Err(InvalidId::Empty),
            _ if id.chars().any(char::is_control) => Err(InvalidId::Control),
            _ => Ok(Self(id)),
        }
    }

    /// The id as the vendor writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ConnectionId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl Borrow<str> for ConnectionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for ConnectionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ConnectionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Box::<str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The name that a user gave to one configured account at a vendor. Cheap to clone.
///
/// Made of ASCII letters, digits, `-`, `_` and `.`, so that a [`Urn`] splits at its first colon.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ProviderName(Arc<str>);

impl ProviderName {
    /// Checks and takes a name.
    pub fn new(name: &str) -> Result<Self, InvalidId> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        match name {
            "" => Err(InvalidId::Empty),
            _ if !name.chars().all(allowed) => Err(InvalidId::ProviderName),
            _ => Ok(Self(name.into())),
        }
    }

    /// The name as configured.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for ProviderName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for ProviderName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The vendor behind a provider, in lower case: `aitronos`, `pica`, `toolzz`, or any other. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vendor(Arc<str>);

impl Vendor {
    /// Names a vendor.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The vendor's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One text that names a connection anywhere: `provider:id`.
///
/// Printing is unique and printable: characters of the id that a terminal would not show as themselves
/// (and a `%` that would read as one of the escapes) are percent-encoded. Everything else stands verbatim.
///
/// ```
/// use conjoin_core::Urn;
/// let urn: Urn = "work:conn::GC6icw".parse().unwrap();
/// assert_eq!((urn.provider.as_str(), urn.id.as_str()), ("work", "conn::GC6icw"));
/// assert_eq!(urn.to_string(), "work:conn::GC6icw");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Urn {
    /// The configured provider.
    pub provider: ProviderName,
    /// The vendor's id.
    pub id: ConnectionId,
}

impl Urn {
    /// Joins a provider and an id.
    pub fn new(provider: ProviderName, id: ConnectionId) -> Self {
        Self { provider, id }
    }
}

/// How a [`Urn`] is written.
pub(crate) struct Written<'a>(pub(crate) &'a ProviderName, pub(crate) &'a ConnectionId);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())?;
        f.write_char(':')?;
        let id = self.1.as_str();
        // As nearly all of them are.
        if id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%') {
            return f.write_str(id);
        }
        for (at, c) in id.char_indices() {
            if is_printable(c) && !starts_escape(&id.as_bytes()[at..]) {
                f.write_char(c)?;
            } else {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(f, "%{byte:02X}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Written(&self.provider, &self.id), f)
    }
}

impl FromStr for Urn {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (provider, id) = text.split_once(':').ok_or(InvalidId::NotAUrn)?;
        Ok(Self { provider: ProviderName::new(provider)?, id: ConnectionId::new(unescape(id))? })
    }
}

impl Serialize for Urn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Urn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether a terminal shows the character as itself. The standard library keeps the Unicode table of this
/// for its own `Debug`, which escapes everything else.
fn is_printable(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}

fn starts_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

fn unescape(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
        if let [b'%', a, b, after @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*a), hex(*b))
        {
            out.push(high << 4 | low);
            rest = after;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_that_cannot_be_sent_safely_are_refused() {
        let refused = ["", " ", ".", "..", "a\nb", "\u{7f}", "a\0"];
        for id in refused {
            assert!(ConnectionId::new(id).is_err(), "{id:?}");
        }
        for id in ["...", "a/b?c#d", "conn::a==", " x", "é", "%2e%2e"] {
            assert_eq!(ConnectionId::new(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn urns_escape_only_what_does_not_print() {
        let urn = |id| Urn::new("p".parse().unwrap(), ConnectionId::new(id).unwrap()).to_string();
        assert_eq!(urn("live::gmail::default::a|b c"), "p:live::gmail::default::a|b c");
        assert_eq!(urn("100%"), "p:100%");
        assert_eq!(urn("a%2Fb"), "p:a%252Fb");
        assert_eq!(urn("a\u{202e}b"), "p:a%E2%80%AEb");
    }

    #[test]
    fn a_urn_needs_a_provider_and_an_id() {
        for text in ["", "abc", "a b:c", ":c", "p:", "p:.."] {
            assert!(text.parse::<Urn>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn urns_read_back_as_written(id in "\\PC{1,12}|[%0-9A-Fa-f]{1,12}") {
            if let Ok(id) = ConnectionId::new(id) {
                let urn = Urn::new("p".parse().unwrap(), id);
                prop_assert_eq!(urn.to_string().parse::<Urn>().unwrap(), urn);
            }
        }
    }
}
