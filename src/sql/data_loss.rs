//! What the text of a statement that a person wrote shows of the data it takes away.

use crate::sql::lexer::{Kind, Lexer};
use crate::sql::lexical_rules::LexicalRules;

/// What a statement does to data, as far as its text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loses {
    /// Nothing is lost.
    Nothing,
    /// These are gone.
    These(Vec<LostText>),
    /// The text doesn't tell.
    Unknown,
}

/// What is gone, in the spelling of the statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostText {
    /// The table.
    pub table: String,
    /// The column; without one it is all rows of the table.
    pub column: Option<String>,
}

/// Reads a statement.
pub fn losses(rules: &LexicalRules, sql: &str) -> Loses {
    let Some(pieces) = pieces(rules, sql) else {
        return Loses::Unknown;
    };
    let mut reader = Reader(&pieces);
    if reader.words("DROP TABLE") {
        reader.words("IF EXISTS");
        return tables(&mut reader);
    }
    if reader.words("TRUNCATE") {
        reader.words("TABLE");
        reader.words("ONLY");
        return tables(&mut reader);
    }
    if reader.words("DELETE FROM") {
        reader.words("ONLY");
        return match reader.name() {
            Some(table) if reader.0.is_empty() => Loses::These(vec![whole(table)]),
            Some(_) | None => Loses::Unknown,
        };
    }
    if reader.words("ALTER TABLE") {
        reader.words("IF EXISTS");
        reader.words("ONLY");
        return match reader.name() {
            Some(table) => altered(&table, reader.0),
            None => Loses::Unknown,
        };
    }
    let harmless = [
        "CREATE TABLE",
        "CREATE INDEX",
        "CREATE UNIQUE INDEX",
        "CREATE VIEW",
        "CREATE TRIGGER",
        "CREATE FUNCTION",
        "CREATE EXTENSION",
        "CREATE TYPE",
        "CREATE SEQUENCE",
        "DROP INDEX",
        "DROP VIEW",
        "DROP TRIGGER",
        "DROP FUNCTION",
        "ALTER INDEX",
        "COMMENT ON",
        "INSERT INTO",
        "GRANT",
        "REVOKE",
        "ANALYZE",
        "SELECT",
    ];
    if harmless.iter().any(|words| reader.words(words)) {
        Loses::Nothing
    } else {
        Loses::Unknown
    }
}

/// The table that a statement makes, in its spelling.
pub fn creates(rules: &LexicalRules, sql: &str) -> Option<String> {
    let pieces = pieces(rules, sql)?;
    let mut reader = Reader(&pieces);
    // with IF NOT EXISTS it may be there already
    let makes = reader.words("CREATE TABLE") && !reader.words("IF");
    if makes { reader.name() } else { None }
}

fn whole(table: String) -> LostText {
    LostText {
        table,
        column: None,
    }
}

/// Names with commas between them, and what may stand behind them.
fn tables(reader: &mut Reader<'_>) -> Loses {
    let mut found = Vec::new();
    loop {
        match reader.name() {
            Some(table) => found.push(whole(table)),
            None => return Loses::Unknown,
        }
        if !reader.sign(",") {
            return Loses::These(found);
        }
    }
}

/// The actions of an `ALTER TABLE`.
fn altered(table: &str, pieces: &[Piece<'_>]) -> Loses {
    let mut depth = 0_usize;
    let actions = pieces.split(|piece| {
        match piece.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && piece.text == ","
    });
    let mut found = Vec::new();
    for action in actions {
        let mut reader = Reader(action);
        if !reader.words("DROP") {
            let kept = ["ADD", "RENAME", "COMMENT", "VALIDATE", "ALTER INDEX"];
            if kept.iter().any(|words| reader.words(words)) {
                continue;
            }
            return Loses::Unknown;
        }
        let other = ["CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK"];
        let sure = reader.words("COLUMN");
        if !sure && other.iter().any(|word| reader.words(word)) {
            continue;
        }
        if !sure && reader.words("PARTITION") {
            return Loses::Unknown;
        }
        reader.words("IF EXISTS");
        let Some(column) = reader.name() else {
            return Loses::Unknown;
        };
        found.push(LostText {
            table: table.to_owned(),
            column: Some(column),
        });
    }
    if found.is_empty() {
        Loses::Nothing
    } else {
        Loses::These(found)
    }
}

/// A token that is neither space nor comment.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    kind: Kind,
    text: &'a str,
}

