//! The old table with the new names, so that a difference that only follows from a rename is none.

use crate::diff::renames::Renames;
use crate::model::{ConstraintKind, Expr, Ident, IndexPart, Inheritance, ObjectId, PartKey, Table};
use crate::sql::names::rename_identifier;
use std::collections::BTreeMap;

/// A table before and after its renames. Renames of the table and its columns are changes; what refers to them isn't.
pub(crate) struct Renamed {
    /// The table before the renames.
    pub before: Table,
    /// The table after the renames; keys, indexes and expressions have the new names.
    pub after: Table,
    /// `(old, new)` names of renamed columns, in the order of the old table.
    pub columns: Vec<(Ident, Ident)>,
}

/// The old table with the names of the new one: those of its columns, of the tables and columns that its foreign keys
/// refer to, and of its parents.
pub(crate) fn with_new_names(
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
            let renamed = tables.iter().find(|(_, old)| ***old == fk.target);
            if let Some((to, _)) = renamed {
                fk.target = to.clone();
            }
            for name in &mut fk.target_columns {
                let renamed = (renames.columns.iter())
                    .find(|((table, _), old)| *table == fk.target && *old == name);
                if let Some(((_, to), _)) = renamed {
                    *name = to.clone();
                }
            }
        }
    }
    let rename = |id: &mut ObjectId| {
        if let Some((to, _)) = tables.iter().find(|(_, old)| **old == id) {
            *id = to.clone();
        }
    };
    match &mut after.inheritance {
        Inheritance::None => {}
        Inheritance::PartitionOf { parent, .. } => rename(parent),
        Inheritance::Inherits(parents) => parents.iter_mut().for_each(rename),
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
