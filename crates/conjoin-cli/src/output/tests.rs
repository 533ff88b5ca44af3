//! What people see, as snapshots: look at them.

use std::time::{Duration, Instant};

use conjoin::{
    Account, Authorization, BlockedBy, Capabilities, Change, Connection, ConnectionId, Connector, Edit,
    Enabled, Environment, Error, ErrorKind, Evidence, Filter, FormField, Health, HealthState, Operation,
    Outcome, Owner, OwnerKind, Plan, ProviderName, ProviderReceipt, Query, Reason, Receipt, Status, Support,
    Timestamp, Vendor,
};
use serde_json::json;

use super::*;

const WIDTHS: [(&str, Option<usize>); 4] =
    [("60", Some(60)), ("100", Some(100)), ("200", Some(200)), ("pipe", None)];

pub(super) fn now() -> Timestamp {
    at("2026-03-01T12:00:00Z")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn connection(provider: &str, vendor: &str, id: &str, fill: impl FnOnce(&mut Connection)) -> Connection {
    let provider = ProviderName::new(provider).unwrap();
    let mut connection = Connection::new(provider, Vendor::new(vendor), ConnectionId::new(id).unwrap());
    fill(&mut connection);
    connection
}

/// One connection of every status, as the three vendors tell them.
pub(super) fn sample() -> Vec<Connection> {
    vec![
        connection("work", "aitronos", "tcred_43a8fec047f64ba991fbc5f8fa25d2c9", |c| {
            c.connector.slug = Some("slack".into());
            c.connector.name = Some("Slack".into());
            c.name = Some("Team notifications".into());
            c.account = Some(Account::email("ops@example.com"));
            c.owner = Owner::told(Some(OwnerKind::Organization), Some("org_2b9".into()));
            c.enabled = Enabled::Enabled;
            c.authorization = Authorization::Authorized;
            c.health = Health::probed(HealthState::Healthy, Some(at("2026-03-01T11:40:00Z")));
            c.created_at = Some(at("2025-07-19T16:19:29Z"));
            c.updated_at = Some(at("2026-02-28T08:00:00Z"));
        }),
        connection("work", "aitronos", "tcred_9b1dc2e047f64ba991fbc5f8fa99c1d0", |c| {
            c.connector.slug = Some("gmail".into());
            c.account = Some(Account::email("support@example.com"));
            c.owner = Owner::told(Some(OwnerKind::Organization), Some("org_2b9".into()));
            c.enabled = Enabled::Enabled;
            c.authorization = Authorization::Revoked;
            c.health = Health::reported(HealthState::Unhealthy);
            c.reason = Some(Reason {
                code: Some("invalid_grant".into()),
                text: Some("Token has been expired or revoked.".into()),
                user_safe: false,
                since: Some(at("2026-02-26T09:30:00Z")),
            });
            c.raw_status = Some("EXPIRED".into());
            c.created_at = Some(at("2026-02-20T05:02:59Z"));
        }),
        connection("crm", "pica", "conn::GC6icwVKcco::Tao3acOXT366-S40uINMxw", |c| {
            c.connector.slug = Some("stripe".into());
            c.name = Some("Billing, European Union".into());
            c.owner = Owner::told(Some(OwnerKind::User), Some("user_8841".into()));
            c.enabled = Enabled::Enabled;
            c.health = Health::reported(HealthState::Unhealthy);
            c.raw_status = Some("failed".into());
            c.environment = Some(Environment::Live);
            c.tags = Some(["finance", "eu"].into_iter().collect());
            c.created_at = Some(at("2023-11-02T10:00:00Z"));
        }),
        connection("crm", "pica", "test::resend::default::46f75762f34e4962bf5684760f0f9f0e", |c| {
            c.connector.slug = Some("resend".into());
            c.enabled = Enabled::Enabled;
            c.health = Health::reported(HealthState::Degraded);
            c.raw_status = Some("degraded".into());
            c.environment = Some(Environment::Test);
            c.created_at = Some(at("2026-03-01T10:30:00Z"));
        }),
        connection("crm", "pica", "conn::F3x::9pQ", |c| {
            c.connector.slug = Some("hubspot".into());
            c.display_name = Some("HubSpot (sandbox)".into());
            c.authorization = Authorization::Pending;
            c.environment = Some(Environment::Test);
        }),
        connection("learn", "toolzz", "526907ff-932e-4222-81ff-83f8adefad05", |c| {
            c.connector.slug = Some("google-calendar".into());
            c.connector.name = Some("Google Calendar".into());
            c.name = Some("Aulas ao vivo".into());
            c.owner = Owner::told(Some(OwnerKind::User), Some("77120".into()));
            c.enabled = Enabled::Disabled;
            c.blocked_by = Some(BlockedBy::Connector);
        }),
        connection("learn", "toolzz", "673f79c6-0110-408b-bcbe-f4da000e66c7", |c| {
            c.connector.slug = Some("openai".into());
            c.name = Some("山田太郎の接続".into());
            c.enabled = Enabled::Disabled;
        }),
        connection("learn", "toolzz", "497f6eca-6276-4993-bfeb-53cbbbba6f08", |c| {
            c.connector.slug = Some("zapier".into());
            c.raw_status = Some("PAUSED_BY_QUOTA".into());
        }),
        connection("learn", "toolzz", "497f6eca-0000-4993-bfeb-53cbbbba6f08", |c| {
            c.connector.slug = Some("zoom".into());
            c.removed = true;
        }),
    ]
}

/// Texts that try to act on a terminal, on the table or on a spreadsheet.
pub(super) fn hostile() -> Vec<Connection> {
    let names = [
        "\u{1b}[2J\u{1b}]0;owned\u{7}",
        "two\nlines\r\nand a\ttab",
        "gnp.\u{202e}exe.\u{2066}invoice",
        "=HYPERLINK(\"http://evil.example\",\"click\")",
        "+1-555-0100",
        "@SUM(A1)",
        "\tindented",
        "z\u{301}\u{301}\u{301}\u{301}algo, \u{1f469}\u{200d}\u{1f467} and 日本語の名前",
        "active      work      slack",
        "   ",
    ];
    let mut all: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            connection("crm", "pica", &format!("c{n}"), |c| {
                c.connector.slug = Some(format!("app\u{1b}{n}").into());
                c.name = Some((*name).into());
                c.owner = Owner::told(Some(OwnerKind::Other("team\u{9b}".into())), Some("-42".into()));
                c.enabled = Enabled::Enabled;
            })
        })
        .collect();
    all.push(connection("crm", "pica", "a\u{202e}b\u{200b}c d", |c| {
        c.health = Health::reported(HealthState::Unhealthy);
        c.enabled = Enabled::Enabled;
        c.reason = Some(Reason {
            text: Some(format!("\u{1b}[31m{}", "long ".repeat(200)).into()),
            ..Reason::default()
        });
    }));
    all.push(connection("crm", "pica", &"x".repeat(150), |c| {
        c.name = Some("n".repeat(400).into());
        c.raw_status = Some("weird\u{7}".into());
    }));
    all
}

