//! Both ways to run an emulator, and what stands around the vendors.

use std::time::Instant;

use bytes::Bytes;
use conjoin_http::{Fault, Sent, Transport as _, TransportError};
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

const LIST: &str = "/v1/vault/connections";

fn pica() -> Emulator {
    Emulator::pica()
}

fn spec(text: &str) -> FaultSpec {
    text.parse().unwrap()
}

async fn ask(transport: &EmulatorTransport, target: &str) -> Result<Response<Bytes>, TransportError> {
    let request = Request::builder()
        .uri(format!("{}{target}", transport.base_url()))
        .header("x-pica-secret", "sk_test_1")
        .header("x-api-key", "ak_1")
        .header("authorization", "Bearer t")
        .body(Bytes::new());
    transport.send(request.unwrap()).await
}

async fn status(transport: &EmulatorTransport, target: &str) -> u16 {
    ask(transport, target).await.unwrap().status().as_u16()
}

/// All that the server sends until it closes or `patience` is over; the request may be followed by others.
async fn over_socket(running: &Running, request: &str, patience: Duration) -> String {
    let mut stream = TcpStream::connect(running.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A closed connection shows as an error or as an end; both end the answer.
    let _ = tokio::time::timeout(patience, stream.read_to_end(&mut answer)).await;
    String::from_utf8(answer).unwrap()
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: x\r\nx-pica-secret: k\r\n\r\n")
}

fn get_and_close(target: &str) -> String {
    get(target).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")
}

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn head_is_get_without_the_body_where_the_framework_has_it_so() {
    for (emulator, target, expected) in
        [(Emulator::pica(), LIST, 200), (Emulator::toolzz(), "/api/v1/integration/status", 200)]
            .into_iter()
            .chain([(Emulator::aitronos(), "/v1/personal-connectors/available", 405)])
    {
        let running = emulator.start().await.unwrap();
        let headers = "x-pica-secret: k\r\nx-api-key: k\r\nauthorization: Bearer t\r\nconnection: close";
        let ask = |method: &str| format!("{method} {target} HTTP/1.1\r\nhost: x\r\n{headers}\r\n\r\n");
        let head = over_socket(&running, &ask("HEAD"), PATIENCE).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {expected}")), "{head}");
        assert!(head.ends_with("\r\n\r\n"), "{head}");
        if expected == 200 {
            let get = over_socket(&running, &ask("GET"), PATIENCE).await;
            let length = |answer: &str| {
                answer.lines().find(|line| line.starts_with("content-length")).map(str::to_owned)
            };
            assert_eq!(length(&head), length(&get));
        }
    }
}

#[tokio::test]
async fn clones_of_a_transport_share_their_state_and_another_transport_has_its_own() {
    let emulator = pica();
    let first = emulator.transport();
    let rows = ask(&first, LIST).await.unwrap();
    let rows: Value = serde_json::from_slice(rows.body()).unwrap();
    let target = format!("{LIST}/{}", rows["rows"][0]["id"].as_str().unwrap());
    let delete = Request::delete(&target).header("x-pica-secret", "k").body(Bytes::new()).unwrap();
    assert_eq!(first.clone().send(delete).await.unwrap().status(), 200);
    assert_eq!(status(&first, &target).await, 404);
    assert_eq!(status(&emulator.transport(), &target).await, 200);
}

#[tokio::test]
async fn the_base_urls_hold_what_the_routes_do_not() {
    for (emulator, target) in [
        (Emulator::aitronos(), "/v1/personal-connectors?organization_id=o"),
        (pica(), LIST),
        (Emulator::toolzz(), "/integration/status"),
    ] {
        assert_eq!(status(&emulator.transport(), target).await, 200);
        let running = emulator.start().await.unwrap();
        let host = format!("http://{}", running.address());
        let path = running.base_url().strip_prefix(&host).unwrap();
        assert_eq!(path, emulator.vendor().base_path());
    }
}

#[tokio::test]
async fn the_socket_answers_what_the_transport_answers_and_keeps_the_connection() {
    let running = pica().count(30).start().await.unwrap();
    let both = format!("{}{}", get(LIST), get_and_close(LIST));
    let answers = over_socket(&running, &both, PATIENCE).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2);
    let body = ask(&pica().count(30).transport(), LIST).await.unwrap().into_body();
    assert_eq!(answers.matches(std::str::from_utf8(&body).unwrap()).count(), 2);
    running.stop().await;
}

