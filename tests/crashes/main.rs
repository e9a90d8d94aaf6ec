//! Real crashes: the program is killed, or its connections are cut, at every message and at random
//! moments within, and `repair` then ends in exactly the schema of a run that nothing disturbed.
//!
//! `TABLEWRIGHT_CRASHES=500 TABLEWRIGHT_SEED=7 tests/run --test crashes` makes more of them; the numbers
//! are an engine's.

#![allow(clippy::pedantic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod project;
mod proxy;

use project::Project;
use proxy::{Blow, Plan, Proxy};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};
use support::{Engine, TestDb};

/// Crashes an engine, where nothing else is said.
const CRASHES: u64 = 60;

fn number(variable: &str, default: u64) -> u64 {
    let said = std::env::var(variable).ok();
    said.map_or(default, |text| text.parse().unwrap())
}

/// Numbers that look random; the same from the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

/// What came of the crashes of an engine.
#[derive(Default, Debug)]
struct Tally {
    crashes: usize,
    nothing_open: usize,
    resumed: usize,
    undone: usize,
    finished_alone: usize,
}

fn say(text: &str) {
    // past the test runner's capture
    writeln!(std::io::stderr(), "{text}").unwrap();
}

/// After a crash: the next run says what it found, and repair ends where a clean run would.
fn recover(project: &Project<'_>, random: &mut Random, tally: &mut Tally, what: &str) {
    tally.crashes += 1;
    let way = if random.below(2) == 0 {
        "--resume"
    } else {
        "--undo"
    };
    let (code, text) = project.run(&["migrate", "--wait", "1m"]);
    if code == 0 {
        if text.contains("Nothing is pending") {
            tally.finished_alone += 1;
        } else {
            tally.nothing_open += 1;
        }
        project.is(&project.after, project.last);
        return project.back();
    }
    assert_eq!(code, 5, "{what}: {text}");
    assert!(text.contains("repair --resume"), "{what}: {text}");
    assert!(
        !text.contains("--not-landed"),
        "{what}: it must be decided: {text}"
    );
    let (code, said) = project.run(&["rollback"]);
    assert_eq!(code, 5, "{what}: {said}");
    let (mut code, mut said) = project.run(&["repair", way]);
    let undone = way == "--undo" && code == 0;
    if way == "--undo" && said.contains("half in force") {
        (code, said) = project.run(&["repair", "--resume"]);
    }
    assert_eq!(code, 0, "{what} {way}: {text}\n{said}");
    if undone {
        tally.undone += 1;
        let (code, text) = project.run(&["status"]);
        assert_eq!(code, 0, "{what}: {text}");
    } else {
        tally.resumed += 1;
    }
    let (code, text) = project.run(&["migrate"]);
    assert_eq!(code, 0, "{what} {way}: {said}\n{text}");
    project.is(&project.after, project.last);
    project.back();
}

/// `host:port` of a URL, and the URL with another port on loopback.
fn through(url: &str, port: u16) -> (String, String) {
    let at = url.rfind('@').unwrap() + 1;
    let end = url[at..].find('/').map_or(url.len(), |slash| at + slash);
    let server = url[at..end].to_owned();
    (
        server,
        format!("{}127.0.0.1:{port}{}", &url[..at], &url[end..]),
    )
}

