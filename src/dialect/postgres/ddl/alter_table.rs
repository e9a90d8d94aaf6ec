//! `ALTER TABLE`: one statement per operation.

use crate::change::{Delta, TableOp, name_before};
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::{clauses, constraints, identity, partitions, storage};
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::dialect::postgres::types;
use crate::model::{Ident, Pair, Table};
use crate::sql::literal;

/// The statements of a table's changes, as far as they are written. `on` is the name that the table has after
/// the last one.
pub(crate) struct TableStatements<'a> {
    pub(crate) sides: &'a Pair<Box<Table>>,
    pub(crate) on: String,
    pub(crate) out: Vec<String>,
}

/// The statements of a table's operations, in the order given.
pub(crate) fn alter_table(sides: &Pair<Box<Table>>, ops: &[TableOp]) -> Vec<String> {
    let name = name_before(sides, ops);
    let mut statements = TableStatements {
        on: within(&sides.to.id.ns, name),
        sides,
        out: Vec::new(),
    };
    for op in ops {
        statements.apply(op);
    }
    statements.out
}

impl TableStatements<'_> {
    /// Adds `ALTER TABLE` with this clause.
    pub(crate) fn push_alter(&mut self, clause: &str) {
        self.out.push(format!("ALTER TABLE {} {clause}", self.on));
    }

    fn apply(&mut self, op: &TableOp) {
        match op {
            TableOp::Rename(pair) => {
                self.push_alter(&format!("RENAME TO {}", bare_or_quoted(pair.to.as_str())));
                self.on = within(&self.sides.to.id.ns, &pair.to);
                self.rename_sequences();
            }
            TableOp::Column(Delta::Add(column)) => self.add_column(column),
            TableOp::Column(Delta::Drop(column)) => self.drop_column(column),
            TableOp::Column(Delta::Alter(pair)) => self.alter_column(&pair.from, &pair.to),
            TableOp::Constraint(Delta::Add(constraint)) => {
                let added = constraints::add_constraint(&self.sides.to, &self.on, constraint);
                self.out.extend(added);
            }
            TableOp::Constraint(Delta::Drop(constraint)) => {
                let name = bare_or_quoted(constraint.name.get().as_str());
                // the constraint of a partition is dropped with that of the partitioned table
                let if_exists = if constraint.parent.is_some() {
                    "IF EXISTS "
                } else {
                    ""
                };
                self.push_alter(&format!("DROP CONSTRAINT {if_exists}{name}"));
            }
            TableOp::Constraint(Delta::Alter(pair)) => self.alter_constraint(&pair.from, &pair.to),
            TableOp::Index(delta) => self.alter_index(delta),
            TableOp::Value { column, rename } => self.rename_value(column, rename),
            TableOp::Options(pair) => {
                if pair.from.comment != pair.to.comment {
                    self.out
                        .push(clauses::table_comment(&self.on, pair.to.comment.as_ref()));
                }
                let (from, to) = (&pair.from.attrs, &pair.to.attrs);
                self.out
                    .extend(storage::alter_table_options(&self.on, from, to));
                if from.get(keys::UNLOGGED) != to.get(keys::UNLOGGED) {
                    let columns = self.sides.to.columns.iter();
                    let restored = columns
                        .filter_map(|c| identity::restore_sequence_logging(&self.sides.to, c));
                    self.out.extend(restored);
                }
            }
            TableOp::Inheritance(pair) => {
                self.out.extend(partitions::change_parents(&self.on, pair));
            }
            // the server can change neither the order of columns nor the partitioning of a table
            // (capabilities)
            TableOp::Order(_) | TableOp::Partitioning(_) => {}
        }
    }

    fn rename_value(&mut self, column: &Ident, rename: &Pair<String>) {
        let (old, new) = (literal::string(&rename.from), literal::string(&rename.to));
        let ty = self.sides.to.column(column.as_str()).map(|c| &c.ty);
        if let Some(ty) = ty.filter(|ty| ty.user_defined && ty.dims == 0) {
            let ty = types::sql(ty);
            self.out
                .push(format!("ALTER TYPE {ty} RENAME VALUE {old} TO {new}"));
        } else {
            let column = bare_or_quoted(column.as_str());
            self.out.push(format!(
                "UPDATE {} SET {column} = {new} WHERE {column} = {old}",
                self.on
            ));
        }
    }

    /// Renames the sequences whose names are derived from the table's.
    fn rename_sequences(&mut self) {
        let Pair { from, to } = self.sides;
        for column in &to.columns {
            if let Some(old) = from.column(column.name.as_str()) {
                let ids = [&from.id, &to.id];
                (self.out).extend(identity::alter_column_sequence(ids, old, column));
            }
        }
    }
}
