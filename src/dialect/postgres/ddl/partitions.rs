//! Partitions and inheritance: what a table says of the tables it comes from.

use crate::dialect::Passed;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::model::{Column, Inheritance, ObjectId, Pair, Partitioning, Table};
use crate::sql::literal;

/// `INHERITS (…)` and `PARTITION BY …`, as they follow the columns.
pub(crate) fn clauses(table: &Table) -> String {
    let inherits = match &table.inheritance {
        Inheritance::Inherits(parents) => {
            format!(" INHERITS ({})", literal::list(parents.iter().map(object)))
        }
        // attached once it has its keys and indexes, so that the server takes those for its own
        Inheritance::None | Inheritance::PartitionOf { .. } => String::new(),
    };
    let partitioning = table.partitioning.as_ref().map(partition_by);
    format!("{inherits}{}", partitioning.unwrap_or_default())
}

fn partition_by(partitioning: &Partitioning) -> String {
    let key = partitioning.key.iter().map(clauses::part);
    let method = partitioning.method.to_uppercase();
    format!(" PARTITION BY {method} ({})", literal::list(key))
}

/// The statement that makes a table a partition.
pub(crate) fn attach(on: &str, inheritance: &Inheritance) -> Option<String> {
    match inheritance {
        Inheritance::PartitionOf { parent, bound } => Some(format!(
            "ALTER TABLE {} ATTACH PARTITION {on} {}",
            object(parent),
            bound_clause(bound)
        )),
        Inheritance::None | Inheritance::Inherits(_) => None,
    }
}

fn bound_clause(bound: &str) -> String {
    if bound.eq_ignore_ascii_case("default") {
        String::from("DEFAULT")
    } else {
        format!("FOR VALUES {bound}")
    }
}

/// The statements that give a table other parents.
pub(crate) fn change(on: &str, pair: &Pair<Inheritance>) -> Vec<String> {
    let mut out = Vec::new();
    match &pair.from {
        Inheritance::PartitionOf { parent, .. } => out.push(format!(
            "ALTER TABLE {} DETACH PARTITION {on}",
            object(parent)
        )),
        Inheritance::Inherits(parents) => {
            let gone = parents.iter().filter(|p| !inherits(&pair.to, p));
            out.extend(gone.map(|p| format!("ALTER TABLE {on} NO INHERIT {}", object(p))));
        }
        Inheritance::None => {}
    }
    match &pair.to {
        Inheritance::PartitionOf { .. } => out.extend(attach(on, &pair.to)),
        Inheritance::Inherits(parents) => {
            let new = parents.iter().filter(|p| !inherits(&pair.from, p));
            out.extend(new.map(|p| format!("ALTER TABLE {on} INHERIT {}", object(p))));
        }
        Inheritance::None => {}
    }
    out
}

fn inherits(inheritance: &Inheritance, parent: &ObjectId) -> bool {
    match inheritance {
        Inheritance::Inherits(parents) => parents.contains(parent),
        Inheritance::None | Inheritance::PartitionOf { .. } => false,
    }
}

/// Whether a column is the parent's, and the table only says something else of it.
pub(crate) fn is_inherited(column: &Column) -> bool {
    column.attrs.get(keys::INHERITED)
}

/// Whether a column has its NOT NULL from the parent alone.
pub(crate) fn follows_not_null(column: &Column) -> bool {
    column.attrs.get(keys::NOT_NULL_INHERITED)
}

/// The statements that say something else of an inherited column.
pub(crate) fn override_column(on: &str, column: &Column) -> Vec<String> {
    let name = bare_or_quoted(column.name.as_str());
    let alter = |what: &str| format!("ALTER TABLE {on} ALTER COLUMN {name} {what}");
    let mut out = Vec::new();
    if column.generated.is_none() && column.identity.is_none() {
        out.push(match &column.default {
            Some(default) => alter(&format!("SET DEFAULT {}", clauses::default(default))),
            None => alter("DROP DEFAULT"),
        });
    }
    if !column.nullable && !follows_not_null(column) {
        out.push(alter("SET NOT NULL"));
    }
    if column.comment.is_some() {
        out.push(clauses::column_comment(on, column));
    }
    out
}

/// The statements that take back what a table said of an inherited column.
pub(crate) fn follow_column(on: &str, column: &Column) -> Vec<String> {
    let plain = Column {
        nullable: true,
        default: None,
        comment: None,
        ..column.clone()
    };
    let mut out = override_column(on, &plain);
    if !column.nullable && !follows_not_null(column) {
        let name = bare_or_quoted(column.name.as_str());
        out.push(format!(
            "ALTER TABLE {on} ALTER COLUMN {name} DROP NOT NULL"
        ));
    }
    if column.comment.is_some() {
        out.push(clauses::column_comment(on, &plain));
    }
    out
}

