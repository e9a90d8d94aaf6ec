#![allow(clippy::unwrap_used)]
use super::*;
use crate::sql::lexical_rules::{POSTGRES, SQLITE};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn what_is_understood() {
    let dir = folder(&[
        ("V2__b.sql", b"select 2"),
        ("V1__a.sql", b"select 1"),
        ("V1__a.down.sql", b"select -1"),
        ("V010__ten.sql", b"select 10"),
        ("README.md", b"x"),
        (".hidden.sql", b"x"),
        ("empty/readme.md", b"x"),
    ]);
    let read = Directory::load(dir.path()).unwrap();
    let versions: Vec<_> = read.files.keys().copied().collect();
    assert_eq!(versions, [1, 2, 10]);
    assert!(read.files[&1].down.is_some() && read.files[&2].down.is_none());
    assert_eq!(read.files[&10].name, "ten");
    assert!(read.warnings.is_empty());
    let theirs = refinery::Migration::unapplied("V1__a", "select 1").unwrap();
    assert_eq!(read.files[&1].checksum, theirs.checksum());
    assert!(
        Directory::load(&dir.path().join("nowhere"))
            .unwrap()
            .files
            .is_empty()
    );
}

#[test]
fn what_is_refused() {
    /// The folder's files, the code of what is found, and a part of its message.
    type Case = (
        &'static [(&'static str, &'static [u8])],
        &'static str,
        &'static str,
    );
    let cases: &[Case] = &[
        (
            &[("V4__with-dash.sql", b"")],
            "migration-name",
            "must not hold `-`",
        ),
        (&[("|1__x.sql", b"")], "migration-name", "begin with `V`"),
        (
            &[("V6.1__x.sql", b"")],
            "migration-name",
            "`6.1` is no whole number",
        ),
        (&[("v1__x.sql", b"")], "migration-name", "capital"),
        (&[("U1__x.sql", b"")], "migration-name", "unversioned"),
        (&[("V1_x.sql", b"")], "migration-name", "`__`"),
        (&[("V1__.sql", b"")], "migration-name", "no name"),
        (&[("V__x.sql", b"")], "migration-name", "no whole number"),
        (&[("V1__x.SQL", b"")], "migration-name", "`.SQL`"),
        (&[("V1__x.rs", b"")], "migration-name", "Rust"),
        (
            &[("V99999999999__x.sql", b"")],
            "migration-name",
            "over 2147483647",
        ),
        (
            &[("V1__a.sql", b""), ("V01__b.sql", b"")],
            "migration-twice",
            "V01__b.sql",
        ),
        (
            &[("V1__a.down.sql", b"")],
            "migration-down-alone",
            "no V1__a.sql",
        ),
        (
            &[("V1__a.sql", b"select '\xff'")],
            "migration-encoding",
            "not UTF-8",
        ),
    ];
    for (files, code, message) in cases {
        let dir = folder(files);
        let found = Directory::load(dir.path()).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code.as_str(), *code);
        assert!(found[0].message.contains(message), "{}", found[0].message);
        assert!(found[0].at.is_some());
    }
}

#[test]
fn a_subfolder_with_sql_is_named() {
    let dir = folder(&[("V1__a.sql", b""), ("old/V2__b.sql", b"")]);
    let read = Directory::load(dir.path()).unwrap();
    assert_eq!(read.files.len(), 1);
    assert_eq!(read.warnings[0].code.as_str(), "migration-subfolder");
}

#[test]
fn line_ends() {
    let dir = folder(&[
        ("V1__a.sql", b"select 1;\nselect 2;\n"),
        ("V2__b.sql", b"\xef\xbb\xbfselect 1;\r\nselect 2;\r\n"),
    ]);
    let read = Directory::load(dir.path()).unwrap();
    let (lf, crlf) = (&read.files[&1], &read.files[&2]);
    let plain = |stem: &str| checksum(stem, "select 1;\nselect 2;\n").unwrap();
    assert_eq!(plain("V1__a"), lf.checksum);
    assert_ne!(plain("V2__b"), crlf.checksum);
    assert!(crlf.same_but_line_ends(plain("V2__b")));
    let windows = checksum("V1__a", "select 1;\r\nselect 2;\r\n").unwrap();
    assert!(lf.same_but_line_ends(windows));
    assert!(!lf.same_but_line_ends(windows ^ 1));
    let found = crlf.up.parse(&POSTGRES).unwrap_err();
    assert_eq!(found[0].code.as_str(), "migration-line-ends");
}

#[test]
fn texts() {
    /// A text, and how many statements it has or what is wrong where.
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
fn durations() {
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
