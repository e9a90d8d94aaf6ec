//! MariaDB's columns without a history.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::attribute_keys as keys;
use crate::dialect::mysql::ddl::alter_table::statement_groups::moves;
use crate::dialect::mysql::ddl::column;
use crate::dialect::mysql::naming::quote;
use crate::model::{Column, Pair, Table};

/// Operations that leave no column out of the history, and the statements behind them that do.
pub(crate) struct Behind {
    pub(crate) sides: Pair<Box<Table>>,
    pub(crate) ops: Vec<TableOp>,
    pub(crate) statements: Vec<String>,
}

/// A table gets its history behind another engine (4120), and only one that has a history takes a
/// column without it (4124): so such a column is one like the others before that.
pub(crate) fn left_out_behind(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Option<Behind> {
    let versioned = |table: &Table| table.options.attrs.get(keys::SYSTEM_VERSIONING);
    let comes = !versioned(&sides.from) && versioned(&sides.to);
    if !comes || !ops.iter().filter_map(TableOp::options).any(moves) {
        return None;
    }
    let name = quote(sides.to.name().as_str());
    let left_out = sides
        .to
        .columns
        .iter()
        .filter(|c| c.attrs.get(keys::WITHOUT_SYSTEM_VERSIONING));
    let statements: Vec<String> = left_out
        .map(|c| format!("ALTER TABLE {name} MODIFY COLUMN {}", column(c)))
        .collect();
    let mut behind = Behind {
        sides: sides.clone(),
        ops: ops.to_vec(),
        statements,
    };
    let table = behind.sides.to.columns.iter_mut();
    for column in table.chain(behind.ops.iter_mut().filter_map(column_to_be)) {
        column.attrs.remove(keys::WITHOUT_SYSTEM_VERSIONING);
    }
    (!behind.statements.is_empty()).then_some(behind)
}

fn column_to_be(op: &mut TableOp) -> Option<&mut Column> {
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
