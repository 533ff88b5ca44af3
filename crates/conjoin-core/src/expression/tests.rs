use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{Account, Authorization, Enabled, Health, HealthState, Owner, ProviderName, Reason, Vendor};

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn read(text: &str) -> Expression {
    Expression::parse(text, now()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn connection(id: &str) -> Connection {
    let provider = ProviderName::new("work").unwrap();
    Connection::new(provider, Vendor::new("pica"), ConnectionId::new(id).unwrap())
}

/// A connection of which everything is told that there is a field for.
fn told() -> Connection {
    let mut c = connection("conn::1");
    c.other_ids.insert("key".into(), "live::slack::1".into());
    c.connector.slug = Some("google_calendar".into());
    c.connector.name = Some("Google Calendar".into());
    c.connector.category = Some("calendar".into());
    c.connector_instance = Some("int_1".into());
    c.name = Some("Área Financeira".into());
    c.display_name = Some("it's \"mine\"".into());
    let mut account = Account::email("ana@example.com");
    account.login = Some("ana".into());
    account.external_id = Some("1".into());
    account.display = Some("Ana".into());
    c.account = Some(account);
    c.owner = Owner::told(Some(OwnerKind::User), Some("42".into()));
    c.owner.as_mut().unwrap().tenant = Some("unit".into());
    c.enabled = Enabled::Enabled;
    c.blocked_by = Some(crate::BlockedBy::Vendor);
    c.authorization = Authorization::Expired;
    c.health = Health::reported(HealthState::Unhealthy);
    c.reason = Some(Reason { code: Some("auth".into()), text: Some("gone".into()), ..Reason::default() });
    c.raw_status = Some("FAILED".into());
    c.environment = Some(Environment::Live);
    c.auth_kind = Some("oauth2".into());
    c.scopes = Some(vec!["read".into()]);
    c.tags = Some(["main", "eu"].into_iter().collect());
    let at = |text: &str| Some(text.parse().unwrap());
    c.created_at = at("2026-01-01T08:00:00Z");
    c.updated_at = at("2026-02-01");
    c.expires_at = at("2026-03-02T12:00:00Z");
    c.last_error_at = at("2026-02-28T12:00:00Z");
    c.fetched_at = Some(now());
    c
}

#[test]
fn comparisons_hold_as_they_read() {
    let c = told();
    for holds in [
        "status = needs_reauth",
        "STATUS == Needs_Reauth AND enabled = TRUE",
        "status in (active, needs_reauth) and status not in (failed)",
        "connector = google-calendar and connector = google_calendar",
        "connector != googlecalendar and connector != google and connector ~ GOOGLE",
        "connector.canonical = google-calendar and connector.slug <> gmail",
        "urn = work:conn::1 and provider = work and vendor = pica and id = 'conn::1' and other_id ~ slack",
        "category = calendar and connector.name ~ calendar and instance = int_1",
        "name ~ área and name contains MINE and name = 'it''s \"mine\"' and name = \"it's \"\"mine\"\"\"",
        "name !~ rh and name not contains rh and not name ~ rh",
        "display_name != 'Área Financeira'",
        "account = ana@example.com and account = ana and account.email ~ EXAMPLE and account.id = 1",
        "owner = user:42 and owner = 42 and owner = user: and owner in (team:1, User:42) and owner != user:7",
        "owner.kind = user and owner.id = 42 and owner.tenant = unit",
        "removed = false and blocked_by = vendor and authorization = expired and health = unhealthy",
        "reason = auth and reason ~ GONE and raw_status = FAILED and raw_status != failed",
        "environment = live and auth_kind = oauth2 and scope = read and scope != write",
        "tag = main and tag = eu and tag != us and tags not in (us, uk)",
        "created = 2026-01-01 and created >= 2026-01-01 and created <= 2026-01-01",
        "created != 2026-01-02 and created < 2026-01-02 and created > 2025-12-31",
        "created > '2026-01-01 07:59:59' and created_at = 2026-01-01T09:00:00+01:00",
        "not (created < 2026-01-01 or created > 2026-01-01)",
        "updated > 30d ago and updated < 3w ago and expires < in 25h and expires > now",
        "last_error <= 24h ago and last_error >= 1440m ago and fetched = now and fetched = 0s ago",
        "tag is told and tag is not null and not tag is null and expires is told",
        "status = failed or status = active and name = x or enabled = true",
        "not not not status = failed",
    ] {
        assert_eq!(read(holds).judge(&c), Match::Yes, "{holds}");
        assert_eq!(read(&format!("not ({holds})")).judge(&c), Match::No, "not ({holds})");
    }
}

#[test]
fn silence_is_neither_yes_nor_no_in_any_field() {
    let silent = connection("c1");
    for field in Field::ALL {
        let value = match field.kind() {
            crate::field::Kind::Text => "x",
            crate::field::Kind::Word(words) => words[1],
            crate::field::Kind::Flag => "true",
            crate::field::Kind::Time => "2026-01-01",
        };
        let there =
            matches!(field, Field::Urn | Field::Provider | Field::Vendor | Field::Id | Field::Removed);
        let silence = if there { [Match::No, Match::Yes] } else { [Match::Undetermined; 2] };
        let judged = ["=", "!="].map(|symbol| read(&format!("{field} {symbol} {value}")).judge(&silent));
        assert_eq!(judged, silence, "{field}");
        assert_eq!(read(&format!("{field} is told")).judge(&silent), there.into(), "{field}");
        assert_eq!(read(&format!("{field} is told")).judge(&told()), Match::Yes, "{field}");
    }
    for unknown in ["status", "authorization", "health"] {
        assert_eq!(read(&format!("{unknown} = unknown")).judge(&silent), Match::Yes);
        assert_eq!(read(&format!("{unknown} != unknown")).judge(&told()), Match::Yes);
    }
    let mut none = silent.clone();
    none.tags = Some(crate::Tags::new());
    assert_eq!(read("tag = a").judge(&none), Match::No, "no tags is told");
}

#[test]
fn and_or_and_not_follow_sql() {
    let mut c = told();
    c.account = None;
    let [yes, no, untold] = ["provider = work", "provider = x", "account.display = x"];
    let table = [
        (yes, yes, "Yes Yes"),
        (yes, no, "No Yes"),
        (yes, untold, "Undetermined Yes"),
        (no, no, "No No"),
        (no, untold, "No Undetermined"),
        (untold, untold, "Undetermined Undetermined"),
    ];
    for (a, b, expected) in table {
        for (a, b) in [(a, b), (b, a)] {
            let [and, or] = ["and", "or"].map(|word| read(&format!("{a} {word} {b}")).judge(&c));
            assert_eq!(format!("{and:?} {or:?}"), expected, "{a}, {b}");
        }
    }
    assert_eq!(read(&format!("not {untold}")).judge(&c), Match::Undetermined);
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let mut text = String::new();
    for wrong in [
        "",
        "   ",
        "status",
        "status =",
        "status = activ",
        "status ? active",
        "status active",
        "statsu = active",
        "needs_reauth",
        "status = active and",
        "status = active && enabled = true",
        "status = active connector = slack",
        "and status = active",
        "status = and",
        "name = 'open",
        "name = 'a' 'b'",
        "(status = active",
        "status = active)",
        "connector in slack",
        "connector in (slack, )",
        "connector in (slack github)",
        "connector not = slack",
        "enabled = yes",
        "enabled ~ t",
        "status < active",
        "name > a",
        "owner = :",
        "created < yesterday",
        "created < 1767225600",
        "created < 30d",
        "created < 3mo ago",
        "created < 99999999999999999999d ago",
        "created < in 5 d",
        "created is old",
        "Área = x",
        "name = ünïcödé and Área = x",
        "name = \u{1b}[31m",
    ] {
        let error = Expression::parse(wrong, now()).unwrap_err();
        let from = wrong.char_indices().nth(error.column() - 1).map_or(wrong.len(), |(at, _)| at);
        assert_eq!(error.span().start, from, "{wrong}");
        writeln!(text, "{}\n{}{}", wrong.escape_debug(), " ".repeat(error.column() - 1), {
            "^".repeat(wrong.get(error.span()).unwrap().chars().count().max(1))
        })
        .unwrap();
        writeln!(text, "{error}\n").unwrap();
    }
    insta::assert_snapshot!("errors", text);
}

#[test]
fn no_nesting_exhausts_the_stack() {
    for deep in ["(", "not ", "not (", "not not ("] {
        let text = deep.repeat(1_000_000);
        let error = Expression::parse(&text, now()).unwrap_err();
        assert!(error.to_string().contains("nest deeper than 64"), "{error}");
    }
    let long = format!("name = a{}", " or name = a and status = active".repeat(100_000));
    assert_eq!(read(&long).judge(&told()), Match::No);
    for endless in ["x".repeat(1_000_000), format!("status = {}", "x".repeat(1_000_000))] {
        let error = Expression::parse(&endless, now()).unwrap_err().to_string();
        assert!(error.contains("x…`") && error.len() < 1000, "{error}");
    }
    let nested = format!("{}status = active{}", "(".repeat(60), ")".repeat(60));
    assert_eq!(read(&nested).to_string(), "status = active");
}

#[test]
fn what_a_conjunction_demands_is_asked_of_vendors() {
    let narrowed = |text: &str| Query::new().matching(read(text)).narrowed();
    let expected = |query: Query, text: &str| query.matching(read(text));
    let text = "connector in (slack, github) and status = active and tag = a and (tag = b and owner = user:42) \
                and enabled = false and environment = live and id = c1 and instance = i and category = x";
    let query = Query::new()
        .connector("slack")
        .connector("github")
        .status(Status::Active)
        .tag("a")
        .tag("b")
        .owner(Some(OwnerKind::User), Some("42".into()))
        .enabled(false)
        .environment(Environment::Live)
        .id(ConnectionId::new("c1").unwrap())
        .instance("i")
        .category("x");
    assert_eq!(narrowed(text), expected(query, text));
    for free in [
        "connector = slack or connector = github",
        "not connector = slack",
        "connector != slack",
        "connector ~ slack",
        "not (connector = slack and status = active)",
        "tag in (a, b)",
        "enabled in (true, false)",
        "connector is told",
    ] {
        assert_eq!(narrowed(free), expected(Query::new(), free), "{free}");
    }
    let set = Query::new().connector("slack").matching(read("connector = github"));
    assert_eq!(set.narrowed(), set, "what is set stays");
}

#[test]
fn an_expression_tells_what_it_looks_at() {
    let fields = read("not (status = active or name ~ x) and status = failed and tag is told").fields();
    assert_eq!(fields, [Field::Status, Field::Name, Field::Tag]);
    let judges = |text| Query::new().matching(read(text)).judges_state();
    assert!(judges("connector = slack and not health = healthy") && !judges("connector = slack"));
}

/// Values that collide, so that comparisons hold now and then.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "a",
            "b",
            "user",
            "live",
            "gmail",
            "google-mail",
            "and",
            "it's",
            "a b",
            ""
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

fn comparison() -> impl Strategy<Value = Node> {
    let instant = (0_i64..4).prop_map(|n| Timestamp::from_millis(n * 43_200_000).unwrap());
    let fields = prop::sample::select(Field::ALL.to_vec())
        .prop_filter("an owner is its parts", |field| *field != Field::Owner);
    (fields, prop::collection::vec((word(), any::<bool>(), instant, 0_usize..8), 1..4), 0_usize..7).prop_map(
        |(field, values, how)| {
            use crate::field::Kind;
            let value = |(text, flag, at, place): (String, bool, Timestamp, usize)| match field.kind() {
                Kind::Text => Value::Text(text),
                Kind::Word(words) => Value::Text(words[place % words.len()].to_owned()),
                Kind::Flag => Value::Flag(flag),
                Kind::Time if at.as_millis() % 86_400_000 == 0 && flag => {
                    Value::Day(at, Timestamp::from_millis(at.as_millis() + 86_400_000).unwrap())
                }
                Kind::Time => Value::At(at),
            };
            let mut values: Vec<_> = values.into_iter().map(value).collect();
            let comparison = match (field.kind(), how) {
                (_, 0) => return Node::Told(field),
                (Kind::Text, 1) => Comparison::Contains,
                (Kind::Time, 2) => Comparison::Below,
                (Kind::Time, 3) => Comparison::UpTo,
                (Kind::Time, 4) => Comparison::Above,
                (Kind::Time, 5) => Comparison::From,
                _ => Comparison::Is,
            };
            if comparison != Comparison::Is {
                values.truncate(1);
            }
            Node::Compare(field, comparison, values)
        },
    )
}

fn expression() -> impl Strategy<Value = Expression> {
    comparison()
        .prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Node::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Node::Or),
                inner.prop_map(|node| Node::Not(Box::new(node))),
            ]
        })
        .prop_map(Expression)
}

