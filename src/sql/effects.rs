//! What a statement's own text shows of its effects, as far as that is certain. Where the text
//! leaves a doubt, the answer is the careful one.

use crate::sql::lexer::{Kind, Lexer};
use crate::sql::lexical_rules::LexicalRules;
use std::collections::BTreeSet;

/// A word that isn't quoted in upper case, or a name or sign as it is written. White space,
/// comments and strings are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    Name(String),
    Sign(String),
    /// `/*!`: what follows runs on some servers only.
    Conditional,
}

fn pieces(rules: &LexicalRules, sql: &str) -> Option<Vec<Piece>> {
    let mut lexer = Lexer::new(rules, sql);
    let mut found = Vec::new();
    while let Some(token) = lexer.next_token().ok()? {
        let text = sql.get(token.start..token.end)?;
        match token.kind {
            Kind::Space | Kind::Comment | Kind::ExecClose | Kind::Text => {}
            Kind::Word => found.push(Piece::Word(text.to_ascii_uppercase())),
            Kind::Name => found.push(Piece::Name(text.to_owned())),
            Kind::ExecOpen => found.push(Piece::Conditional),
            Kind::Delimiter | Kind::Symbol(_) => {
                found.push(Piece::Sign(text.to_owned()));
            }
        }
    }
    Some(found)
}

fn first_word(rules: &LexicalRules, sql: &str) -> Option<String> {
    match pieces(rules, sql)?.into_iter().next()? {
        Piece::Word(word) => Some(word),
        Piece::Name(_) | Piece::Sign(_) | Piece::Conditional => None,
    }
}

/// Whether a statement changes rows only, on any server, and so can be taken back by ROLLBACK.
pub fn is_data(rules: &LexicalRules, sql: &str) -> bool {
    pieces(rules, sql).is_some_and(|pieces| {
        !pieces.contains(&Piece::Conditional)
            && matches!(
                pieces.first(),
                Some(Piece::Word(word))
                    if matches!(word.as_str(), "INSERT" | "UPDATE" | "DELETE" | "REPLACE")
            )
    })
}

/// Whether a statement surely leaves the session's variables as they are.
pub fn keeps_session(rules: &LexicalRules, sql: &str) -> bool {
    const HARMLESS: [&str; 12] = [
        "ALTER", "ANALYZE", "COMMENT", "CREATE", "DELETE", "DROP", "GRANT", "INSERT", "REPLACE",
        "REVOKE", "TRUNCATE", "UPDATE",
    ];
    first_word(rules, sql).is_some_and(|word| HARMLESS.contains(&word.as_str()))
        && !sql.to_ascii_lowercase().contains("set_config")
}

/// Whether a statement gives exactly one answer. A procedure may give many, which can't be
/// counted from outside.
pub fn answers_once(rules: &LexicalRules, sql: &str) -> bool {
    first_word(rules, sql).is_some_and(|word| word != "CALL")
}

/// An index that a statement builds without blocking writers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcurrentIndex {
    /// Its name, where the statement gives one.
    pub name: Option<String>,
    /// Its table: qualified or not, each part quoted.
    pub table: String,
}

/// The index that `CREATE INDEX CONCURRENTLY` builds.
pub fn concurrent_index(rules: &LexicalRules, sql: &str) -> Option<ConcurrentIndex> {
    let pieces = pieces(rules, sql)?;
    let mut reader = Reader(&pieces);
    let builds = reader.words(&["CREATE", "INDEX", "CONCURRENTLY"])
        || reader.words(&["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"]);
    if !builds {
        return None;
    }
    reader.words(&["IF", "NOT", "EXISTS"]);
    let mut name = None;
    if !reader.words(&["ON"]) {
        name = reader.name()?.pop();
        if !reader.words(&["ON"]) {
            return None;
        }
    }
    reader.words(&["ONLY"]);
    let table: Vec<String> = reader
        .name()?
        .iter()
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
        .collect();
    Some(ConcurrentIndex {
        name,
        table: table.join("."),
    })
}

