//! Changing connections at once.

use std::sync::Arc;

use conjoin_core::{
    Change, Checkup, Connection, ConnectionProviderExt as _, Detail, Error, ErrorKind, Filter, Operation,
    ProviderName, Query, Result, Support, Urn,
};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::brake::Brake;
use super::{Edit, State};
use crate::Hub;

/// A connection to change, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// The connection.
    pub urn: Urn,
    /// The connection as it was listed a moment ago, which saves reading it again.
    pub known: Option<Box<Connection>>,
}

impl From<Urn> for Target {
    fn from(urn: Urn) -> Self {
        Self { urn, known: None }
    }
}

impl From<Connection> for Target {
    fn from(connection: Connection) -> Self {
        Self { urn: connection.urn(), known: Some(Box::new(connection)) }
    }
}

impl Hub {
    /// The providers that can do something, those among them that are [known](Self::knowing) and not asked.
    pub fn able(&self, operation: Operation) -> impl Iterator<Item = &ProviderName> {
        let able = self.infos().filter(move |info| info.capabilities.of(operation).is_supported());
        able.map(|info| &info.name)
    }

    /// Whether a provider can do something. If not, the error names those that can. Sends nothing.
    pub fn require(&self, provider: &ProviderName, operation: Operation) -> Result<Support> {
        let support = self.known(provider)?.info().capabilities.of(operation);
        if support.is_supported() {
            return Ok(support);
        }
        let able: Vec<_> = self.able(operation).map(ProviderName::as_str).collect();
        let others = match &able[..] {
            [] => "none of the configured providers can".to_owned(),
            able => format!("of the configured providers these can: {}", able.join(", ")),
        };
        let message = format!("{}; {others}", Error::unsupported(operation).message());
        let error = Error::new(ErrorKind::Unsupported, message).with_operation(operation);
        Err(error.with_provider(provider))
    }

    /// Changes a connection.
    ///
    /// What the vendor cannot do is [`Unsupported`](ErrorKind::Unsupported), and nothing is sent. What is
    /// already so is a success with [`changed`](Change::changed) false, and nothing is written: where the
    /// vendor does not tell what was before, the connection is read first. Where the answer to a change is lost,
    /// the connection is read once more, to tell a change that arrived from one that did not.
    ///
    /// Deleting what is not there is [`NotFound`](ErrorKind::NotFound): it may be a mistaken URN.
    pub async fn edit(&self, target: impl Into<Target>, edit: &Edit) -> Result<Change> {
        let Target { urn, known } = target.into();
        let support = self.require(&urn.provider, edit.operation())?;
        let before = match known {
            Some(known) => Some(*known),
            // What reads, changes and writes back tells by itself what was before.
            None if matches!(edit, Edit::Enable | Edit::Disable | Edit::Rename { .. })
                && support != Support::Native =>
            {
                None
            }
            None if *edit == Edit::Delete => None,
            None => Some(self.look(&urn, edit).await?),
        };
        let state = before.as_ref().map(State::of);
        let met = state.as_ref().and_then(|state| edit.is_met_by(state));
        if let (Some(true), Some(before)) = (met, before) {
            return Ok(Change::confirmed(urn.id).with_changed(false).with_connection(before));
        }
        let resolved = edit.resolved(&state.unwrap_or_default()).ok_or_else(|| {
            let message = "the vendor does not tell the tags that there are, to which some could be added; set them all";
            Error::new(ErrorKind::InvalidRequest, message).with_provider(&urn.provider)
        })?;
        match self.send(&urn, &resolved).await {
            Ok(change) if change.changed.is_none() && met == Some(false) => Ok(change.with_changed(true)),
            Ok(change) => Ok(change),
            Err(error) if may_have_arrived(&error) && self.arrived(&urn, &resolved).await == Some(true) => {
                Ok(Change::confirmed(urn.id).with_changed(true))
            }
            Err(error) => Err(error),
        }
    }

