//! The program to test, in a separate folder and environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use tempfile::TempDir;

/// The program in an empty folder of its own.
pub fn tw() -> Tw {
    Tw {
        dir: TempDir::new().unwrap(),
        env: Vec::new(),
    }
}

/// A folder and an environment to run the program in; neither holds anything of the machine's or the user's.
pub struct Tw {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Tw {
    /// Sets a variable for all runs.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file, and the folders above it.
    pub fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// All files below a folder, sorted, relative to the working folder.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push(
                        entry
                            .path()
                            .strip_prefix(self.dir())
                            .unwrap()
                            .to_string_lossy()
                            .into_owned(),
                    );
                }
            }
        }
        found.sort();
        found
    }

    /// For what `assert_cmd` doesn't do: to let it run while the test goes on, or to send signals.
    pub fn std_command<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
    ) -> process::Command {
        let mut command = process::Command::new(env!("CARGO_BIN_EXE_tablewright"));
        command.env_clear();
        for name in [
            "PATH",
            "TMPDIR",
            "RUST_BACKTRACE",
            "LD_LIBRARY_PATH",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
        ] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
            .env("HOME", self.dir())
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.dir()).args(args);
        command
    }

    /// A run to be completed, for instance with `.write_stdin(…)`; it is ended after two minutes.
    pub fn command<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
    ) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::from_std(self.std_command(args));
        command.timeout(Duration::from_secs(120));
        command
    }

    /// Runs it: `.run(["validate"]).success()`, or `.code(4)`.
    pub fn run<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
    ) -> assert_cmd::assert::Assert {
        self.command(args).assert()
    }

    /// Its stdout, where it succeeds.
    pub fn stdout<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        String::from_utf8(self.run(args).success().get_output().stdout.clone()).unwrap()
    }
}