#[tokio::test]
async fn a_stopped_or_dropped_server_listens_no_more() {
    let running = pica().start().await.unwrap();
    let address = running.address();
    assert!(address.ip().is_loopback());
    running.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
    let address = {
        let running = pica().start_on(0).await.unwrap();
        running.address()
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_port_in_use_is_an_error() {
    let running = pica().start().await.unwrap();
    let second = pica().start_on(running.address().port()).await;
    assert_eq!(second.unwrap_err().kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test(start_paused = true)]
async fn latency_passes_before_each_answer() {
    let transport = pica().latency(Duration::from_millis(700)).transport();
    let before = tokio::time::Instant::now();
    assert_eq!(status(&transport, LIST).await, 200);
    assert_eq!(before.elapsed().as_millis(), 700);
}

#[tokio::test(start_paused = true)]
async fn more_requests_than_the_limit_get_429_until_the_second_is_over() {
    for (emulator, target, retry_after) in [
        (Emulator::aitronos(), "/v1/personal-connectors?organization_id=o", Some("1")),
        (pica().dialect(PicaDialect::Legacy), LIST, None),
        (Emulator::toolzz(), "/integration/status", Some("1")),
    ] {
        let transport = emulator.rate_limit(2).transport();
        assert_eq!((status(&transport, target).await, status(&transport, target).await), (200, 200));
        let refused = ask(&transport, target).await.unwrap();
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers().get("retry-after").map(|value| value.to_str().unwrap()), retry_after);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(status(&transport, target).await, 200);
    }
}

#[tokio::test]
async fn rate_limit_headers_are_each_vendors_own() {
    let names = async |emulator: Emulator, target: &str| -> Vec<String> {
        let response = ask(&emulator.transport(), target).await.unwrap();
        let names = response.headers().keys().map(ToString::to_string);
        names.filter(|name| name.contains("rate")).collect()
    };
    assert_eq!(
        names(Emulator::aitronos(), "/v1/x").await,
        ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-retry-after"]
    );
    let legacy = ["x-pica-rate-limit-limit", "x-pica-rate-limit-remainings", "x-pica-rate-limit-reset"];
    assert_eq!(names(pica().dialect(PicaDialect::Legacy), LIST).await, legacy);
    assert_eq!(names(pica(), LIST).await, [""; 0]);
    assert_eq!(names(Emulator::toolzz(), "/integration/status").await, [""; 0]);
}

#[tokio::test]
async fn a_rate_limits_reset_lies_ahead() {
    let transport = Emulator::aitronos().rate_limit(1).transport();
    let response = ask(&transport, "/v1/x").await.unwrap();
    let reset: u64 = response.headers()["x-ratelimit-reset"].to_str().unwrap().parse().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!((now..now + 3).contains(&reset), "{reset} at {now}");
}

#[tokio::test]
async fn a_body_that_is_no_body_is_the_callers_mistake() {
    let running = pica().start().await.unwrap();
    let request = format!(
        "{}zz\r\n",
        get(LIST).replace("GET", "PATCH").replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n")
    );
    let answer = over_socket(&running, &request, PATIENCE).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_faulty_status_comes_in_the_vendors_form_with_the_header_asked_for() {
    let transport = Emulator::toolzz().fault(spec("429=soon:1")).transport();
    let response = ask(&transport, "/integration/status").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"soon".parse().unwrap())
    );
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(status(&transport, "/integration/status").await, 200);
    let quota = pica().dialect(PicaDialect::One).fault(spec("402")).transport();
    let body: Value = serde_json::from_slice(ask(&quota, LIST).await.unwrap().body()).unwrap();
    assert_eq!((&body["status"], &body["type"]), (&json!(402), &json!("error")));
    let aitronos = Emulator::aitronos().fault(spec("500")).transport();
    let body: Value = serde_json::from_slice(ask(&aitronos, "/v1/x").await.unwrap().body()).unwrap();
    assert_eq!(body["error"]["type"], "server_error");
}

#[tokio::test]
async fn faults_keep_to_their_path_and_the_first_that_fits_is_shown() {
    let transport = pica().fault(spec("503:1@/v1/vault")).fault(spec("html=200")).transport();
    assert_eq!(status(&transport, LIST).await, 503);
    let page = ask(&transport, LIST).await.unwrap();
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-type"]),
        (200, &"text/html".parse().unwrap())
    );
}

