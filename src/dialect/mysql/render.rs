//! Statements. What stands here runs unchanged on MySQL 8.0.19 and later and on MariaDB 10.6 and
//! later.

use super::words::{quote, quoted_list};
use super::{alter, defaults, text, types};
use crate::change::{Action, Change};
use crate::model::{
    Column, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Object, Options, PartKey,
    ReferentialAction, Table,
};

/// The statements of an action.
pub(super) fn action(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) | Action::Concurrently(change) => self::change(change),
        // every kind of ALTER is there, so that no plan holds a rebuild
        Action::Raw(sql) => vec![sql.clone()],
        Action::Backfill { table, set, .. } => {
            let set: Vec<String> = set
                .iter()
                .map(|(column, value)| format!("{} = {}", quote(column.as_str()), value.text))
                .collect();
            vec![format!(
                "UPDATE {} SET {}",
                quote(table.name.as_str()),
                set.join(", ")
            )]
        }
        Action::Check { query, .. } => vec![query.clone()],
    }
}

fn change(change: &Change) -> Vec<String> {
    match change {
        Change::Create(_, object) => create(object),
        Change::Drop(id, object) => drop(id.name.as_str(), object),
        // only tables and their parts have comments here
        Change::Comment(..) => Vec::new(),
        Change::Replace(id, pair) => {
            let mut statements = drop(id.name.as_str(), &pair.from);
            statements.extend(create(&pair.to));
            statements
        }
        Change::Table { sides, ops } => alter::table(sides, ops),
    }
}

fn create(object: &Object) -> Vec<String> {
    match object {
        Object::Table(table) => vec![create_table(table)],
        // an enum is a part of its column here
        Object::Type(_) | Object::Namespace | Object::Extension(_) | Object::Sequence(_) => {
            Vec::new()
        }
        Object::Routine(raw) | Object::View(raw) | Object::Trigger(raw) | Object::Policy(raw) => {
            vec![raw.create.clone()]
        }
    }
}

fn drop(name: &str, object: &Object) -> Vec<String> {
    match object {
        Object::Table(_) => vec![format!("DROP TABLE {}", quote(name))],
        Object::Type(_) | Object::Namespace | Object::Extension(_) | Object::Sequence(_) => {
            Vec::new()
        }
        Object::Routine(raw) | Object::View(raw) | Object::Trigger(raw) | Object::Policy(raw) => {
            vec![raw.drop.clone()]
        }
    }
}

fn create_table(table: &Table) -> String {
    let rank = |constraint: &&Constraint| match constraint.kind {
        ConstraintKind::PrimaryKey(_) => 0,
        ConstraintKind::Unique(_) => 1,
        ConstraintKind::ForeignKey(_) => 3,
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => 4,
    };
    let mut constraints: Vec<&Constraint> = table.constraints.iter().collect();
    constraints.sort_by_key(rank);
    let split = constraints.partition_point(|constraint| rank(constraint) < 2);
    let (keys, others) = constraints.split_at(split);
    let mut lines: Vec<String> = table.columns.iter().map(column).collect();
    lines.extend(keys.iter().map(|key| constraint(key)));
    lines.extend(table.indexes.iter().map(index));
    lines.extend(others.iter().map(|other| constraint(other)));
    let mut sql = format!(
        "CREATE TABLE {} (\n  {}\n)",
        quote(table.name().as_str()),
        lines.join(",\n  ")
    );
    let options = options(&table.options);
    if !options.is_empty() {
        sql.push(' ');
        sql.push_str(&options);
    }
    sql
}

fn options(options: &Options) -> String {
    let mut parts = Vec::new();
    if let Some(engine) = &options.engine {
        parts.push(format!("ENGINE={}", engine.get()));
    }
    if let Some(charset) = &options.charset {
        parts.push(format!("DEFAULT CHARSET={}", charset.get()));
    }
    if let Some(collation) = &options.collation {
        parts.push(format!("COLLATE={}", collation.get()));
    }
    if let Some(comment) = &options.comment {
        parts.push(format!("COMMENT={}", text::string(comment)));
    }
    parts.join(" ")
}

/// A column's name and whole definition. MODIFY forgets what isn't said, so all is said.
pub(super) fn column(column: &Column) -> String {
    format!("{} {}", quote(column.name.as_str()), definition(column))
}

