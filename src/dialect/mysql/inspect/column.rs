//! The column definitions of `SHOW CREATE TABLE`.

use crate::db::Vendor;
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::normalize_expr::normalize_expr;
use crate::dialect::mysql::inspect::charset_defaults::{Collations, TableDefaults};
use crate::dialect::mysql::inspect::tokens::{Cursor, Token};
use crate::dialect::mysql::types::charsets;
use crate::dialect::mysql::types::family::Family;
use crate::dialect::mysql::types::family::family;
use crate::dialect::mysql::types::family::has_charset;
use crate::dialect::mysql::types::literals;
use crate::dialect::mysql::types::native::parse_type;
use crate::model::{Column, Expr, Generated, Identity, SqlType};
use crate::sql::literal;

/// Keywords that start another clause, and so end a default.
const CLAUSES: &[&str] = &[
    "on",
    "auto_increment",
    "comment",
    "check",
    "invisible",
    "visible",
    "without",
    "column_format",
    "storage",
    "srid",
    "engine_attribute",
    "secondary_engine_attribute",
    "not",
];

/// Parses a column's definition. `None` if it has an unknown clause.
pub(crate) fn column(
    cursor: &mut Cursor<'_>,
    name: &str,
    defaults: &TableDefaults,
    collations: &Collations,
) -> Option<Column> {
    let (ty, width) = ty(cursor)?;
    let mut column = Column::new(name, ty);
    column.nullable = true;
    column.attrs.set_some(keys::DISPLAY_WIDTH, width);
    let (mut charset, mut collation) = (None, None);
    loop {
        match cursor.peek() {
            None | Some(Token::Symbol(',')) => break,
            Some(Token::Name(key)) => {
                // an attribute of MariaDB's engine: `encrypted`=yes
                cursor.next();
                column.attrs.set(key.to_ascii_lowercase(), cursor.value()?);
            }
            Some(_) if cursor.eat("CHARACTER SET") => charset = cursor.value(),
            Some(_) if cursor.eat("COLLATE") => collation = cursor.value(),
            Some(_) if cursor.eat("GENERATED ALWAYS AS") => generated(cursor, &mut column)?,
            Some(_) if cursor.eat("NOT NULL") => column.nullable = false,
            Some(_) if cursor.eat("NULL") => {}
            Some(_) if cursor.eat("DEFAULT") => default(cursor, &mut column)?,
            Some(_) if cursor.eat("ON UPDATE") => {
                cursor.name()?;
                cursor.group();
                column.on_update_now = true;
            }
            Some(_) if cursor.eat("AUTO_INCREMENT") => {
                column.identity = Some(Identity::AutoIncrement);
            }
            Some(_) if cursor.eat("INVISIBLE") => column.attrs.set_flag(keys::INVISIBLE),
            Some(_) if cursor.eat("COMPRESSED") => column.attrs.set_flag(keys::COMPRESSED),
            Some(_) if cursor.eat("WITHOUT SYSTEM VERSIONING") => {
                column.attrs.set_flag(keys::WITHOUT_SYSTEM_VERSIONING);
            }
            Some(_) if cursor.eat("SRID") => column.attrs.set(keys::SRID, cursor.value()?),
            Some(_) if cursor.eat("COLUMN_FORMAT") => {
                column.attrs.set(keys::COLUMN_FORMAT, lower(cursor)?);
            }
            Some(_) if cursor.eat("STORAGE") => column.attrs.set(keys::STORAGE, lower(cursor)?),
            Some(_) if cursor.eat("ENGINE_ATTRIBUTE") => {
                column.attrs.set(keys::ENGINE_ATTRIBUTE, cursor.value()?);
            }
            Some(_) if cursor.eat("SECONDARY_ENGINE_ATTRIBUTE") => {
                (column.attrs).set(keys::SECONDARY_ENGINE_ATTRIBUTE, cursor.value()?);
            }
            Some(_) if cursor.eat("NOT SECONDARY") => column.attrs.set_flag(keys::NOT_SECONDARY),
            Some(_) if cursor.eat("COMMENT") => column.comment = cursor.value(),
            Some(_) if cursor.eat("CHECK") => column.attrs.set(keys::CHECK, cursor.group()?),
            Some(_) => return None,
        }
    }
    if column.generated.is_some() && !column.nullable {
        column.attrs.set_flag(keys::NOT_NULL);
    }
    if has_charset(&column.ty) {
        collate(&mut column, charset, collation, defaults, collations);
    }
    fold_json(&mut column, defaults.vendor);
    Some(column)
}