/// Whether the statements touch no table but those that they create themselves, so that nobody
/// waits for their locks: `CREATE TABLE`, and then `CREATE INDEX`, `ALTER TABLE` and `COMMENT ON`
/// for those tables, none of them referring to another table.
pub fn touches_only_new(rules: &LexicalRules, statements: &[&str]) -> bool {
    let mut created: BTreeSet<Vec<String>> = BTreeSet::new();
    for sql in statements {
        let Some(pieces) = pieces(rules, sql) else {
            return false;
        };
        let mut reader = Reader(&pieces);
        let ok = if reader.words(&["CREATE", "TABLE"]) {
            match reader.name() {
                // IF, TEMP and the like are words where a name is expected, and no name follows
                Some(name) if reader.sign("(") => {
                    created.insert(name);
                    true
                }
                Some(_) | None => false,
            }
        } else if reader.words(&["CREATE", "INDEX"]) || reader.words(&["CREATE", "UNIQUE", "INDEX"])
        {
            // an index without a name begins with ON
            (reader.words(&["ON"]) || (reader.name().is_some() && reader.words(&["ON"])))
                && reader.name().is_some_and(|table| created.contains(&table))
        } else if reader.words(&["ALTER", "TABLE"]) {
            reader.words(&["ONLY"]);
            reader.name().is_some_and(|table| created.contains(&table))
        } else if reader.words(&["COMMENT", "ON", "TABLE"]) {
            reader.name().is_some_and(|table| created.contains(&table))
        } else if reader.words(&["COMMENT", "ON", "COLUMN"]) {
            reader.name().is_some_and(|mut column| {
                column.pop();
                created.contains(&column)
            })
        } else {
            false
        };
        if !ok || !refers_only_to(&pieces, &created) {
            return false;
        }
    }
    true
}

/// Whether all `REFERENCES`, `INHERITS` and the like of a statement stay within the tables given.
fn refers_only_to(pieces: &[Piece], created: &BTreeSet<Vec<String>>) -> bool {
    pieces.iter().enumerate().all(|(at, piece)| match piece {
        Piece::Word(word) => match word.as_str() {
            "REFERENCES" => pieces
                .get(at + 1..)
                .and_then(|rest| Reader(rest).name())
                .is_some_and(|table| created.contains(&table)),
            "INHERITS" | "INHERIT" | "PARTITION" | "LIKE" | "SELECT" | "ATTACH" => false,
            _ => true,
        },
        Piece::Name(_) | Piece::Sign(_) => true,
        Piece::Conditional => false,
    })
}

struct Reader<'a>(&'a [Piece]);

impl Reader<'_> {
    /// Goes past these words if they are next.
    fn words(&mut self, words: &[&str]) -> bool {
        let there = self.0.len() >= words.len()
            && self
                .0
                .iter()
                .zip(words)
                .all(|(piece, word)| matches!(piece, Piece::Word(text) if text == word));
        if there {
            self.0 = self.0.get(words.len()..).unwrap_or_default();
        }
        there
    }

    fn sign(&mut self, sign: &str) -> bool {
        match self.0.split_first() {
            Some((Piece::Sign(text), rest)) if text == sign => {
                self.0 = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Goes past a name, qualified or not: its parts, folded where they aren't quoted.
    fn name(&mut self) -> Option<Vec<String>> {
        let mut parts = Vec::new();
        loop {
            let (piece, rest) = self.0.split_first()?;
            match piece {
                Piece::Word(word) => parts.push(word.to_ascii_lowercase()),
                Piece::Name(name) => parts.push(
                    name.trim_matches(['"', '`', '[', ']'])
                        .replace("\"\"", "\""),
                ),
                Piece::Sign(_) | Piece::Conditional => return None,
            }
            self.0 = rest;
            if !self.sign(".") {
                return Some(parts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lexical_rules::{MYSQL, POSTGRES};

    #[test]
    fn new_tables_only() {
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
    fn data_and_sessions() {
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
        assert!(answers_once(&MYSQL, "insert into a values (1)"));
        assert!(!answers_once(&MYSQL, "call p()"));
    }
}
