//! One run at a time, also through poolers, clusters and lost connections.

#![allow(clippy::pedantic, clippy::unwrap_used)]

use crate::support::runs::{project, project_at, said, soon, start};
use crate::support::{Engine, Session, TestDb, on_every_engine};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tablewright::db::{Conn, DbUrl};
use tablewright::migrate::run::lock::{Lock, open_lock_connection};
use tablewright::migrate::{LockError, LockOptions, Silent, Stop};
use tablewright::server;
use tablewright::server::session_control::LockKey;
use tempfile::TempDir;

fn versions(db: &TestDb) -> usize {
    let rows = db.try_query("select version from refinery_schema_history");
    db.disconnect();
    rows.map_or(0, |rows| rows.len())
}

/// A statement that takes about as many tenths of a second.
fn slow(engine: Engine, tenths: u32) -> String {
    match engine {
        Engine::Postgres => format!("select pg_sleep({tenths} / 10.0);"),
        Engine::MariaDb | Engine::MySql => format!("select sleep({tenths} / 10);"),
        Engine::Sqlite => format!(
            "insert into one with recursive n (i) as (select 1 union all select i + 1 from n where i < {}) select count(*) from n;",
            tenths * 200_000
        ),
    }
}

on_every_engine! {
    fn ten_runs_at_once(db) {
        let tw = project(db, &[
            ("V1__one.sql", "create table one (a int);"),
            ("V2__two.sql", &format!("{}\ncreate table two (a int);", slow(db.engine(), 5))),
            ("V3__three.sql", "insert into one values (1);"),
        ]);
        let runs: Vec<_> = (0..10)
            .map(|n| {
                let wait = if n % 2 == 0 { "1m" } else { "0s" };
                (wait, start(&tw, &["migrate", "-t", "it", "--wait", wait]))
            })
            .collect();
        let mut worked = 0;
        for (wait, run) in runs {
            let (code, text) = run.ended();
            let fine = if wait == "1m" { code == 0 } else { [0, 6].contains(&code) };
            assert!(fine, "{wait}: {code}: {text}");
            worked += usize::from(text.contains("3 migrations in"));
        }
        assert_eq!(worked, 1, "one of them did it all");
        assert_eq!(versions(db), 3);
        assert_eq!(db.value("select count(*) from one where a = 1").unwrap(), "1");
    }
}

/// Ends the session that holds the lock, while the other one works.
fn end_the_lock(db: &TestDb) {
    let admin = db.session();
    match db.engine() {
        Engine::Postgres => {
            let query = "select pg_terminate_backend(a.pid) from pg_stat_activity a where a.datname = current_database() \
                and a.pid <> pg_backend_pid() and exists (select 1 from pg_locks l where l.pid = a.pid and l.locktype = 'advisory') \
                and a.query not like '%pg_sleep%'";
            assert_eq!(admin.query(query).len(), 1);
        }
        _ => {
            let query = "select session from tablewright_lock";
            let id = admin.query(query)[0][0].clone().unwrap();
            admin.exec(&format!("kill {id}"));
        }
    }
}

#[test]
fn a_lost_lock_stops_the_run() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            let tw = project(db, &[
                ("V1__one.sql", "create table one (a int);"),
                ("V2__two.sql", &format!("create table early (a int);\n{}\ncreate table late (a int);", slow(engine, 15))),
            ]);
            let mut run = start(&tw, &["migrate", "-t", "it"]);
            run.until("1/3");
            let working = match engine {
                Engine::Postgres => "select 1 from pg_stat_activity where datname = current_database() and query like 'select pg_sleep(15%'",
                _ => "select 1 from information_schema.processlist where db = database() and info like '%select sleep(15%' and id <> connection_id()",
            };
            soon(|| (!db.query(working).is_empty()).then_some(()));
            end_the_lock(db);
            let (code, text) = run.ended();
            assert_eq!(code, if engine == Engine::Postgres { 1 } else { 5 }, "{text}");
            assert!(text.contains("the lock was lost"), "{text}");
            assert!(text.contains("not started"), "{text}");
            assert!(db.try_query("select * from late").is_err());
            assert_eq!(versions(db), 1);
        });
    }
}

