//! Statements. What stands here runs unchanged on MySQL 8.0.19 and later and on MariaDB 10.6 and
//! later.

pub(crate) mod alter_table;
pub(crate) mod column_renames;
pub(crate) mod partitions;
pub(crate) mod sequences;
pub(crate) mod vendor_statements;

use crate::change::{Action, Change};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::expr::text;
use crate::dialect::mysql::lowering::attributes;
use crate::dialect::mysql::naming::{quote, quoted_list};
use crate::dialect::mysql::types;
use crate::dialect::mysql::types::defaults;
use crate::model::{
    Attributes, Column, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Object, PartKey,
    ReferentialAction, Table, TableOptions,
};

/// The statements of an action.
pub(crate) fn action(action: &Action) -> Vec<String> {
    match action {
        Action::Change(change) | Action::Concurrently(change) => self::change(change),
    }
}

fn change(change: &Change) -> Vec<String> {
    match change {
        Change::Create(id, object) => create(id.name.as_str(), object),
        Change::Drop(id, object) => drop(id.name.as_str(), object),
        Change::Comment(id, pair) => sequences::comment(id, pair.to.as_deref()),
        Change::Value(..) => Vec::new(),
        Change::Replace(id, pair) => {
            let name = id.name.as_str();
            if let (Object::Sequence(from), Object::Sequence(to)) = (&pair.from, &pair.to) {
                return sequences::alter(name, from, to);
            }
            let mut statements = drop(name, &pair.from);
            statements.extend(create(name, &pair.to));
            statements
        }
        Change::Table { sides, ops } => alter_table::table(sides, ops),
    }
}

fn create(name: &str, object: &Object) -> Vec<String> {
    match object {
        Object::Table(table) => vec![create_table(table)],
        // an enum is a part of its column here
        Object::Type(_) | Object::Namespace | Object::Extension(_) => Vec::new(),
        Object::Sequence(sequence) => vec![sequences::create(name, sequence)],
        Object::Routine(raw) => vec![raw.create.clone()],
    }
}

