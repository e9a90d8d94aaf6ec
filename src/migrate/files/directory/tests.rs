#![allow(clippy::unwrap_used)]
use super::*;
use crate::sql::lexical_rules::POSTGRES;
use tablewright_text::file_check::check_names;

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
fn folders_are_read() {
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
fn problems_of_files_are_reported() {
    /// The folder's files, the code of the problem, and a part of its message.
    type Case = (
        &'static [(&'static str, &'static [u8])],
        &'static str,
        &'static str,
    );
    let cases: &[Case] = &[
        (
            &[("V4__with-dash.sql", b"")],
            "migration-name",
            "must not contain `-`",
        ),
        (&[("|1__x.sql", b"")], "migration-name", "begin with `V`"),
        (
            &[("V6.1__x.sql", b"")],
            "migration-name",
            "`6.1` is not a whole number",
        ),
        (&[("v1__x.sql", b"")], "migration-name", "capital"),
        (&[("U1__x.sql", b"")], "migration-name", "unversioned"),
        (&[("V1_x.sql", b"")], "migration-name", "`__`"),
        (&[("V1__.sql", b"")], "migration-name", "no name"),
        (&[("V__x.sql", b"")], "migration-name", "not a whole number"),
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
fn subfolders_with_sql_are_reported() {
    let dir = folder(&[("V1__a.sql", b""), ("old/V2__b.sql", b"")]);
    let read = Directory::load(dir.path()).unwrap();
    assert_eq!(read.files.len(), 1);
    assert_eq!(read.warnings[0].code.as_str(), "migration-subfolder");
}

#[test]
fn checksums_match_across_line_ends() {
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

/// The macro checks names with `check_names`; [`Directory::load`] must accept the same ones.
#[test]
fn the_macro_and_load_accept_the_same_names() {
    for name in [
        "V1__a.sql",
        "V01__a_b.sql",
        "V1__ä.sql",
        "V2147483647__a.sql",
        "V2147483648__a.sql",
        "V1__a-b.sql",
        "V1__.sql",
        "V1_a.sql",
        "V1.2__a.sql",
        "V__a.sql",
        "v1__a.sql",
        "U1__a.sql",
        "1__a.sql",
        "V1__a.SQL",
        "V1__a.rs",
        "V1__a.down.sql",
        "V1__a.up.sql",
        "README.md",
        "notes",
    ] {
        let dir = folder(&[(name, b"")]);
        let accepted = Directory::load(dir.path()).is_ok();
        assert_eq!(accepted, check_names([name]).is_empty(), "{name}");
    }
}
