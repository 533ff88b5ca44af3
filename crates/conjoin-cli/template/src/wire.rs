//! What Acme sends. No secret is ever among the fields.

conjoin_http::wire! {
    /// A connection.
    // TODO 3: the vendor's fields. Each is optional and reads whatever comes. What is a secret is left out.
    struct Row {
        id, name, status, enabled, created_at,
        app: maybe App,
    }

    struct App { slug, name }
}
