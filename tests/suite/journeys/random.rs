//! Random pairs of specs. `TABLEWRIGHT_PAIRS` is their number per server, `TABLEWRIGHT_SEED` selects them.

use super::journey::{Journey, up_down_up};
use super::text::yaml;
use crate::support::{Engine, Server, TestDb};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// SplitMix64: small, seeded, the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) fresh: bool,
    pub(crate) renamed_from: Option<String>,
    pub(crate) ty: usize,
    pub(crate) nullable: bool,
    pub(crate) default: bool,
    pub(crate) comment: Option<u8>,
    pub(crate) touched: bool,
    pub(crate) references: Option<(String, &'static str)>,
}

#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) renamed_from: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) indexes: Vec<(Option<String>, Vec<String>, bool)>,
    pub(crate) uniques: Vec<Vec<String>>,
    pub(crate) checks: Vec<(String, String)>,
    pub(crate) comment: Option<u8>,
}

/// Type, default, whether it can be in a key, and the types it can become without a cast that fails.
pub(crate) const TYPES: &[(&str, &str, bool, &[usize])] = &[
    ("int", "5", true, &[1, 2]),
    ("bigint", "-7", true, &[0, 2]),
    ("decimal(12,4)", "0.10", true, &[1]),
    ("varchar(40)", "it's", true, &[4, 5]),
    ("varchar(90)", "'a\\\\b'", true, &[3, 5]),
    ("text", "", false, &[]),
    ("bool", "true", true, &[]),
    ("json", "'{}'", false, &[]),
    ("timestamptz", "now", true, &[]),
    ("datetime", "now", true, &[8]),
    ("date", "today", true, &[]),
    ("uuid", "uuid", true, &[]),
    ("int unsigned", "3", true, &[1]),
    ("enum a", "open", true, &[14]),
    ("enum b", "open", true, &[13]),
    ("double", "1.5", false, &[]),
    ("smallint unsigned", "9", true, &[0]),
];

fn column(random: &mut Random, name: String) -> Column {
    let ty = random.below(TYPES.len());
    Column {
        name,
        fresh: true,
        renamed_from: None,
        ty,
        nullable: random.chance(50),
        default: random.chance(35),
        comment: random.chance(15).then(|| random.below(9) as u8),
        touched: TYPES[ty].0 == "timestamptz" && random.chance(30),
        references: None,
    }
}

fn table(random: &mut Random, name: String) -> Table {
    let columns = (0..1 + random.below(6))
        .map(|n| format!("c{n}"))
        .collect::<Vec<_>>();
    let mut table = Table {
        name,
        renamed_from: None,
        columns: columns
            .into_iter()
            .map(|name| column(random, name))
            .collect(),
        indexes: Vec::new(),
        uniques: Vec::new(),
        checks: Vec::new(),
        comment: random.chance(20).then(|| random.below(9) as u8),
    };
    for _ in 0..random.below(3) {
        add_key(random, &mut table);
    }
    if random.chance(40) {
        add_check(random, &mut table);
    }
    table
}

fn add_key(random: &mut Random, table: &mut Table) {
    let keys: Vec<&Column> = table.columns.iter().filter(|c| TYPES[c.ty].2).collect();
    if keys.is_empty() {
        return;
    }
    let mut columns = vec![random.pick(&keys).name.clone()];
    let other = random.pick(&keys).name.clone();
    if random.chance(40) && !columns.contains(&other) {
        columns.push(other);
    }
    if random.chance(35) {
        if !table.uniques.contains(&columns) {
            table.uniques.push(columns);
        }
        return;
    }
    let taken = |table: &Table, name: &str| {
        table
            .indexes
            .iter()
            .any(|(n, _, _)| n.as_deref() == Some(name))
    };
    let name = format!("idx_{}_{}", table.name, random.below(50));
    let unnamed = table
        .indexes
        .iter()
        .any(|(n, c, _)| n.is_none() && *c == columns);
    let name = (random.chance(60) || unnamed).then_some(name);
    if name.as_deref().is_none_or(|name| !taken(table, name)) {
        table.indexes.push((name, columns, random.chance(25)));
    }
}

