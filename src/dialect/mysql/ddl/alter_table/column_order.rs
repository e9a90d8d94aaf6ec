//! Columns that change their position.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::ddl::alter_table::columns::is_recreated;
use crate::dialect::mysql::ddl::alter_table::statement_groups::changes_collation;
use crate::dialect::mysql::ddl::alter_table::writer::AlterTableWriter;
use crate::dialect::mysql::ddl::columns::column_clause;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::defaults;
use crate::model::{Column, Ident, Pair};

impl<'a> AlterTableWriter<'a> {
    /// Decides whether columns move in the clauses that change them. They must if a generated column reads a column that
    /// is generated or has an expression as default: such a column must precede its reader (error 3107).
    pub(crate) fn move_columns_while_changing(&mut self) {
        let Some(order) = self.ops.iter().find_map(TableOp::order) else {
            return;
        };
        if !self.precedes_what_it_reads(order) || !self.ops.iter().all(leaves_columns_in_place) {
            return;
        }
        let moves = self.moves(order).into_iter();
        self.moved_columns.positions = moves
            .map(|(column, position)| (column.name.clone(), position))
            .collect();
        self.one_statement = true;
    }

    /// Whether a generated column precedes, before the move, a column that it reads and must follow.
    fn precedes_what_it_reads(&self, order: &Pair<Vec<Ident>>) -> bool {
        let columns = &self.sides.to.columns;
        let position = |name: &Ident| order.from.iter().position(|other| other == name);
        let is_computed = |column: &&Column| {
            let default = column.default.as_ref();
            let written = default.map(|d| defaults::default_clause(&column.ty, &d.text));
            column.generated.is_some() || written.is_some_and(|text| text.starts_with('('))
        };
        columns.iter().any(|reader| {
            let computed = reader.generated.iter();
            let reads = computed.flat_map(|generated| &generated.expr.reads);
            let mut read = reads.filter_map(|name| self.sides.to.column(name.as_str()));
            read.any(|c| is_computed(&c) && position(&c.name) > position(&reader.name))
        })
    }

    /// Adds the clause that changes a column. That of a moved column waits for its order.
    pub(crate) fn push_column_clause(&mut self, name: &Ident, clause: String) {
        if let Some(position) = self.moved_columns.positions.get(name) {
            let clause = format!("{clause} {position}");
            self.moved_columns.clauses.insert(name.clone(), clause);
        } else {
            self.push_clause(clause);
        }
    }

    /// Moves as few columns as possible to get the new order, and none that is dropped afterwards.
    pub(crate) fn write_order(&mut self, pair: &Pair<Vec<Ident>>) {
        let moves: Vec<String> = (self.moves(pair).into_iter())
            .map(|(column, position)| {
                let changed = self.moved_columns.clauses.remove(&column.name);
                changed.unwrap_or_else(|| {
                    format!("MODIFY COLUMN {} {position}", column_clause(column))
                })
            })
            .collect();
        if !moves.is_empty() {
            self.push_clause(moves.join(", "));
        }
    }

    /// The columns that move and their new positions. Each position is relative to the preceding column, which has
    /// moved before.
    fn moves(&self, pair: &Pair<Vec<Ident>>) -> Vec<(&'a Column, String)> {
        let sides = self.sides;
        let remains = |name: &&Ident| sides.to.column(name.as_str()).is_some();
        let before: Vec<&Ident> = pair.from.iter().filter(remains).collect();
        let after: Vec<&Ident> = pair.to.iter().filter(remains).collect();
        let old_positions: Vec<Option<usize>> = after
            .iter()
            .map(|name| {
                let recreated = self.alteration_of(name).is_some_and(is_recreated);
                let position = before.iter().position(|other| other == name);
                position.filter(|_| !recreated)
            })
            .collect();
        let kept = longest_rising(&old_positions);
        let mut moves = Vec::new();
        for (at, name) in after.iter().enumerate() {
            if kept.contains(&at) {
                continue;
            }
            let Some(column) = sides.to.column(name.as_str()) else {
                continue;
            };
            let position = match at.checked_sub(1).and_then(|previous| after.get(previous)) {
                Some(previous) => format!("AFTER {}", quote(previous.as_str())),
                None => String::from("FIRST"),
            };
            moves.push((column, position));
        }
        moves
    }
}

/// Whether an operation neither adds, drops nor renames a column, and redefines no column other than its own.
fn leaves_columns_in_place(op: &TableOp) -> bool {
    match op {
        TableOp::Column(Delta::Alter(pair)) => {
            pair.from.name == pair.to.name && !is_recreated(pair)
        }
        TableOp::Options(pair) => !changes_collation(pair),
        TableOp::Column(_) | TableOp::Rename(_) | TableOp::Partitioning(_) => false,
        TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Order(_)
        | TableOp::Inheritance(_) => true,
    }
}

/// The indexes of a longest rising subsequence: these columns need not move.
fn longest_rising(positions: &[Option<usize>]) -> Vec<usize> {
    let mut best: Vec<Vec<usize>> = Vec::with_capacity(positions.len());
    for (at, position) in positions.iter().enumerate() {
        let mut run: Vec<usize> = Vec::new();
        if let Some(position) = position {
            for before in &best[..at] {
                let fits = before
                    .last()
                    .is_none_or(|last| positions[*last].is_some_and(|p| p < *position));
                if fits && before.len() > run.len() {
                    run.clone_from(before);
                }
            }
            run.push(at);
        }
        best.push(run);
    }
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}
