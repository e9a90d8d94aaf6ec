//! Parsing of `SHOW CREATE TABLE`.

use crate::db::Vendor;
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::normal_form;
use crate::dialect::mysql::inspect::charset_defaults::{Collations, TableDefaults};
use crate::dialect::mysql::inspect::tokens::{Cursor, Token, names};
use crate::dialect::mysql::inspect::{column, partitions};
use crate::dialect::mysql::types::charsets;
use crate::dialect::mysql::types::literals::strip_session_introducers;
use crate::model::{
    Attributes, Check, Column, Constraint, ConstraintKind, Expr, ForeignKey, ForeignKeyMatch,
    Given, Ident, Index, IndexPart, ObjectId, PartKey, ReferentialAction, Table,
};

/// A table, and its foreign keys to other databases.
pub(crate) struct Read {
    pub(crate) table: Table,
    pub(crate) foreign: Vec<String>,
}

/// Parses a statement. `None` if it has an unknown clause.
pub(crate) fn table(sql: &str, vendor: Vendor, collations: &Collations) -> Option<Read> {
    let mut cursor = Cursor::new(sql);
    if !cursor.eat("CREATE TABLE") {
        return None;
    }
    let mut table = Table::new(ObjectId::table(cursor.name()?));
    let body = cursor.group()?;
    options(&mut cursor, &mut table, collations)?;
    let defaults = TableDefaults {
        vendor,
        charset: table.options.charset.as_ref().map(|c| c.get().clone()),
        collation: table.options.collation.as_ref().map(|c| c.get().clone()),
    };
    let mut read = Read {
        table,
        foreign: Vec::new(),
    };
    let mut cursor = Cursor::new(body);
    while !cursor.is_done() {
        line(&mut cursor, &mut read, &defaults, collations)?;
        if !cursor.symbol(',') && !cursor.is_done() {
            return None;
        }
    }
    Some(read)
}

fn options(cursor: &mut Cursor<'_>, table: &mut Table, collations: &Collations) -> Option<()> {
    let options = &mut table.options;
    while let Some(token) = cursor.peek() {
        if cursor.eat("PARTITION BY") {
            let engine = options.engine.as_ref().map_or("", |engine| engine.get());
            table.partitioning = Some(partitions::partitioning(cursor, engine)?);
            break;
        }
        if cursor.eat("WITH SYSTEM VERSIONING") {
            options.attrs.set_flag(keys::SYSTEM_VERSIONING);
            continue;
        }
        if cursor.eat("START TRANSACTION") {
            continue;
        }
        cursor.eat("DEFAULT");
        let mut key = match token {
            // storage engines of MariaDB add options
            Token::Name(_) | Token::Word(_) => cursor.name()?.to_ascii_lowercase(),
            Token::Text(_) | Token::Group(_) | Token::Symbol(_) => return None,
        };
        if cursor.eat("DIRECTORY") {
            key.push_str("_directory");
        }
        let value = cursor.value()?;
        match key.as_str() {
            "engine" => options.engine = Some(Given::Given(value)),
            "charset" => options.charset = Some(Given::Given(charsets::charset_name(&value))),
            "collate" => options.collation = Some(Given::Given(charsets::collation_name(&value))),
            "comment" => options.comment = Some(value).filter(|comment| !comment.is_empty()),
            "row_format" | "insert_method" => options.attrs.set(key, value.to_ascii_lowercase()),
            _ => options.attrs.set(key, value),
        }
    }
    if options.collation.is_none() {
        let charset = options.charset.as_ref().map(Given::get);
        options.collation = charset
            .and_then(|charset| collations.default_of(charset))
            .map(Given::Given);
    }
    Some(())
}

fn line(
    cursor: &mut Cursor<'_>,
    read: &mut Read,
    defaults: &TableDefaults,
    collations: &Collations,
) -> Option<()> {
    let table = &mut read.table;
    if let Some(Token::Name(name)) = cursor.peek() {
        cursor.next();
        let column: Column = column::column(cursor, &name, defaults, collations)?;
        table.columns.push(column);
        return Some(());
    }
    if cursor.eat("PERIOD FOR") {
        let of_system = cursor.eat("SYSTEM_TIME");
        let name = if of_system {
            String::new()
        } else {
            cursor.name()?
        };
        let columns = names(cursor.group()?)?.join(", ");
        if of_system {
            table.options.attrs.set(keys::SYSTEM_PERIOD, columns);
        } else {
            table.options.attrs.set(keys::PERIOD, name);
            table.options.attrs.set(keys::PERIOD_COLUMNS, columns);
        }
        return Some(());
    }
    if cursor.eat("PRIMARY KEY") {
        let index = key(cursor, "PRIMARY")?;
        table.constraints.push(Constraint {
            comment: index.comment,
            attrs: index.attrs,
            ..Constraint::new(index.name, ConstraintKind::PrimaryKey(index.parts))
        });
        return Some(());
    }
    if cursor.eat("CONSTRAINT") {
        let name = cursor.name()?;
        return constraint(cursor, read, name);
    }
    let Token::Word(kind) = cursor.next()? else {
        return None;
    };
    let kind = kind.to_ascii_lowercase();
    if kind != "key" && !cursor.eat("KEY") {
        return None;
    }
    let name = cursor.name()?;
    let mut index = key(cursor, &name)?;
    match kind.as_str() {
        "key" => {}
        "unique" => index.unique = true,
        _ => index.method = Some(kind),
    }
    if index.unique {
        table.constraints.push(Constraint {
            comment: index.comment,
            attrs: index.attrs,
            ..Constraint::new(index.name, ConstraintKind::Unique(index.parts))
        });
    } else {
        table.indexes.push(index);
    }
    Some(())
}