fn table(connections: &[Connection], style: &Style) -> String {
    let table = connections_table(&by_urgency(connections), style, now());
    format!("{table}\n{}", connections_summary(connections, style))
}

/// The lines that do not fit, but for those that hold what is never cut.
fn too_wide(text: &str, width: usize) -> Vec<&str> {
    text.lines().filter(|line| text::width(line) > width && !line.contains(':')).collect()
}

/// A text with the escape sequences of its colours made visible.
fn visible(text: &str) -> String {
    text.replace("\u{1b}[", "‹")
}

#[test]
fn the_table_fits() {
    for (name, width) in WIDTHS {
        let text = table(&sample(), &Style { color: false, width });
        assert_eq!(too_wide(&text, width.unwrap_or(usize::MAX)), [""; 0], "{name}");
        assert!(text.lines().all(|line| line.trim_end() == line), "{name}");
        insta::assert_snapshot!(format!("table_{name}"), text);
    }
}

#[test]
fn every_urn_is_whole_at_every_width() {
    let connections = sample();
    for width in 20..=200 {
        let text =
            connections_table(&by_urgency(&connections), &Style { color: false, width: Some(width) }, now());
        for connection in &connections {
            let urn = connection.urn().to_string();
            let lines =
                text.lines().filter(|line| line.trim_start() == urn || line.ends_with(&format!("  {urn}")));
            assert_eq!(lines.count(), 1, "{urn} at {width}");
        }
        // Below, the words that are always whole do not fit.
        if width >= 48 {
            let urns: Vec<_> =
                connections.iter().map(|connection| format!("  {}", connection.urn())).collect();
            let alone = |line: &&str| urns.iter().any(|urn| urn == line);
            let wide: Vec<_> =
                text.lines().filter(|line| text::width(line) > width && !alone(line)).collect();
            assert!(wide.is_empty(), "at {width}: {wide:#?}");
        }
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    for (_, width) in WIDTHS {
        let coloured = table(&sample(), &Style { color: true, width });
        let mut plain = String::new();
        for (at, part) in coloured.split("\u{1b}[").enumerate() {
            plain.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert_eq!(plain, table(&sample(), &Style { color: false, width }));
    }
    insta::assert_snapshot!(
        "table_colour",
        visible(&table(&sample(), &Style { color: true, width: Some(100) }))
    );
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, width) in WIDTHS {
        let text = table(&hostile(), &Style { color: false, width });
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200b}']), "{name}");
        insta::assert_snapshot!(format!("hostile_{name}"), text);
    }
}

