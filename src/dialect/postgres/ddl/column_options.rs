//! Changes of column attributes: storage, compression, statistics.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{columns, not_null};
use crate::dialect::postgres::naming::bare_or_quoted;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{Column, SqlType, Table};

/// The statements that change a column's attributes, and its NOT NULL constraint if it has one before and
/// after. A change of the type resets storage and compression to the defaults of the new type.
pub(crate) fn alter_column_options(
    table: &Table,
    on: &str,
    from: &Column,
    to: &Column,
) -> Vec<String> {
    let type_changes = from.ty != to.ty || from.collation != to.collation;
    let name = bare_or_quoted(to.name.as_str());
    let alter = |what: String| format!("ALTER TABLE {on} ALTER COLUMN {name} {what}");
    let mut out = Vec::new();
    let before = |key: &str| from.attrs.get(key).filter(|_| !type_changes);
    if before("storage") != to.attrs.get(keys::STORAGE) {
        let storage = to.attrs.get(keys::STORAGE).map(str::to_uppercase);
        let storage = storage.unwrap_or_else(|| default_storage(&to.ty).to_owned());
        out.push(alter(format!("SET STORAGE {storage}")));
    }
    if before("compression") != to.attrs.get(keys::COMPRESSION) {
        let compression = to.attrs.get(keys::COMPRESSION).unwrap_or("default");
        out.push(alter(format!("SET COMPRESSION {compression}")));
    }
    if from.attrs.get(keys::STATISTICS) != to.attrs.get(keys::STATISTICS) {
        let target = to.attrs.get(keys::STATISTICS).unwrap_or("-1");
        out.push(columns::set_statistics(on, &name, target));
    }
    for key in ["n_distinct", "n_distinct_inherited"] {
        if from.attrs.get(key) != to.attrs.get(key) {
            out.push(alter(match to.attrs.get(key) {
                Some(value) => format!("SET ({key} = {value})"),
                None => format!("RESET ({key})"),
            }));
        }
    }
    if !from.nullable && !to.nullable {
        out.extend(not_null::alter_not_null(table, on, from, to));
    }
    out
}

/// The default storage of a type (`pg_type.typstorage`). `SET STORAGE DEFAULT` exists only since
/// PostgreSQL 16.
fn default_storage(ty: &SqlType) -> &'static str {
    if ty.dims > 0 {
        return "EXTENDED";
    }
    match ty.base.as_str() {
        "numeric" | "inet" | "cidr" => return "MAIN",
        "macaddr" | "macaddr8" | "point" | "line" | "lseg" | "box" | "circle" | "money" | "oid"
        | "name" | "char" | "pg_lsn" | "xid" | "xid8" | "tid" | "real" | "double precision" => {
            return "PLAIN";
        }
        _ => {}
    }
    match family(ty) {
        Family::Integer
        | Family::Bool
        | Family::Timestamp
        | Family::Date
        | Family::Time
        | Family::Uuid
        | Family::Interval => "PLAIN",
        _ => "EXTENDED",
    }
}
