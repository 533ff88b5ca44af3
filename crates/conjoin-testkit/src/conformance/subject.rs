//! What an author gives.

use std::fmt;
use std::sync::Arc;

use conjoin_core::{ConnectionProvider, Result};
use conjoin_http::{Setup, Transport};

use super::Canned;

pub(super) type Make = Box<dyn Fn(Setup) -> Result<Arc<dyn ConnectionProvider>>>;
pub(super) type Vendor = Box<dyn Fn() -> Arc<dyn Transport>>;

/// A provider under test: how to make it, the vendor to run it against, and the few facts about the vendor
/// that the kit cannot find out.
#[must_use = "a subject does nothing until it is checked"]
pub struct Subject {
    pub(super) source: Source,
    pub(super) paged: Option<Vendor>,
    pub(super) stateful: bool,
    pub(super) word: Field,
    pub(super) switch: Field,
    pub(super) decoys: Vec<String>,
}

pub(super) enum Source {
    Offline { make: Box<dyn Fn() -> Arc<dyn ConnectionProvider>>, paged: bool },
    Wired { make: Make, vendor: Option<Vendor> },
}

/// A field of the vendor's rows, as far as the author has said.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Unsaid,
    None,
    Named(&'static str),
}

impl From<Option<&'static str>> for Field {
    fn from(field: Option<&'static str>) -> Self {
        field.map_or(Self::None, Self::Named)
    }
}

impl Subject {
    fn of(source: Source) -> Self {
        Self {
            source,
            paged: None,
            stateful: true,
            word: Field::Unsaid,
            switch: Field::Unsaid,
            decoys: Vec::new(),
        }
    }

    /// A provider that an adapter makes of a set-up. The kit fills the set-up: name, credential, transport.
    pub fn new<P: ConnectionProvider + 'static>(make: impl Fn(Setup) -> Result<P> + 'static) -> Self {
        let make = Box::new(move |setup: Setup| Ok(Arc::new(make(setup)?) as Arc<dyn ConnectionProvider>));
        Self::of(Source::Wired { make, vendor: None })
    }

    /// A provider without a transport, filled with connections that tell every fact it has filters for.
    pub fn offline<P: ConnectionProvider + 'static>(make: impl Fn() -> P + 'static) -> Self {
        let make = Box::new(move || Arc::new(make()) as Arc<dyn ConnectionProvider>);
        Self::of(Source::Offline { make, paged: true })
    }

    /// Says that the provider without a transport has its rows on one page.
    pub fn on_one_page(mut self) -> Self {
        if let Source::Offline { paged, .. } = &mut self.source {
            *paged = false;
        }
        self
    }

    /// The vendor, as a server that remembers: a change shows in what is asked for later. Each call starts
    /// a fresh one.
    pub fn vendor<T: Transport + 'static>(mut self, vendor: impl Fn() -> T + 'static) -> Self {
        self.answer_from(Box::new(move || Arc::new(vendor()) as Arc<dyn Transport>));
        self
    }

    /// The vendor, as answers that stay the same whatever was changed.
    pub fn canned(mut self, vendor: impl Fn() -> Canned + 'static) -> Self {
        self.answer_from(Box::new(move || Arc::new(vendor()) as Arc<dyn Transport>));
        self.stateful = false;
        self
    }

    fn answer_from(&mut self, answers: Vendor) {
        if let Source::Wired { vendor, .. } = &mut self.source {
            *vendor = Some(answers);
        }
    }

    /// The vendor with so many connections that a list takes three pages or more. Not needed where one
    /// request is the whole list.
    pub fn paged<T: Transport + 'static>(mut self, vendor: impl Fn() -> T + 'static) -> Self {
        self.paged = Some(Box::new(move || Arc::new(vendor()) as Arc<dyn Transport>));
        self
    }

    /// The field of a row that holds the vendor's word for the state, such as `status`, or its path
    /// (`/credentials/status`); `None` where there is none.
    pub fn word(mut self, field: impl Into<Option<&'static str>>) -> Self {
        self.word = field.into().into();
        self
    }

    /// The field of a row that is the connection's switch, `true` or `false`; `None` where there is none.
    pub fn switch(mut self, field: impl Into<Option<&'static str>>) -> Self {
        self.switch = field.into().into();
        self
    }

    /// A text that stands in the vendor's data as a secret, and must come out nowhere.
    pub fn decoy(mut self, secret: impl Into<String>) -> Self {
        self.decoys.push(secret.into());
        self
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("stateful", &self.stateful).finish_non_exhaustive()
    }
}
