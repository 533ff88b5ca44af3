//! Ids that mean something to URLs.

use conjoin_core::{ConnectionId, Operation};
use percent_encoding::percent_decode_str;

use super::advice::{Advice, Verdict, ensure};
use super::bench::paused;
use super::capabilities::call_of;
use super::subject::Subject;
use super::tap::Sent;

const BENIGN: &str = "benign";
const HOSTILE: &[&str] = &[
    "a/b?c#d",
    "../admin",
    "..\\admin",
    "%2e%2e",
    "..%2f..",
    "a%2Fb",
    "é ü",
    "日本",
    "a b",
    "x&y=z",
    "a;b",
    "@host",
    "//host",
    "?",
    "#",
    "conn::x::y==",
    "...",
];

/// Every id arrives as itself, in the one place where a harmless one arrives, or is refused.
pub(super) fn hostile_ids_reach_no_other_path(subject: &Subject) -> Verdict {
    paused(async {
        for &operation in Operation::ALL {
            if !subject.bench()?.support(operation).is_supported() {
                continue;
            }
            let first = |id: &'static str| async move {
                let bench = subject.bench()?;
                let id = ConnectionId::new(id).map_err(|why| Advice::new(why.to_string()))?;
                if let Some(call) = call_of(operation, &id) {
                    call.make(&*bench.provider).await;
                }
                Verdict::Ok(bench.sent().into_iter().next())
            };
            let Some(harmless) = first(BENIGN).await? else { continue };
            for &id in HOSTILE {
                let Some(sent) = first(id).await? else { continue };
                let expected: Vec<_> = parts(&harmless).into_iter().map(|p| p.replace(BENIGN, id)).collect();
                ensure(parts(&sent) == expected, || {
                    format!(
                        "`{operation}` of the id `{id}` is sent as `{}`, another path than `{}`; give the id to \
                         the client as one path segment, unencoded, and never format it into a path",
                        sent.line(),
                        harmless.line()
                    )
                })?;
            }
        }
        dots(subject).await
    })
}

/// What URLs resolve away is no connector's name: nothing is sent for it, or nothing shortened.
async fn dots(subject: &Subject) -> Verdict {
    let bench = subject.bench()?;
    if !bench.support(Operation::GetConnector).is_supported() {
        return Ok(());
    }
    let _ = bench.provider.get_connector(BENIGN).await;
    let depth = |sent: &[Sent]| sent.first().map(|sent| parts(sent).len());
    let harmless = depth(&bench.sent());
    for slug in [".", "..", ""] {
        let bench = subject.bench()?;
        let found = bench.provider.get_connector(slug).await;
        let sent = depth(&bench.sent());
        ensure(found.is_err() && (sent.is_none() || sent == harmless), || {
            format!(
                "`get_connector` of `{slug}` reaches another path ({:?}); build paths with the client, which \
                 refuses such segments",
                bench.sent().first().map(Sent::line)
            )
        })?;
    }
    Ok(())
}

/// Segments of the path, and pairs of the query, decoded.
fn parts(sent: &Sent) -> Vec<String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let segments = sent.path().split('/').map(decode);
    let pairs = sent.query().split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| decode(&pair.replace('+', " ")));
    std::iter::once(sent.method.to_string()).chain(segments).chain(pairs).collect()
}