#[test]
fn nothing_is_a_sentence() {
    let style = Style::PLAIN;
    assert_eq!(connections_table(&by_urgency(&[]), &style, now()), "No connections.\n");
    assert_eq!(connections_summary(&[], &style), "");
    assert_eq!(connectors_table(&[], &style), "No connectors.\n");
    assert_eq!(providers_table(&[], &style), "No providers are configured.\n");
    assert_eq!(receipt_text(&Receipt::default(), &style), "No provider was asked.\n");
}

#[test]
fn where_all_is_well_one_line_says_so() {
    let all: Vec<_> = sample().into_iter().filter(|c| c.status() == Status::Active).collect();
    assert_eq!(connections_summary(&all, &Style::PLAIN), "1 connection, active\n");
}

#[test]
fn ten_thousand_rows_are_instant() {
    let sample = sample();
    let many: Vec<_> = (0..10_000)
        .map(|n| {
            let mut connection = sample[n % sample.len()].clone();
            connection.id = ConnectionId::new(format!("conn::{n}")).unwrap();
            connection
        })
        .collect();
    let started = Instant::now();
    let text = table(&many, &Style { color: true, width: Some(120) });
    let elapsed = started.elapsed();
    assert!(text.lines().count() > 10_000);
    // Generous, for a debug build on a busy machine: quadratic work would take minutes.
    assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
}

#[test]
fn one_endless_name_does_not_blow_up_the_others() {
    let mut many: Vec<_> = (0..1000).map(|n| connection("crm", "pica", &n.to_string(), |_| ())).collect();
    many[7].name = Some("x".repeat(1_000_000).into());
    let text = connections_table(&by_urgency(&many), &Style::PLAIN, now());
    assert!(text.len() < 1_200_000, "{}", text.len());
    let text = connections_table(&by_urgency(&many), &Style { color: false, width: Some(80) }, now());
    assert!(text.lines().all(|line| text::width(line) <= 80));
}

fn receipt(
    name: &str,
    vendor: &str,
    outcome: Outcome,
    fill: impl FnOnce(&mut ProviderReceipt),
) -> ProviderReceipt {
    let mut receipt = ProviderReceipt::skipped(ProviderName::new(name).unwrap(), Vendor::new(vendor));
    receipt.outcome = outcome;
    fill(&mut receipt);
    receipt
}

