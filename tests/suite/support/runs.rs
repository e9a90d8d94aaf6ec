//! Runs of the program in the background of a test.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::{TestDb, Tw, tw};

const CONFIG: &str = "databases:
  shop:
    targets:
      it: { url: \"${SHOP_URL}\" }
";

/// A project whose target `it` is this database, with these migrations.
pub fn project(db: &TestDb, files: &[(&str, &str)]) -> Tw {
    db.disconnect();
    project_at(db.url(), db.engine().dialect(), files)
}

/// A project whose target `it` is at this URL.
pub fn project_at(url: &str, dialect: &str, files: &[(&str, &str)]) -> Tw {
    let tw = tw().env("SHOP_URL", url);
    tw.file("tablewright.yaml", CONFIG);
    for (name, sql) in files {
        tw.file(
            &format!("migrations/{dialect}/shop/{name}"),
            &format!("{sql}\n"),
        );
    }
    tw
}

/// Exit code, and stdout with stderr, of a run.
pub fn said(tw: &Tw, args: &[&str]) -> (i32, String) {
    start(tw, args).ended()
}

/// How long a run may take to print a text, or to end. A test that fails must not hang.
const LIMIT: Duration = Duration::from_secs(90);

/// A program that runs in the background. It is killed when the value is dropped.
pub struct Run {
    child: Child,
    /// What it prints on stderr, as it is printed. Closed at its end.
    stderr: Receiver<Vec<u8>>,
    /// All that it prints on stdout, once it has ended.
    stdout: Receiver<Vec<u8>>,
    /// What was received of stderr.
    received: Vec<u8>,
}

pub fn start(tw: &Tw, args: &[&str]) -> Run {
    let mut child = tw
        .std_command(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (parts, stderr) = channel();
    let mut pipe = child.stderr.take().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let _ = parts.send(buffer[..count].to_vec());
        }
    });
    let (whole, stdout) = channel();
    let mut pipe = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = pipe.read_to_end(&mut text);
        let _ = whole.send(text);
    });
    Run {
        child,
        stderr,
        stdout,
        received: Vec::new(),
    }
}

impl Run {
    fn seen(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// Waits until the program has printed a text on stderr.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        let deadline = Instant::now() + LIMIT;
        while !self.seen().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.stderr.recv_timeout(left) {
                Ok(part) => self.received.extend(part),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended and didn't print {text:?}: {}", self.seen())
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it didn't print {text:?} within {LIMIT:?}: {}", self.seen())
                }
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: the exit code, and all that it printed on stdout and stderr.
    #[track_caller]
    pub fn ended(mut self) -> (i32, String) {
        let deadline = Instant::now() + LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.stderr.recv_timeout(left) {
                Ok(part) => self.received.extend(part),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it didn't end within {LIMIT:?}: {}", self.seen())
                }
            }
        }
        let status = self.child.wait().unwrap();
        let stdout = self.stdout.recv().unwrap_or_default();
        let stdout = String::from_utf8_lossy(&stdout);
        (
            status.code().unwrap_or(-1),
            format!("{}{stdout}", self.seen()),
        )
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits, at most ten seconds, until this gives something.
#[track_caller]
pub fn soon<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}