    /// Changes many connections, so many at a time. Answers come in the order of the targets.
    ///
    /// After some calls in a row to one provider have ended without an answer, the rest of its connections
    /// are not tried: a vendor that is down costs seconds, not hours.
    pub fn edit_all(
        &self,
        edits: Vec<(Target, Edit)>,
        at_once: usize,
    ) -> BoxStream<'_, (Urn, Edit, Result<Change>)> {
        let brake = Arc::new(Brake::default());
        let calls = edits.into_iter().map(move |(target, edit)| {
            let (brake, urn) = (Arc::clone(&brake), target.urn.clone());
            async move {
                let result = brake.around(&urn.provider, self.edit(target, &edit)).await;
                (urn, edit, result)
            }
        });
        stream::iter(calls).buffered(at_once.max(1)).boxed()
    }

    /// Asks the vendors whether connections work, so many at a time and as careful as
    /// [`edit_all`](Self::edit_all); by [using them](Self::test) where `test` is set.
    pub fn check_all(
        &self,
        urns: Vec<Urn>,
        test: bool,
        at_once: usize,
    ) -> BoxStream<'_, (Urn, Result<Checkup>)> {
        let brake = Arc::new(Brake::default());
        let operation = if test { Operation::Test } else { Operation::Check };
        let calls = urns.into_iter().map(move |urn| {
            let brake = Arc::clone(&brake);
            async move {
                let check = async {
                    self.require(&urn.provider, operation)?;
                    if test { self.test(&urn).await } else { self.check(&urn).await }
                };
                let result = brake.around(&urn.provider, check).await;
                (urn, result)
            }
        });
        stream::iter(calls).buffered(at_once.max(1)).boxed()
    }

    /// One connection as it is now, past whatever is kept of it, with the fact that an edit is about where the vendor tells it anywhere: some tell the
    /// name in the list of one connector only.
    pub(super) async fn look(&self, urn: &Urn, edit: &Edit) -> Result<Connection> {
        let info = self.known(&urn.provider)?.info();
        let read = info.capabilities.of(Operation::Get).is_supported();
        let mut connection = self
            .at(urn, |provider, id| {
                let provider = provider.fresh().unwrap_or(provider);
                if read { provider.get(id) } else { Box::pin(async move { provider.find(id).await }) }
            })
            .await?;
        if !matches!(edit, Edit::Rename { .. })
            || connection.name.is_some()
            || info.capabilities.of_filter(Filter::Connector) != Support::Native
        {
            return Ok(connection);
        }
        if let Some(slug) = connection.connector.slug.clone() {
            let query = Query::new().connector(&*slug).id(urn.id.clone()).detail(Detail::Full);
            let query = &query;
            let listing = self
                .at(urn, |provider, _| {
                    let provider = provider.fresh().unwrap_or(provider);
                    Box::pin(async move { Ok(provider.list(query).await) })
                })
                .await?;
            connection.name = listing.items.into_iter().next().and_then(|found| found.name);
        }
        Ok(connection)
    }

    /// Makes the one call that a resolved edit takes.
    pub(super) async fn send(&self, urn: &Urn, edit: &Edit) -> Result<Change> {
        match edit {
            Edit::Enable => self.set_enabled(urn, true).await,
            Edit::Disable => self.set_enabled(urn, false).await,
            Edit::Rename { name } => self.rename(urn, name).await,
            Edit::SetTags { tags } => self.set_tags(urn, tags).await,
            Edit::Delete => {
                self.delete(urn).await?;
                Ok(Change::confirmed(urn.id.clone()).with_changed(true))
            }
            Edit::EditTags { .. } => {
                Err(Error::new(ErrorKind::Internal, "tags to add and to remove have not become a set"))
            }
        }
    }

    /// Whether a change has arrived whose answer was lost; `None` where that cannot be told.
    pub(super) async fn arrived(&self, urn: &Urn, edit: &Edit) -> Option<bool> {
        match self.look(urn, edit).await {
            Ok(now) => edit.is_met_by(&State::of(&now)),
            Err(error) if error.kind() == ErrorKind::NotFound => Some(*edit == Edit::Delete),
            Err(_) => None,
        }
    }
}

/// Whether a vendor may have made a change although it ended as this error.
pub(super) fn may_have_arrived(error: &Error) -> bool {
    use ErrorKind::{Decode, Internal, Network, Timeout, TooLarge, Unavailable};
    matches!(error.kind(), Network | Timeout | Unavailable | Decode | TooLarge | Internal)
}