/// What a column says once the parent's is made or has changed, where it is `got` but for its attributes.
/// A new type begins with its own storage and compression; a NOT NULL that comes has the parent's name,
/// where names are known at all (PostgreSQL 18), which the column's own then tells. One of the table's own
/// stays, by its name.
pub(crate) fn passed(
    table: &Table,
    parent: &ObjectId,
    above: Passed<'_>,
    own: Passed<'_>,
    mut got: Column,
) -> Column {
    let (from, to) = above;
    let mut out = own.0.map(|own| own.attrs.clone()).unwrap_or_default();
    let mut take = |key: &str, value: Option<String>| {
        out.remove(key);
        out.set_some(key, value);
    };
    let value = |column: &Column, key: &str| column.attrs.get(key).map(str::to_owned);
    let retyped = from.is_some_and(|from| from.ty != to.ty || from.collation != to.collation);
    for key in ["storage", "compression"] {
        // `SET COMPRESSION` never reaches partitions and heirs
        let told = from.is_some_and(|from| key == "storage" && value(from, key) != value(to, key));
        if from.is_none() || told {
            take(key, value(to, key));
        } else if retyped {
            take(key, None);
        }
    }
    let told = |column: &Column| {
        let told = !column.nullable && !column.attrs.get(keys::NOT_NULL_NO_INHERIT);
        let usual = || naming::not_null(&parent.name, &column.name);
        let name = told.then(|| value(column, "not_null").unwrap_or_else(usual));
        (name, value(column, "not_null_validated").filter(|_| told))
    };
    let (name, validated) = told(to);
    let (old_name, old_validated) = from.map(told).unwrap_or_default();
    let heir = matches!(table.inheritance, Inheritance::Inherits(_));
    let before = own.0.filter(|own| !own.nullable);
    let known = |column: &Column| value(column, "not_null");
    match (before, &old_name, &name) {
        (_, old, new) if old == new => {}
        // its own stays; whether it has the usual name is said only of those that parents have too
        (Some(before), None, Some(_)) => {
            take("not_null", known(before).or_else(|| known(own.1)));
        }
        (Some(before), Some(old), None)
            if known(before).is_some_and(|own| own != *old)
                || heir && known(before).is_some() && !follows_not_null(before) =>
        {
            got.nullable = false;
        }
        (Some(before), Some(old), Some(_)) if known(before).as_ref() != Some(old) => {}
        (before, ..) => {
            let known = known(own.1).is_some();
            let follows = before.is_none() && heir && name.is_some() && known;
            let follows = follows || before.is_some_and(follows_not_null) && name.is_some();
            take("not_null_inherited", follows.then(|| String::from("true")));
            take("not_null", name.filter(|_| known));
        }
    }
    if validated != old_validated {
        take("not_null_validated", validated);
    }
    got.attrs = out;
    got
}

/// The normal form of a bound: words in capitals, one space where the server puts one.
pub(crate) fn normal_bound(bound: &str) -> String {
    let mut out = String::with_capacity(bound.len());
    let mut quote = None;
    for c in bound.trim().chars() {
        match quote {
            Some(open) => {
                out.push(c);
                if c == open {
                    quote = None;
                }
            }
            None if c.is_whitespace() => {
                if !out.ends_with([' ', '(']) {
                    out.push(' ');
                }
            }
            None => {
                if matches!(c, ')' | ',') && out.ends_with(' ') {
                    out.pop();
                }
                // a comma is followed by one space, a word by one before its bracket
                if out.ends_with(',') || c == '(' && out.ends_with(char::is_alphabetic) {
                    out.push(' ');
                }
                if matches!(c, '\'' | '"') {
                    quote = Some(c);
                }
                out.push(c);
            }
        }
    }
    capitals(&out)
}

/// The words of the grammar in the server's spelling.
fn capitals(bound: &str) -> String {
    let mut out = String::with_capacity(bound.len());
    let mut rest = bound;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\'' | '"' => rest
                .get(1..)
                .and_then(|inner| inner.find(c))
                .map_or(rest.len(), |at| at + 2),
            c if c.is_alphabetic() => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, tail) = rest.split_at(length);
        let upper = token.to_ascii_uppercase();
        let lower = token.to_ascii_lowercase();
        out.push_str(match upper.as_str() {
            "FROM" | "TO" | "IN" | "WITH" | "MINVALUE" | "MAXVALUE" | "NULL" | "DEFAULT" => &upper,
            "MODULUS" | "REMAINDER" | "TRUE" | "FALSE" => &lower,
            _ => token,
        });
        rest = tail;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::normal_bound;

    #[test]
    fn bounds_are_spelled_as_the_server_does() {
        for (text, normal) in [
            ("from (1) to ( 10 )", "FROM (1) TO (10)"),
            (
                "FROM ('a  b',minvalue) TO (maxvalue , 3)",
                "FROM ('a  b', MINVALUE) TO (MAXVALUE, 3)",
            ),
            ("in ('From',null)", "IN ('From', NULL)"),
            (
                "with (MODULUS 4,remainder 0)",
                "WITH (modulus 4, remainder 0)",
            ),
            ("default", "DEFAULT"),
            ("in(true)", "IN (true)"),
        ] {
            assert_eq!(normal_bound(text), normal);
        }
    }
}