/// The parts of a key and its options.
fn key(cursor: &mut Cursor<'_>, name: &str) -> Option<Index> {
    let mut index = Index::new(Given::Given(Ident::from(name)), Vec::new());
    let mut parts = Cursor::new(cursor.group()?);
    while !parts.is_done() {
        if let Some(Token::Group(expr)) = parts.peek() {
            parts.next();
            let expr = Expr::new(format!("({})", strip_session_introducers(expr)));
            index.parts.push(IndexPart {
                key: PartKey::Expr(expr),
                ..IndexPart::on_column("")
            });
        } else {
            let column = parts.name()?;
            if parts.eat("WITHOUT OVERLAPS") {
                index.attrs.set(keys::WITHOUT_OVERLAPS, column);
                continue;
            }
            let prefix = parts.group().and_then(|digits| digits.parse().ok());
            index.parts.push(IndexPart {
                prefix,
                ..IndexPart::on_column(column)
            });
        }
        if parts.eat("DESC")
            && let Some(part) = index.parts.last_mut()
        {
            part.desc = true;
        }
        parts.eat("ASC");
        parts.symbol(',');
    }
    loop {
        match cursor.peek() {
            None | Some(Token::Symbol(',')) => return Some(index),
            Some(_) if cursor.eat("USING") => {
                index
                    .attrs
                    .set(keys::USING, cursor.value()?.to_ascii_lowercase());
            }
            Some(_) if cursor.eat("COMMENT") => {
                index.comment = cursor.value().filter(|comment| !comment.is_empty());
            }
            Some(_) if cursor.eat("INVISIBLE") || cursor.eat("IGNORED") => {
                index.attrs.set_flag(keys::INVISIBLE);
            }
            Some(_) if cursor.eat("WITH PARSER") => index.attrs.set(keys::PARSER, cursor.value()?),
            Some(_) => {
                let key = cursor.name()?.to_ascii_lowercase();
                index.attrs.set(key, cursor.value()?);
            }
        }
    }
}

fn constraint(cursor: &mut Cursor<'_>, read: &mut Read, name: String) -> Option<()> {
    let named = Given::Given(Ident::from(name.as_str()));
    if cursor.eat("CHECK") {
        let expr = Expr::new(strip_session_introducers(cursor.group()?));
        let mut check = Constraint::new(
            named,
            ConstraintKind::Check(Check {
                expr,
                of_type: None,
                validated: true,
            }),
        );
        if cursor.eat("NOT ENFORCED") {
            check.attrs.clear_flag(keys::ENFORCED);
        }
        read.table.constraints.push(check);
        return Some(());
    }
    if !cursor.eat("FOREIGN KEY") {
        return None;
    }
    let columns = idents(cursor)?;
    if !cursor.eat("REFERENCES") {
        return None;
    }
    let mut target = cursor.name()?;
    let elsewhere = cursor.eat(".");
    if elsewhere {
        target = cursor.name()?;
    }
    let target_columns = idents(cursor)?;
    let mut fk = ForeignKey {
        columns,
        target: ObjectId::table(target),
        target_columns,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        matching: ForeignKeyMatch::Simple,
        validated: true,
    };
    let mut written = Attributes::default();
    loop {
        if cursor.eat("ON DELETE") {
            fk.on_delete = action(cursor)?;
            written.set_some(
                keys::DELETE_RULE,
                normal_form::spelling_of_no_action(fk.on_delete),
            );
        } else if cursor.eat("ON UPDATE") {
            fk.on_update = action(cursor)?;
            written.set_some(
                keys::UPDATE_RULE,
                normal_form::spelling_of_no_action(fk.on_update),
            );
        } else if cursor.eat("MATCH FULL") {
            fk.matching = ForeignKeyMatch::Full;
        } else {
            break;
        }
    }
    if elsewhere {
        read.foreign.push(name);
    } else {
        read.table.constraints.push(Constraint {
            attrs: written,
            ..Constraint::new(named, ConstraintKind::ForeignKey(fk))
        });
    }
    Some(())
}

fn idents(cursor: &mut Cursor<'_>) -> Option<Vec<Ident>> {
    let names = names(cursor.group()?)?;
    Some(names.into_iter().map(Ident::from).collect())
}

fn action(cursor: &mut Cursor<'_>) -> Option<ReferentialAction> {
    [
        ("CASCADE", ReferentialAction::Cascade),
        ("SET NULL", ReferentialAction::SetNull),
        ("SET DEFAULT", ReferentialAction::SetDefault),
        ("RESTRICT", ReferentialAction::Restrict),
        ("NO ACTION", ReferentialAction::NoAction),
    ]
    .into_iter()
    .find_map(|(words, action)| cursor.eat(words).then_some(action))
}
