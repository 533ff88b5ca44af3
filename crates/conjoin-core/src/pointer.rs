//! References, boxes and shared pointers to providers are providers.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Change, Checkup, Connection, ConnectionId, ConnectionProvider, Connector, ConnectorQuery, Cursor, Page,
    Plan, ProviderInfo, Query, Result, Tags,
};

macro_rules! forward {
    ($($pointer:ty),+) => {$(
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<P: ConnectionProvider + ?Sized> ConnectionProvider for $pointer {
            fn info(&self) -> &ProviderInfo {
                (**self).info()
            }

            fn fresh(&self) -> Option<&dyn ConnectionProvider> {
                (**self).fresh()
            }

            fn plan(&self, query: &Query) -> Plan {
                (**self).plan(query)
            }

            async fn list_page(&self, query: &Query, cursor: Option<&Cursor>) -> Result<Page<Connection>> {
                (**self).list_page(query, cursor).await
            }

            async fn get(&self, id: &ConnectionId) -> Result<Connection> {
                (**self).get(id).await
            }

            async fn set_enabled(&self, id: &ConnectionId, enabled: bool) -> Result<Change> {
                (**self).set_enabled(id, enabled).await
            }

            async fn rename(&self, id: &ConnectionId, name: &str) -> Result<Change> {
                (**self).rename(id, name).await
            }

            async fn set_tags(&self, id: &ConnectionId, tags: &Tags) -> Result<Change> {
                (**self).set_tags(id, tags).await
            }

            async fn delete(&self, id: &ConnectionId) -> Result<()> {
                (**self).delete(id).await
            }

            async fn check(&self, id: &ConnectionId) -> Result<Checkup> {
                (**self).check(id).await
            }

            async fn test(&self, id: &ConnectionId) -> Result<Checkup> {
                (**self).test(id).await
            }

            async fn list_connectors_page(
                &self,
                query: &ConnectorQuery,
                cursor: Option<&Cursor>,
            ) -> Result<Page<Connector>> {
                (**self).list_connectors_page(query, cursor).await
            }

            async fn get_connector(&self, slug: &str) -> Result<Connector> {
                (**self).get_connector(slug).await
            }
        }
    )+};
}

forward!(&P, Box<P>, Arc<P>);