/// The tokens; nothing where some run on some servers only, or the text has no end.
fn pieces<'a>(rules: &LexicalRules, sql: &'a str) -> Option<Vec<Piece<'a>>> {
    let mut lexer = Lexer::new(rules, sql);
    let mut found = Vec::new();
    while let Some(token) = lexer.next_token().ok()? {
        match token.kind {
            Kind::Space | Kind::Comment => {}
            Kind::ExecOpen | Kind::ExecClose => return None,
            Kind::Word | Kind::Name | Kind::Text | Kind::Delimiter | Kind::Symbol(_) => {
                found.push(Piece {
                    kind: token.kind,
                    text: sql.get(token.start..token.end)?,
                });
            }
        }
    }
    Some(found)
}

struct Reader<'a>(&'a [Piece<'a>]);

impl Reader<'_> {
    /// Goes past these words if they are next.
    fn words(&mut self, words: &str) -> bool {
        let mut rest = self.0;
        for word in words.split(' ') {
            match rest.split_first() {
                Some((piece, behind))
                    if piece.kind == Kind::Word && piece.text.eq_ignore_ascii_case(word) =>
                {
                    rest = behind;
                }
                Some(_) | None => return false,
            }
        }
        self.0 = rest;
        true
    }

    fn sign(&mut self, sign: &str) -> bool {
        match self.0.split_first() {
            Some((piece, rest)) if piece.text == sign => {
                self.0 = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Goes past a name, qualified or not, as it is spelled.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            let (piece, rest) = self.0.split_first()?;
            match piece.kind {
                Kind::Word | Kind::Name => name.push_str(piece.text),
                _ => return None,
            }
            self.0 = rest;
            if !self.sign(".") {
                return Some(name);
            }
            name.push('.');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::lexical_rules::{MYSQL, POSTGRES};

    fn shown(loses: Loses) -> String {
        match loses {
            Loses::Nothing => "nothing".to_owned(),
            Loses::Unknown => "unknown".to_owned(),
            Loses::These(list) => {
                let one = |lost: LostText| match lost.column {
                    Some(column) => format!("{}.{column}", lost.table),
                    None => lost.table,
                };
                list.into_iter().map(one).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn what_the_text_shows() {
        for (sql, expected) in [
            ("drop table a", "a"),
            ("DROP TABLE IF EXISTS s.\"A b\", c CASCADE", "s.\"A b\" c"),
            ("truncate table only a restart identity", "a"),
            ("delete from a", "a"),
            ("delete from a where b = 1", "unknown"),
            ("alter table a drop column b, add c int, drop d", "a.b a.d"),
            ("alter table only a drop column if exists b cascade", "a.b"),
            ("alter table a drop constraint c", "nothing"),
            (
                "alter table a add check (b in (1, 2)), add d int",
                "nothing",
            ),
            ("alter table a drop partition p", "unknown"),
            ("alter table a alter b type int", "unknown"),
            ("create table a (b int)", "nothing"),
            ("drop index i", "nothing"),
            ("drop schema x", "unknown"),
            ("insert into a values ('drop table b')", "nothing"),
        ] {
            assert_eq!(shown(losses(&POSTGRES, sql)), expected, "{sql}");
        }
        let sql = "/*!80000 drop table a */";
        assert_eq!(losses(&MYSQL, sql), Loses::Unknown);
        assert_eq!(shown(losses(&MYSQL, "alter table `A` drop `b`")), "`A`.`b`");
        assert_eq!(
            creates(&MYSQL, "create table `A` (b int)").as_deref(),
            Some("`A`")
        );
        assert_eq!(creates(&MYSQL, "drop table a"), None);
    }
}