/// A run through a proxy; gives how many messages it sent.
fn strike(project: &Project<'_>, plan: Plan) -> (usize, bool, String) {
    let (server, _) = through(project.db.url(), 0);
    let proxy = Proxy::start(&server, plan);
    let (_, url) = through(project.db.url(), proxy.port);
    let child = project.start(&["migrate"], &url);
    proxy.victim(child.clone());
    let mut said = String::new();
    let stderr = child.lock().unwrap().stderr.take();
    stderr.unwrap().read_to_string(&mut said).unwrap();
    loop {
        if child.lock().unwrap().try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    (proxy.messages(), proxy.struck(), said)
}

fn on_a_server(engine: Engine) {
    let Some(db) = TestDb::create(engine) else {
        return;
    };
    let (seed, count) = (
        number("TABLEWRIGHT_SEED", 1),
        number("TABLEWRIGHT_CRASHES", CRASHES),
    );
    let mut random = Random(seed ^ (engine as u64) << 32);
    let project = Project::new(&db);
    let never = Plan {
        blow: Blow::Cut,
        at: 0,
        before: true,
        delay: Duration::ZERO,
    };
    let started = Instant::now();
    let (messages, _, said) = strike(&project, never);
    let clean = started.elapsed();
    project.is(&project.after, project.last);
    project.back();
    let statements = said.matches(" done").count();
    assert!(statements > 5, "{said}");
    // from the first message that the run itself sends, with some room, to the last one
    let first = messages.saturating_sub(statements + 8).max(1);
    let mut tally = Tally::default();
    let mut plans = Vec::new();
    for at in first..=messages {
        for before in [true, false] {
            let blow = if random.below(2) == 0 {
                Blow::Cut
            } else {
                Blow::Kill
            };
            plans.push(Plan {
                blow,
                at,
                before,
                delay: Duration::ZERO,
            });
        }
    }
    let count = usize::try_from(count).unwrap();
    let longest = usize::try_from(clean.as_micros()).unwrap() / 8;
    while plans.len() < count {
        let blow = if random.below(2) == 0 {
            Blow::Cut
        } else {
            Blow::Kill
        };
        let at = first + random.below(messages - first + 1);
        let delay = Duration::from_micros(random.below(longest).try_into().unwrap());
        plans.push(Plan {
            blow,
            at,
            before: false,
            delay,
        });
    }
    for plan in plans {
        strike(&project, plan);
        recover(
            &project,
            &mut random,
            &mut tally,
            &format!("seed {seed}, {plan:?}"),
        );
    }
    say(&format!(
        "crashes on {engine}: seed {seed}, {messages} messages, {tally:?}"
    ));
    assert!(tally.crashes >= count, "{tally:?}");
    if engine.dialect() == "mysql" {
        assert!(tally.resumed > 0 && tally.undone > 0, "{tally:?}");
    }
}

#[test]
fn postgres() {
    on_a_server(Engine::Postgres);
}

#[test]
fn mariadb() {
    on_a_server(Engine::MariaDb);
}

#[test]
fn mysql() {
    on_a_server(Engine::MySql);
}

/// There is no connection to cut: the process is killed when it says that a statement is done, and at
/// random times.
#[test]
fn sqlite() {
    let db = TestDb::create(Engine::Sqlite).unwrap();
    let (seed, count) = (
        number("TABLEWRIGHT_SEED", 1),
        number("TABLEWRIGHT_CRASHES", CRASHES),
    );
    let mut random = Random(seed);
    let project = Project::new(&db);
    let started = Instant::now();
    project.ok(&["migrate"]);
    let clean = usize::try_from(started.elapsed().as_micros()).unwrap();
    project.back();
    let mut tally = Tally::default();
    for n in 0..usize::try_from(count).unwrap() {
        let child = project.start(&["migrate"], db.url());
        let mut stderr = child.lock().unwrap().stderr.take().unwrap();
        let what = if n < 12 {
            let mut said = String::new();
            let mut byte = [0];
            while said.matches(" done").count() <= n && stderr.read(&mut byte).unwrap() == 1 {
                said.push(char::from(byte[0]));
            }
            format!("after statement {}", n + 1)
        } else {
            let delay = random.below(clean);
            std::thread::sleep(Duration::from_micros(delay.try_into().unwrap()));
            format!("after {delay} us")
        };
        child.lock().unwrap().kill().unwrap();
        child.lock().unwrap().wait().unwrap();
        recover(
            &project,
            &mut random,
            &mut tally,
            &format!("seed {seed}, {what}"),
        );
    }
    say(&format!("crashes on sqlite: seed {seed}, {tally:?}"));
}
