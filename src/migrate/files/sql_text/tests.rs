#![allow(clippy::unwrap_used)]
use super::*;
use crate::sql::lexical_rules::SQLITE;

#[test]
fn texts_are_parsed_or_refused() {
    /// A text, and its number of statements, or the code and line of its problem.
    type Case = (&'static str, Result<usize, (&'static str, u32)>);
    let cases: &[Case] = &[
        ("select 1; select 2", Ok(2)),
        (
            "-- tablewright: foreign-keys-off\n-- tablewright: allow data-loss, rewrite\nselect 1;",
            Ok(1),
        ),
        ("-- tablewright: no-transaction\nvacuum;", Ok(1)),
        (
            "-- tablewright: no-transaction\nvacuum;\nvacuum;",
            Err(("no-transaction-statements", 3)),
        ),
        (
            "-- tablewright: no-transaction\n",
            Err(("no-transaction-statements", 1)),
        ),
        ("select 1;\nCOMMIT;", Err(("transaction-control", 2))),
        (
            "-- tablewright: no-transactions\nselect 1;",
            Err(("unknown-directive", 1)),
        ),
        ("select 1;\n\nselect 'x", Err(("migration-syntax", 3))),
    ];
    for (sql, expected) in cases {
        let text = SqlText {
            file: "V1__a.sql".into(),
            sql: (*sql).to_owned(),
        };
        let got = text.parse(&SQLITE);
        match (expected, &got) {
            (Ok(n), Ok(parsed)) => assert_eq!(parsed.statements.len(), *n),
            (Err((code, line)), Err(found)) => {
                assert_eq!(found[0].code.as_str(), *code);
                assert_eq!(found[0].at.as_ref().unwrap().line, *line, "{sql}");
            }
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{sql}: {got:?}"),
        }
    }
}

#[test]
fn durations_are_parsed() {
    let cases = [
        ("500ms", Some(500)),
        ("2s", Some(2000)),
        ("5m", Some(300_000)),
        ("1h", Some(3_600_000)),
        ("2", None),
        ("s", None),
        ("2 days", None),
    ];
    for (text, millis) in cases {
        assert_eq!(
            parse_duration(text),
            millis.map(Duration::from_millis),
            "{text}"
        );
    }
}

#[test]
fn labels_are_read_from_step_marks() {
    let text = SqlText {
        file: "x".into(),
        sql: "-- V1__a for sqlite\n\n-- step 1: create table users\ncreate table users (a int);\n\
              \n-- step 1\ncreate index i on users (a);\n\n-- reverts step 2: users: add column b, drop index i\n\
              alter table users add b int;\n\n-- undoes step 3: users: add column c\n\
              alter table users add c int;\n\nvacuum;\n"
            .to_owned(),
    };
    let shown: Vec<String> = text
        .parse(&SQLITE)
        .unwrap()
        .labels()
        .iter()
        .map(|label| format!("{}|{}", label.object, label.what))
        .collect();
    assert_eq!(
        shown,
        [
            "users|create table",
            "users|create index i on users (a)",
            "users|add column b, drop index i",
            "users|add column c",
            "|vacuum",
        ]
    );
}
