//! The writer of ALTER TABLE: collects clauses and turns them into statements.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::ddl::alter_table::phases::ClausePhase;
use crate::dialect::mysql::naming::quote;
use crate::model::{Column, Ident, Pair, Table};
use std::collections::BTreeMap;

/// Columns that change their position in the same clause as their definition.
#[derive(Default)]
pub(crate) struct MovedColumns {
    /// The new position of each column: `FIRST` or `AFTER …`.
    pub(crate) positions: BTreeMap<Ident, String>,
    /// The clauses of these columns, until their order is decided.
    pub(crate) clauses: BTreeMap<Ident, String>,
}

impl MovedColumns {
    pub(crate) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }
}

/// The statements of a step while they are written.
pub(crate) struct AlterTableWriter<'a> {
    pub(crate) sides: &'a Pair<Box<Table>>,
    pub(crate) ops: &'a [TableOp],
    pub(crate) table_name: Ident,
    /// Whether all clauses are parts of one statement. Otherwise each is a statement of its own.
    pub(crate) one_statement: bool,
    /// Statements that run before the clauses.
    pub(crate) before: Vec<String>,
    clauses: Vec<String>,
    /// The partitioning clause, which follows the others without a comma.
    pub(crate) partitioning: Option<String>,
    /// Statements that run after the clauses.
    pub(crate) after: Vec<String>,
    pub(crate) statements: Vec<String>,
    pub(crate) moved_columns: MovedColumns,
}

impl<'a> AlterTableWriter<'a> {
    pub(crate) fn new(
        sides: &'a Pair<Box<Table>>,
        ops: &'a [TableOp],
        table_name: Ident,
        one_statement: bool,
    ) -> Self {
        Self {
            sides,
            ops,
            table_name,
            one_statement,
            before: Vec::new(),
            clauses: Vec::new(),
            partitioning: None,
            after: Vec::new(),
            statements: Vec::new(),
            moved_columns: MovedColumns::default(),
        }
    }

    pub(crate) fn push_clause(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    /// Writes the collected clauses as one or several statements, between those that run before and after them.
    pub(crate) fn flush(&mut self) {
        let mut clauses = std::mem::take(&mut self.clauses);
        if self.one_statement && !clauses.is_empty() {
            clauses = vec![clauses.join(", ")];
        }
        if let Some(partitioning) = self.partitioning.take() {
            match clauses.last_mut() {
                Some(last) => *last = format!("{last} {partitioning}"),
                None => clauses.push(partitioning),
            }
        }
        self.statements.append(&mut self.before);
        for clause in clauses {
            let sql = self.alter_statement(&clause);
            self.statements.push(sql);
        }
        self.statements.append(&mut self.after);
    }

    pub(crate) fn alter_statement(&self, clause: &str) -> String {
        format!("ALTER TABLE {} {clause}", quote(self.table_name.as_str()))
    }

    /// An UPDATE that keeps the values of `ON UPDATE CURRENT_TIMESTAMP` columns.
    pub(crate) fn update_statement(&self, column: &Ident, value: &str, condition: &str) -> String {
        let mut set = format!("{} = {value}", quote(column.as_str()));
        let kept = self.sides.to.columns.iter().filter(|other| {
            other.on_update_now && other.name != *column && self.existed_before(&other.name)
        });
        for other in kept {
            let name = quote(other.name.as_str());
            set = format!("{set}, {name} = {name}");
        }
        let table = quote(self.table_name.as_str());
        format!("UPDATE {table} SET {set} WHERE {condition}")
    }

    /// Whether the table has a column of this name before the step.
    pub(crate) fn existed_before(&self, column: &Ident) -> bool {
        self.sides.from.column(column.as_str()).is_some()
    }

    /// Whether a column is added in a statement before the main one.
    pub(crate) fn is_added_before(&self, column: &Ident) -> bool {
        self.ops.iter().any(|op| {
            let added = op.column().and_then(Delta::added);
            added.is_some_and(|c| c.name == *column)
                && ClausePhase::of_operation(op, self.ops) == ClausePhase::Before
        })
    }

    /// The alteration that results in a column of this name.
    pub(crate) fn alteration_of(&self, name: &Ident) -> Option<&Pair<Column>> {
        let mut altered = self.ops.iter().filter_map(|op| op.column()?.altered());
        altered.find(|pair| pair.to.name == *name)
    }
}
