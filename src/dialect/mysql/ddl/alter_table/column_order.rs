//! Columns that change places.

use crate::change::{Delta, TableOp};
use crate::dialect::mysql::ddl::alter_table::Writer;
use crate::dialect::mysql::ddl::alter_table::columns::is_made_anew;
use crate::dialect::mysql::ddl::alter_table::statement_groups::recollates;
use crate::dialect::mysql::ddl::column;
use crate::dialect::mysql::naming::quote;
use crate::dialect::mysql::types::defaults;
use crate::model::{Column, Ident, Pair};
use std::collections::BTreeMap;

/// Columns that take their places in the clauses that change them.
#[derive(Default)]
pub(crate) struct Places {
    /// The words of each column's place.
    words: BTreeMap<Ident, String>,
    /// Their clauses, until it is known which one follows which.
    clauses: BTreeMap<Ident, String>,
}

impl Places {
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

impl<'a> Writer<'a> {
    /// Whether columns have to move as they change: what is computed may read what is computed, or has
    /// a default that is, only where that stands before it (3107).
    pub(crate) fn set_places(&mut self) {
        let Some(order) = self.ops.iter().find_map(TableOp::order) else {
            return;
        };
        if !self.reads_behind(order) || !self.ops.iter().all(keeps_columns) {
            return;
        }
        let moves = self.moves(order).into_iter();
        self.places.words = moves.map(|(c, place)| (c.name.clone(), place)).collect();
        self.together = true;
    }

    /// Whether a column is to read one of such that stands behind it before they move.
    fn reads_behind(&self, order: &Pair<Vec<Ident>>) -> bool {
        let columns = &self.sides.to.columns;
        let place = |name: &Ident| order.from.iter().position(|other| other == name);
        let is_computed = |column: &&Column| {
            let default = column.default.as_ref();
            let written = default.map(|d| defaults::clause(&column.ty, &d.text));
            column.generated.is_some() || written.is_some_and(|text| text.starts_with('('))
        };
        columns.iter().any(|reader| {
            let computed = reader.generated.iter();
            let reads = computed.flat_map(|generated| &generated.expr.reads);
            let mut read = reads.filter_map(|name| self.sides.to.column(name.as_str()));
            read.any(|c| is_computed(&c) && place(&c.name) > place(&reader.name))
        })
    }

    /// The clause of a column, in its turn.
    pub(crate) fn place_clause(&mut self, name: &Ident, clause: String) {
        if let Some(place) = self.places.words.get(name) {
            let clause = format!("{clause} {place}");
            self.places.clauses.insert(name.clone(), clause);
        } else {
            self.clause(clause);
        }
    }

    /// One ALTER that moves the fewest columns, and none of those that are about to go.
    pub(crate) fn order(&mut self, pair: &Pair<Vec<Ident>>) {
        let moves: Vec<String> = (self.moves(pair).into_iter())
            .map(|(this, place)| {
                let changed = self.places.clauses.remove(&this.name);
                changed.unwrap_or_else(|| format!("MODIFY COLUMN {} {place}", column(this)))
            })
            .collect();
        if !moves.is_empty() {
            self.clause(moves.join(", "));
        }
    }

    /// The columns that move, each behind the one before it, which has moved then.
    fn moves(&self, pair: &Pair<Vec<Ident>>) -> Vec<(&'a Column, String)> {
        let sides = self.sides;
        let stays = |name: &&Ident| sides.to.column(name.as_str()).is_some();
        let found: Vec<&Ident> = pair.from.iter().filter(stays).collect();
        let wanted: Vec<&Ident> = pair.to.iter().filter(stays).collect();
        let places: Vec<Option<usize>> = wanted
            .iter()
            .map(|name| {
                let anew = self.alteration_of(name).is_some_and(is_made_anew);
                let place = found.iter().position(|other| other == name);
                place.filter(|_| !anew)
            })
            .collect();
        let kept = longest_rising(&places);
        let mut moves = Vec::new();
        for (at, name) in wanted.iter().enumerate() {
            if kept.contains(&at) {
                continue;
            }
            let Some(this) = sides.to.column(name.as_str()) else {
                continue;
            };
            let place = match at.checked_sub(1).and_then(|before| wanted.get(before)) {
                Some(before) => format!("AFTER {}", quote(before.as_str())),
                None => String::from("FIRST"),
            };
            moves.push((this, place));
        }
        moves
    }
}

/// Whether no column comes, goes, or gets another name or definition by this beside its own change.
fn keeps_columns(op: &TableOp) -> bool {
    match op {
        TableOp::Column(Delta::Alter(pair)) => {
            pair.from.name == pair.to.name && !is_made_anew(pair)
        }
        TableOp::Options(pair) => !recollates(pair),
        TableOp::Column(_) | TableOp::Rename(_) | TableOp::Partitioning(_) => false,
        TableOp::Constraint(_)
        | TableOp::Index(_)
        | TableOp::Value { .. }
        | TableOp::Order(_)
        | TableOp::Inheritance(_) => true,
    }
}

/// The places of the longest rising subsequence: the columns that may stay where they are.
fn longest_rising(places: &[Option<usize>]) -> Vec<usize> {
    let mut best: Vec<Vec<usize>> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let mut run: Vec<usize> = Vec::new();
        if let Some(place) = place {
            for before in &best[..at] {
                let fits = before
                    .last()
                    .is_none_or(|last| places[*last].is_some_and(|p| p < *place));
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
