//! Seeing the old table with the new names, so that what only moved along with a rename is no
//! difference of its own.

use crate::diff::renames::Renames;
use crate::model::{ConstraintKind, Expr, Ident, IndexPart, Inheritance, ObjectId, PartKey, Table};
use crate::sql::names::rename_identifier;
use std::collections::BTreeMap;

/// The old table as it is after all renames of tables and columns, except for its own name and its
/// own columns' names (those are changes), but with all that refers to them.
pub(crate) struct Renamed {
    /// The table before.
    pub before: Table,
    /// The table after its renames; keys, indexes and expressions speak of the new names.
    pub after: Table,
    /// `(old, new)` names of renamed columns, in the order of the old table.
    pub columns: Vec<(Ident, Ident)>,
}

pub(crate) fn retarget(
    old: &Table,
    new: &Table,
    tables: &BTreeMap<ObjectId, &ObjectId>,
    renames: &Renames,
) -> Renamed {
    let mut after = old.clone();
    after.id = new.id.clone();
    let mut columns = Vec::new();
    for column in &mut after.columns {
        if new.column(column.name.as_str()).is_some() {
            continue;
        }
        let to = new.columns.iter().find(|candidate| {
            old.column(candidate.name.as_str()).is_none()
                && renames
                    .columns
                    .get(&(new.id.clone(), candidate.name.clone()))
                    == Some(&column.name)
        });
        if let Some(to) = to {
            columns.push((column.name.clone(), to.name.clone()));
            column.name = to.name.clone();
        }
    }
    for (from, to) in &columns {
        rename_column(&mut after, from, to);
    }
    for constraint in &mut after.constraints {
        if let ConstraintKind::ForeignKey(fk) = &mut constraint.kind {
            let moved = tables.iter().find(|(_, old)| ***old == fk.target);
            if let Some((to, _)) = moved {
                fk.target = to.clone();
            }
            for name in &mut fk.target_columns {
                let moved = (renames.columns.iter())
                    .find(|((table, _), old)| *table == fk.target && *old == name);
                if let Some(((_, to), _)) = moved {
                    *name = to.clone();
                }
            }
        }
    }
    let now = |id: &mut ObjectId| {
        if let Some((to, _)) = tables.iter().find(|(_, old)| **old == id) {
            *id = to.clone();
        }
    };
    match &mut after.inheritance {
        Inheritance::None => {}
        Inheritance::PartitionOf { parent, .. } => now(parent),
        Inheritance::Inherits(parents) => parents.iter_mut().for_each(now),
    }
    Renamed {
        before: old.clone(),
        after,
        columns,
    }
}

fn rename_column(table: &mut Table, from: &Ident, to: &Ident) {
    let swap = |name: &mut Ident| {
        if name == from {
            *name = to.clone();
        }
    };
    let in_part = |part: &mut IndexPart| match &mut part.key {
        PartKey::Column(name) => swap(name),
        PartKey::Expr(expr) => rename_in(expr, from, to),
    };
    let in_parts = |parts: &mut Vec<IndexPart>| parts.iter_mut().for_each(in_part);
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            rename_in(&mut generated.expr, from, to);
        }
    }
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey(parts) | ConstraintKind::Unique(parts) => in_parts(parts),
            ConstraintKind::ForeignKey(fk) => fk.columns.iter_mut().for_each(swap),
            ConstraintKind::Exclusion(exclusion) => {
                for (part, _) in &mut exclusion.parts {
                    in_part(part);
                }
                if let Some(predicate) = &mut exclusion.predicate {
                    rename_in(predicate, from, to);
                }
            }
            ConstraintKind::Check(check) => {
                rename_in(&mut check.expr, from, to);
                if let Some(name) = &mut check.of_type {
                    swap(name);
                }
            }
        }
    }
    for index in &mut table.indexes {
        in_parts(&mut index.parts);
        index.include.iter_mut().for_each(swap);
        if let Some(predicate) = &mut index.predicate {
            rename_in(predicate, from, to);
        }
    }
}

fn rename_in(expr: &mut Expr, from: &Ident, to: &Ident) {
    expr.text = rename_identifier(&expr.text, from.as_str(), to.as_str());
    if let Some(normal_form) = &mut expr.normal_form {
        *normal_form = rename_identifier(normal_form, from.as_str(), to.as_str());
    }
    if expr.reads.remove(from) {
        expr.reads.insert(to.clone());
    }
}
