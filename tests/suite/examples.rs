//! The programs in `examples/`, which `cargo test` builds.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The program of an example: in the folder `examples` beside the folder of this test.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let target: PathBuf = test.parent().unwrap().parent().unwrap().into();
    let program = target.join("examples").join(name);
    assert!(program.exists(), "{} is not built", program.display());
    Command::new(program)
}

/// A service in the background, killed when the value is dropped.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the service; returns it with the response to `GET /migrations`.
fn service(url: &str) -> (Service, String) {
    let mut command = example("axum_service");
    command
        .env("DATABASE_URL", url)
        .env("ADDRESS", "127.0.0.1:0");
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut service = Service(child);
    let mut line = String::new();
    let mut stdout = BufReader::new(service.0.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let address = line
        .trim()
        .strip_prefix("listening on http://")
        .expect(&line);
    let mut connection = TcpStream::connect(address).unwrap();
    let request =
        format!("GET /migrations HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    (service, response)
}

#[test]
fn a_service_migrates_when_it_starts() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    let (mut first, response) = service(&url);
    assert!(
        response.ends_with("2 migrations applied at start\n"),
        "{response}"
    );
    let killed = Command::new("kill").arg(first.0.id().to_string()).status();
    assert!(killed.unwrap().success());
    assert!(
        first.0.wait().unwrap().success(),
        "SIGTERM ends the service cleanly"
    );
    let (_second, response) = service(&url);
    assert!(
        response.ends_with("0 migrations applied at start\n"),
        "{response}"
    );
}

#[test]
fn a_test_gets_its_database_from_specs() {
    let output = example("test_database").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"the tables match the specs\n");
}

/// A service pays for its driver only: no argument parser, no terminal tables, no other driver.
#[test]
fn the_library_alone_has_few_dependencies() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for driver in ["postgres", "mysql", "sqlite"] {
        let tree = Command::new(&cargo)
            .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
            .args([
                "--package",
                "tablewright",
                "--no-default-features",
                "--features",
                driver,
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(tree.status.success(), "{tree:?}");
        let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
        let has = |name: &str| {
            tree.lines()
                .any(|line| line.split(' ').next() == Some(name))
        };
        for name in ["anyhow", "clap", "comfy-table", "indicatif", "mimalloc"] {
            assert!(!has(name), "{driver} needs {name}");
        }
        for other in ["postgres", "mysql", "sqlite"] {
            assert_eq!(
                has(&format!("sqlx-{other}")),
                other == driver,
                "{driver}: {other}"
            );
        }
    }
}
