//! `CREATE INDEX` and `DROP INDEX`.

use crate::dialect::postgres::ddl::{clauses, storage};
use crate::dialect::postgres::naming::{bare_or_quoted, list, within};
use crate::model::{Index, Namespace};
use std::fmt::Write as _;

/// `CREATE INDEX`.
pub(crate) fn create_index(on: &str, index: &Index, concurrently: bool) -> String {
    let mut out = format!(
        "CREATE {}INDEX {}{} ON {on}",
        if index.unique { "UNIQUE " } else { "" },
        if concurrently { "CONCURRENTLY " } else { "" },
        bare_or_quoted(index.name.get().as_str()),
    );
    if let Some(method) = &index.method {
        let _ = write!(out, " USING {}", bare_or_quoted(method));
    }
    let _ = write!(out, " ({})", clauses::key_parts(&index.parts));
    if !index.include.is_empty() {
        let _ = write!(out, " INCLUDE ({})", list(&index.include));
    }
    out.push_str(clauses::nulls_not_distinct(&index.attrs));
    out.push_str(&storage::index_parameters(&index.attrs));
    out.push_str(&storage::index_tablespace(&index.attrs));
    if let Some(predicate) = &index.predicate {
        let _ = write!(out, " WHERE {}", predicate.text.trim());
    }
    out
}

/// `DROP INDEX`.
pub(crate) fn drop_index(ns: &Namespace, index: &Index, concurrently: bool) -> String {
    format!(
        "DROP INDEX {}{}{}",
        if concurrently { "CONCURRENTLY " } else { "" },
        // the index of a partition is dropped with that of the partitioned table
        if index.parent.is_some() {
            "IF EXISTS "
        } else {
            ""
        },
        within(ns, index.name.get())
    )
}
