//! Parsing of `SHOW CREATE SEQUENCE` (MariaDB).

use crate::dialect::mysql::inspect::tokens::{Cursor, Token};
use crate::model::{Sequence, SqlType};

/// A sequence, and its comment.
pub(crate) type Read = (Sequence, Option<String>);

/// Parses a statement. `None` if it has an unknown clause, such as the types of MariaDB 11.5.
pub(crate) fn sequence(sql: &str) -> Option<Read> {
    let mut cursor = Cursor::new(sql);
    if !cursor.eat("CREATE SEQUENCE") {
        return None;
    }
    cursor.name()?;
    cursor.eat("AS BIGINT");
    let mut read = Sequence {
        ty: SqlType::new("bigint"),
        start: 1,
        increment: 1,
        min: 1,
        max: 1,
        cache: 0,
        cycle: false,
        unlogged: false,
        owned_by: None,
    };
    let mut comment = None;
    while cursor.peek().is_some() {
        if cursor.eat("START WITH") {
            read.start = number(&mut cursor)?;
        } else if cursor.eat("MINVALUE") {
            read.min = number(&mut cursor)?;
        } else if cursor.eat("MAXVALUE") {
            read.max = number(&mut cursor)?;
        } else if cursor.eat("INCREMENT BY") {
            read.increment = number(&mut cursor)?;
        } else if cursor.eat("CACHE") {
            read.cache = number(&mut cursor)?;
        } else if cursor.eat("CYCLE") {
            read.cycle = true;
        } else if cursor.eat("COMMENT") {
            comment = Some(cursor.value()?);
        } else if cursor.eat("ENGINE") {
            // the storage of its one row is not a property of the sequence
            cursor.value()?;
        } else if !cursor.eat("NOCACHE") && !cursor.eat("NOCYCLE") {
            return None;
        }
    }
    Some((read, comment))
}

fn number(cursor: &mut Cursor<'_>) -> Option<i64> {
    let minus = if cursor.symbol('-') { "-" } else { "" };
    match cursor.next()? {
        Token::Word(digits) => format!("{minus}{digits}").parse().ok(),
        Token::Name(_) | Token::Text(_) | Token::Group(_) | Token::Symbol(_) => None,
    }
}
