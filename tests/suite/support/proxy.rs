//! A proxy on the loopback interface that can stop forwarding, as a failing network does.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

pub struct Proxy {
    port: u16,
    stalled: Arc<AtomicBool>,
}

impl Proxy {
    /// Passes on to `host:port`.
    pub fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stalled = Arc::new(AtomicBool::new(false));
        let (address, flag) = (address.to_owned(), Arc::clone(&stalled));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(&address)) else {
                    continue;
                };
                pass(
                    client.try_clone().unwrap(),
                    server.try_clone().unwrap(),
                    &flag,
                );
                pass(server, client, &flag);
            }
        });
        Self { port, stalled }
    }

    /// A URL with this proxy in place of its host and port.
    pub fn url(&self, url: &str) -> String {
        let (head, rest) = url.rsplit_once('@').unwrap();
        let (_, tail) = rest.split_once('/').unwrap();
        format!("{head}@127.0.0.1:{}/{tail}", self.port)
    }

    /// From here on nothing gets through, though all connections stay open.
    pub fn stall(&self) {
        self.stalled.store(true, Ordering::SeqCst);
    }
}

/// `host:port` of a URL.
pub fn address(url: &str) -> &str {
    let (_, rest) = url.rsplit_once('@').unwrap();
    rest.split('/').next().unwrap()
}

fn pass(mut from: TcpStream, mut to: TcpStream, stalled: &Arc<AtomicBool>) {
    let stalled = Arc::clone(stalled);
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if stalled.load(Ordering::SeqCst) {
                continue;
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
}