fn calm() -> Receipt {
    Receipt::new(vec![
        receipt("work", "aitronos", Outcome::Ok, |p| {
            (p.requests, p.pages, p.rows, p.returned) = (1, 1, 3, 3);
            p.elapsed = Duration::from_millis(214);
        }),
        receipt("crm", "pica", Outcome::Ok, |p| {
            (p.requests, p.pages, p.rows, p.returned) = (24, 24, 2310, 2310);
            p.elapsed = Duration::from_millis(1890);
        }),
    ])
}

/// Every kind of trouble that an answer can have.
fn troubled() -> Receipt {
    let failure = |name: &str, kind, message: &str| {
        Error::new(kind, message)
            .with_provider(&ProviderName::new(name).unwrap())
            .with_operation(Operation::List)
    };
    let failed = |name: &str, outcome, error| {
        receipt(name, "pica", outcome, |p| {
            p.requests = 3;
            p.retries = 2;
            p.elapsed = Duration::from_millis(4120);
            p.error = Some(error);
        })
    };
    Receipt::new(vec![
        receipt("work", "aitronos", Outcome::Ok, |p| {
            (p.requests, p.pages, p.rows, p.returned, p.filtered) = (1, 1, 3, 1, 2);
            p.applied_here = vec![Filter::Name];
            p.elapsed = Duration::from_millis(214);
        }),
        receipt("crm", "pica", Outcome::Partial, |p| {
            (p.requests, p.pages, p.rows, p.returned) = (26, 24, 2310, 2290);
            (p.duplicates, p.undetermined, p.retries, p.skipped_rows) = (4, 2, 2, 14);
            p.declared_total = Some(2400);
            p.applied_here = vec![Filter::Created];
            p.elapsed = Duration::from_secs(12);
            for (page, index, path, reason) in [
                (1, 3, "rows[3].createdAt", "invalid type: map, expected a string or a number"),
                (1, 9, "rows[9]._id", "missing field `_id`"),
                (2, 0, "rows[0].\u{1b}[31m", "unknown \u{1b}[31mred"),
                (2, 1, "rows[1]._id", "it is empty"),
            ] {
                let row = json!({ "page": page, "index": index, "path": path, "reason": reason });
                p.skipped.push(serde_json::from_value(row).unwrap());
            }
        }),
        receipt("half", "toolzz", Outcome::Partial, |p| {
            (p.requests, p.pages, p.rows, p.returned, p.skipped_rows) = (7, 3, 300, 299, 1);
            p.elapsed = Duration::from_millis(8400);
            p.error = Some(failure("half", ErrorKind::Network, "the connection was reset").with_attempts(3));
        }),
        failed(
            "key",
            Outcome::Failed,
            failure("key", ErrorKind::Unauthenticated, "the credential is not accepted").with_status(401),
        ),
        failed("fast", Outcome::Failed, {
            let error = failure("fast", ErrorKind::RateLimited, "too many requests").with_status(429);
            error
                .with_code(Some("RATE\u{7}LIMIT".into()))
                .with_retry_after(Some(Duration::from_millis(89_500)))
                .with_attempts(3)
        }),
        failed("slow", Outcome::TimedOut, failure("slow", ErrorKind::Timeout, "no answer within 30 s")),
        receipt("rest", "pica", Outcome::Skipped, |_| ()),
    ])
}

