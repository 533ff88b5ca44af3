//! What Composio sends, without the credentials that it sends with it.

conjoin_http::wire! {
    /// A connected account.
    struct Account {
        id, user_id, status, status_reason, is_disabled, created_at, updated_at,
        toolkit: maybe Slug,
        auth_config: maybe AuthConfig,
    }

    struct Slug { slug }

    /// The configured app behind an account.
    struct AuthConfig { id, auth_scheme, is_disabled }

    /// What can be connected.
    struct Toolkit { slug, name, auth_schemes: many, no_auth, meta: maybe Meta }

    struct Meta { description, logo, version, categories: many Category }

    /// The filter takes the id.
    struct Category { id }
}