/// A connection that tells some facts, of few values.
fn some() -> impl Strategy<Value = Connection> {
    let text =
        || prop::option::of(prop::sample::select(vec!["a", "b", "gmail", "google-mail", "user", "live"]));
    let facts = (text(), text(), text(), text(), text(), text());
    let state = (0_usize..3, 0_usize..7, 0_usize..4, prop::option::of(0_i64..4), prop::option::of(word()));
    (facts, state).prop_map(|((slug, instance, kind, owner, name, environment), state)| {
        let (enabled, authorization, health, created, tag) = state;
        let mut c = connection(name.unwrap_or("c1"));
        c.connector.slug = slug.map(Into::into);
        c.connector.category = instance.map(Into::into);
        c.connector_instance = instance.map(Into::into);
        c.name = name.map(Into::into);
        c.owner = Owner::told(kind.map(OwnerKind::from), owner.map(Into::into));
        c.environment = environment.map(Environment::from);
        c.enabled = Enabled::ALL[enabled];
        c.authorization = Authorization::ALL[authorization];
        c.health = Health::reported(HealthState::ALL[health]);
        c.created_at = created.and_then(|n| Timestamp::from_millis(n * 43_200_000));
        c.tags = tag.map(|tag| ["a", &*tag].into_iter().collect());
        c
    })
}

