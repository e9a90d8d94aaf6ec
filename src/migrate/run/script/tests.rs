#![allow(clippy::unwrap_used)]
use super::*;
use crate::migrate::files::sql_text::SqlText;
use crate::server::{MYSQL, POSTGRES, SQLITE};
use crate::sql::lexical_rules;

fn messages_of(profile: &ExecutionProfile, lexical_rules: &LexicalRules, sql: &str) -> Vec<String> {
    let text = SqlText {
        file: "x".into(),
        sql: sql.to_owned(),
    };
    let parsed = text.parse(lexical_rules).unwrap();
    let builder = ScriptBuilder {
        profile,
        lexical_rules,
        parsed: &parsed,
        first: 1,
        records: &[String::from("H")],
        lock_timeout: Duration::from_secs(2),
        journal: None,
    };
    let script = builder.script();
    script
        .messages
        .iter()
        .map(|message| message.text().replace(SEPARATOR, "; "))
        .collect()
}

#[test]
fn scripts_are_built() {
    let (pg, my, lite) = (
        (&POSTGRES.execution, &lexical_rules::POSTGRES),
        (&MYSQL.execution, &lexical_rules::MYSQL),
        (&SQLITE.execution, &lexical_rules::SQLITE),
    );
    let create = "create table a (b int);";
    let two = "alter table a add b int; alter table c add d int;";
    let begin = "BEGIN; SET LOCAL lock_timeout = 2000";
    let bare = "-- tablewright: no-transaction\nvacuum;";
    let off = "-- tablewright: foreign-keys-off\ndrop table a;";
    let cases: &[((&ExecutionProfile, &LexicalRules), &str, &[&str])] = &[
        (
            pg,
            create,
            &[&format!("{begin}; create table a (b int); H; COMMIT")],
        ),
        (
            pg,
            two,
            &[
                &format!("{begin}; alter table a add b int"),
                "alter table c add d int; H; COMMIT",
            ],
        ),
        (
            pg,
            "create table a (b int); create index on a (b);",
            &[&format!(
                "{begin}; create table a (b int); create index on a (b); H; COMMIT"
            )],
        ),
        (pg, "", &[&format!("{begin}; H; COMMIT")]),
        (pg, bare, &["vacuum", "H"]),
        (my, create, &["create table a (b int); H"]),
        (
            my,
            two,
            &["alter table a add b int", "alter table c add d int; H"],
        ),
        (
            my,
            "insert into a values (1); update a set b = 2;",
            &[
                "START TRANSACTION; insert into a values (1)",
                "update a set b = 2; H; COMMIT",
            ],
        ),
        (my, "call p();", &["call p()", "H"]),
        (my, "", &["H"]),
        (
            lite,
            two,
            &[
                "BEGIN IMMEDIATE; alter table a add b int",
                "alter table c add d int; H; COMMIT",
            ],
        ),
        (lite, bare, &["vacuum", "H"]),
        (
            lite,
            off,
            &[
                "PRAGMA foreign_keys = OFF",
                "BEGIN IMMEDIATE; drop table a",
                "PRAGMA foreign_key_check",
                "H; COMMIT",
                "PRAGMA foreign_keys = ON",
            ],
        ),
    ];
    for ((profile, lexical_rules), sql, expected) in cases {
        assert_eq!(messages_of(profile, lexical_rules, sql), *expected, "{sql}");
    }
}

#[test]
fn the_failed_part_is_found() {
    let mut message = Message::of(StatementRole::Begin, "BEGIN");
    message.add(StatementRole::Statement(1), "créate\n x");
    message.add(StatementRole::Statement(2), "y");
    let text: Vec<char> = message.text().chars().collect();
    let at = |c: char| text.iter().position(|x| *x == c).unwrap() + 1;
    assert_eq!(message.failed_part(0, Some(at('é'))), (1, Some(0)));
    assert_eq!(message.failed_part(0, Some(at('x'))), (1, Some(1)));
    assert_eq!(message.failed_part(0, Some(at('y'))), (2, Some(0)));
    // the semicolon after an unfinished statement
    assert_eq!(message.failed_part(0, Some(at('x') + 2)), (1, Some(1)));
    assert_eq!(message.failed_part(1, None), (1, None));
    assert_eq!(message.failed_part(9, None), (2, None));
}