fn drop(name: &str, object: &Object) -> Vec<String> {
    match object {
        Object::Table(_) => vec![format!("DROP TABLE {}", quote(name))],
        Object::Type(_) | Object::Namespace | Object::Extension(_) => Vec::new(),
        Object::Sequence(_) => vec![format!("DROP SEQUENCE {}", quote(name))],
        Object::Routine(raw) => vec![raw.drop.clone()],
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
    let attrs = &table.options.attrs;
    lines.extend(system_period(attrs).into_iter().chain(own_period(attrs)));
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
    if let Some(partitioning) = &table.partitioning {
        sql.push('\n');
        sql.push_str(&partitions::clause(partitioning));
    }
    sql
}

/// The period of MariaDB's system versioning, where its columns are written.
pub(crate) fn system_period(attrs: &Attributes) -> Option<String> {
    let columns = period_columns(attrs.get(keys::SYSTEM_PERIOD)?);
    Some(format!("PERIOD FOR SYSTEM_TIME ({columns})"))
}

/// The period of an application (MariaDB).
pub(crate) fn own_period(attrs: &Attributes) -> Option<String> {
    let (name, columns) = attrs
        .get(keys::PERIOD)
        .zip(attrs.get(keys::PERIOD_COLUMNS))?;
    let columns = period_columns(columns);
    Some(format!("PERIOD FOR {} ({columns})", quote(name)))
}

fn period_columns(list: &str) -> String {
    quoted_list(list.split(',').map(str::trim))
}

fn options(options: &TableOptions) -> String {
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
    parts.extend(attributes::table_options(&options.attrs));
    parts.join(" ")
}

/// A column's name and whole definition. MODIFY forgets what isn't said, so all is said.
pub(crate) fn column(column: &Column) -> String {
    format!("{} {}", quote(column.name.as_str()), definition(column))
}

/// A column's whole definition.
pub(crate) fn definition(column: &Column) -> String {
    let attrs = &column.attrs;
    let mut parts = vec![column_type(column)];
    let mut say = |part: String| parts.push(part);
    if attrs.get(keys::COMPRESSED) {
        say(String::from("COMPRESSED"));
    }
    if let Some(charset) = &column.charset {
        say(format!("CHARACTER SET {charset}"));
    }
    if let Some(collation) = &column.collation {
        say(format!("COLLATE {collation}"));
    }
    if let Some(end) = attrs.get(keys::ROW_PERIOD) {
        say(format!(
            "GENERATED ALWAYS AS ROW {}",
            end.to_ascii_uppercase()
        ));
    } else if let Some(generated) = &column.generated {
        say(computed(&generated.expr.text, generated.stored));
        if attrs.get(keys::NOT_NULL) {
            say(String::from("NOT NULL"));
        }
    } else {
        say(String::from(if column.nullable {
            "NULL"
        } else {
            "NOT NULL"
        }));
        if let Some(default) = &column.default {
            let clause = defaults::clause(&column.ty, &default.text);
            say(format!("DEFAULT {clause}"));
        } else if column.nullable && column.ty.base == "timestamp" {
            // servers without explicit_defaults_for_timestamp have a default of their own
            say(String::from("DEFAULT NULL"));
        }
    }
    if let Some(system) = attrs.get(keys::SRID) {
        say(format!("SRID {system}"));
    }
    if column.on_update_now {
        let digits = column.ty.args.first().map(|n| format!("({n})"));
        say(format!(
            "ON UPDATE CURRENT_TIMESTAMP{}",
            digits.unwrap_or_default()
        ));
    }
    if column.identity.is_some() {
        say(String::from("AUTO_INCREMENT"));
    }
    for (flag, words) in [
        (keys::INVISIBLE, "INVISIBLE"),
        (keys::WITHOUT_SYSTEM_VERSIONING, "WITHOUT SYSTEM VERSIONING"),
        (keys::NOT_SECONDARY, "NOT SECONDARY"),
    ] {
        if attrs.get(flag) {
            say(words.to_owned());
        }
    }
    for (key, words) in [
        (keys::COLUMN_FORMAT, "COLUMN_FORMAT"),
        (keys::STORAGE, "STORAGE"),
    ] {
        if let Some(value) = attrs.get(key) {
            say(format!("{words} {}", value.to_ascii_uppercase()));
        }
    }
    if let Some(comment) = &column.comment {
        say(format!("COMMENT {}", text::string(comment)));
    }
    for (key, words) in ENGINE_TEXTS {
        if let Some(value) = attrs.get(key) {
            say(format!("{words} {}", text::string(value)));
        }
    }
    if let Some(check) = attrs.get(keys::CHECK) {
        say(format!("CHECK ({check})"));
    }
    parts.join(" ")
}

/// JSON texts for an engine.
const ENGINE_TEXTS: [(&str, &str); 2] = [
    ("engine_attribute", "ENGINE_ATTRIBUTE"),
    ("secondary_engine_attribute", "SECONDARY_ENGINE_ATTRIBUTE"),
];

fn column_type(column: &Column) -> String {
    let ty = types::sql(&column.ty);
    match column.attrs.get(keys::DISPLAY_WIDTH) {
        Some(width) if column.ty.args.is_empty() => {
            let base = &column.ty.base;
            ty.replacen(base, &format!("{base}({width})"), 1)
        }
        _ => ty,
    }
}

fn computed(expr: &str, stored: bool) -> String {
    let stored = if stored { "STORED" } else { "VIRTUAL" };
    let expr = if text::is_wrapped(expr) {
        expr.to_owned()
    } else {
        format!("({expr})")
    };
    format!("GENERATED ALWAYS AS {expr} {stored}")
}

/// A constraint as a line of CREATE TABLE, or behind ADD.
pub(crate) fn constraint(constraint: &Constraint) -> String {
    let name = quote(constraint.name.get().as_str());
    match &constraint.kind {
        ConstraintKind::PrimaryKey(keys) => {
            let parts = key_parts(keys, &constraint.attrs);
            let said = key_options(constraint.comment.as_ref(), &constraint.attrs);
            format!("PRIMARY KEY ({parts}){said}")
        }
        ConstraintKind::Unique(keys) => {
            let parts = key_parts(keys, &constraint.attrs);
            let said = key_options(constraint.comment.as_ref(), &constraint.attrs);
            format!("UNIQUE KEY {name} ({parts}){said}")
        }
        ConstraintKind::ForeignKey(fk) => {
            format!("CONSTRAINT {name} {}", foreign_key(fk, &constraint.attrs))
        }
        // `finish` has refused it
        ConstraintKind::Exclusion(_) => String::new(),
        ConstraintKind::Check(check) => {
            let expr = &check.expr.text;
            let enforced = if constraint.attrs.get(keys::ENFORCED) {
                ""
            } else {
                " NOT ENFORCED"
            };
            if text::is_wrapped(expr) {
                format!("CONSTRAINT {name} CHECK {expr}{enforced}")
            } else {
                format!("CONSTRAINT {name} CHECK ({expr}){enforced}")
            }
        }
    }
}

fn foreign_key(fk: &ForeignKey, attrs: &Attributes) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        quoted_list(fk.columns.iter().map(crate::model::Ident::as_str)),
        quote(fk.target.name.as_str()),
        quoted_list(fk.target_columns.iter().map(crate::model::Ident::as_str)),
    );
    for (event, action, written) in [
        ("DELETE", fk.on_delete, attrs.get(keys::DELETE_RULE)),
        ("UPDATE", fk.on_update, attrs.get(keys::UPDATE_RULE)),
    ] {
        if action != ReferentialAction::NoAction {
            sql = format!("{sql} ON {event} {}", action.sql());
        } else if let Some(words) = written {
            sql = format!("{sql} ON {event} {}", words.to_ascii_uppercase());
        }
    }
    sql
}

