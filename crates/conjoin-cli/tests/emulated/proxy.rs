//! A line to a served vendor that kills the program, or holds it, at a request of its own choosing.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// What happens at the n-th request, from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trap {
    /// The program is killed before the request reaches the vendor.
    KillBefore(usize),
    /// The request reaches the vendor, and the program is killed before it sees the answer.
    KillAfter(usize),
    /// The request waits until it is let go.
    Hold(usize),
}

/// The line. It counts what reaches the vendor.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    trap: Option<Trap>,
    requests: usize,
    /// Requests that are being served.
    busy: usize,
    /// Whether a request is being held.
    holds: bool,
    /// Method and path of what has reached the vendor.
    reached: Vec<String>,
    /// The program.
    child: Option<Child>,
}

impl Proxy {
    pub(crate) fn to(vendor: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state: Arc<(Mutex<State>, Condvar)> = Arc::default();
        let shared = Arc::clone(&state);
        // Ends with the test.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    // A line that breaks is what a killed program leaves.
                    let _ = serve(stream, vendor, &shared);
                    let (state, changed) = &*shared;
                    state.lock().unwrap().busy -= 1;
                    changed.notify_all();
                });
            }
        });
        Self { address, state }
    }

    /// Runs a program into a trap, and waits for its end and until nothing is on the line. Whether it was killed.
    pub(crate) fn run(&self, command: &mut Command, trap: Trap) -> bool {
        self.start(command, trap);
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        let status = loop {
            if let Some(status) = state.child.as_mut().unwrap().try_wait().unwrap() {
                break status;
            }
            state = changed.wait_timeout(state, std::time::Duration::from_millis(5)).unwrap().0;
        };
        while state.busy > 0 {
            state = changed.wait(state).unwrap();
        }
        (state.trap, state.child) = (None, None);
        status.code().is_none()
    }

    /// Starts a program with a trap on its way.
    pub(crate) fn start(&self, command: &mut Command, trap: Trap) {
        let mut state = self.state.0.lock().unwrap();
        (state.trap, state.requests) = (Some(trap), 0);
        // It cannot send anything before this lock is let go.
        state.child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    /// Waits until a request is held.
    pub(crate) fn wait_for_hold(&self) {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        while !state.holds {
            state = changed.wait(state).unwrap();
        }
    }

    /// Lets a held request go, and waits for the program's end. Its exit code.
    pub(crate) fn let_go(&self) -> Option<i32> {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        (state.trap, state.holds) = (None, false);
        changed.notify_all();
        let mut child = state.child.take().unwrap();
        drop(state);
        child.wait().unwrap().code()
    }

    /// What has reached the vendor since the last time, of one method.
    pub(crate) fn reached(&self, method: &str) -> Vec<String> {
        let mut reached = std::mem::take(&mut self.state.0.lock().unwrap().reached);
        reached.retain(|line| line.starts_with(method));
        reached.sort();
        reached
    }
}

fn serve(mut caller: TcpStream, vendor: SocketAddr, shared: &(Mutex<State>, Condvar)) -> std::io::Result<()> {
    let (state, changed) = shared;
    state.lock().unwrap().busy += 1;
    let (head, body) = read_request(&mut caller)?;
    if head.is_empty() {
        return Ok(());
    }
    let trap = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        let number = state.requests;
        let sprung = matches!(state.trap, Some(Trap::KillBefore(at) | Trap::KillAfter(at) | Trap::Hold(at)) if number >= at);
        state.trap.filter(|_| sprung)
    };
    match trap {
        Some(Trap::KillBefore(_)) => {
            kill(state);
            return Ok(());
        }
        Some(Trap::Hold(_)) => {
            let mut state = state.lock().unwrap();
            state.holds = true;
            changed.notify_all();
            while state.holds {
                state = changed.wait(state).unwrap();
            }
        }
        _ => {}
    }
    let mut upstream = TcpStream::connect(vendor)?;
    let lines = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head = lines.collect::<Vec<_>>().join("\r\n");
    upstream.write_all(format!("{head}\r\nconnection: close\r\n\r\n").as_bytes())?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    let line = head.split(" HTTP/").next().unwrap_or_default().to_owned();
    state.lock().unwrap().reached.push(line);
    if let Some(Trap::KillAfter(_)) = trap {
        kill(state);
        return Ok(());
    }
    caller.write_all(&answer)
}

/// SIGKILL: the program has no last word.
fn kill(state: &Mutex<State>) {
    if let Some(child) = state.lock().unwrap().child.as_mut() {
        child.kill().unwrap();
    }
}

/// A request's head without its end, and its body. Empty where the caller closes.
fn read_request(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let length = head
                .split("\r\n")
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().unwrap());
            let mut body = bytes.split_off(at + 4);
            while body.len() < length {
                let read = stream.read(&mut chunk)?;
                body.extend_from_slice(&chunk[..read]);
            }
            return Ok((head, body));
        }
        match stream.read(&mut chunk)? {
            0 => return Ok((String::new(), Vec::new())),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