/// A column's whole definition.
pub(super) fn definition(column: &Column) -> String {
    let mut sql = types::sql(&column.ty);
    let mut say = |part: &str| {
        sql.push(' ');
        sql.push_str(part);
    };
    if let Some(charset) = &column.charset {
        say(&format!("CHARACTER SET {charset}"));
    }
    if let Some(collation) = &column.collation {
        say(&format!("COLLATE {collation}"));
    }
    if let Some(generated) = &column.generated {
        let expr = &generated.expr.text;
        let expr = if text::is_wrapped(expr) {
            expr.clone()
        } else {
            format!("({expr})")
        };
        let stored = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        say(&format!("GENERATED ALWAYS AS {expr} {stored}"));
    } else {
        say(if column.nullable { "NULL" } else { "NOT NULL" });
        if let Some(default) = &column.default {
            let clause = defaults::clause(&column.ty, &default.text);
            say(&format!("DEFAULT {clause}"));
        } else if column.nullable && column.ty.base == "timestamp" {
            // servers without explicit_defaults_for_timestamp have a default of their own
            say("DEFAULT NULL");
        }
    }
    if column.on_update_now {
        let digits = column.ty.args.first().map(|n| format!("({n})"));
        say(&format!(
            "ON UPDATE CURRENT_TIMESTAMP{}",
            digits.unwrap_or_default()
        ));
    }
    if column.identity.is_some() {
        say("AUTO_INCREMENT");
    }
    if let Some(comment) = &column.comment {
        say(&format!("COMMENT {}", text::string(comment)));
    }
    sql
}

/// A constraint as a line of CREATE TABLE, or behind ADD.
pub(super) fn constraint(constraint: &Constraint) -> String {
    let name = quote(constraint.name.get().as_str());
    match &constraint.kind {
        ConstraintKind::PrimaryKey(keys) => format!("PRIMARY KEY ({})", parts(keys)),
        ConstraintKind::Unique(keys) => {
            let mut sql = format!("UNIQUE KEY {name} ({})", parts(keys));
            if let Some(comment) = &constraint.comment {
                sql = format!("{sql} COMMENT {}", text::string(comment));
            }
            sql
        }
        ConstraintKind::ForeignKey(fk) => format!("CONSTRAINT {name} {}", foreign_key(fk)),
        // `finish` has refused it
        ConstraintKind::Exclusion(_) => String::new(),
        ConstraintKind::Check(check) => {
            let expr = &check.expr.text;
            if text::is_wrapped(expr) {
                format!("CONSTRAINT {name} CHECK {expr}")
            } else {
                format!("CONSTRAINT {name} CHECK ({expr})")
            }
        }
    }
}

fn foreign_key(fk: &ForeignKey) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted_list(fk.columns.iter().map(crate::model::Ident::as_str)),
        quote(fk.target.name.as_str()),
        quoted_list(fk.target_columns.iter().map(crate::model::Ident::as_str)),
    );
    for (event, action) in [("DELETE", fk.on_delete), ("UPDATE", fk.on_update)] {
        if action != ReferentialAction::NoAction {
            sql = format!("{sql} ON {event} {}", action.sql());
        }
    }
    sql
}

/// An index as a line of CREATE TABLE, or behind ADD.
pub(super) fn index(index: &Index) -> String {
    let (kind, using) = match index.method.as_deref() {
        Some("fulltext") => ("FULLTEXT KEY", ""),
        Some("spatial") => ("SPATIAL KEY", ""),
        Some("hash") if index.unique => ("UNIQUE KEY", " USING HASH"),
        Some("hash") => ("KEY", " USING HASH"),
        _ if index.unique => ("UNIQUE KEY", ""),
        _ => ("KEY", ""),
    };
    let mut sql = format!(
        "{kind} {} ({}){using}",
        quote(index.name.get().as_str()),
        parts(&index.parts)
    );
    if let Some(comment) = &index.comment {
        sql = format!("{sql} COMMENT {}", text::string(comment));
    }
    sql
}

fn parts(parts: &[IndexPart]) -> String {
    let written = parts.iter().map(|part| {
        let mut sql = match &part.key {
            PartKey::Column(name) => quote(name.as_str()),
            PartKey::Expr(expr) if text::is_wrapped(&expr.text) => expr.text.clone(),
            PartKey::Expr(expr) => format!("({})", expr.text),
        };
        if let Some(length) = part.prefix {
            sql = format!("{sql}({length})");
        }
        if part.desc {
            sql.push_str(" DESC");
        }
        sql
    });
    crate::dialect::sql::list(written)
}
