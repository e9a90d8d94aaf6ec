//! Definitions of tables and of their parts.

use crate::dialect::sqlite::attribute_keys as keys;
use crate::dialect::sqlite::naming::quote;
use crate::dialect::sqlite::types;
use crate::model::derived_name;
use crate::model::{
    Column, Constraint, ConstraintKind, Expr, Ident, Identity, Index, IndexPart, PartKey,
    ReferentialAction, Table, Timing,
};
use crate::sql::lexical_rules::SQLITE;
use crate::sql::literal;
use crate::sql::text::{significant_tokens, strip_parentheses};

/// `CREATE TABLE`, under the given name.
pub(crate) fn create_table(table: &Table, name: &Ident) -> String {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|c| column_definition(table, c))
        .collect();
    for constraint in &table.constraints {
        let inline = matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
            && table.columns.iter().any(|c| c.identity.is_some());
        if !inline {
            lines.push(constraint_definition(constraint));
        }
    }
    let of_constraints = table.indexes.iter().filter(|i| is_of_constraint(i));
    lines.extend(of_constraints.map(|index| format!("UNIQUE ({})", index_parts(&index.parts))));
    let name = quote(name.as_str());
    let attrs = &table.options.attrs;
    let after: Vec<&str> = [
        (keys::WITHOUT_ROWID, "WITHOUT ROWID"),
        (keys::STRICT, "STRICT"),
    ]
    .into_iter()
    .filter_map(|(key, words)| attrs.get(key).then_some(words))
    .collect();
    let space = if after.is_empty() { "" } else { " " };
    let (lines, after) = (lines.join(",\n  "), after.join(", "));
    format!("CREATE TABLE {name} (\n  {lines}\n){space}{after}")
}

/// Statements that create the indexes and triggers of a table.
pub(crate) fn attachments(table: &Table) -> Vec<String> {
    let mut out: Vec<String> = table
        .indexes
        .iter()
        .filter(|index| !is_of_constraint(index))
        .map(|index| create_index(table.name(), index))
        .collect();
    let touched = table.columns.iter().filter(|c| c.on_update_now);
    out.extend(touched.map(|column| trigger(table.name(), &column.name)));
    out
}

/// A column's definition. An identity includes the primary key, because only `INTEGER PRIMARY KEY` in the column itself
/// is an alias of the rowid.
pub(crate) fn column_definition(table: &Table, column: &Column) -> String {
    let mut out = quote(column.name.as_str());
    let ty = types::type_sql(&column.ty);
    if !ty.is_empty() {
        out.push(' ');
        out.push_str(&ty);
    }
    match column.identity {
        Some(
            Identity::Rowid
            | Identity::ByDefault
            | Identity::Always
            | Identity::Serial
            | Identity::AutoIncrement,
        ) => {
            let name = table.primary_key().map(|key| &key.name);
            if let Some(name) = name.filter(|name| name.is_given()) {
                out.extend([" CONSTRAINT ", &quote(name.get().as_str())]);
            }
            out.push_str(" PRIMARY KEY");
            if column.attrs.get(keys::AUTOINCREMENT) {
                out.push_str(" AUTOINCREMENT");
            }
        }
        None if !column.nullable => out.push_str(" NOT NULL"),
        None => {}
    }
    if let Some(collation) = &column.collation {
        out.extend([" COLLATE ", &quote(collation)]);
    }
    if let Some(default) = &column.default {
        out.extend([" DEFAULT ", &default_sql(default)]);
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        out.extend([" GENERATED ALWAYS AS (", &generated.expr.text, ") ", kind]);
    }
    out
}

/// A default: a literal unchanged, any other expression in parentheses.
fn default_sql(default: &Expr) -> String {
    if is_constant(default) || default.text.starts_with("CURRENT_") {
        default.text.clone()
    } else {
        format!("({})", strip_parentheses(&SQLITE, &default.text))
    }
}