proptest! {
    #[test]
    fn an_expression_reads_back_as_it_prints(expression in expression()) {
        let text = expression.to_string();
        let json = serde_json::to_string(&expression).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Expression>(&json).unwrap(), &expression);
        let back = Expression::parse(&text, now());
        prop_assert_eq!(back.as_ref(), Ok(&expression), "{}", text);
    }

    #[test]
    fn any_text_is_an_expression_or_an_error(text in "\\PC{0,40}|[a-z=!<>~()',\" ]{0,60}") {
        if let Err(error) = Expression::parse(&text, now()) {
            prop_assert!(text.get(error.span()).is_some(), "{error:?}");
            prop_assert!(error.column() <= text.chars().count() + 1);
        }
    }

    #[test]
    fn nearly_right_is_an_expression_or_an_error(
        expression in expression(), at in any::<prop::sample::Index>(), c in any::<char>(),
    ) {
        let mut text: Vec<char> = expression.to_string().chars().collect();
        let at = at.index(text.len());
        text[at] = c;
        let _ = Expression::parse(&text.into_iter().collect::<String>(), now());
    }

    #[test]
    fn asking_a_vendor_never_changes_an_answer(expressions in prop::collection::vec(expression(), 1..4), c in some()) {
        let parts = expressions.into_iter().map(|expression| expression.0).collect::<Vec<_>>();
        let expression = if parts.len() == 1 { parts[0].clone() } else { Node::And(parts) };
        let query = Query::new().matching(Expression(expression));
        prop_assert_eq!(query.narrowed().judge(&c), query.judge(&c), "{:?}", query.narrowed());
    }
}