fn lower(cursor: &mut Cursor<'_>) -> Option<String> {
    cursor.value().map(|value| value.to_ascii_lowercase())
}

/// The type, and the display width of an integer if it is not the type's default.
fn ty(cursor: &mut Cursor<'_>) -> Option<(SqlType, Option<String>)> {
    let start = cursor.start();
    let base = cursor.name()?.to_ascii_lowercase();
    let width = cursor.group();
    while cursor.eat("unsigned") || cursor.eat("zerofill") || cursor.eat("precision") {}
    let written = cursor.since(start);
    let ty = parse_type(written).unwrap_or_else(|_| SqlType::new(written));
    let own = match (base.as_str(), ty.unsigned) {
        ("tinyint", false) => "4",
        ("tinyint", true) => "3",
        ("smallint", false) => "6",
        ("smallint", true) => "5",
        ("mediumint", false) => "9",
        ("mediumint", true) => "8",
        ("int", false) => "11",
        ("int", true) => "10",
        ("bigint", _) => "20",
        _ => return Some((ty, None)),
    };
    let width = width.filter(|width| ty.args.is_empty() && *width != own);
    Some((ty, width.map(str::to_owned)))
}

fn generated(cursor: &mut Cursor<'_>, column: &mut Column) -> Option<()> {
    if cursor.eat("ROW START") {
        column.attrs.set(keys::ROW_PERIOD, "start");
        column.nullable = false;
        return Some(());
    }
    if cursor.eat("ROW END") {
        column.attrs.set(keys::ROW_PERIOD, "end");
        column.nullable = false;
        return Some(());
    }
    let expr = literals::strip_session_introducers(cursor.group()?);
    let stored = cursor.eat("STORED") || cursor.eat("PERSISTENT");
    if !stored {
        cursor.eat("VIRTUAL");
    }
    column.generated = Some(Generated {
        expr: Expr::new(expr),
        stored,
    });
    Some(())
}

/// The default. MariaDB prints SQL; MySQL prints every literal in quotes.
fn default(cursor: &mut Cursor<'_>, column: &mut Column) -> Option<()> {
    let start = cursor.start();
    cursor.next()?;
    loop {
        match cursor.peek() {
            None | Some(Token::Symbol(',') | Token::Name(_)) => break,
            Some(Token::Word(word)) if CLAUSES.iter().any(|c| word.eq_ignore_ascii_case(c)) => {
                break;
            }
            Some(_) => {
                cursor.next();
            }
        }
    }
    let written = literals::strip_session_introducers(cursor.since(start));
    let plain = match family(&column.ty) {
        Family::Integer | Family::Number => {
            literals::parse_string_literal(&written).filter(|text| literal::is_number(text))
        }
        Family::Bit
        | Family::Chars
        | Family::Bytes
        | Family::Text
        | Family::Blob
        | Family::Member
        | Family::Json
        | Family::Temporal
        | Family::Other => None,
    };
    if !written.eq_ignore_ascii_case("null") {
        column.default = Some(Expr::new(plain.unwrap_or(written)));
    }
    Some(())
}

/// Charset and collation, both explicit. MySQL stores whether a column's own were written, even if they are the table's.
fn collate(
    column: &mut Column,
    charset: Option<String>,
    collation: Option<String>,
    defaults: &TableDefaults,
    collations: &Collations,
) {
    let written = charset.is_some();
    let charset = charset.or_else(|| collation.as_deref().map(charsets::charset_of_collation));
    let collation = collation.or_else(|| match &charset {
        Some(charset) => collations.default_of(charset),
        None => defaults.collation.clone(),
    });
    if defaults.vendor == Vendor::MySql && written && collation == defaults.collation {
        column.attrs.set_flag(keys::EXPLICIT_COLLATION);
    }
    column.charset = charset.or_else(|| defaults.charset.clone());
    column.collation = collation;
}

/// MariaDB's json is a longtext with `utf8mb4_bin` and a check.
fn fold_json(column: &mut Column, vendor: Vendor) {
    let is_json = vendor == Vendor::MariaDb
        && column.ty.base == "longtext"
        && column.collation.as_deref() == Some("utf8mb4_bin")
        && column.attrs.get(keys::CHECK).is_some_and(|check| {
            let wanted = format!("json_valid({})", column.name.as_str().to_lowercase());
            normalize_expr(check).normal() == wanted
        });
    if is_json {
        column.ty = SqlType::new("json");
        column.attrs.remove(keys::CHECK);
        column.charset = None;
        column.collation = None;
    }
}
