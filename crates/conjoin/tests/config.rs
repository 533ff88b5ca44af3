//! The configuration: what works, and what each mistake says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use conjoin::{Config, ErrorKind, Hub, ProviderName, Query, ReqwestTransport, Transport};
use conjoin_testkit::emulator::Emulator;

fn parse(text: &str) -> conjoin::Result<Config> {
    Config::parse(text, Path::new("conjoin.toml"))
}

fn provider(lines: &str) -> String {
    format!("[providers.work]\n{lines}\n")
}

#[test]
fn every_mistake_names_the_place_and_the_remedy_and_shows_no_secret() {
    let aitronos = "kind = \"aitronos\"\norganization_id = \"org_1\"\n";
    let env = "credential = { env = \"KEY\" }\n";
    let cases = [
        String::new(),
        "providers = 3".into(),
        "timeout = \"soon\"\n[providers.a]\n".into(),
        "timeout = 0\n[providers.a]\n".into(),
        "color = true\n[providers.a]\n".into(),
        "[providers.work]\nkind = aitronos\ncredential = sk_live_s3cret".into(),
        "[providers.\"my work\"]\nkind = \"pica\"\n".into(),
        "providers.work = 1".into(),
        provider(""),
        provider("kind = \"composio\""),
        provider(&format!("kind = \"aitronos\"\n{env}")),
        provider(&format!("kind = \"aitronos\"\norganization_id = \" \"\n{env}")),
        provider(&format!("kind = \"aitronos\"\norganization_id = 3\n{env}")),
        provider(&format!("kind = \"toolzz\"\n{env}")),
        provider(&format!("kind = \"pica\"\ndialect = \"v9\"\n{env}")),
        provider(aitronos),
        provider(&format!("{aitronos}credential = \"sk_live_s3cret\"")),
        provider(&format!("{aitronos}credential = {{ env = \"A\", file = \"b\" }}")),
        provider(&format!("{aitronos}credential = {{ value = \"sk_live_s3cret\" }}")),
        provider(&format!("{aitronos}credential = {{ command = [] }}")),
        provider(&format!("{aitronos}{env}organisation = \"x\"")),
        provider(&format!("{aitronos}{env}sk_live_s3cret = true")),
        provider(&format!("{aitronos}{env}base_url = \"api.example.com\"")),
        provider(&format!("{aitronos}{env}base_url = \"https://user:s3cret@api.example.com\"")),
        provider(&format!("{aitronos}{env}base_url = \"https://api.example.com?key=1\"")),
        provider(&format!("{aitronos}{env}rate_limit = \"10 per second\"")),
        provider(&format!("{aitronos}{env}rate_limit = 10")),
    ];
    let mut told = String::new();
    for case in cases {
        let error = parse(&case).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        writeln!(told, "{}\n    {error}", case.trim().replace('\n', " ⏎ ")).unwrap();
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_credential_that_cannot_be_had_names_its_source() {
    let sources = [
        "{ env = \"CONJOIN_TEST_NO_SUCH_VARIABLE\" }",
        "{ file = \"no/such/file\" }",
        "{ command = [\"conjoin-test-no-such-program\"] }",
        "{ command = \"echo s3cret-on-stdout >&2; exit 3\" }",
        "{ command = \"true\" }",
        "{ env = \"sk_live_s3cret\" }",
        "{ file = \"folder/aB3s3cretdE5fG7hI9jK1\" }",
    ];
    let mut told = String::new();
    for source in sources {
        let config = parse(&provider(&format!("kind = \"pica\"\ncredential = {source}"))).unwrap();
        let error = config.connect(Arc::new(ReqwestTransport::new())).await.unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
        writeln!(told, "{error}").unwrap();
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn plain_http_reaches_this_machine_only_unless_it_is_allowed() {
    let config = |url: &str, more: &str| {
        parse(&provider(&format!(
            "kind = \"pica\"\ncredential = {{ command = \"echo key-from-a-command\" }}\nbase_url = \"{url}\"\n{more}"
        )))
    };
    let connect =
        |config: Config| async move { config.connect(Arc::new(ReqwestTransport::new())).await.map(drop) };
    connect(config("http://127.0.0.1:1", "").unwrap()).await.unwrap();
    connect(config("http://api.example.test", "allow_http = true").unwrap()).await.unwrap();
    let error = connect(config("http://api.example.test", "").unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"conjoin.toml: [providers.work]: base_url http://api.example.test would carry the credential in the clear; use https, or say allow_http = true");
}

#[test]
fn providers_keep_the_order_of_the_file_and_times_read_in_several_forms() {
    for (text, millis) in
        [("30", 30_000), ("2.5", 2500), ("\"500ms\"", 500), ("\"1m\"", 60_000), ("\"30s\"", 30_000)]
    {
        let tables = "[providers.z]\nkind = \"pica\"\ncredential = { env = \"K\" }\n[providers.a]\nkind = \"pica\"\ncredential = { env = \"K\" }";
        let config = parse(&format!("timeout = {text}\n{tables}")).unwrap();
        assert_eq!(config.timeout.as_millis(), millis);
        let names: Vec<_> = config.providers.iter().map(|p| p.name.to_string()).collect();
        assert_eq!(names, ["z", "a"]);
        let one = config.clone().select(&[ProviderName::new("a").unwrap()]).unwrap();
        assert_eq!(one.providers.len(), 1);
        let error = config.select(&[ProviderName::new("b").unwrap()]).unwrap_err();
        assert_eq!(error.to_string(), "there is no provider `b`; there are: z, a");
    }
}

/// Providers with these credentials and limits, connected.
async fn limited(providers: &[(&str, &str)], transport: Arc<dyn Transport>) -> conjoin::Result<Hub> {
    let mut text = String::new();
    for (at, (credential, limit)) in providers.iter().enumerate() {
        writeln!(
            text,
            "[providers.p{at}]\nkind = \"pica\"\ncredential = {{ command = \"echo {credential}\" }}\n{limit}"
        )
        .unwrap();
    }
    parse(&text)?.connect(transport).await
}

#[tokio::test]
async fn one_credential_has_one_limit() {
    let two = [("key-one", "rate_limit = \"10/s\""), ("key-one", "rate_limit = \"5/s\"")];
    let error = limited(&two, Arc::new(ReqwestTransport::new())).await.unwrap_err();
    insta::assert_snapshot!(error, @"conjoin.toml: [providers.p1] `rate_limit` is 5/s, and that of [providers.p0], which has the same credential, is 10/s; a vendor counts by credential: write one rate for both");
    let apart = [("key-one", "rate_limit = \"10/s\""), ("key-two", "rate_limit = \"5/s\"")];
    limited(&apart, Arc::new(ReqwestTransport::new())).await.unwrap();
}

#[tokio::test]
async fn providers_of_one_credential_wait_for_each_other_and_others_do_not() {
    let limit = "rate_limit = \"1/m\"";
    let transport = Arc::new(Emulator::pica().transport());
    let hub = limited(&[("key-one", limit), ("key-one", ""), ("key-two", "")], transport).await.unwrap();
    tokio::time::pause();
    // A list of Pica's takes two requests: of the active connections, and of the others.
    let receipt = hub.with_timeout(Duration::from_secs(45)).list(&Query::new()).await.receipt;
    let told: Vec<_> = receipt
        .providers
        .iter()
        .map(|p| {
            format!("{} {} {}", p.provider, p.requests, p.error.as_ref().map_or("-", |e| e.kind().as_str()))
        })
        .collect();
    assert_eq!(told, ["p0 1 rate_limited", "p1 0 rate_limited", "p2 2 -"]);
}
