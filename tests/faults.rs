//! Every operation of every adapter under every mishap, in process and on a socket.
//!
//! The table is the whole of it, for a person to read: a change that is meant is taken with
//! `INSTA_UPDATE=always cargo test -p conjoin --test faults`, and read as a diff.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use conjoin::{
    ConnectionProvider, ConnectionProviderExt as _, ConnectorQuery, Kind, Operation, ProviderName, Query,
    Secret, Setup, Support,
};
use conjoin_http::{BaseUrl, ReqwestTransport, Transport};
use conjoin_testkit::Call;
use conjoin_testkit::emulator::{Emulator, PicaDialect};
use conjoin_testkit::faults::{Faulty, FaultyServer, Mishap, RetryAfter, When};

const CREDENTIAL: &str = "sk-canary-of-the-fault-matrix";
/// How long a call may take here: four seconds of waiting fit, and a line that hangs does not hold the test.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A vendor's server, and how a provider of it is configured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    Aitronos,
    Pica,
    PicaOne,
    PicaLegacy,
    Toolzz,
}

const ACCOUNTS: [Account; 5] =
    [Account::Aitronos, Account::Pica, Account::PicaOne, Account::PicaLegacy, Account::Toolzz];

impl Account {
    fn name(self) -> &'static str {
        match self {
            Self::Aitronos => "aitronos",
            Self::Pica => "pica",
            Self::PicaOne => "pica-one",
            Self::PicaLegacy => "pica-legacy",
            Self::Toolzz => "toolzz",
        }
    }

    fn emulator(self) -> Emulator {
        match self {
            Self::Aitronos => Emulator::aitronos(),
            // Two pages of each lane, so that there is a second one to lose.
            Self::Pica => Emulator::pica().count(400),
            Self::PicaOne => Emulator::pica().dialect(PicaDialect::One),
            Self::PicaLegacy => Emulator::pica().dialect(PicaDialect::Legacy),
            Self::Toolzz => Emulator::toolzz(),
        }
    }

    fn provider(self, transport: Arc<dyn Transport>, base_url: Option<&str>) -> Arc<dyn ConnectionProvider> {
        let facts = self.emulator().transport().facts();
        let kind = match self {
            Self::Aitronos => {
                Kind::Aitronos { organization_id: facts.organization.unwrap(), application_id: None }
            }
            Self::Pica => Kind::Pica { dialect: "v2".parse().unwrap() },
            Self::PicaOne => Kind::Pica { dialect: "one".parse().unwrap() },
            Self::PicaLegacy => Kind::Pica { dialect: "legacy".parse().unwrap() },
            Self::Toolzz => Kind::Toolzz { unit_id: facts.unit.unwrap() },
        };
        let name = ProviderName::new(self.name()).unwrap();
        let mut setup = Setup::new(name, Secret::new(CREDENTIAL), transport).timeout(TIMEOUT);
        if let Some(base_url) = base_url {
            setup = setup.base_url(BaseUrl::new(base_url).unwrap());
        }
        kind.provider(setup).unwrap()
    }

    /// What can be called, with things to call it on.
    async fn calls(self) -> Vec<Call> {
        let provider = self.provider(Arc::new(self.emulator().transport()), None);
        let listing = provider.list(&Query::new()).await;
        let id = || listing.items[0].id.clone();
        let slug = provider.list_connectors(&ConnectorQuery::new()).await.items[0].slug.clone();
        let claimed =
            |operation: &&Operation| provider.info().capabilities.of(**operation) != Support::Unsupported;
        let call = |operation: &Operation| match operation {
            Operation::List => Call::List(Box::default()),
            Operation::Get => Call::Get(id()),
            Operation::SetEnabled => {
                Call::SetEnabled(id(), listing.items[0].enabled != conjoin::Enabled::Enabled)
            }
            Operation::Rename => Call::Rename(id(), "another name".to_owned()),
            Operation::SetTags => Call::SetTags(id(), ["tag"].into_iter().collect()),
            Operation::Delete => Call::Delete(id()),
            Operation::Check => Call::Check(id()),
            Operation::Test => Call::Test(id()),
            Operation::ListConnectors => Call::ListConnectors(ConnectorQuery::new()),
            Operation::GetConnector => Call::GetConnector(slug.clone()),
            other => panic!("no way to call {other}"),
        };
        Operation::ALL.iter().filter(claimed).map(call).collect()
    }
}

/// Each mishap for ever, and the courses that are about more than one request.
fn courses() -> Vec<(Mishap, When)> {
    let always = Mishap::ALL.iter().map(|&mishap| (mishap, When::Always));
    let more = [
        (Mishap::Status(503), When::First(2)),
        (Mishap::ResetBeforeHeaders, When::First(2)),
        (Mishap::Limited(RetryAfter::Seconds), When::First(2)),
        (Mishap::Status(503), When::After(1)),
        (Mishap::ResetMidBody, When::After(1)),
        (Mishap::InvalidUtf8, When::After(1)),
    ];
    always.chain(more).collect()
}

/// How a call ended: what is equal on every transport.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ending {
    kind: &'static str,
    rows: &'static str,
    later: bool,
    status: Option<u16>,
    attempts: u32,
}

