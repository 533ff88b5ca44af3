//! The JSON of the public model is stable: what the command prints, and what others build on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use conjoin_core::*;

fn full() -> Connection {
    let provider = ProviderName::new("work").unwrap();
    let mut c = Connection::new(provider, Vendor::new("pica"), ConnectionId::new("conn::a b").unwrap());
    c.other_ids.insert("key".into(), "test::slack::default::1".into());
    c.connector.slug = Some("slack".into());
    c.connector.name = Some("Slack".into());
    c.connector.version = Some("v1".into());
    c.connector_instance = Some("int_1".into());
    c.name = Some("Team".into());
    c.display_name = Some("Team - Slack".into());
    c.account = Some(Account::email("a@example.com"));
    c.owner = Owner::told(Some(OwnerKind::User), Some("42".into()));
    c.enabled = Enabled::Disabled;
    c.blocked_by = Some(BlockedBy::Vendor);
    c.authorization = Authorization::Invalid;
    c.health = Health::reported(HealthState::Unhealthy);
    c.reason = Some(Reason { code: Some("failed".into()), ..Reason::default() });
    c.raw_status = Some("failed".into());
    c.environment = Some(Environment::Live);
    c.auth_kind = Some(AuthKind::OAuth2);
    c.scopes = Some(vec!["read".into()]);
    c.tags = Some(Tags::from_iter([Tag::from("main"), Tag { key: "team".into(), value: Some("eu".into()) }]));
    c.created_at = Timestamp::from_millis(1_742_508_720_866);
    c.extra.set("version", Some("1.0.0"));
    c
}

#[test]
fn a_connection_with_all_facts() {
    insta::assert_json_snapshot!("connection_with_all_facts", full());
}

#[test]
fn a_connection_without_facts_has_every_field() {
    let provider = ProviderName::new("work").unwrap();
    let bare = Connection::new(provider, Vendor::new("v"), ConnectionId::new("c1").unwrap());
    insta::assert_json_snapshot!("connection_without_facts", bare);
}

#[test]
fn a_connection_reads_back() {
    let json = serde_json::to_string(&full()).unwrap();
    assert_eq!(serde_json::from_str::<Connection>(&json).unwrap(), full());
}

#[test]
fn a_connector() {
    let mut connector = Connector::new(ProviderName::new("work").unwrap(), Vendor::new("toolzz"), "openai");
    let mut field = FormField::default();
    field.name = Some("api_key".into());
    field.max_length = Some(64);
    connector.form_fields = Some(vec![field]);
    connector.auth_kind = Some(AuthKind::Other("magic".into()));
    insta::assert_json_snapshot!("connector", connector);
}

#[test]
fn a_receipt() {
    let name = |name| ProviderName::new(name).unwrap();
    let mut failed = ProviderReceipt::skipped(name("work"), Vendor::new("aitronos"));
    failed.outcome = Outcome::Failed;
    failed.requests = 3;
    failed.retries = 2;
    failed.error = Some(
        Error::new(ErrorKind::RateLimited, "the vendor limits the rate of requests")
            .with_provider(&name("work"))
            .with_operation(Operation::List)
            .with_status(429)
            .with_code(Some("RATE_LIMIT_EXCEEDED".into()))
            .with_request_id(Some("req_1".into()))
            .with_attempts(3)
            .with_retry_after(Some(std::time::Duration::from_secs(60))),
    );
    let mut whole = ProviderReceipt::skipped(name("crm"), Vendor::new("pica"));
    whole.as_of = Timestamp::read("2026-03-01T12:00:00Z");
    whole.outcome = Outcome::Ok;
    whole.pushed = vec![Filter::Connector];
    whole.applied_here = vec![Filter::Status, Filter::Name];
    whole.declared_total = Some(12);
    insta::assert_json_snapshot!("receipt", Receipt::new(vec![failed, whole]));
}

#[test]
fn a_receipt_reads_back_with_its_errors() {
    let name = ProviderName::new("work").unwrap();
    let mut receipt = ProviderReceipt::skipped(name.clone(), Vendor::new("pica"));
    receipt.outcome = Outcome::Partial;
    receipt.rows = 7;
    receipt.pushed = vec![Filter::Connector];
    receipt.elapsed = std::time::Duration::from_millis(1234);
    receipt.error = Some(
        Error::new(ErrorKind::RateLimited, "too many requests")
            .with_provider(&name)
            .with_operation(Operation::List)
            .with_status(429)
            .with_code(Some("R1".into()))
            .with_attempts(3)
            .with_retry_after(Some(std::time::Duration::from_secs(9))),
    );
    let json = serde_json::to_value(Receipt::new(vec![receipt])).unwrap();
    let read: Receipt = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), json);
}

#[test]
fn a_query_tells_its_filters_and_an_unknown_one_is_refused() {
    let query = Query::new().connector("slack").status(Status::Failed).tag("eu");
    let json = r#"{"connectors":["slack"],"statuses":["failed"],"tags":["eu"],"detail":"summary"}"#;
    assert_eq!(serde_json::to_string(&query).unwrap(), json);
    assert_eq!(serde_json::from_str::<Query>(json).unwrap(), query);
    assert_eq!(serde_json::from_str::<Query>("{}").unwrap(), Query::new());
    assert!(serde_json::from_str::<Query>(r#"{"moon":"full"}"#).is_err());
    assert_eq!(query.lasting(), Query::new().connector("slack"));
}
