//! What constraints and indexes wait for, and who for them.

use crate::change::Delta;
use crate::model::{Constraint, ConstraintKind, Ident, Index, IndexPart, ObjectId, PartKey};
use crate::plan::order::{Effects, Resource};
use std::collections::BTreeSet;

pub(crate) fn constraint(delta: &Delta<Constraint>, table: &ObjectId, out: &mut Effects) {
    let support = |constraint: &Constraint| {
        let lead = constraint.columns().first().copied().cloned();
        lead.map(|column| Resource::Supports(table.clone(), column))
    };
    let side = |constraint: &Constraint| -> Vec<Resource> {
        let mut touched: Vec<Resource> = constraint
            .columns()
            .into_iter()
            .map(|name| Resource::Column(table.clone(), name.clone()))
            .collect();
        if let ConstraintKind::ForeignKey(fk) = &constraint.kind {
            touched.push(Resource::Object(fk.target.clone()));
            let column = |c: &Ident| Resource::Column(fk.target.clone(), c.clone());
            touched.extend(fk.target_columns.iter().map(column));
            touched.push(Resource::Keys(fk.target.clone()));
            touched.extend(support(constraint));
        }
        touched
    };
    let foreign = [delta.before(), delta.after()]
        .into_iter()
        .flatten()
        .any(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
    if !foreign {
        out.chain = Some(table.clone());
        let key = [delta.before(), delta.after()]
            .into_iter()
            .flatten()
            .any(|c| !matches!(c.kind, ConstraintKind::Check(_)));
        if key && delta.before().is_some() {
            out.ends.push(Resource::Keys(table.clone()));
            out.ends.extend(delta.before().and_then(support));
        }
        if key && delta.after().is_some() {
            out.makes.push(Resource::Keys(table.clone()));
            out.makes.extend(delta.after().and_then(support));
        }
    }
    out.needs.push(Resource::Object(table.clone()));
    if let Some(before) = delta.before() {
        out.frees.extend(side(before));
        if foreign {
            out.frees.push(Resource::Remains(table.clone()));
        }
    }
    if let Some(after) = delta.after() {
        out.needs.extend(side(after));
    }
}

pub(crate) fn index(delta: &Delta<Index>, table: &ObjectId, out: &mut Effects) {
    let reads = |index: &Index| -> Vec<Resource> {
        let mut names: BTreeSet<&Ident> = index.include.iter().collect();
        for part in &index.parts {
            match &part.key {
                PartKey::Column(name) => {
                    names.insert(name);
                }
                PartKey::Expr(expr) => names.extend(&expr.reads),
            }
        }
        names.extend(index.predicate.iter().flat_map(|expr| &expr.reads));
        names
            .into_iter()
            .map(|name| Resource::Column(table.clone(), name.clone()))
            .collect()
    };
    let support = |index: &Index| {
        let lead = index.parts.first().and_then(IndexPart::column_name);
        lead.map(|column| Resource::Supports(table.clone(), column.clone()))
    };
    let named = |index: &Index| Resource::Index(table.clone(), index.name.get().clone());
    out.needs.push(Resource::Object(table.clone()));
    match delta {
        Delta::Add(new) => {
            out.needs.extend(reads(new));
            out.makes.push(named(new));
            out.makes.extend(support(new));
            if new.unique {
                out.makes.push(Resource::Keys(table.clone()));
            }
        }
        Delta::Drop(old) => {
            out.frees.extend(reads(old));
            // a new index may have to take over first
            out.needs.extend(support(old));
            out.ends.push(named(old));
            out.ends.extend(support(old));
            if old.unique {
                out.ends.push(Resource::Keys(table.clone()));
            }
        }
        // a comment comes after its index and goes before it, be it one that gives way to another
        Delta::Alter(pair) => {
            if !says_more(&pair.from, &pair.to) {
                out.needs.push(named(&pair.to));
            }
            if !says_more(&pair.to, &pair.from) {
                out.frees.push(named(&pair.from));
            }
        }
    }
}

/// Whether an index has a comment or an attribute that the other lacks.
fn says_more(one: &Index, other: &Index) -> bool {
    let mut attributes = one.attrs.iter();
    one.comment.is_some() && other.comment.is_none()
        || attributes.any(|(key, _)| other.attrs.get(key).is_none())
}
