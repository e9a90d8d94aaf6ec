//! Columns that are excluded from MariaDB's system versioning.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::alter_table::statement_groups::changes_engine;
use crate::dialect::mysql::ddl::columns::column_clause;
use crate::dialect::mysql::naming::quote;
use crate::model::{Column, Pair, Table};

/// Operations without exclusions of columns, and the statements that exclude them afterwards.
pub(crate) struct SplitExclusions {
    pub(crate) sides: Pair<Box<Table>>,
    pub(crate) ops: Vec<TableOp>,
    pub(crate) exclusions: Vec<String>,
}

/// Splits off the exclusion of columns where a table gets system versioning together with another engine. Versioning is
/// then added after the engine has changed (error 4120), and only a versioned table accepts an excluded column (error
/// 4124).
pub(crate) fn split_off_exclusions(
    sides: &Pair<Box<Table>>,
    ops: &[TableOp],
) -> Option<SplitExclusions> {
    let versioned = |table: &Table| table.options.attrs.get(keys::SYSTEM_VERSIONING);
    let becomes_versioned = !versioned(&sides.from) && versioned(&sides.to);
    if !becomes_versioned || !ops.iter().filter_map(TableOp::options).any(changes_engine) {
        return None;
    }
    let name = quote(sides.to.name().as_str());
    let excluded = sides
        .to
        .columns
        .iter()
        .filter(|c| c.attrs.get(keys::WITHOUT_SYSTEM_VERSIONING));
    let exclusions: Vec<String> = excluded
        .map(|c| format!("ALTER TABLE {name} MODIFY COLUMN {}", column_clause(c)))
        .collect();
    let mut split = SplitExclusions {
        sides: sides.clone(),
        ops: ops.to_vec(),
        exclusions,
    };
    let table = split.sides.to.columns.iter_mut();
    for column in table.chain(split.ops.iter_mut().filter_map(resulting_column)) {
        column.attrs.remove(keys::WITHOUT_SYSTEM_VERSIONING);
    }
    (!split.exclusions.is_empty()).then_some(split)
}

fn resulting_column(op: &mut TableOp) -> Option<&mut Column> {
    match op {
        TableOp::Column(Delta::Add(column)) => Some(column),
        TableOp::Column(Delta::Alter(pair)) => Some(&mut pair.to),
        TableOp::Column(Delta::Drop(_))
        | TableOp::Rename(_)
        | TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Options(_)
        | TableOp::Partitioning(_)
        | TableOp::Inheritance(_)
        | TableOp::Order(_) => None,
    }
}
