//! The effects of a constraint's or an index's change on the columns, keys and indexes of its table and of the table
//! that it refers to.

use crate::change::{Delta, Effects, Resource};
use crate::model::{Constraint, ConstraintKind, Ident, Index, IndexPart, ObjectId, PartKey};
use std::collections::BTreeSet;

/// The effects of a constraint's change.
pub(crate) fn constraint(delta: &Delta<Constraint>, table: &ObjectId, out: &mut Effects) {
    let sides = || [delta.before(), delta.after()].into_iter().flatten();
    let is_foreign = sides().any(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)));
    let is_key = !is_foreign && sides().any(|c| !matches!(c.kind, ConstraintKind::Check(_)));
    if !is_foreign {
        out.keeps_order_of = Some(table.clone());
    }
    if let Some(before) = delta.before().filter(|_| is_key) {
        out.removes.push(Resource::Keys(table.clone()));
        out.removes.extend(leading_index(before, table));
    }
    if let Some(after) = delta.after().filter(|_| is_key) {
        out.provides.push(Resource::Keys(table.clone()));
        out.provides.extend(leading_index(after, table));
    }
    out.requires.push(Resource::Object(table.clone()));
    if let Some(before) = delta.before() {
        out.required_until.extend(used_by(before, table));
        if is_foreign {
            out.required_until
                .push(Resource::DependentsDropped(table.clone()));
        }
    }
    if let Some(after) = delta.after() {
        out.requires.extend(used_by(after, table));
    }
}

/// The first column of a constraint, as that of an index of its table.
fn leading_index(constraint: &Constraint, table: &ObjectId) -> Option<Resource> {
    let first = constraint.columns().first().copied().cloned()?;
    Some(Resource::LeadingIndex(table.clone(), first))
}

/// What a constraint needs: its columns, and as a foreign key the keys that it refers to and an index of its own
/// table.
fn used_by(constraint: &Constraint, table: &ObjectId) -> Vec<Resource> {
    let mut used: Vec<Resource> = constraint
        .columns()
        .into_iter()
        .map(|name| Resource::Column(table.clone(), name.clone()))
        .collect();
    if let ConstraintKind::ForeignKey(fk) = &constraint.kind {
        used.push(Resource::Object(fk.target.clone()));
        let column = |c: &Ident| Resource::Column(fk.target.clone(), c.clone());
        used.extend(fk.target_columns.iter().map(column));
        used.push(Resource::Keys(fk.target.clone()));
        used.extend(leading_index(constraint, table));
    }
    used
}

/// The effects of an index's change.
pub(crate) fn index(delta: &Delta<Index>, table: &ObjectId, out: &mut Effects) {
    let leading = |index: &Index| {
        let first = index.parts.first().and_then(IndexPart::column_name);
        first.map(|column| Resource::LeadingIndex(table.clone(), column.clone()))
    };
    let named = |index: &Index| Resource::Index(table.clone(), index.name.get().clone());
    out.requires.push(Resource::Object(table.clone()));
    match delta {
        Delta::Add(new) => {
            out.requires.extend(columns_of_index(new, table));
            out.provides.push(named(new));
            out.provides.extend(leading(new));
            if new.unique {
                out.provides.push(Resource::Keys(table.clone()));
            }
        }
        Delta::Drop(old) => {
            out.required_until.extend(columns_of_index(old, table));
            // a foreign key may need another index before this one is dropped
            out.requires.extend(leading(old));
            out.removes.push(named(old));
            out.removes.extend(leading(old));
            if old.unique {
                out.removes.push(Resource::Keys(table.clone()));
            }
        }
        // a comment is added after its index is created, and removed before it is dropped, even if the index is
        // recreated
        Delta::Alter(pair) => {
            if !has_more(&pair.from, &pair.to) {
                out.requires.push(named(&pair.to));
            }
            if !has_more(&pair.to, &pair.from) {
                out.required_until.push(named(&pair.from));
            }
        }
    }
}

/// The columns that an index reads.
fn columns_of_index(index: &Index, table: &ObjectId) -> Vec<Resource> {
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
}

/// Whether an index has a comment or an attribute that the other one lacks.
fn has_more(one: &Index, other: &Index) -> bool {
    let mut attributes = one.attrs.iter();
    one.comment.is_some() && other.comment.is_none()
        || attributes.any(|(key, _)| other.attrs.get(key).is_none())
}
