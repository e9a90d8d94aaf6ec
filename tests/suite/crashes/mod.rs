//! Real crashes: the program is killed, or its connections are cut, at every message and at random moments between
//! messages. `repair` must then lead to exactly the schema of an undisturbed run.
//!
//! `TABLEWRIGHT_CRASHES=500 TABLEWRIGHT_SEED=7 tests/run crashes::` makes more of them; the numbers
//! are an engine's.

#![allow(clippy::pedantic, clippy::unwrap_used)]

mod project;
mod proxy;

use crate::support::{Engine, TestDb, say};
use project::{Means, Project, Way};
use proxy::{Blow, Plan, Proxy};
use std::io::Read as _;
use std::time::{Duration, Instant};

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
    /// Those within a rollback.
    on_the_way_back: usize,
    /// Those within a repair.
    in_a_repair: usize,
    nothing_open: usize,
    finished_alone: usize,
    resumed: usize,
    undone: usize,
    /// Of those, the ones that left a step partially applied.
    within_a_step: usize,
}

/// One run in four goes back.
fn any_way(random: &mut Random) -> Way {
    if random.below(4) == 0 {
        Way::Back
    } else {
        Way::Forth
    }
}

/// Strikes once more, at a repair with these arguments.
type Again<'a> = &'a dyn Fn(&[&str], &mut Random);

