//! Effects of a statement on transactions, sessions and locks, as far as its text shows them. In case of doubt, the
//! cautious answer is given.

use crate::sql::lexer::TokenKind;
use crate::sql::lexical_rules::LexicalRules;
use crate::sql::statement_reader::{
    StatementReader, StatementToken, has_executable_comment, statement_tokens,
};
use std::collections::BTreeSet;

/// The keyword that a statement begins with, in upper case.
fn first_word(rules: &LexicalRules, sql: &str) -> Option<String> {
    let tokens = statement_tokens(rules, sql)?;
    let first = tokens
        .first()
        .filter(|token| token.kind == TokenKind::Word)?;
    Some(first.text.to_ascii_uppercase())
}

/// Whether a statement changes rows only, on every server, and so can be rolled back.
pub fn is_data(rules: &LexicalRules, sql: &str) -> bool {
    const VERBS: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "REPLACE"];
    statement_tokens(rules, sql).is_some_and(|tokens| {
        let first = tokens.first();
        !has_executable_comment(&tokens)
            && first.is_some_and(|first| VERBS.iter().any(|verb| first.is_word(verb)))
    })
}

/// Whether a statement certainly doesn't change the session's variables.
pub fn keeps_session(rules: &LexicalRules, sql: &str) -> bool {
    const HARMLESS: [&str; 12] = [
        "ALTER", "ANALYZE", "COMMENT", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "REPLACE",
        "REVOKE", "TRUNCATE", "UPDATE",
    ];
    first_word(rules, sql).is_some_and(|word| HARMLESS.contains(&word.as_str()))
        && !sql.to_ascii_lowercase().contains("set_config")
}

/// Whether a statement has exactly one result. A procedure may return any number of them.
pub fn has_one_result(rules: &LexicalRules, sql: &str) -> bool {
    first_word(rules, sql).is_some_and(|word| word != "CALL")
}

/// An index that a statement builds without blocking writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcurrentIndex {
    /// The name, if the statement contains one.
    pub name: Option<String>,
    /// The table: qualified or not, each part quoted.
    pub table: String,
}

/// The index that `CREATE INDEX CONCURRENTLY` builds.
pub fn concurrent_index(rules: &LexicalRules, sql: &str) -> Option<ConcurrentIndex> {
    let tokens = statement_tokens(rules, sql)?;
    let mut reader = StatementReader::new(&tokens);
    let builds = reader.skip_words("CREATE INDEX CONCURRENTLY")
        || reader.skip_words("CREATE UNIQUE INDEX CONCURRENTLY");
    if !builds {
        return None;
    }
    reader.skip_words("IF NOT EXISTS");
    let mut name = None;
    if !reader.skip_words("ON") {
        name = reader.read_folded_name()?.pop();
        if !reader.skip_words("ON") {
            return None;
        }
    }
    reader.skip_words("ONLY");
    let table: Vec<String> = reader
        .read_folded_name()?
        .iter()
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
        .collect();
    Some(ConcurrentIndex {
        name,
        table: table.join("."),
    })
}

/// Whether statements lock only tables that they create themselves, so that no other session waits for them:
/// `CREATE TABLE`, and then `CREATE INDEX`, `ALTER TABLE` and `COMMENT ON` for those tables, without references to other
/// tables.
pub fn touches_only_new(rules: &LexicalRules, statements: &[&str]) -> bool {
    let mut created: BTreeSet<Vec<String>> = BTreeSet::new();
    for sql in statements {
        let Some(tokens) = statement_tokens(rules, sql) else {
            return false;
        };
        let mut reader = StatementReader::new(&tokens);
        let ok = if reader.skip_words("CREATE TABLE") {
            match reader.read_folded_name() {
                // IF, TEMP and the like are read as the name, and no parenthesis follows
                Some(name) if reader.skip_symbol(b'(') => {
                    created.insert(name);
                    true
                }
                Some(_) | None => false,
            }
        } else if reader.skip_words("CREATE INDEX") || reader.skip_words("CREATE UNIQUE INDEX") {
            // ON follows directly if the index has no name
            (reader.skip_words("ON")
                || (reader.read_folded_name().is_some() && reader.skip_words("ON")))
                && reader
                    .read_folded_name()
                    .is_some_and(|table| created.contains(&table))
        } else if reader.skip_words("ALTER TABLE") {
            reader.skip_words("ONLY");
            reader
                .read_folded_name()
                .is_some_and(|table| created.contains(&table))
        } else if reader.skip_words("COMMENT ON TABLE") {
            reader
                .read_folded_name()
                .is_some_and(|table| created.contains(&table))
        } else if reader.skip_words("COMMENT ON COLUMN") {
            reader.read_folded_name().is_some_and(|mut column| {
                column.pop();
                created.contains(&column)
            })
        } else {
            false
        };
        if !ok || !refers_only_to(&tokens, &created) {
            return false;
        }
    }
    true
}