impl Ending {
    async fn of(call: &Call, provider: &dyn ConnectionProvider) -> Self {
        let answered = call.make(provider).await;
        let shown = format!("{provider:?} {answered:?} {}", answered.json);
        let told = answered.error.as_ref().map(|error| format!("{error} {error:#?}")).unwrap_or_default();
        assert!(!shown.contains(CREDENTIAL) && !told.contains(CREDENTIAL), "the credential: {shown} {told}");
        assert_eq!(answered.complete, answered.error.is_none(), "{answered:?}");
        let error = answered.error.as_ref();
        Self {
            kind: error.map_or("ok", |error| error.kind().as_str()),
            rows: match answered.rows {
                Some(rows) if rows > 0 && !answered.complete => "some rows",
                _ => "",
            },
            later: error.is_some_and(conjoin::Error::is_retryable),
            status: error.and_then(conjoin::Error::status),
            attempts: error.map_or(0, conjoin::Error::attempts),
        }
    }
}

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// The waits between requests: whole seconds as told, or the client's own, which have jitter.
fn waits(mishap: Mishap, waits: &[Duration]) -> String {
    // Dates have no fractions: how much of their second is over, chance decides.
    let date = mishap == Mishap::Limited(RetryAfter::Date);
    let shown = waits.iter().filter(|wait| !wait.is_zero()).map(|wait| match wait.as_millis() {
        ..=2000 if date => "≤2 s",
        ..1000 => "own",
        1000 => "1 s",
        _ => "longer",
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Operations, each with the accounts where they are not all that have it.
fn named(which: &[(&'static str, Operation)], everything: &[(&'static str, Operation)]) -> String {
    if which.len() == everything.len() {
        return "everything".to_owned();
    }
    let accounts = |of: &[(&'static str, Operation)], operation: Operation| -> Vec<&str> {
        of.iter().filter(|(_, o)| *o == operation).map(|(account, _)| *account).collect()
    };
    let named = Operation::ALL.iter().filter_map(|&operation| {
        let here = accounts(which, operation);
        match here.len() {
            0 => None,
            all if all == accounts(everything, operation).len() => Some(operation.to_string()),
            _ => Some(format!("{operation}({})", here.join(" "))),
        }
    });
    named.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_operation_under_every_mishap() {
    let mut table = String::from("how it ends            status  later  attempts  waits     which\n");
    let everything: Vec<_> = ACCOUNTS
        .iter()
        .flat_map(|account| {
            let calls = paused().block_on(account.calls());
            calls.into_iter().map(|call| (account.name(), call.operation()))
        })
        .collect();
    for (mishap, when) in courses() {
        writeln!(table, "\n# {mishap}, {when}").unwrap();
        let mut endings = BTreeMap::<_, Vec<_>>::new();
        for account in ACCOUNTS {
            for call in paused().block_on(account.calls()) {
                let line = Arc::new(Faulty::new(Arc::new(account.emulator().transport()), mishap, when));
                let transport: Arc<dyn Transport> = Arc::clone(&line) as _;
                let provider = account.provider(transport, None);
                let ending = paused().block_on(Ending::of(&call, &*provider));
                let which = endings.entry((ending, waits(mishap, &line.waits()))).or_default();
                which.push((account.name(), call.operation()));
            }
        }
        for ((ending, waits), which) in endings {
            let Ending { kind, rows, later, status, attempts } = ending;
            let kind = if rows.is_empty() { kind.to_owned() } else { format!("{kind}, {rows}") };
            let later = if later { "yes" } else { "-" };
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            let attempts = if attempts == 0 { "-".to_owned() } else { attempts.to_string() };
            let waits = if waits.is_empty() { "-" } else { &waits };
            let which = named(&which, &everything);
            writeln!(table, "{kind:<22} {status:<7} {later:<6} {attempts:<9} {waits:<9} {which}").unwrap();
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("every_operation_under_every_mishap", table));
}

/// The same call under the same mishap ends the same way over real HTTP as it does in process.
#[test]
fn on_the_wire_as_in_process() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut cases = Vec::new();
    for (mishap, when) in courses() {
        for account in ACCOUNTS {
            for call in paused().block_on(account.calls()) {
                let line = Faulty::new(Arc::new(account.emulator().transport()), mishap, when);
                let provider = account.provider(Arc::new(line), None);
                let ending = paused().block_on(Ending::of(&call, &*provider));
                cases.push((mishap, when, account, call, ending));
            }
        }
    }
    let differences = runtime.block_on(async {
        let limit = Arc::new(tokio::sync::Semaphore::new(64));
        let mut running = tokio::task::JoinSet::new();
        for (mishap, when, account, call, expected) in cases {
            let limit = Arc::clone(&limit);
            running.spawn(async move {
                let _turn = limit.acquire().await.unwrap();
                let vendor = Arc::new(account.emulator().transport());
                let server = FaultyServer::start(vendor, mishap, when).await.unwrap();
                let path = if account == Account::Toolzz { "/api/v1" } else { "" };
                let transport = Arc::new(ReqwestTransport::new().body_limit(1 << 20));
                let provider = account.provider(transport, Some(&format!("{}{path}", server.origin())));
                let ending = Ending::of(&call, &*provider).await;
                (ending != expected).then(|| {
                    format!(
                        "{mishap}, {when}, {} {}:\n  in process  {expected:?}\n  on the wire {ending:?}",
                        account.name(),
                        call.operation(),
                    )
                })
            });
        }
        running.join_all().await.into_iter().flatten().collect::<Vec<_>>()
    });
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}
