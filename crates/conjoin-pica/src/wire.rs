//! What Pica sends, over its four shapes. No credential is ever among the fields.

conjoin_http::wire! {
    /// A vault connection.
    struct ConnectionRow in camelCase {
        id,
        /// Shapes 1 and 2.
        old_id = "_id",
        key, platform, platform_version, version, name,
        /// One; `connector` is the connector's name.
        title, image, connector,
        /// A word, or in shape 2 an object such as `{"api": {}}`.
        kind = "type": variant,
        environment, identity, identity_type,
        /// The platform's text, not the user's.
        description,
        state, active,
        tags: many,
        created_at, updated_at,
        /// The management view.
        expires_at, connection_definition_id,
        /// Shape 2; the last two in the full record only.
        deleted, has_error, error,
    }

    /// A row of the catalogue. Its id is an integer in shape 3, a text on One, absent in shape 2.
    struct CatalogueRow in camelCase {
        id, platform, version, name, title, description, category, image, oauth,
        oauth_scopes: maybe Scopes,
        active, status,
    }

    struct Scopes { scopes: many }
}
