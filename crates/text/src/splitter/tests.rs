#![allow(clippy::unwrap_used)]

use crate::lexical_rules::{LexicalRules, MYSQL, POSTGRES, SQLITE};
use crate::splitter::{copies_over_connection, directives, has_transaction_control, split};
use proptest::prelude::*;

/// The statements of a text, as they are sent.
fn sent(rules: &LexicalRules, text: &str) -> Vec<String> {
    let found = split(rules, text).unwrap_or_else(|error| panic!("{error} in {text:?}"));
    found.into_iter().map(|statement| statement.sql).collect()
}

fn check_split(rules: &LexicalRules, cases: &[(&str, &[&str])]) {
    for (text, want) in cases {
        assert_eq!(&sent(rules, text), want, "{text}");
    }
}

/// Checks that each text is one statement, also if another statement follows it.
fn check_one_statement(rules: &LexicalRules, cases: &[&str]) {
    for text in cases {
        let both = format!("{text};\nselect 'next'");
        assert_eq!(sent(rules, &both), [text, "select 'next'"], "{text}");
    }
}

#[test]
fn texts_of_all_dialects() {
    for rules in [&POSTGRES, &MYSQL, &SQLITE] {
        check_split(
            rules,
            &[
                ("", &[]),
                (" \n\t", &[]),
                (";;; ; -- only a comment", &[]),
                ("/* a ; b */", &[]),
                ("select 1", &["select 1"]),
                ("a; b;c", &["a", "b", "c"]),
                ("-- x ; y\na -- z\n;", &["a"]),
                ("a /* ; */ b; c", &["a /* ; */ b", "c"]),
                ("a ';' b; c", &["a ';' b", "c"]),
                ("a 'it''s; ' b; c", &["a 'it''s; ' b", "c"]),
                ("a \"x;\"\"y\" b; c", &["a \"x;\"\"y\" b", "c"]),
                ("a -- it's\n; b", &["a", "b"]),
                ("a '-- ' ; b", &["a '-- '", "b"]),
                ("a '/*' ; b '*/'", &["a '/*'", "b '*/'"]),
                ("BEGIN; select 1; END;", &["BEGIN", "select 1", "END"]),
                (
                    "begin transaction; commit",
                    &["begin transaction", "commit"],
                ),
                (
                    "start transaction; rollback",
                    &["start transaction", "rollback"],
                ),
                (
                    "select case when 1 then 2 end; b",
                    &["select case when 1 then 2 end", "b"],
                ),
                ("\u{feff}select 1", &["select 1"]),
                ("sélect 'ü;ü' ; ß", &["sélect 'ü;ü'", "ß"]),
                ("a\r\n;\r\nb;\r\n", &["a", "b"]),
                (
                    "drop trigger a; drop function b; x",
                    &["drop trigger a", "drop function b", "x"],
                ),
                (
                    "create table t (a int, \"begin\" int); b",
                    &["create table t (a int, \"begin\" int)", "b"],
                ),
            ],
        );
    }
}

#[test]
fn postgres_texts() {
    check_one_statement(
        &POSTGRES,
        &[
            r"select 'a\'",
            r"select E'a\';b'",
            r"select e'a\\'",
            "select E'a'\n  -- c\n 'b\\';c'",
            "select name'a;b'",
            "select $$a;b'$$",
            "select $x$a;$$;$y$;b$x$",
            "select $ünï$a;$ünï$",
            "select a$1, $1, b$x$ from t$x$",
            "select /* /* ; */ ; */ 1",
            "select `a",
            "select a[1], b # 2 from t",
            "select U&'\\0441;', B'01', X'1f'",
            "create rule r as on insert to t do also (delete from a; delete from b)",
            "create function f() returns int language sql begin atomic select 1; select case when a then 1 end; end",
            "create or replace procedure p(a int default case when true then 1 end) begin atomic insert into t values (1); end",
            "create function f() returns trigger language plpgsql as $$ begin new.a := 1; return new; end $$",
            "create function begin_it() returns int language sql return 1",
            "create trigger t before update on a for each row execute function f()",
            "do $$ begin perform 1; end $$",
        ],
    );
    check_split(
        &POSTGRES,
        &[
            (r"select 'a\'; b", &[r"select 'a\'", "b"]),
            ("select E'a' 'b\\'; c", &["select E'a' 'b\\'", "c"]),
            ("select $1; select $2;", &["select $1", "select $2"]),
            ("delimiter //\na;", &["delimiter //\na"]),
            ("a--;\n;b", &["a", "b"]),
        ],
    );
}

