//! Cycles of NOT NULL foreign keys, in which no first row can be inserted.

use crate::compile::check::checker::Checker;
use crate::diag::{Code, Diagnostic};
use crate::model::Timing;
use crate::spec::ForeignKeySpec;
use std::collections::HashMap;

/// The state of a table in the depth-first search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// On the current path.
    Open,
    Done,
}

impl Checker<'_> {
    /// Reports each cycle that a depth-first search in the order of the specs finds.
    pub(crate) fn check_cycles(&mut self) {
        let edges: Vec<Vec<(usize, &ForeignKeySpec)>> = (0..self.tables.len())
            .map(|number| self.row_prerequisites(number))
            .collect();
        let mut marks = vec![Mark::New; edges.len()];
        let mut cycles: Vec<Vec<(usize, &ForeignKeySpec)>> = Vec::new();
        for root in 0..edges.len() {
            if marks.get(root) != Some(&Mark::New) {
                continue;
            }
            // the path: each table with the index of its next edge, and the position of each table on the path
            let mut path: Vec<(usize, usize)> = vec![(root, 0)];
            let mut positions: HashMap<usize, usize> = HashMap::from([(root, 0)]);
            set(&mut marks, root, Mark::Open);
            while let Some((table, next)) = path.last_mut() {
                let Some((to, _)) = edges.get(*table).and_then(|list| list.get(*next)) else {
                    set(&mut marks, *table, Mark::Done);
                    positions.remove(table);
                    path.pop();
                    continue;
                };
                *next += 1;
                match marks.get(*to) {
                    Some(Mark::New) => {
                        set(&mut marks, *to, Mark::Open);
                        positions.insert(*to, path.len());
                        path.push((*to, 0));
                    }
                    Some(Mark::Open) => {
                        let start = positions.get(to).copied().unwrap_or_default();
                        let cycle = path.iter().skip(start).filter_map(|(table, next)| {
                            let edge = edges.get(*table)?.get(next.checked_sub(1)?)?;
                            Some((*table, edge.1))
                        });
                        cycles.push(cycle.collect());
                    }
                    Some(Mark::Done) | None => {}
                }
            }
        }
        let found: Vec<Diagnostic> = cycles
            .iter()
            .filter_map(|cycle| self.describe_cycle(cycle))
            .collect();
        self.found.extend(found);
    }

    /// The tables that must have a row before this table can have its first row. Excluded are references of
    /// a table to itself, because a row may refer to itself, and deferred foreign keys, which are checked at
    /// the end of the transaction.
    fn row_prerequisites(&self, number: usize) -> Vec<(usize, &ForeignKeySpec)> {
        let Some(subject) = self.tables.get(number).filter(|s| !s.spec.external) else {
            return Vec::new();
        };
        let required = subject.spec.foreign_keys.iter().filter(|fk| {
            let mut columns = fk.columns.iter();
            fk.more.timing != Timing::Deferred
                && columns.all(|c| {
                    subject
                        .columns
                        .get(c.value.as_str())
                        .is_some_and(|c| !c.nullable)
                })
        });
        required
            .filter_map(|fk| {
                let to = self.by_id.get(&self.target_id(fk)).copied()?;
                (to != number).then_some((to, fk))
            })
            .collect()
    }

    fn describe_cycle(&self, cycle: &[(usize, &ForeignKeySpec)]) -> Option<Diagnostic> {
        let name = |(number, _): &(usize, &ForeignKeySpec)| {
            self.tables
                .get(*number)
                .map(|s| format!("`{}`", s.id))
                .unwrap_or_default()
        };
        let mut names: Vec<String> = cycle.iter().map(name).collect();
        names.extend(names.first().cloned());
        let (_, fk) = cycle.last()?;
        let message = format!("cycle of NOT NULL foreign keys: {}", names.join(" needs "));
        Some(
            Diagnostic::warning(Code::FkCycle, message)
                .at(&fk.at)
                .label("closes the cycle: no row can be inserted first")
                .help("make one of these columns nullable, or its foreign key `deferred: true`"),
        )
    }
}

fn set(marks: &mut [Mark], number: usize, mark: Mark) {
    if let Some(entry) = marks.get_mut(number) {
        *entry = mark;
    }
}
