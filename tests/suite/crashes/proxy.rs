//! A proxy between the program and its database, on the loopback interface, that cuts or kills at a chosen message.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What happens at a message of the program's to its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The connections are cut.
    Cut,
    /// The program gets SIGKILL.
    Kill,
}

/// When it happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) blow: Blow,
    /// At which message of the program's on its first connection, from 1; 0 is never.
    pub(crate) at: usize,
    /// Before the message goes on to the server; else after.
    pub(crate) before: bool,
    /// So long after that.
    pub(crate) delay: Duration,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    plan: Plan,
    server: String,
    messages: AtomicUsize,
    struck: AtomicBool,
    connections: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
    victim: Mutex<Option<Arc<Mutex<Child>>>>,
    over: AtomicBool,
}

impl Proxy {
    /// Listens on a port of its own, for a server at `host:port`.
    pub(crate) fn start(server: &str, plan: Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            plan,
            server: server.to_owned(),
            messages: AtomicUsize::new(0),
            struck: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            streams: Mutex::new(Vec::new()),
            victim: Mutex::new(None),
            over: AtomicBool::new(false),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                if own.over.load(Ordering::SeqCst) {
                    return;
                }
                own.serve(client);
            }
        });
        Self { port, shared }
    }

    /// Whom [`Blow::Kill`] hits.
    pub(crate) fn victim(&self, child: Arc<Mutex<Child>>) {
        *self.shared.victim.lock().unwrap() = Some(child);
    }

    /// The messages that went through on the first connection.
    pub(crate) fn messages(&self) -> usize {
        self.shared.messages.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // wakes the listener, which then ends
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, client: TcpStream) {
        if self.struck.load(Ordering::SeqCst) && self.plan.blow == Blow::Cut {
            return;
        }
        let server = TcpStream::connect(&self.server).unwrap();
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
            self.streams
                .lock()
                .unwrap()
                .push(stream.try_clone().unwrap());
        }
        let first = self.connections.fetch_add(1, Ordering::SeqCst) == 0;
        let (from, to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        thread::spawn(move || pump(from, to, |_| true));
        let shared = Arc::clone(self);
        thread::spawn(move || {
            pump(client, server, |after| !first || shared.message(after));
        });
    }

    /// Called before and after each message is sent on; false cuts.
    fn message(&self, after: bool) -> bool {
        let number = if after {
            self.messages.load(Ordering::SeqCst)
        } else {
            self.messages.fetch_add(1, Ordering::SeqCst) + 1
        };
        if number != self.plan.at || after == self.plan.before {
            return true;
        }
        thread::sleep(self.plan.delay);
        self.struck.store(true, Ordering::SeqCst);
        match self.plan.blow {
            Blow::Cut => {
                for stream in self.streams.lock().unwrap().drain(..) {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
            Blow::Kill => {
                // the test hands the child over right after it has started
                loop {
                    if let Some(child) = &*self.victim.lock().unwrap() {
                        child.lock().unwrap().kill().unwrap();
                        break;
                    }
                    thread::sleep(Duration::from_millis(1));
                }
            }
        }
        false
    }
}

/// Sends on what comes, asking before (`false`) and after (`true`) each piece.
fn pump(mut from: TcpStream, mut to: TcpStream, mut go_on: impl FnMut(bool) -> bool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if !go_on(false) || to.write_all(&buffer[..count]).is_err() || !go_on(true) {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