#[test]
fn a_receipt_tells_all_trouble_and_nothing_else() {
    insta::assert_snapshot!(receipt_text(&calm(), &Style { color: false, width: Some(100) }), @r"
    work  ok  3 rows, 1 page, 1 request, 0.21 s
    crm   ok  2,310 rows, 24 pages, 24 requests, 1.9 s
    complete: 2,313 rows of 2 providers, nothing is missing
    ");
    for (name, width) in WIDTHS {
        let text = receipt_text(&troubled(), &Style { color: false, width });
        assert!(text.lines().all(|line| text::width(line) <= width.unwrap_or(usize::MAX)), "{name}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
        insta::assert_snapshot!(format!("receipt_{name}"), text);
    }
    insta::assert_snapshot!(
        "receipt_colour",
        visible(&receipt_text(&troubled(), &Style { color: true, width: Some(100) }))
    );
}

#[test]
fn who_was_asked_in_a_way_that_does_not_bring_all_is_not_said_to_lack_nothing() {
    let mut noted = calm();
    noted.providers[0].notes =
        vec!["the list by tool tells of one application".into(), "\u{1b}[31m\u{9b}2J\nnext: x".into()];
    insta::assert_snapshot!(receipt_text(&noted, &Style { color: false, width: Some(100) }), @r"
    work  ok  3 rows, 1 page, 1 request, 0.21 s
      note: the list by tool tells of one application
      note: \u{1b}[31m\u{9b}2J\nnext: x
    crm   ok  2,310 rows, 24 pages, 24 requests, 1.9 s
    complete: 2,313 rows of 2 providers
    ");
}

#[test]
fn an_answer_of_nobody_has_failed() {
    let nobody = troubled().providers.into_iter().filter(|p| p.outcome == Outcome::Failed).collect();
    let text = receipt_text(&Receipt::new(nobody), &Style::PLAIN);
    assert_eq!(text.lines().last(), Some("failed: key gave nothing; fast gave nothing"));
}

#[test]
fn connectors() {
    let connector = |provider: &str, slug: &str, fill: fn(&mut Connector)| {
        let mut connector = Connector::new(ProviderName::new(provider).unwrap(), Vendor::new("v"), slug);
        fill(&mut connector);
        connector
    };
    let field = |name: &str, required| {
        let mut field = FormField::default();
        (field.name, field.required) = (Some(name.to_owned()), required);
        field
    };
    let mut all = vec![
        connector("work", "slack", |c| {
            c.name = Some("Slack".into());
            c.category = Some("communication".into());
            c.auth_kind = Some("oauth2".into());
            c.connected = Some(true);
        }),
        connector("learn", "evolution-api", |c| {
            c.name = Some("Evolution\u{1b}[31m API".into());
            c.available = Some(false);
        }),
        connector("crm", "a-connector-with-an-endless-slug-that-is-still-copied-whole", |c| {
            c.connected = Some(false);
            c.stage = Some("beta".into());
            c.form_fields = Some(Vec::new());
        }),
    ];
    all[1].form_fields =
        Some(vec![field("token", Some(true)), field("host", None), field("proxy", Some(false))]);
    for (name, width) in WIDTHS {
        insta::assert_snapshot!(
            format!("connectors_{name}"),
            connectors_table(&all, &Style { color: false, width })
        );
    }
    let untold = [connector("crm", "bare", |_| ())];
    insta::assert_snapshot!(connectors_table(&untold, &Style::PLAIN), @r"
    PROVIDER  CONNECTOR  NAME
    crm       bare       -
    ");
}

#[test]
fn details_leave_out_what_is_not_told() {
    let mut all = sample();
    let rich = &mut all[1];
    rich.auth_kind = Some("oauth2".into());
    rich.scopes = Some(vec!["gmail.readonly".into(), "gmail.send".into()]);
    rich.tags = Some(conjoin::Tags::new());
    rich.health.observed_at = Some(at("2026-03-01T11:40:00Z"));
    rich.other_ids.insert("connection_id".into(), "ca_X2Tub11k9".into());
    rich.extra.set("auth_failed\u{1b}", Some("yes\u{1b}[31m"));
    rich.extra.set("retries", Some(3_u64));
    for (name, width) in WIDTHS {
        let text = connection_details(&all[1], &Style { color: false, width }, now());
        insta::assert_snapshot!(format!("details_{name}"), text);
    }
    let bare = connection("crm", "pica", "c1", |_| ());
    insta::assert_snapshot!("details_bare", connection_details(&bare, &Style::PLAIN, now()));
}

#[test]
fn explanations() {
    let mut connection = sample().swap_remove(1);
    connection.sources =
        &[("enabled", "is_active"), ("reason", "auth_error"), ("authorization", "connection_status")];
    connection.fetched_at = Some(at("2026-03-01T11:59:00Z"));
    for (name, width) in WIDTHS {
        let text = explanation_text(&connection.explain(), &Style { color: false, width });
        assert!(text.lines().all(|line| text::width(line) <= width.unwrap_or(usize::MAX)), "{name}");
        insta::assert_snapshot!(format!("explanation_{name}"), text);
    }
}

#[test]
fn providers() {
    let reads = Capabilities::NONE
        .operations(&[Operation::List], Support::Native)
        .operations(&[Operation::Get], Support::Emulated("list, then find"))
        .operations(
            &[Operation::SetEnabled],
            Support::Emulated("read, change, look again, write back: not atomic"),
        );
    let row = |name: &str, vendor: &str, url: Option<&str>, capabilities| ProviderRow {
        name: ProviderName::new(name).unwrap(),
        vendor: Vendor::new(vendor),
        base_url: url.map(str::to_owned),
        credential: Some(format!("env {}_API_KEY", vendor.to_uppercase())),
        capabilities,
    };
    let all = [
        row("work", "aitronos", Some("https://api.aitronos.com"), reads),
        row("crm", "pica", None, Capabilities::NONE),
    ];
    for (name, width) in WIDTHS {
        insta::assert_snapshot!(
            format!("providers_{name}"),
            providers_table(&all, &Style { color: false, width })
        );
    }
}

#[test]
fn plans() {
    let query = Query::new().connector("slack").name("ops");
    let plan = Plan::new(&query, &[Filter::Connector])
        .with_request("GET /v1/vault/connections?platform=slack&active=true&limit=100")
        .with_request("GET /v1/vault/connections?platform=slack&active=false&limit=100")
        .with_paging("by page number, both lists at once");
    insta::assert_snapshot!(plan_text(&"crm", &plan, &Style::PLAIN), @r"
    crm
      GET /v1/vault/connections?platform=slack&active=true&limit=100
      GET /v1/vault/connections?platform=slack&active=false&limit=100
      filtered by the vendor: connector
      filtered here: name
      paging: by page number, both lists at once
    ");
}

#[test]
fn changes() {
    let all = sample();
    let mut text = String::new();
    for (connection, edit, changed) in [
        (&all[0], Edit::Enable, Some(true)),
        (&all[0], Edit::Enable, None),
        (&all[0], Edit::Enable, Some(false)),
        (&all[1], Edit::Enable, Some(true)),
        (&all[6], Edit::Disable, Some(true)),
        (&all[6], Edit::Disable, Some(false)),
        (&all[0], Edit::rename("Ops\u{1b}"), Some(true)),
        (&all[2], Edit::SetTags { tags: all[2].tags.clone().unwrap() }, Some(false)),
        (&all[2], Edit::SetTags { tags: conjoin::Tags::new() }, None),
    ] {
        let mut change = Change::confirmed(connection.id.clone()).with_connection(connection.clone());
        change.changed = changed;
        text.push_str(&change_text(&connection.urn(), &edit, &change, &Style::PLAIN));
    }
    insta::assert_snapshot!("changes", text);
}

#[test]
fn every_kind_of_error_has_a_next_step() {
    let mut text = String::new();
    for &kind in ErrorKind::ALL {
        assert!(super::failure::error_hint(kind).is_some(), "{kind}");
        let error =
            Error::new(kind, format!("it is {kind}")).with_provider(&ProviderName::new("work").unwrap());
        text.push_str(&error_text(&error, &Style { color: false, width: Some(100) }));
    }
    insta::assert_snapshot!("errors", text);
}

#[test]
fn health_says_how_it_is_known() {
    let details =
        |health| connection_details(&connection("p", "v", "c", |c| c.health = health), &Style::PLAIN, now());
    let line = |text: String| {
        text.lines()
            .find(|line| line.starts_with("health"))
            .unwrap()
            .split_once("  ")
            .unwrap()
            .1
            .trim()
            .to_owned()
    };
    assert_eq!(line(details(Health::default())), "-");
    assert_eq!(line(details(Health::reported(HealthState::Unknown))), "unknown, reported");
    let inferred =
        Health { state: HealthState::Unhealthy, evidence: Some(Evidence::Inferred), observed_at: None };
    assert_eq!(line(details(inferred)), "unhealthy, inferred");
}