fn add_check(random: &mut Random, table: &mut Table) {
    let numbers: Vec<&Column> = (table.columns.iter())
        .filter(|c| c.ty < 2 && c.references.is_none())
        .collect();
    let texts: Vec<&Column> = table.columns.iter().filter(|c| c.ty == 3).collect();
    let name = format!("ck_{}_{}", table.name, random.below(50));
    if table.checks.iter().any(|(n, _)| *n == name) {
        return;
    }
    if let (Some(number), true) = (numbers.first(), random.chance(60)) {
        let limit = random.below(90);
        let sql = match random.below(4) {
            0 => format!("{} > -{limit}", number.name),
            1 => format!("{0} between -8 and {1}", number.name, limit + 9),
            2 => format!("{0} in (-7, 5, 6) or {0} is null", number.name),
            _ => format!("not ({0} = 1 and {0} <> {limit})", number.name),
        };
        table.checks.push((name, sql));
    } else if let Some(text) = texts.first() {
        let sql = match random.below(3) {
            0 => format!("length({}) < 60", text.name),
            1 => format!("{} like '%a%' or 1 = 1", text.name),
            _ => format!("lower({0}) <> 'no' or {0} is null", text.name),
        };
        table.checks.push((name, sql));
    }
}

fn refer(random: &mut Random, tables: &mut [Table]) {
    let target = tables[random.below(tables.len())].name.clone();
    let at = random.below(tables.len());
    let name = format!("ref{}", random.below(4));
    if tables[at].columns.iter().any(|c| c.name == name) {
        return;
    }
    let action = *random.pick(&["cascade", "set null", "no action", "restrict"]);
    tables[at].columns.push(Column {
        name,
        fresh: true,
        renamed_from: None,
        ty: 0,
        nullable: true,
        default: false,
        comment: None,
        touched: false,
        references: Some((target, action)),
    });
}

fn schema(random: &mut Random) -> Vec<Table> {
    let mut tables: Vec<Table> = (0..1 + random.below(4))
        .map(|n| table(random, format!("t{n}")))
        .collect();
    for _ in 0..random.below(4) {
        refer(random, &mut tables);
    }
    tables
}

/// What may happen to a schema between two migrations.
fn mutate(random: &mut Random, tables: &mut Vec<Table>) {
    for _ in 0..1 + random.below(5) {
        let at = random.below(tables.len());
        match random.below(13) {
            0 => {
                let name = format!("n{}", random.below(90));
                if tables[at].columns.iter().all(|c| c.name != name) {
                    let place = random.below(tables[at].columns.len() + 1);
                    let column = column(random, name);
                    tables[at].columns.insert(place, column);
                }
            }
            1 if tables[at].columns.len() > 1 => {
                let place = random.below(tables[at].columns.len());
                let gone = tables[at].columns.remove(place).name;
                forget(&mut tables[at], &gone);
            }
            2 => {
                let place = random.below(tables[at].columns.len());
                let to = format!("r{}", random.below(90));
                rename(&mut tables[at], place, to);
            }
            3 => {
                let place = random.below(tables[at].columns.len());
                let column = &mut tables[at].columns[place];
                if let (Some(ty), None) = (TYPES[column.ty].3.first(), &column.references) {
                    column.ty = *ty;
                    if !TYPES[column.ty].2 {
                        let name = column.name.clone();
                        forget(&mut tables[at], &name);
                    }
                }
            }
            4 => {
                let place = random.below(tables[at].columns.len());
                let column = &mut tables[at].columns[place];
                column.nullable = !column.nullable || column.references.is_some();
            }
            5 => {
                let place = random.below(tables[at].columns.len());
                let column = &mut tables[at].columns[place];
                column.default = !column.default && column.references.is_none();
            }
            6 => add_key(random, &mut tables[at]),
            7 if !tables[at].indexes.is_empty() => {
                let place = random.below(tables[at].indexes.len());
                tables[at].indexes.remove(place);
            }
            8 => add_check(random, &mut tables[at]),
            9 => {
                tables[at].checks.pop();
                tables[at].uniques.pop();
            }
            10 => refer(random, tables),
            11 => tables[at].comment = Some(random.below(9) as u8),
            _ => {
                let name = format!("x{}", random.below(90));
                if tables.iter().all(|t| t.name != name) {
                    let table = table(random, name);
                    tables.push(table);
                }
            }
        }
    }
    if tables.len() > 2 && random.chance(20) {
        let gone = tables.remove(0).name;
        for table in tables.iter_mut() {
            for column in &mut table.columns {
                if column
                    .references
                    .as_ref()
                    .is_some_and(|(target, _)| *target == gone)
                {
                    column.references = None;
                }
            }
        }
    }
    if random.chance(15) && !tables[0].name.starts_with('x') {
        let from = tables[0].name.clone();
        let to = format!("moved_{from}");
        tables[0].renamed_from = Some(from.clone());
        tables[0].name.clone_from(&to);
        for column in tables.iter_mut().flat_map(|t| &mut t.columns) {
            if let Some((target, _)) = &mut column.references
                && *target == from
            {
                target.clone_from(&to);
            }
        }
    }
}