/// Whether every `REFERENCES` of a statement names one of the created tables, and no other clause refers to a table.
fn refers_only_to(tokens: &[StatementToken<'_>], created: &BTreeSet<Vec<String>>) -> bool {
    const CLAUSES: [&str; 6] = [
        "INHERITS",
        "INHERIT",
        "PARTITION",
        "LIKE",
        "SELECT",
        "ATTACH",
    ];
    let is_within = |(at, token): (usize, &StatementToken<'_>)| {
        if token.is_word("REFERENCES") {
            let after = tokens.get(at + 1..).unwrap_or_default();
            let table = StatementReader::new(after).read_folded_name();
            table.is_some_and(|table| created.contains(&table))
        } else {
            !CLAUSES.iter().any(|word| token.is_word(word))
        }
    };
    !has_executable_comment(tokens) && tokens.iter().enumerate().all(is_within)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lexical_rules::{MYSQL, POSTGRES};

    #[test]
    fn statements_for_new_tables_only() {
        let cases: &[(&[&str], bool)] = &[
            (&["CREATE TABLE a (id int)"], true),
            (
                &[
                    "create table a (id int)",
                    "create index i on a (id)",
                    "comment on table a is 'x'",
                    "comment on column a.id is 'REFERENCES b'",
                    "alter table only a add constraint c check (id > 0)",
                ],
                true,
            ),
            (
                &[
                    "create table public.a (id int)",
                    "create index on public.a (id)",
                ],
                true,
            ),
            (
                &[
                    "create table \"A\" (id int)",
                    "create unique index i on \"A\" (id)",
                ],
                true,
            ),
            (
                &["create table \"A\" (id int)", "create index i on a (id)"],
                false,
            ),
            (
                &[
                    "create table a (id int)",
                    "create table b (a_id int references a (id))",
                ],
                true,
            ),
            (&["create table b (a_id int references a (id))"], false),
            (&["create table a as select * from b"], false),
            (&["create table a (like b)"], false),
            (&["create table if not exists a (id int)"], false),
            (&["create table a partition of b default"], false),
            (&["create index i on b (id)"], false),
            (&["alter table b add c int"], false),
            (&["insert into b values (1)"], false),
            (&["create table a (id int)", "drop table b"], false),
        ];
        for (statements, expected) in cases {
            assert_eq!(
                touches_only_new(&POSTGRES, statements),
                *expected,
                "{statements:?}"
            );
        }
    }

    #[test]
    fn concurrent_indexes() {
        let cases = [
            (
                "create index concurrently i on a (b)",
                Some((Some("i"), "\"a\"")),
            ),
            (
                "create unique index concurrently if not exists \"I\" on only s.\"A\" using btree (b)",
                Some((Some("I"), "\"s\".\"A\"")),
            ),
            ("CREATE INDEX CONCURRENTLY ON a (b)", Some((None, "\"a\""))),
            ("create index i on a (b)", None),
            ("drop index concurrently i", None),
            ("vacuum a", None),
        ];
        for (sql, expected) in cases {
            let got = concurrent_index(&POSTGRES, sql);
            let got = got.as_ref().map(|i| (i.name.as_deref(), i.table.as_str()));
            assert_eq!(got, expected, "{sql}");
        }
    }

    #[test]
    fn data_changes_and_session_variables() {
        assert!(is_data(&MYSQL, "-- x\nupdate a set b = 'CREATE'"));
        assert!(!is_data(&MYSQL, "create table a (b int)"));
        assert!(!is_data(
            &MYSQL,
            "/*!80000 insert into a values (1) */ /*M!100600 alter table a add b int */"
        ));
        assert!(keeps_session(&POSTGRES, "create table a (b int)"));
        assert!(!keeps_session(&POSTGRES, "set search_path = ''"));
        assert!(!keeps_session(
            &POSTGRES,
            "select pg_catalog.set_config('search_path', '', false)"
        ));
        assert!(!keeps_session(&MYSQL, "/*!40101 SET NAMES utf8 */"));
        assert!(has_one_result(&MYSQL, "insert into a values (1)"));
        assert!(!has_one_result(&MYSQL, "call p()"));
    }
}