/// Nothing was sent on a connection that is lost while another run is waited for: it is opened again.
#[test]
fn a_connection_lost_while_waiting() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            let first = project(db, &[("V1__one.sql", &format!("create table one (a int);\n{}", slow(engine, 20)))]);
            let mut first_run = start(&first, &["migrate", "-t", "it"]);
            first_run.until("1/2");
            first.file(&format!("migrations/{}/shop/V2__two.sql", engine.dialect()), "create table two (a int);\n");
            let mut second_run = start(&first, &["migrate", "-t", "it", "--wait", "1m"]);
            second_run.until("Waiting.");
            let admin = db.session();
            // its first session is the one that is to work
            let ended = match engine {
                Engine::Postgres => admin.query("select pg_terminate_backend(pid) from pg_stat_activity a where datname = current_database() and application_name = 'tablewright' \
                    and not exists (select 1 from pg_locks l where l.pid = a.pid and l.locktype = 'advisory') order by backend_start limit 1").len(),
                _ => {
                    let query = "select min(id) from information_schema.processlist where db = database() and id <> connection_id() \
                        and command = 'Sleep' and id not in (select session from tablewright_lock)";
                    let id = admin.query(query)[0][0].clone().unwrap();
                    admin.exec(&format!("kill {id}"));
                    1
                }
            };
            assert_eq!(ended, 1);
            let (code, text) = first_run.ended();
            assert_eq!(code, 0, "{text}");
            let (code, text) = second_run.ended();
            assert_eq!(code, 0, "{engine}: {text}");
            assert_eq!(versions(db), 2, "{text}");
        });
    }
}

/// The waiting run holds up nothing, and is told who works.
#[test]
fn an_index_is_built_while_another_run_waits() {
    Engine::Postgres.with(|db| {
        let tw = project(
            db,
            &[
                ("V1__a.sql", "create table a (b int); select pg_sleep(1.5);"),
                (
                    "V2__i.sql",
                    "-- tablewright: no-transaction\ncreate index concurrently i on a (b);",
                ),
            ],
        );
        let mut first = start(&tw, &["migrate", "-t", "it"]);
        first.until("V1 a");
        let mut second = start(&tw, &["migrate", "-t", "it", "--lock-wait", "1m"]);
        second.until("Another run holds the lock: session ");
        second.until("(postgres@127.0.0.1, tablewright), for ");
        let (code, text) = first.ended();
        assert_eq!(code, 0, "{text}");
        let (code, text) = second.ended();
        assert_eq!(code, 0, "{text}");
        assert_eq!(
            db.value("select indisvalid from pg_index where indexrelid = 'i'::regclass")
                .unwrap(),
            "t"
        );
    });
}

/// A session that worked for a run that is gone: the next one waits for it.
#[test]
fn a_statement_that_outlives_its_client() {
    for engine in [Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            let tw = project(db, &[("V1__a.sql", "create table a (b int);\ncreate table slow as select sleep(2) as s from (select 1 as x union select 2) t;")]);
            let mut run = start(&tw, &["migrate", "-t", "it"]);
            run.until("1/2");
            soon(|| (!db.query("select 1 from information_schema.processlist where db = database() and info like '%sleep(2)%' and id <> connection_id()").is_empty()).then_some(()));
            run.signal("-KILL");
            run.ended();
            let (code, text) = said(&tw, &["migrate", "-t", "it"]);
            assert_eq!(code, 5, "{text}");
            assert!(text.contains("still running on the server") && text.contains("sleep(2)"), "{text}");
        });
    }
}

// ------------------------------------------------------------------------------------------- poolers

/// A process that ends with this value, and its folder.
struct Private {
    child: Child,
    dir: TempDir,
    port: u16,
}

