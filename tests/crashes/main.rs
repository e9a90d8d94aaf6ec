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
use std::io::Read as _;
use std::time::{Duration, Instant};
use support::{Engine, TestDb, say};

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
}

/// Which way a run goes that is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forth,
    Back,
}

impl Way {
    /// One run in four goes back.
    fn any(random: &mut Random) -> Self {
        if random.below(4) == 0 {
            Self::Back
        } else {
            Self::Forth
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Forth => Self::Back,
            Self::Back => Self::Forth,
        }
    }

    /// The arguments of the run, the waiting for an old session included.
    fn args(self, project: &Project<'_>) -> Vec<String> {
        let args = match self {
            Self::Forth => vec!["migrate".to_owned()],
            Self::Back => vec![
                "rollback".to_owned(),
                "--to".to_owned(),
                project.base.to_string(),
            ],
        };
        args.into_iter()
            .chain(["--wait".to_owned(), "1m".to_owned()])
            .collect()
    }

    fn run(self, project: &Project<'_>) -> (i32, String) {
        let args = self.args(project);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        project.run(&args)
    }

    /// Where a run this way ends.
    #[track_caller]
    fn has_ended(self, project: &Project<'_>) {
        match self {
            Self::Forth => project.is(&project.after, project.last),
            Self::Back => project.is(&project.before, project.base),
        }
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
        let (code, text) = way.other().run(project);
        assert_eq!(code, 0, "{what}: {text}");
    };
    let (code, text) = way.run(project);
    if code == 0 {
        if text.contains("Nothing") {
            tally.finished_alone += 1;
        } else {
            tally.nothing_open += 1;
        }
        way.has_ended(project);
        return back_to_start();
    }
    assert_eq!(code, 5, "{what}: {text}");
    assert!(text.contains("repair --resume"), "{what}: {text}");
    assert!(
        !text.contains("--not-landed"),
        "{what}: it must be decided: {text}"
    );
    let (code, said) = project.run(&["rollback"]);
    assert_eq!(code, 5, "{what}: {said}");
    let mut option = if random.below(2) == 0 {
        "--resume"
    } else {
        "--undo"
    };
    let (_, foretold) = project.run(&["repair", option, "--dry-run"]);
    if foretold.contains("half in force") {
        option = "--resume";
    }
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
        return way.other().has_ended(project);
    }
    tally.resumed += 1;
    let (code, rest) = way.run(project);
    assert_eq!(code, 0, "{what} {option}: {said}\n{rest}");
    way.has_ended(project);
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
    let (messages, said) = strike(&project, &["migrate"], never);
    let clean = started.elapsed();
    Way::Forth.has_ended(&project);
    project.back();
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
        plans.push((Way::any(&mut random), anywhere(&mut random)));
    }
    let mut tally = Tally::default();
    let in_a_repair = |args: &[&str], random: &mut Random| {
        strike(&project, args, anywhere(random));
    };
    for (way, plan) in plans {
        if way == Way::Back {
            project.ok(&["migrate"]);
        }
        let args = way.args(&project);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        strike(&project, &args, plan);
        let what = format!("{engine}, seed {seed}, {way:?}, {plan:?}");
        recover(
            &project,
            way,
            &mut random,
            &mut tally,
            Some(&in_a_repair),
            &what,
        );
        if way == Way::Back {
            project.back();
        }
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
        let what = format!("sqlite, seed {seed}, {what}");
        recover(&project, Way::Forth, &mut random, &mut tally, None, &what);
    }
    say(&format!("crashes on sqlite: seed {seed}, {tally:?}"));
}
