//! Runs of the program that go on while the test does something else.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
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

/// A run that goes on.
pub struct Run {
    child: Child,
    seen: String,
}

pub fn start(tw: &Tw, args: &[&str]) -> Run {
    let child = tw
        .std_command(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Run {
        child,
        seen: String::new(),
    }
}

impl Run {
    /// Waits until the program says a text on stderr.
    #[track_caller]
    pub fn until(&mut self, text: &str) {
        let err = self.child.stderr.as_mut().unwrap();
        let mut byte = [0];
        let mut line = Vec::new();
        while !self.seen.contains(text) {
            if err.read(&mut byte).unwrap() == 0 {
                panic!("it ended and never said {text:?}: {}", self.seen);
            }
            line.push(byte[0]);
            if let Ok(more) = std::str::from_utf8(&line) {
                self.seen.push_str(more);
                line.clear();
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Exit code, and all that it said.
    pub fn ended(self) -> (i32, String) {
        let output = self.child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap_or(-1),
            self.seen + &String::from_utf8_lossy(&said),
        )
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