/// Whether a default is a literal, which `ADD COLUMN` accepts.
pub(crate) fn is_constant(default: &Expr) -> bool {
    let text = default.text.as_str();
    let tokens = significant_tokens(&SQLITE, text);
    let one = tokens.len() == 1 && text.ends_with('\'');
    let hex = tokens.len() == 2 && text.starts_with(['x', 'X']) && text.ends_with('\'');
    one || hex || literal::is_number(text)
}

/// A table constraint's definition.
pub(crate) fn constraint_definition(constraint: &Constraint) -> String {
    let mut out = String::new();
    let key = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
    if constraint.name.is_given() || !key {
        out = format!("CONSTRAINT {} ", quote(constraint.name.get().as_str()));
    }
    let text = match &constraint.kind {
        ConstraintKind::PrimaryKey(parts) => format!("PRIMARY KEY ({})", index_parts(parts)),
        ConstraintKind::Unique(parts) => format!("UNIQUE ({})", index_parts(parts)),
        ConstraintKind::Check(check) => format!("CHECK ({})", check.expr.text),
        // refused when the spec was lowered
        ConstraintKind::Exclusion(_) => String::new(),
        ConstraintKind::ForeignKey(fk) => {
            let names = |list: &[Ident]| literal::list(list.iter().map(|c| quote(c.as_str())));
            let mut text = format!(
                "FOREIGN KEY ({}) REFERENCES {} ({})",
                names(&fk.columns),
                quote(fk.target.name.as_str()),
                names(&fk.target_columns)
            );
            for (event, action) in [("DELETE", fk.on_delete), ("UPDATE", fk.on_update)] {
                if action != ReferentialAction::NoAction {
                    text.extend([" ON ", event, " ", action.sql()]);
                }
            }
            if constraint.timing == Timing::Deferred {
                text.push_str(" DEFERRABLE INITIALLY DEFERRED");
            }
            text
        }
    };
    out.push_str(&text);
    out
}

fn index_parts(parts: &[IndexPart]) -> String {
    literal::list(parts.iter().map(|part| {
        let mut out = match &part.key {
            PartKey::Column(name) => quote(name.as_str()),
            PartKey::Expr(expr) => expr.text.clone(),
        };
        if let Some(collation) = &part.collation {
            out.extend([" COLLATE ", &quote(collation)]);
        }
        if part.desc {
            out.push_str(" DESC");
        }
        out
    }))
}

pub(crate) fn create_index(table: &Ident, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut out = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quote(index.name.get().as_str()),
        quote(table.as_str()),
        index_parts(&index.parts)
    );
    if let Some(predicate) = &index.predicate {
        out.extend([" WHERE ", &predicate.text]);
    }
    out
}

/// The name of the trigger behind an `on_update: now` column.
pub(crate) fn trigger_name(table: &Ident, column: &Ident) -> Ident {
    derived_name("tr", table.as_str(), &[column.as_str(), "on_update"])
}

/// The trigger behind `on_update: now`. It refers to no other column, so that no `ALTER TABLE` invalidates it; the last
/// condition ends the recursion if `recursive_triggers` is on.
pub(crate) fn trigger(table: &Ident, column: &Ident) -> String {
    let name = quote(trigger_name(table, column).as_str());
    let table = quote(table.as_str());
    let column = quote(column.as_str());
    format!(
        "CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW\n\
         WHEN NEW.{column} IS OLD.{column} AND NEW.{column} IS NOT CURRENT_TIMESTAMP\n\
         BEGIN UPDATE {table} SET {column} = CURRENT_TIMESTAMP WHERE rowid = NEW.rowid; END"
    )
}

/// Whether an index belongs to a UNIQUE of CREATE TABLE: it can only be dropped with the table.
pub(crate) fn is_of_constraint(index: &Index) -> bool {
    index.name.get().as_str().starts_with(AUTOINDEX)
}

/// The name under which the index of a UNIQUE over these columns is kept.
pub(crate) fn autoindex(columns: &[&str]) -> Ident {
    Ident::from(format!("{AUTOINDEX}{}", columns.join("_")))
}

/// The prefix of the server's names for indexes of constraints.
const AUTOINDEX: &str = "sqlite_autoindex_";
