//! A schema as its server's own dump.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process;

use super::{Engine, TestDb};

impl TestDb {
    /// The schema in the server's own words: `pg_dump`, SHOW CREATE, or `sqlite_schema`.
    /// Two dumps are equal where the schemas are.
    pub fn dump(&self) -> String {
        self.dump_without(&[])
    }

    /// [`Self::dump`] without the tables whose names match a pattern (`*` stands for anything).
    pub fn dump_without(&self, tables: &[&str]) -> String {
        match self.engine() {
            Engine::Postgres => self.pg_dump(tables),
            Engine::MariaDb | Engine::MySql => self.show_create(tables),
            Engine::Sqlite => self.sqlite_schema(tables),
        }
    }

    fn pg_dump(&self, without: &[&str]) -> String {
        let mut command = process::Command::new(client("pg_dump"));
        command.args([
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--dbname",
            &self.url,
        ]);
        command.args(
            without
                .iter()
                .map(|pattern| format!("--exclude-table={pattern}")),
        );
        let output = command.output().expect("pg_dump runs");
        assert!(
            output.status.success(),
            "pg_dump: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let noise = |line: &&str| {
            line.is_empty()
                || *line == "--"
                || line.starts_with("-- Dumped ")
                || line.starts_with("-- Name: ")
                || line.starts_with("-- PostgreSQL database dump")
                || line.starts_with("\\restrict")
                || line.starts_with("\\unrestrict")
                || line.starts_with("SELECT pg_catalog.set_config(")
                || (line.starts_with("SET ") && line.ends_with(';'))
        };
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .filter(|line| !noise(line))
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn show_create(&self, without: &[&str]) -> String {
        let session = self.session();
        let schema = &self.name;
        let mut dump = String::new();
        let objects = session.query(&format!(
            "select case table_type when 'VIEW' then 'view' when 'SEQUENCE' then 'sequence' else 'table' end, table_name
               from information_schema.tables where table_schema = '{schema}' order by 1, binary table_name;
             select 'trigger', trigger_name from information_schema.triggers
              where trigger_schema = '{schema}' order by binary trigger_name;
             select lower(routine_type), routine_name from information_schema.routines
              where routine_schema = '{schema}' order by 1, binary routine_name;
             select 'event', event_name from information_schema.events
              where event_schema = '{schema}' order by binary event_name"
        ));
        for object in objects {
            let [Some(kind), Some(name)] = &object[..] else {
                panic!("{object:?}")
            };
            if matches_any(without, name) {
                continue;
            }
            let row = session.query(&format!("show create {kind} `{}`", name.replace('`', "``")));
            let column = match kind.as_str() {
                "table" | "view" | "sequence" => 1,
                "event" => 3,
                _ => 2,
            };
            let text = row[0][column].clone().unwrap_or_default();
            // MariaDB puts its name before a sequence's
            let text = text.replace(&format!("(`{schema}`."), "(");
            let text = cut(&text, " AUTO_INCREMENT=", |c| c.is_ascii_digit());
            let text = cut(&text, " DEFINER=", |c| !c.is_whitespace());
            dump += &format!("{text};\n");
        }
        dump
    }

    fn sqlite_schema(&self, without: &[&str]) -> String {
        let rows = self.query(
            "select tbl_name, sql from sqlite_schema where sql is not null and name not like 'sqlite\\_%' escape '\\'
             order by case type when 'table' then 1 when 'view' then 2 when 'index' then 3 else 4 end, name",
        );
        rows.iter()
            .filter(|row| !matches_any(without, row[0].as_deref().unwrap_or_default()))
            .map(|row| format!("{};\n", row[1].as_deref().unwrap_or_default()))
            .collect()
    }
}

impl TestDb {
    /// Runs a file with the server's own client; gives the errors. With `strict` it ends at the first.
    pub fn load(&self, file: &Path, strict: bool) -> Vec<String> {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.run_script(&text, strict)
    }

    /// [`Self::load`] of a text.
    pub fn run_script(&self, text: &str, strict: bool) -> Vec<String> {
        let mut command = match self.engine() {
            Engine::Postgres => {
                let mut command = process::Command::new(client("psql"));
                command.args(["--quiet", "--no-psqlrc", "--dbname", self.url()]);
                command.args([
                    "-v",
                    if strict {
                        "ON_ERROR_STOP=1"
                    } else {
                        "ON_ERROR_STOP=0"
                    },
                ]);
                command
            }
            Engine::MariaDb | Engine::MySql => {
                let server = self.url().strip_prefix("mysql://").expect("a URL");
                let (login, server) = server.rsplit_once('@').expect("a user");
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                let (server, _) = server.split_once('/').expect("a database");
                let (host, port) = server.split_once(':').unwrap_or((server, "3306"));
                // each has dropped what the other logs in with
                let mut command = process::Command::new(if self.engine() == Engine::MySql {
                    client("mysql")
                } else {
                    PathBuf::from("mariadb")
                });
                command.args([
                    "-u",
                    user,
                    "-h",
                    host,
                    "-P",
                    port,
                    "--default-character-set=utf8mb4",
                ]);
                command.args([if strict { "--skip-force" } else { "--force" }, self.name()]);
                command.env("MYSQL_PWD", password);
                command
            }
            Engine::Sqlite => {
                return self.try_exec(text).err().into_iter().collect();
            }
        };
        let mut child = command
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::null())
            .stderr(process::Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut input = child.stdin.take().unwrap();
        let text = text.to_owned();
        let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let _ended_early = writer.join().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        said.lines()
            .filter(|line| line.contains("ERROR"))
            .map(str::to_owned)
            .collect()
    }
}

/// One of the servers' own client programs: the one that `tests/servers` fetched, else the newest here, as an
/// older one refuses a newer server. Debian's `/usr/bin/pg_dump` and `psql` are slow wrappers.
pub fn client(name: &str) -> PathBuf {
    let fetched = std::env::var("TABLEWRIGHT_TEST_CLIENTS").unwrap_or_default();
    let mut installed: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    installed.sort();
    fetched
        .split(':')
        .map(PathBuf::from)
        .chain(installed.into_iter().rev().map(|(_, folder)| folder))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from(name))
}

fn matches_any(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        let mut parts = pattern.split('*');
        let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let parts: Vec<_> = parts.collect();
        let Some((last, between)) = parts.split_last() else {
            return rest.is_empty();
        };
        for part in between {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    })
}

/// `text` without each `mark` and what belongs to it after it.
fn cut(text: &str, mark: &str, belongs: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + part.trim_start_matches(&belongs))
}
