//! `CREATE SEQUENCE` and `ALTER SEQUENCE`.

use crate::dialect::postgres::ddl::column_sequence::non_default_options;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::dialect::postgres::types;
use crate::model::{ObjectId, Sequence};
use crate::sql::literal;
use std::fmt::Write as _;

/// `CREATE SEQUENCE`, without its owner.
pub(crate) fn create_sequence(id: &ObjectId, sequence: &Sequence) -> String {
    let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
    let mut out = format!("CREATE {unlogged}SEQUENCE {}", object(id));
    if sequence.ty.base != "bigint" {
        // writing to a String can't fail
        let _ = write!(out, " AS {}", types::sql(&sequence.ty));
    }
    for (key, value) in non_default_options(sequence).iter() {
        let _ = write!(out, " {}", option_clause(key, value));
    }
    out
}

/// An option of a sequence with its value, as in `CREATE SEQUENCE`.
pub(crate) fn option_clause(key: &str, value: &str) -> String {
    match key {
        "start" => format!("START WITH {value}"),
        "increment" => format!("INCREMENT BY {value}"),
        "min" => format!("MINVALUE {value}"),
        "max" => format!("MAXVALUE {value}"),
        "cache" => format!("CACHE {value}"),
        _ => String::from(if value == "true" { "CYCLE" } else { "NO CYCLE" }),
    }
}

pub(crate) fn logging_keyword(unlogged: bool) -> &'static str {
    if unlogged { "UNLOGGED" } else { "LOGGED" }
}

/// `ALTER SEQUENCE … SET UNLOGGED` or `SET LOGGED`.
pub(crate) fn set_logging(name: &str, unlogged: bool) -> String {
    format!("ALTER SEQUENCE {name} SET {}", logging_keyword(unlogged))
}

/// The statements that change one sequence into another; none if they are equal.
pub(crate) fn alter_sequence(name: &str, from: &Sequence, to: &Sequence) -> Vec<String> {
    let mut clauses = Vec::new();
    if from.ty != to.ty {
        clauses.push(format!("AS {}", types::sql(&to.ty)));
    }
    let numbers = [
        ("increment", from.increment, to.increment),
        ("min", from.min, to.min),
        ("max", from.max, to.max),
        ("start", from.start, to.start),
        ("cache", from.cache, to.cache),
    ];
    // a change of the type replaces bounds that were the defaults of the old type
    for (key, before, after) in numbers {
        if before != after || (from.ty != to.ty && matches!(key, "min" | "max")) {
            clauses.push(option_clause(key, &after.to_string()));
        }
    }
    if from.cycle != to.cycle {
        let cycle = if to.cycle { "true" } else { "false" };
        clauses.push(option_clause("cycle", cycle));
    }
    let mut out = Vec::new();
    if from.unlogged != to.unlogged {
        out.push(set_logging(name, to.unlogged));
    }
    if let Some(moved) = move_into_bounds(name, from, to) {
        out.push(moved);
    } else if to.min > from.max || to.max < from.min {
        // the old and the new range have no value in common
        clauses.push(String::from("RESTART"));
    }
    if !clauses.is_empty() {
        out.push(format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
    }
    if from.owned_by != to.owned_by {
        let owner = to.owned_by.as_ref().map_or_else(
            || String::from("NONE"),
            |(table, column)| format!("{}.{}", object(table), bare_or_quoted(column.as_str())),
        );
        out.push(format!("ALTER SEQUENCE {name} OWNED BY {owner}"));
    }
    out
}

/// Advances a sequence to the start of its new bounds. The server refuses bounds that don't contain the
/// current value.
fn move_into_bounds(name: &str, from: &Sequence, to: &Sequence) -> Option<String> {
    let (first, sign) = if to.increment > 0 {
        (to.min, '<')
    } else {
        (to.max, '>')
    };
    let narrower = to.increment > 0 && to.min > from.min || to.increment < 0 && to.max < from.max;
    let inside = (from.min..=from.max).contains(&first);
    (narrower && inside).then(|| {
        let quoted = literal::string(name);
        format!(
            "SELECT setval({quoted}, {first}, false) FROM {name} WHERE last_value {sign} {first}"
        )
    })
}