/// An index as a line of CREATE TABLE, or behind ADD.
pub(crate) fn index(index: &Index) -> String {
    let kind = match index.method.as_deref() {
        Some(method) => format!("{} KEY", method.to_ascii_uppercase()),
        None => String::from("KEY"),
    };
    format!(
        "{kind} {} ({}){}",
        quote(index.name.get().as_str()),
        key_parts(&index.parts, &index.attrs),
        key_options(index.comment.as_ref(), &index.attrs)
    )
}

fn key_parts(parts: &[IndexPart], attrs: &Attributes) -> String {
    let mut out = self::parts(parts);
    if let Some(period) = attrs.get(keys::WITHOUT_OVERLAPS) {
        out = format!("{out}, {} WITHOUT OVERLAPS", quote(period));
    }
    out
}

/// What stands behind a key's parts.
fn key_options(comment: Option<&String>, attrs: &Attributes) -> String {
    let mut out = String::new();
    for (key, words) in [
        ("using", " USING "),
        ("key_block_size", " KEY_BLOCK_SIZE="),
        ("distance", " DISTANCE="),
        ("m", " M="),
        ("clustering", " CLUSTERING="),
    ] {
        if let Some(value) = attrs.get(key) {
            out = format!("{out}{words}{}", value.to_ascii_uppercase());
        }
    }
    if let Some(parser) = attrs.get(keys::PARSER) {
        out = format!("{out} WITH PARSER {}", quote(parser));
    }
    if let Some(comment) = comment {
        out = format!("{out} COMMENT {}", text::string(comment));
    }
    for (key, words) in ENGINE_TEXTS {
        if let Some(value) = attrs.get(key) {
            out = format!("{out} {words} {}", text::string(value));
        }
    }
    if attrs.get(keys::INVISIBLE) {
        out = format!("{out} {}", vendor_statements::invisible(true));
    }
    out
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
    crate::sql::literal::list(written)
}