#[tokio::test]
async fn a_reset_request_was_carried_out() {
    let delete =
        |target: &str| Request::delete(target).header("x-pica-secret", "k").body(Bytes::new()).unwrap();
    let target = format!("{LIST}/673f79c6-0110-408b-bcbe-f4da000e66c7");
    let transport = pica().fault(spec("reset:1")).transport();
    let broken = transport.send(delete(&target)).await.unwrap_err();
    assert_eq!((broken.fault, broken.sent), (Fault::Broken, Sent::Maybe));
    assert_eq!(status(&transport, &target).await, 404);
}

#[tokio::test]
async fn broken_answers_break_on_the_socket_too() {
    let running =
        pica().fault(spec("reset:1")).fault(spec("cut:1")).fault(spec("hang:1")).start().await.unwrap();
    assert_eq!(over_socket(&running, &get(LIST), PATIENCE).await, "");
    let cut = over_socket(&running, &get(LIST), PATIENCE).await;
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    let declared: usize =
        head.split_once("content-length: ").unwrap().1.lines().next().unwrap().parse().unwrap();
    assert_eq!(body.len(), declared / 2);
    assert_eq!(over_socket(&running, &get(LIST), Duration::from_millis(200)).await, "");
    assert!(over_socket(&running, &get_and_close(LIST), PATIENCE).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test(start_paused = true)]
async fn broken_answers_break_in_process() {
    let transport = pica().fault(spec("cut:1")).fault(spec("hang:1")).fault(spec("slow=300:1")).transport();
    assert_eq!(ask(&transport, LIST).await.unwrap_err().status, Some(200));
    assert!(tokio::time::timeout(Duration::from_secs(3600), ask(&transport, LIST)).await.is_err());
    let before = tokio::time::Instant::now();
    assert_eq!(status(&transport, LIST).await, 200);
    assert_eq!(before.elapsed().as_millis(), 3000);
}

#[tokio::test]
async fn a_slow_answer_comes_whole_in_the_end() {
    let running = pica().fault(spec("slow=20:1")).start().await.unwrap();
    let before = Instant::now();
    let slow = over_socket(&running, &get_and_close(LIST), PATIENCE).await;
    assert!(before.elapsed() >= Duration::from_millis(200));
    let quick = over_socket(&running, &get_and_close(LIST), PATIENCE).await;
    let body = |answer: &str| answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert_eq!(body(&slow), body(&quick));
}

#[test]
fn facts_are_printed_one_a_line() {
    let facts = Emulator::toolzz().transport().facts().to_string();
    assert!(facts.starts_with("unit: ") && facts.contains("\nintegration github: "), "{facts}");
    assert!(Emulator::aitronos().transport().facts().to_string().starts_with("organization: org_"));
    assert_eq!(pica().transport().facts().to_string(), "");
}

#[test]
fn names_read_back() {
    for vendor in EmulatedVendor::ALL {
        assert_eq!(vendor.name().parse(), Ok(vendor));
    }
    for dialect in PicaDialect::ALL {
        assert_eq!(dialect.name().parse(), Ok(dialect));
    }
    assert_eq!("odd-rows".parse(), Ok(Quirk::OddRows));
    assert!("nope".parse::<EmulatedVendor>().is_err());
}

#[tokio::test]
async fn equal_seeds_serve_equal_rows_and_others_do_not() {
    for (emulator, target) in [
        (Emulator::aitronos(), "/v1/personal-connectors?organization_id=o"),
        (pica(), LIST),
        (Emulator::toolzz(), "/credential/unity/0b6f6a52-3d0e-4c55-9a0d-6a1f5c1f7e21"),
    ] {
        let emulator = emulator.count(50);
        let body = async |emulator: &Emulator| ask(&emulator.transport(), target).await.unwrap().into_body();
        assert_eq!(body(&emulator).await, body(&emulator.clone().seed(0)).await);
        assert_ne!(body(&emulator).await, body(&emulator.seed(1)).await);
    }
}