#[test]
fn mysql_texts() {
    check_one_statement(
        &MYSQL,
        &[
            r"select 'a\';b'",
            r#"select "a\";b""#,
            "select `a;``b`",
            "select 1--2",
            "select 5--'a;b'",
            "/*!40101 SET NAMES utf8; */",
            "/*!80000 alter table t add a int */ /*M!100600 do 0 */",
            "create table t (a int) /*!50100 partition by hash(a) */",
            "create trigger t before insert on a for each row set new.x = if(new.y > 1, 2, 3)",
            "create trigger t before insert on a for each row follows b if new.x then set new.y = 1; end if",
            "create trigger t before insert on a for each row begin set new.x = 1; set new.y = 2; end",
            "create definer=`root`@`localhost` trigger t after update on a for each row begin end",
            "create definer=root@localhost procedure p() begin select 1; end",
            "create definer = current_user() procedure p() begin select 1; end",
            "create or replace definer=a@'%' procedure p() begin select 1; end",
            "CREATE PROCEDURE IF NOT EXISTS p(a INT) BEGIN SELECT a; END",
            "create procedure p() comment 'it;s' reads sql data select 1",
            "create procedure p() if a then select 1; else if b then select 2; end if; end if",
            "create procedure p() begin if a then select 1; elseif b then select 2; else select if(1,2,3); end if; end",
            "create procedure p() begin case a when 1 then select 1; select 2; else begin end; end case; end",
            "create procedure p() begin select case a when 1 then if(b,1,2) else if(c,3,4) end; select 2; end",
            "create procedure p() begin lbl: loop leave lbl; end loop lbl; end",
            "create procedure p() begin while a < 3 do set a = a + 1; end while; end",
            "create procedure p() begin while case when a then 1 else 0 end do set a = 0; end while; end",
            "create procedure p() begin repeat set a = repeat('x', 3); until a > 3 end repeat; select 1; end",
            "create procedure p() begin for i in 1..3 do select i; end for; end",
            "create procedure p() begin do sleep(1); do if(a,1,2); end",
            "create procedure p() begin declare exit handler for sqlexception begin rollback; end; select 1; end",
            "create procedure p() begin declare continue handler for not found set done = if(a,1,0); select 1; end",
            "create procedure p() begin declare c cursor for select 1; open c; close c; end",
            "create procedure p() outer_block: begin inner_block: begin end inner_block; end outer_block",
            "create procedure p() begin start transaction; commit; end",
            "create function f(a int) returns char(5) character set utf8mb4 deterministic begin return a; end",
            "create function f() returns int return case when 1 then 2 end",
            "create function f() returns int deterministic if 1 then return 1; else return 2; end if",
            "create event e on schedule every 1 day do begin delete from t; end",
            "alter event e do begin delete from t; end",
            "create event e on schedule every if(1,2,3) day do delete from t",
            "begin not atomic select 1; end",
            "/*!50003 create*/ /*!50017 definer=`a`@`b`*/ /*!50003 trigger t before insert on a for each row begin set @a := 1; end */",
        ],
    );
    check_split(
        &MYSQL,
        &[
            ("a # ;'\n; b", &["a", "b"]),
            ("a -- ;\n; b", &["a", "b"]),
            ("a --\n; b", &["a", "b"]),
            ("a --;b", &["a --", "b"]),
            ("/* a; */ /*!40000 b */; c", &["/*!40000 b */", "c"]),
            (
                "DELIMITER //\ncreate procedure p() begin select 1; end//\ndelimiter ;\na; b",
                &["create procedure p() begin select 1; end", "a", "b"],
            ),
            (
                "delimiter $$\r\nselect 'x$$y'; select 2$$\r\nDELIMITER ;\r\nselect 3;",
                &["select 'x$$y'; select 2", "select 3"],
            ),
            ("delimiter $$\nend$$ b$$", &["end", "b"]),
            ("delimiter ;;\na; b;; c", &["a; b", "c"]),
            (
                "delimiter //\ncreate procedure p() begin select 1; end",
                &["create procedure p() begin select 1; end"],
            ),
            (
                "select delimiter from t; b",
                &["select delimiter from t", "b"],
            ),
            ("delimiter", &["delimiter"]),
        ],
    );
}

