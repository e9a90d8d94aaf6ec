//! The partitioning clause of `SHOW CREATE TABLE`.

use crate::dialect::mysql::inspect::tokens::{Cursor, Token};
use crate::dialect::mysql::types::literals;
use crate::model::{Attributes, Expr, Ident, IndexPart, PartKey, Partition, Partitioning};

/// Parses the text after `PARTITION BY`.
pub(crate) fn partitioning(cursor: &mut Cursor<'_>, engine: &str) -> Option<Partitioning> {
    let mut found = method(cursor)?;
    if cursor.eat("PARTITIONS") {
        found.count = cursor.value()?.parse().ok();
    }
    if cursor.eat("SUBPARTITION BY") {
        let mut sub = method(cursor)?;
        if cursor.eat("SUBPARTITIONS") {
            sub.count = cursor.value()?.parse().ok();
        }
        found.sub = Some(Box::new(sub));
    }
    if let Some(list) = cursor.group() {
        found.parts = parts(list, "PARTITION", engine)?;
    }
    Some(found)
}

fn method(cursor: &mut Cursor<'_>) -> Option<Partitioning> {
    let mut method = String::new();
    if cursor.eat("LINEAR") {
        method.push_str("linear ");
    }
    let base = cursor.name()?.to_ascii_lowercase();
    method.push_str(&base);
    let mut by_columns = base == "key";
    if base == "system_time" {
        return Some(Partitioning {
            method,
            key: history(cursor),
            sub: None,
            count: None,
            parts: Vec::new(),
        });
    }
    if cursor.eat("COLUMNS") {
        method.push_str(" columns");
        by_columns = true;
    }
    if cursor.eat("ALGORITHM") {
        method = format!("{method} algorithm={}", cursor.value()?);
    }
    let written = cursor.group()?;
    let key = if by_columns {
        let names = crate::dialect::mysql::inspect::tokens::names(written)?;
        names.into_iter().map(IndexPart::on_column).collect()
    } else {
        vec![by_expression(literals::strip_session_introducers(written))]
    };
    Some(Partitioning {
        method,
        key,
        sub: None,
        count: None,
        parts: Vec::new(),
    })
}

fn by_expression(expr: String) -> IndexPart {
    IndexPart {
        key: PartKey::Expr(Expr::new(expr)),
        ..IndexPart::on_column("")
    }
}

/// `INTERVAL 1 DAY STARTS ...`, `LIMIT 100`: the start of the next history partition.
fn history(cursor: &mut Cursor<'_>) -> Vec<IndexPart> {
    let start = cursor.start();
    let mut taken = false;
    loop {
        match cursor.peek() {
            None | Some(Token::Group(_)) => break,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("PARTITIONS") => break,
            Some(_) => {
                taken = true;
                cursor.next();
            }
        }
    }
    let written = cursor.since(start);
    (taken.then(|| by_expression(written.to_owned())))
        .into_iter()
        .collect()
}

fn parts(list: &str, word: &str, engine: &str) -> Option<Vec<Partition>> {
    let mut cursor = Cursor::new(list);
    let mut parts = Vec::new();
    while cursor.eat(word) {
        let mut part = Partition {
            name: Ident::from(cursor.name()?),
            values: None,
            attrs: Attributes::default(),
            subs: Vec::new(),
        };
        if cursor.eat("VALUES LESS THAN") {
            part.values = Some(match cursor.group() {
                Some(group) => {
                    format!("less than ({})", literals::strip_session_introducers(group))
                }
                None => format!("less than {}", cursor.name()?.to_ascii_lowercase()),
            });
        } else if cursor.eat("VALUES IN") {
            let group = literals::strip_session_introducers(cursor.group()?);
            part.values = Some(format!("in ({group})"));
        } else {
            for kind in ["default", "history", "current"] {
                if cursor.eat(kind) {
                    part.values = Some(kind.to_owned());
                }
            }
        }
        loop {
            match cursor.peek() {
                None | Some(Token::Symbol(',')) => break,
                Some(Token::Group(inner)) => {
                    cursor.next();
                    part.subs = self::parts(inner, "SUBPARTITION", engine)?;
                }
                Some(_) => {
                    let (key, value) = option(&mut cursor)?;
                    if key != "engine" || !value.eq_ignore_ascii_case(engine) {
                        part.attrs.set(key, value);
                    }
                }
            }
        }
        parts.push(part);
        cursor.symbol(',');
    }
    cursor.is_done().then_some(parts)
}

fn option(cursor: &mut Cursor<'_>) -> Option<(String, String)> {
    let mut key = cursor.name()?.to_ascii_lowercase();
    if cursor.eat("DIRECTORY") {
        key.push_str("_directory");
    }
    Some((key, cursor.value()?))
}