/// After a crash: the next run says what it found, and repair ends where a clean run would. Leaves the
/// project where it was before the crash.
fn recover(
    project: &Project<'_>,
    way: Way,
    random: &mut Random,
    tally: &mut Tally,
    again: Option<Again<'_>>,
    what: &str,
) {
    tally.crashes += 1;
    tally.on_the_way_back += usize::from(way == Way::Back);
    let back_to_start = || {
        let (code, text) = project.run_way(way.other());
        assert_eq!(code, 0, "{what}: {text}");
    };
    let (code, text) = project.run_way(way);
    if code == 0 {
        if text.contains("No pending") || text.contains("No applied") {
            tally.finished_alone += 1;
        } else {
            tally.nothing_open += 1;
        }
        project.has_ended(way);
        return back_to_start();
    }
    assert_eq!(code, 5, "{what}: {text}");
    assert!(text.contains("repair --resume"), "{what}: {text}");
    assert!(
        !text.contains("--no-effect"),
        "{what}: it must be decided: {text}"
    );
    let (code, said) = project.run(&["rollback"]);
    assert_eq!(code, 5, "{what}: {said}");
    let option = if random.below(2) == 0 {
        "--resume"
    } else {
        "--undo"
    };
    let (code, foretold) = project.run(&["repair", option, "--dry-run"]);
    assert!([0, 3].contains(&code), "{what} {option}: {foretold}");
    let half = foretold.contains("is partially applied: each of its statements");
    tally.within_a_step += usize::from(half && option == "--undo");
    if let Some(again) = again
        && random.below(4) == 0
    {
        tally.in_a_repair += 1;
        again(&["repair", option], random);
    }
    let (code, said) = project.run(&["repair", option, "--wait", "1m"]);
    assert_eq!(code, 0, "{what} {option}: {text}\n{said}");
    let (code, status) = project.run(&["status"]);
    assert_eq!(code, 0, "{what}: {status}");
    if option == "--undo" {
        tally.undone += 1;
        // versions of the same run that were complete before the one that crashed stay
        back_to_start();
        return project.has_ended(way.other());
    }
    tally.resumed += 1;
    let (code, rest) = project.run_way(way);
    assert_eq!(code, 0, "{what} {option}: {said}\n{rest}");
    project.has_ended(way);
    back_to_start();
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

/// A run through a proxy; gives how many messages it sent, and what it said.
fn strike(project: &Project<'_>, args: &[&str], plan: Plan) -> (usize, String) {
    let (server, _) = through(project.db.url(), 0);
    let proxy = Proxy::start(&server, plan);
    let (_, url) = through(project.db.url(), proxy.port);
    let child = project.start(args, &url);
    proxy.victim(child.clone());
    let mut said = String::new();
    let stderr = child.lock().unwrap().stderr.take();
    stderr.unwrap().read_to_string(&mut said).unwrap();
    while child.lock().unwrap().try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    (proxy.messages(), said)
}

fn any_blow(random: &mut Random) -> Blow {
    if random.below(2) == 0 {
        Blow::Cut
    } else {
        Blow::Kill
    }
}

fn on_a_server(engine: Engine, means: Means) {
    let Some(db) = TestDb::create(engine) else {
        return;
    };
    let (seed, count) = (
        number("TABLEWRIGHT_SEED", 1),
        number("TABLEWRIGHT_CRASHES", CRASHES),
    );
    let mut random = Random(seed ^ (engine as u64) << 32);
    let project = Project::new(&db, means);
    let never = Plan {
        blow: Blow::Cut,
        at: 0,
        before: true,
        delay: Duration::ZERO,
    };
    let started = Instant::now();
    let forth = project.way(Way::Forth);
    let forth: Vec<&str> = forth.iter().map(String::as_str).collect();
    let (messages, said) = strike(&project, &forth, never);
    let clean = started.elapsed();
    project.has_ended(Way::Forth);
    project.go(Way::Back);
    let statements = said.matches(" done").count();
    assert!(statements > 5, "{said}");
    // from before the first message that the run itself sends to the last one
    let first = messages.saturating_sub(statements + 8).max(1);
    let longest = usize::try_from(clean.as_micros()).unwrap() / 8;
    let anywhere = |random: &mut Random| Plan {
        blow: any_blow(random),
        at: first + random.below(messages - first + 1),
        before: false,
        delay: Duration::from_micros(random.below(longest).try_into().unwrap()),
    };
    let mut plans = Vec::new();
    for at in first..=messages {
        for before in [true, false] {
            let blow = any_blow(&mut random);
            plans.push((
                Way::Forth,
                Plan {
                    blow,
                    at,
                    before,
                    delay: Duration::ZERO,
                },
            ));
        }
    }
    let count = usize::try_from(count).unwrap();
    while plans.len() < count {
        plans.push((any_way(&mut random), anywhere(&mut random)));
    }
    let mut tally = Tally::default();
    let in_a_repair = |args: &[&str], random: &mut Random| {
        strike(&project, args, anywhere(random));
    };
    for (way, plan) in plans {
        if way == Way::Back {
            project.go(Way::Forth);
        }
        let args = project.way(way);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        strike(&project, &args, plan);
        let what = format!("{engine}, {means:?}, seed {seed}, {way:?}, {plan:?}");
        recover(
            &project,
            way,
            &mut random,
            &mut tally,
            Some(&in_a_repair),
            &what,
        );
        if way == Way::Back {
            project.go(Way::Back);
        }
    }
    say(&format!(
        "crashes on {engine}, {means:?}: seed {seed}, {messages} messages, {tally:?}"
    ));
    assert!(tally.crashes >= count, "{tally:?}");
    if engine.dialect() == "mysql" {
        assert!(tally.resumed > 0 && tally.undone > 0, "{tally:?}");
        assert!(tally.within_a_step > 0, "{tally:?}");
    }
}

#[test]
fn postgres() {
    on_a_server(Engine::Postgres, Means::Migrations);
}

#[test]
fn postgres_apply() {
    on_a_server(Engine::Postgres, Means::Apply);
}

#[test]
fn mariadb() {
    on_a_server(Engine::MariaDb, Means::Migrations);
}

#[test]
fn mariadb_apply() {
    on_a_server(Engine::MariaDb, Means::Apply);
}

#[test]
fn mysql() {
    on_a_server(Engine::MySql, Means::Migrations);
}

#[test]
fn mysql_apply() {
    on_a_server(Engine::MySql, Means::Apply);
}

#[test]
fn sqlite() {
    on_sqlite(Means::Migrations);
}

#[test]
fn sqlite_apply() {
    on_sqlite(Means::Apply);
}

/// There is no connection to cut: the process is killed when it says that a statement is done, and at
/// random times.
fn on_sqlite(means: Means) {
    let db = TestDb::create(Engine::Sqlite).unwrap();
    let (seed, count) = (
        number("TABLEWRIGHT_SEED", 1),
        number("TABLEWRIGHT_CRASHES", CRASHES),
    );
    let mut random = Random(seed);
    let project = Project::new(&db, means);
    let started = Instant::now();
    project.go(Way::Forth);
    let clean = usize::try_from(started.elapsed().as_micros()).unwrap();
    project.go(Way::Back);
    let args = project.way(Way::Forth);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut tally = Tally::default();
    for n in 0..usize::try_from(count).unwrap() {
        let child = project.start(&args, db.url());
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
        let what = format!("sqlite, {means:?}, seed {seed}, {what}");
        recover(&project, Way::Forth, &mut random, &mut tally, None, &what);
    }
    say(&format!(
        "crashes on sqlite, {means:?}: seed {seed}, {tally:?}"
    ));
}