#[test]
fn sqlite_texts() {
    check_one_statement(
        &SQLITE,
        &[
            "select [a;b], `c;d`, \"e;f\"",
            r"select 'a\'",
            "select x'00', :a, $b, @c, ?1",
            "create trigger t after update on a begin update a set b = 1; end",
            "create temp trigger if not exists t after update of a, b on c for each row when new.a is not old.a begin update c set b = case when 1 then 2 else 3 end where rowid = new.rowid; select 1; end",
            "create trigger t after insert on a when case when new.x then 1 else 0 end begin select 1; end",
            "create trigger t after insert on a for each row when case when new.x then 1 else 0 end begin select 1; end",
            "create trigger t after insert on a begin update a set x = new.end, y = new.begin; select 2; end",
            "create trigger begin after insert on a begin select 1; end",
        ],
    );
    check_split(
        &SQLITE,
        &[
            (
                "begin immediate; end transaction; x",
                &["begin immediate", "end transaction", "x"],
            ),
            ("select 1 # 2; b", &["select 1 # 2", "b"]),
        ],
    );
}

#[test]
fn unterminated_parts_are_reported_with_their_line() {
    let cases: &[(&LexicalRules, &str, u32, &str)] = &[
        (&POSTGRES, "a;\n'b\n\n", 2, "string"),
        (&POSTGRES, "\n\n/* /* */", 3, "comment"),
        (&POSTGRES, "\"a", 1, "name"),
        (&POSTGRES, "a\n$x$ $y$", 2, "dollar-quoted string"),
        (&POSTGRES, "\nE'a\\'", 2, "string"),
        (
            &POSTGRES,
            "create function f()\nbegin atomic select 1;",
            2,
            "body",
        ),
        (&MYSQL, "a;\n\"b\\\"", 2, "string"),
        (&MYSQL, "\n/*!80000 a", 2, "comment"),
        (&MYSQL, "\n`a", 2, "name"),
        (
            &MYSQL,
            "create procedure p()\nbegin\nif a then\nselect 1; end;",
            2,
            "body",
        ),
        (&MYSQL, "\ndelimiter \n", 2, "DELIMITER"),
        (&MYSQL, "\ndelimiter 12345678901234567\n", 2, "delimiter"),
        (&SQLITE, "\n[a", 2, "name"),
        (&SQLITE, "/* a", 1, "comment"),
        (
            &SQLITE,
            "create trigger t after insert on a begin select 1;",
            1,
            "body",
        ),
    ];
    for (rules, text, line, what) in cases {
        let error = split(rules, text).unwrap_err();
        assert_eq!(error.line, *line, "{text}: {error}");
        assert!(error.message.contains(what), "{text}: {error}");
    }
}

#[test]
fn statements_have_their_lines_and_pieces() {
    let text = "-- tablewright: x\n\n/* c */ a\n;b; -- d\n\n c ;\n-- the end\n";
    let found = split(&SQLITE, text).unwrap();
    let lines: Vec<_> = found.iter().map(|s| (s.sql.as_str(), s.line)).collect();
    assert_eq!(lines, [("a", 3), ("b", 4), ("c", 6)]);
    let pieces: Vec<_> = found.iter().map(|s| &text[s.piece.clone()]).collect();
    assert_eq!(
        pieces,
        [
            "-- tablewright: x\n\n/* c */ a\n;",
            "b;",
            " -- d\n\n c ;\n-- the end\n"
        ]
    );
    assert!(found.iter().all(|s| text[s.offset..].starts_with(&s.sql)));
}

#[test]
fn transaction_control_is_recognized() {
    let cases: &[(&LexicalRules, &str, bool)] = &[
        (&POSTGRES, "begin", true),
        (&POSTGRES, "/* c */ Begin work", true),
        (&POSTGRES, "start transaction read only", true),
        (&POSTGRES, "end", true),
        (&POSTGRES, "abort", true),
        (&POSTGRES, "prepare transaction 'x'", true),
        (&POSTGRES, "prepare x as select 1", false),
        (&POSTGRES, "rollback to a", true),
        (
            &POSTGRES,
            "set transaction isolation level serializable",
            false,
        ),
        (&POSTGRES, "do $$ begin commit; end $$", false),
        (&MYSQL, "SET autocommit = 0", true),
        (&MYSQL, "set @a = 1, @@session.AutoCommit=0", true),
        (&MYSQL, "set @a = 'autocommit'", false),
        (&MYSQL, "/*!40000 commit */", true),
        (&MYSQL, "start replica", false),
        (&MYSQL, "begin not atomic select 1; end", false),
        (&MYSQL, "xa start 'x'", true),
        (
            &MYSQL,
            "create procedure p() begin start transaction; commit; end",
            false,
        ),
        (&SQLITE, "savepoint a", true),
        (&SQLITE, "release a", true),
        (&SQLITE, "begin immediate", true),
        (&SQLITE, "select 'commit'", false),
        (&SQLITE, "create table \"commit\" (a)", false),
    ];
    for (rules, text, want) in cases {
        let found = split(rules, text).unwrap();
        assert_eq!(has_transaction_control(rules, &found[0]), *want, "{text}");
    }
}