fn forget(table: &mut Table, column: &str) {
    let word = |sql: &str| {
        sql.split(|c: char| !c.is_alphanumeric())
            .any(|w| w == column)
    };
    table
        .indexes
        .retain(|(_, columns, _)| !columns.iter().any(|c| c == column));
    table
        .uniques
        .retain(|columns| !columns.iter().any(|c| c == column));
    table.checks.retain(|(_, sql)| !word(sql));
}

fn rename(table: &mut Table, place: usize, to: String) {
    if table
        .columns
        .iter()
        .any(|c| c.name == to || c.renamed_from.is_some() || c.renamed_from.as_ref() == Some(&to))
        || table.columns[place].fresh
    {
        return;
    }
    let from = std::mem::replace(&mut table.columns[place].name, to.clone());
    let swap = |name: &mut String| {
        if *name == from {
            name.clone_from(&to);
        }
    };
    table
        .indexes
        .iter_mut()
        .flat_map(|(_, c, _)| c)
        .for_each(swap);
    table.uniques.iter_mut().flatten().for_each(swap);
    for (_, sql) in &mut table.checks {
        let words: Vec<String> = sql
            .split_inclusive(|c: char| !c.is_alphanumeric())
            .map(|piece| match piece.strip_prefix(from.as_str()) {
                Some(rest) if rest.chars().all(|c| !c.is_alphanumeric()) => format!("{to}{rest}"),
                _ => piece.to_owned(),
            })
            .collect();
        *sql = words.concat();
    }
    table.columns[place].renamed_from = Some(from);
}

/// One pair, from its seed alone.
fn pair(seed: u64) -> Journey {
    let mut random = Random(seed);
    let mut tables = schema(&mut random);
    let before = yaml(&tables, false);
    for column in tables.iter_mut().flat_map(|t| &mut t.columns) {
        column.fresh = false;
    }
    mutate(&mut random, &mut tables);
    let after = yaml(&tables, true);
    let rows = "insert into t0 (id) values (1)";
    let plain = before.split("---\n").nth(1).is_some_and(|first| {
        first.contains("table: t0\n")
            && first
                .lines()
                .filter(|l| l.starts_with("  c") || l.starts_with("  ref"))
                .all(|l| l.contains("nullable: true") && !l.contains("default"))
    });
    Journey {
        before,
        after,
        rows: plain.then(|| rows.to_owned()),
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(otherwise)
}

fn pairs_on(server: impl Into<Server>) {
    let server = server.into();
    let (count, seed) = (
        number("TABLEWRIGHT_PAIRS", 40),
        number("TABLEWRIGHT_SEED", 20_261_122),
    );
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= count {
                        return;
                    }
                    let pair = pair(seed + n);
                    let Some(db) = TestDb::create(server) else {
                        return;
                    };
                    let went = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        up_down_up(&pair, &db)
                    }));
                    if let Err(why) = went.unwrap_or_else(|_| Err("panicked, see above".to_owned()))
                    {
                        failed.lock().unwrap().push(format!(
                            "TABLEWRIGHT_PAIRS=1 TABLEWRIGHT_SEED={}: {why}\n{}=====\n{}",
                            seed + n,
                            pair.before,
                            pair.after
                        ));
                    }
                }
            });
        }
    });
    println!("{count} pairs on {server}, seed {seed}");
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} of {count} failed on {server}\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

#[test]
fn random_pairs_on_postgres() {
    pairs_on(Engine::Postgres);
}

#[test]
fn random_pairs_on_mysql() {
    pairs_on(Engine::MySql);
}

#[test]
fn random_pairs_on_mariadb() {
    pairs_on(Engine::MariaDb);
}

#[test]
fn random_pairs_on_sqlite() {
    pairs_on(Engine::Sqlite);
}

#[test]
fn random_pairs_on_postgres_18() {
    pairs_on(Server::POSTGRES_18);
}

#[test]
fn random_pairs_on_further_servers() {
    for server in Server::further() {
        pairs_on(*server);
    }
}