impl Drop for Private {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// An unprivileged user for programs that refuse to run as root: an argument for `setpriv`, or nothing.
fn unprivileged(program: &Path, dir: &Path) -> Command {
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !root {
        return Command::new(program);
    }
    let owned = Command::new("chown")
        .args(["-R", "nobody"])
        .arg(dir)
        .status()
        .unwrap();
    assert!(owned.success());
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"])
        .arg(program);
    command
}

/// PgBouncer in front of the server of a URL, with its own.
fn pooler(url: &str, mode: &str) -> Option<(Private, String)> {
    let program = PathBuf::from(crate::support::from_environment(
        "TABLEWRIGHT_TEST_PGBOUNCER",
    )?);
    let (login, rest) = url
        .strip_prefix("postgres://")
        .unwrap()
        .rsplit_once('@')
        .unwrap();
    let (user, password) = login.split_once(':').unwrap();
    let (address, database) = rest.split_once('/').unwrap();
    let (host, port) = address.split_once(':').unwrap();
    let dir = tempfile::Builder::new()
        .prefix("tw")
        .tempdir_in("/tmp")
        .unwrap();
    let own = free_port();
    let config = dir.path().join("p.ini");
    std::fs::write(&config, format!(
        "[databases]\n* = host={host} port={port} user={user} password={password}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\nauth_type = any\n\
         pool_mode = {mode}\nlogfile =\n"
    )).unwrap();
    let child = unprivileged(&program, dir.path())
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Private {
        child,
        dir,
        port: own,
    };
    let url = format!(
        "postgres://{user}:{password}@127.0.0.1:{}/{database}",
        server.port
    );
    // sqlx's own defaults are refused by a pooler, so no session of the tests' client
    soon(|| std::net::TcpStream::connect(("127.0.0.1", server.port)).ok());
    Some((server, url))
}

#[test]
fn a_pooler_in_transaction_mode_is_refused() {
    Engine::Postgres.with(|db| {
        let files = [("V1__a.sql", "create table a (b int);")];
        let Some((_pooler, url)) = pooler(db.url(), "transaction") else {
            return;
        };
        let tw = project_at(&url, "postgres", &files);
        for command in [
            &["migrate", "-t", "it"][..],
            &["migrate", "-t", "it", "--dry-run"],
            &["rollback", "-t", "it"],
        ] {
            let (code, text) = said(&tw, command);
            assert_eq!(code, 7, "{text}");
            assert!(
                text.contains("pooler in transaction mode")
                    && text.contains("help: connect to the server itself"),
                "{text}"
            );
        }
        assert_eq!(versions(db), 0);
        let (_pooler, url) = pooler(db.url(), "session").unwrap();
        let (code, text) = said(
            &project_at(&url, "postgres", &files),
            &["migrate", "-t", "it"],
        );
        assert_eq!(code, 0, "{text}");
        assert_eq!(versions(db), 1);
    });
}

// -------------------------------------------------------------------------------------------- leases

fn block<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

async fn lease(db: &TestDb, wait: Duration) -> Result<Lock, LockError> {
    let url = DbUrl::new(db.url());
    let mut conn = Conn::open(&url, false).await.unwrap();
    let control = &server::profile(conn.server().vendor).session_control;
    let options = LockOptions {
        wait,
        lease: Duration::from_secs(1),
        always_lease: true,
        ..LockOptions::default()
    };
    let key = LockKey {
        history: "h".to_owned(),
    };
    let other = open_lock_connection(&url, control, &mut conn).await?;
    Lock::take(
        other,
        &url,
        control,
        &key,
        &options,
        &Stop::default(),
        &mut Silent,
    )
    .await
}

#[test]
fn a_lease_is_renewed_and_runs_out() {
    for engine in [Engine::MariaDb, Engine::MySql] {
        engine.with(|db| {
            block(async {
                let first = lease(db, Duration::ZERO).await.unwrap();
                let LockError::Held {
                    holder: Some(holder),
                    ..
                } = lease(db, Duration::from_millis(1500)).await.unwrap_err()
                else {
                    panic!("it is held");
                };
                assert!(holder.application.unwrap().contains("process"));
                first.prove().await.unwrap();
                first.release().await;
                let second = lease(db, Duration::ZERO).await.unwrap();
                // it dies without a word
                drop(second);
                assert!(lease(db, Duration::ZERO).await.is_err());
                let third = lease(db, Duration::from_secs(5)).await.unwrap();
                // another session removes it
                db.exec("update tablewright_lock set owner = 'thief'");
                tokio::time::sleep(Duration::from_millis(400)).await;
                let LockError::Lost(_) = third.prove().await.unwrap_err() else {
                    panic!("it is lost");
                };
            })
        });
    }
}

/// A cluster of one server, or nothing where its programs aren't there.
fn galera() -> Option<(Private, String)> {
    let provider = crate::support::from_environment("TABLEWRIGHT_TEST_GALERA")?;
    let dir = tempfile::Builder::new()
        .prefix("tw")
        .tempdir_in("/tmp")
        .unwrap();
    let data = dir.path().join("data");
    let program = |name: &str| {
        ["/usr/sbin", "/usr/bin"]
            .iter()
            .map(|folder| Path::new(folder).join(name))
            .find(|path| path.exists())
            .unwrap()
    };
    let installed = unprivileged(&program("mariadb-install-db"), dir.path())
        .args([
            "--no-defaults",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ])
        .arg(format!("--datadir={}", data.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(installed.success());
    let (port, cluster) = (free_port(), free_port());
    let child = unprivileged(&program("mariadbd"), dir.path())
        .args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--skip-networking=0",
            "--wsrep-on=ON",
            "--binlog-format=ROW",
        ])
        .args([
            "--wsrep-cluster-address=gcomm://",
            "--wsrep-node-address=127.0.0.1",
            "--innodb-autoinc-lock-mode=2",
        ])
        .args([
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=8M",
            "--innodb-flush-log-at-trx-commit=0",
        ])
        .arg(format!("--wsrep-provider={provider}"))
        .arg(format!(
            "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{cluster};gcache.size=4M"
        ))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", dir.path().join("s").display()))
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Private { child, dir, port };
    let url = format!("mysql://root@127.0.0.1:{}/", server.port);
    let admin = soon(|| Session::try_open(&url).ok());
    soon(|| admin.try_exec("create database shop").ok());
    Some((server, format!("{url}shop")))
}

#[test]
fn a_cluster_has_a_lease() {
    let Some((server, url)) = galera() else {
        return;
    };
    assert!(server.dir.path().exists());
    let tw = project_at(
        &url,
        "mysql",
        &[
            ("V1__a.sql", "create table a (b int);"),
            ("V2__b.sql", "create table b (b int);"),
        ],
    );
    let (code, text) = said(&tw, &["migrate", "-t", "it", "--to", "V1"]);
    assert_eq!(code, 0, "{text}");
    let session = Session::open(&url);
    // a run on another server of the cluster, where GET_LOCK of this one is unknown
    session.exec("update tablewright_lock set owner = 'other', session = 7, client = 'dba@db2', application = 'tablewright there', since = utc_timestamp(6), expires = utc_timestamp(6) + interval 2 second");
    let (code, text) = said(&tw, &["migrate", "-t", "it"]);
    assert_eq!(code, 6, "{text}");
    assert!(
        text.contains("session 7 (dba@db2, tablewright there), for 0 s"),
        "{text}"
    );
    let began = Instant::now();
    let (code, text) = said(&tw, &["migrate", "-t", "it", "--wait", "20s"]);
    assert_eq!(code, 0, "{text}");
    assert!(began.elapsed() < Duration::from_secs(15), "{text}");
    let rows =
        session.query("select owner <> 'other', expires < utc_timestamp() from tablewright_lock");
    assert_eq!(
        rows[0],
        [Some("1".to_owned()), Some("1".to_owned())],
        "it was given back"
    );
}
