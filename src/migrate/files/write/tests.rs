#![allow(clippy::unwrap_used)]
use super::*;
use crate::sql::lexical_rules::{POSTGRES, SQLITE};

fn step(id: u32, what: &str, statements: &[&str]) -> StepText {
    StepText {
        id,
        what: what.to_owned(),
        statements: statements.iter().map(|s| (*s).to_owned()).collect(),
        facets: vec![format!("table t{id}")],
        table: None,
        rebuilds: false,
    }
}

fn phase(tx: Tx, up: StepText, down: StepText) -> PhaseText {
    PhaseText {
        tx,
        up: vec![up],
        down: vec![down],
        hazards: vec![],
        undo_hazards: vec![],
    }
}

fn rebuild() -> PhaseText {
    let rebuilding = |mut step: StepText| {
        step.rebuilds = true;
        step
    };
    phase(
        Tx::Wrapped,
        rebuilding(step(1, "create table a", &["create table a (b int)"])),
        rebuilding(step(1, "drop table a", &["drop table a"])),
    )
}

fn migration<'a>(root: &Path, snapshots: &'a Path) -> NewMigration<'a> {
    let table = || {
        phase(
            Tx::Wrapped,
            step(1, "create table a", &["create table a (b int)"]),
            step(1, "drop table a", &["drop table a"]),
        )
    };
    let index = phase(
        Tx::Bare,
        step(
            2,
            "c: add index i",
            &["create index concurrently i on c (d) -- slow"],
        ),
        step(2, "c: drop index i", &["drop index concurrently i"]),
    );
    NewMigration {
        name: "first",
        version: 7,
        dialects: vec![
            DialectMigration {
                dialect: "postgres",
                lexical_rules: &POSTGRES,
                folder: root.join("postgres/x"),
                phases: vec![table(), index],
            },
            DialectMigration {
                dialect: "sqlite",
                lexical_rules: &SQLITE,
                folder: root.join("sqlite/x"),
                phases: vec![rebuild()],
            },
        ],
        snapshots,
        parent: None,
        parts: DocumentTexts::default(),
        renames: vec![],
    }
}

#[test]
fn files_and_snapshot_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("snapshots/x");
    let new = migration(dir.path(), &snapshots);
    let written = write(&new).unwrap();
    assert_eq!(written.len(), 7);
    let read = |path: &str| std::fs::read_to_string(dir.path().join(path)).unwrap();
    assert_eq!(
        read("postgres/x/V7__first.sql"),
        "-- V7__first for postgres\n\n-- step 1: create table a\ncreate table a (b int);\n"
    );
    assert_eq!(
        read("postgres/x/V8__first_2.sql"),
        "-- tablewright: no-transaction\n-- V8__first_2 for postgres\n\n-- step 2: c: add index i\ncreate index concurrently i on c (d) -- slow\n;\n"
    );
    assert_eq!(
        read("sqlite/x/V7__first.down.sql"),
        "-- tablewright: foreign-keys-off\n-- V7__first for sqlite, down\n\n-- reverts step 1: drop table a\ndrop table a;\n"
    );
    let snapshots = Snapshots::load(&snapshots).unwrap();
    assert_eq!(snapshots.entries[0].snapshot.versions, [7, 8]);
    let folder = Directory::load(&dir.path().join("postgres/x")).unwrap();
    let record = &snapshots.entries[0].snapshot.files["postgres"][&8];
    assert_eq!(record.up, folder.files[&8].checksum.to_string());
    assert_eq!(record.statements[0].facets, ["table t2"]);
    assert_eq!(next_version([&folder], &snapshots), 9);
    assert_eq!(next_version([], &Snapshots::default()), 1);
}

#[test]
fn failures_leave_no_files() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("s");
    let new = migration(dir.path(), &snapshots);
    let there = dir.path().join("sqlite/x/V7__first.sql");
    std::fs::create_dir_all(there.parent().unwrap()).unwrap();
    std::fs::write(&there, "mine").unwrap();
    assert!(matches!(write(&new), Err(WriteError::Exists(path)) if path == there));
    assert!(!dir.path().join("postgres").exists());
    std::fs::remove_file(&there).unwrap();
    std::fs::write(&snapshots, "a file where a folder must be").unwrap();
    assert!(matches!(write(&new), Err(WriteError::Io { .. })));
    let left = std::fs::read_dir(dir.path().join("postgres/x")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn texts_that_do_not_parse_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = dir.path().join("s");
    for sql in [
        "create table a (b int); drop table c",
        "select 'x",
        "commit",
    ] {
        let mut new = migration(dir.path(), &snapshots);
        new.dialects[0].phases[0].up = vec![step(1, "x", &[sql])];
        assert!(
            matches!(write(&new), Err(WriteError::Generated { .. })),
            "{sql}"
        );
    }
    let bad = NewMigration {
        name: "a-b",
        ..migration(dir.path(), &snapshots)
    };
    assert!(matches!(write(&bad), Err(WriteError::Name(_))));
}