#[test]
fn copies_over_the_connection_are_recognized() {
    let cases: &[(&LexicalRules, &str, bool)] = &[
        (&POSTGRES, "COPY first (id) FROM stdin", true),
        (
            &POSTGRES,
            "copy a.b to /* c */ StdOut with (format csv)",
            true,
        ),
        (&POSTGRES, "copy (select 1) to stdout", true),
        (&POSTGRES, "copy binary a from stdin", true),
        (&POSTGRES, "copy a to stdin", true),
        (&POSTGRES, "copy a from 'stdin'", false),
        (&POSTGRES, "copy a from '/x' -- from stdin", false),
        (&POSTGRES, "copy (select 1 from stdin) to '/x'", false),
        (
            &POSTGRES,
            "copy \"from\" (\"to\", stdin) from program 'stdin'",
            false,
        ),
        (&POSTGRES, "select 'copy a from stdin'", false),
        (&POSTGRES, "select copy from stdin", false),
        (
            &POSTGRES,
            "comment on table a is $$copy a from stdin$$",
            false,
        ),
        (&MYSQL, "copy a from stdin", false),
        (&SQLITE, "copy a from stdin", false),
    ];
    for (rules, text, want) in cases {
        let found = split(rules, text).unwrap();
        assert_eq!(copies_over_connection(rules, &found[0]), *want, "{text}");
    }
}

#[test]
fn directives_after_the_first_statement_are_ignored() {
    let text = "\u{feff}-- V1\n-- tablewright: no-transaction \r\n\n/* -- tablewright: not this */\n--tablewright:allow rewrite\nselect 1;\n-- tablewright: too-late\n";
    assert_eq!(
        directives(text),
        [
            (2, "no-transaction".to_owned()),
            (5, "allow rewrite".to_owned())
        ]
    );
    assert_eq!(directives(""), []);
    assert_eq!(directives("select '\n-- tablewright: x\n'"), []);
}

/// Fragments whose combinations are difficult to split.
const FRAGMENTS: [&str; 44] = [
    ";",
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "\\",
    "\\'",
    "E'",
    "$$",
    "$a$",
    "$1",
    "--",
    "-- ",
    "\n",
    "\r\n",
    " ",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*!80000 ",
    "/*M!",
    "(",
    ")",
    "delimiter //\n",
    "DELIMITER ;\n",
    "//",
    "begin ",
    "end",
    "end if",
    "if ",
    "case ",
    "loop ",
    "repeat ",
    "atomic ",
    "create trigger t for each row ",
    "create procedure p() ",
    "create function f() ",
    "a",
    "ü",
    "\u{feff}",
    ":",
];

fn check_no_byte_is_lost(text: &str) -> Result<(), TestCaseError> {
    for rules in [&POSTGRES, &MYSQL, &SQLITE] {
        let Ok(found) = split(rules, text) else {
            continue;
        };
        let mut at = 0;
        for statement in &found {
            prop_assert_eq!(statement.piece.start, at);
            at = statement.piece.end;
            prop_assert!(text[statement.offset..at].starts_with(&statement.sql));
            prop_assert!(!statement.sql.is_empty());
            let line = text[..statement.offset].matches('\n').count() + 1;
            prop_assert_eq!(statement.line as usize, line);
        }
        if !found.is_empty() {
            prop_assert_eq!(at, text.len());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts_lose_no_byte(text in "\\PC*") {
        check_no_byte_is_lost(&text)?;
    }

    #[test]
    fn tricky_fragments_lose_no_byte(
        parts in prop::collection::vec(prop::sample::select(&FRAGMENTS[..]), 0..40)
    ) {
        check_no_byte_is_lost(&parts.concat())?;
    }

    /// The text of a statement is split into that statement only.
    #[test]
    fn a_statement_splits_into_itself(
        parts in prop::collection::vec(prop::sample::select(&FRAGMENTS[..]), 0..12)
    ) {
        // a byte order mark is white space only where the text begins
        let text = parts.concat().replace('\u{feff}', "");
        for rules in [&POSTGRES, &SQLITE] {
            for statement in split(rules, &text).unwrap_or_default() {
                prop_assert_eq!(sent(rules, &statement.sql), [statement.sql]);
            }
        }
    }
}

#[test]
fn a_long_text_is_split_completely() {
    let unit = "insert into t (a, b) values ('x;y', E'z') -- c\n;\n/* d */ create trigger t after insert on a begin select 1; end;\n";
    let text = unit.repeat(50_000);
    let statements = split(&SQLITE, &text).unwrap();
    assert_eq!(statements.len(), 100_000);
    assert_eq!(statements.last().unwrap().piece.end, text.len());
}
