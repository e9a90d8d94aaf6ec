//! ALTER TABLE: one statement per operation, unless the server accepts several changes only together. Statements that
//! rows need for a change run before or after its statement, never between two parts of it.

pub(crate) mod column_order;
pub(crate) mod columns;
pub(crate) mod keys;
pub(crate) mod options;
pub(crate) mod phases;
pub(crate) mod renamed_columns;
pub(crate) mod statement_groups;
pub(crate) mod system_versioning;
pub(crate) mod writer;

use crate::change::{TableOp, name_before};
use crate::dialect::mysql::ddl::alter_table::columns::recreates_read_column;
use crate::dialect::mysql::ddl::alter_table::keys::drop_constraint;
use crate::dialect::mysql::ddl::alter_table::phases::ClausePhase;
use crate::dialect::mysql::ddl::alter_table::renamed_columns::checks_on_renamed;
use crate::dialect::mysql::ddl::alter_table::statement_groups::{
    changes_engine, needs_copy_algorithm, needs_one_statement,
};
use crate::dialect::mysql::ddl::alter_table::writer::AlterTableWriter;
use crate::dialect::mysql::ddl::keys::constraint_clause;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::sizes;
use crate::model::{Pair, Table};

/// The statements of a table's operations, in their order.
pub(crate) fn alter_table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    match system_versioning::split_off_exclusions(sides, ops) {
        Some(split) => {
            let mut statements = write_operations(&split.sides, &split.ops);
            statements.extend(split.exclusions);
            statements
        }
        None => write_operations(sides, ops),
    }
}

fn write_operations(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let recreated_checks = checks_on_renamed(sides, ops);
    let exceeds_row_size = ops.len() > 1 && sizes::exceeds_row_size_in_between(sides);
    let one_statement = !recreated_checks.is_empty()
        || exceeds_row_size
        || ops.iter().filter_map(TableOp::options).any(changes_engine)
        || (ops.len() > 1 && ops.iter().any(needs_one_statement))
        || ops.iter().any(|op| recreates_read_column(sides, op));
    let name = name_before(sides, ops).clone();
    let mut writer = AlterTableWriter::new(sides, ops, name, one_statement);
    writer.move_columns_while_changing();
    for phase in ClausePhase::ALL {
        if phase == ClausePhase::Main {
            for (old, _) in &recreated_checks {
                writer.push_clause(drop_constraint(sides, old));
            }
        }
        for (at, op) in ops.iter().enumerate() {
            if phase == ClausePhase::Before {
                writer.set_intermediate_type(op);
            }
            if ClausePhase::of_operation(op, ops) == phase {
                writer.write_operation(at, op);
            }
            if !writer.one_statement {
                writer.flush();
            }
        }
        if phase == ClausePhase::Main && writer.one_statement && needs_copy_algorithm(sides, ops) {
            writer.push_clause(String::from("ALGORITHM=COPY"));
        } else if phase == ClausePhase::Main && exceeds_row_size {
            // MariaDB counts instantly dropped columns until the table is rebuilt
            writer.push_clause(String::from("FORCE"));
        }
        let moves_wait = !recreated_checks.is_empty() || !writer.moved_columns.is_empty();
        if phase == ClausePhase::Before || (phase == ClausePhase::Main && !moves_wait) {
            writer.flush();
        }
    }
    for (_, new) in &recreated_checks {
        writer.push_clause(format!("ADD {}", constraint_clause(new)));
    }
    writer.flush();
    writer.statements
}

impl AlterTableWriter<'_> {
    fn write_operation(&mut self, at: usize, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.flush();
                self.push_clause(format!("RENAME TO {}", quote(pair.to.as_str())));
                self.flush();
                self.table_name = pair.to.clone();
            }
            TableOp::Column(delta) => self.write_column(at, delta),
            TableOp::Constraint(delta) => self.write_constraint(delta),
            TableOp::Index(delta) => self.write_index(delta),
            TableOp::Value { column, rename } => {
                // an alteration of the column renames the value itself
                if self.alteration_of(column).is_none() {
                    let sql = self.rename_value(column, rename);
                    self.before.push(sql);
                }
            }
            TableOp::Options(pair) => self.write_options(pair),
            TableOp::Partitioning(pair) => self.write_partitioning(pair),
            // no inheritance on MySQL
            TableOp::Inheritance(_) => {}
            TableOp::Order(pair) => self.write_order(pair),
        }
    }
}
