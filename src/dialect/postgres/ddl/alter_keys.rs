//! Constraints and indexes that change: in place where the server can, else they are made again.

use crate::change::Delta;
use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl;
use crate::dialect::postgres::ddl::alter_table::Altering;
use crate::dialect::postgres::ddl::{clauses, storage};
use crate::dialect::postgres::naming::{bare_or_quoted, within};
use crate::model::{Constraint, ConstraintKind, Index};

impl Altering<'_> {
    pub(crate) fn index(&mut self, delta: &Delta<Index>) {
        let ns = &self.sides.to.id.ns;
        match delta {
            Delta::Add(index) => self.add_index(index),
            Delta::Drop(index) => self.out.push(ddl::drop_index(ns, index, false)),
            Delta::Alter(pair) if storage::rebuilds_index(&pair.from.attrs, &pair.to.attrs) => {
                self.out.push(ddl::drop_index(ns, &pair.from, false));
                self.add_index(&pair.to);
            }
            Delta::Alter(pair) => {
                let (from, to) = (pair.from.name.get(), pair.to.name.get());
                if from != to {
                    self.out.push(format!(
                        "ALTER INDEX {} RENAME TO {}",
                        within(ns, from),
                        bare_or_quoted(to.as_str())
                    ));
                }
                let changed = storage::index_changes(ns, to, &pair.from.attrs, &pair.to.attrs);
                self.out.extend(changed);
                if pair.from.comment != pair.to.comment {
                    self.out.push(clauses::index_comment(ns, &pair.to));
                }
            }
        }
    }

    fn add_index(&mut self, index: &Index) {
        let ns = &self.sides.to.id.ns;
        self.out.push(clauses::index(&self.on, index, false));
        self.out.extend(storage::index_afterwards(
            ns,
            index.name.get(),
            &index.attrs,
        ));
        if index.comment.is_some() {
            self.out.push(clauses::index_comment(ns, index));
        }
    }

    fn add_again(&mut self, from: &Constraint, to: &Constraint) {
        let name = bare_or_quoted(from.name.get().as_str());
        self.alter(&format!("DROP CONSTRAINT {name}"));
        let added = clauses::add_constraint(&self.sides.to, &self.on, to);
        self.out.extend(added);
    }

    pub(crate) fn alter_constraint(&mut self, from: &Constraint, to: &Constraint) {
        let unlike = match (&from.kind, &to.kind) {
            (ConstraintKind::Check(_), _) => from.attrs != to.attrs,
            (ConstraintKind::ForeignKey(_), _) => {
                from.attrs.get(keys::ON_DELETE_COLUMNS) != to.attrs.get(keys::ON_DELETE_COLUMNS)
                    || from.attrs.get(keys::PERIOD) != to.attrs.get(keys::PERIOD)
            }
            (
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_),
                _,
            ) => storage::rebuilds_index(&from.attrs, &to.attrs),
        };
        if unlike || clauses::validated(from) && !clauses::validated(to) {
            self.add_again(from, to);
            return;
        }
        let (old, new) = (from.name.get(), to.name.get());
        if old != new {
            self.alter(&format!(
                "RENAME CONSTRAINT {} TO {}",
                bare_or_quoted(old.as_str()),
                bare_or_quoted(new.as_str())
            ));
        }
        if let (false, true) = (clauses::validated(from), clauses::validated(to)) {
            let name = bare_or_quoted(new.as_str());
            self.alter(&format!("VALIDATE CONSTRAINT {name}"));
        }
        if let ConstraintKind::ForeignKey(_) = &to.kind
            && from.attrs.get(keys::ENFORCED) != to.attrs.get(keys::ENFORCED)
        {
            let name = bare_or_quoted(new.as_str());
            let not = if !to.attrs.get(keys::ENFORCED) {
                "NOT "
            } else {
                ""
            };
            self.alter(&format!("ALTER CONSTRAINT {name} {not}ENFORCED"));
        }
        if has_index(to) {
            let ns = &self.sides.to.id.ns;
            self.out
                .extend(storage::index_changes(ns, new, &from.attrs, &to.attrs));
        }
        if from.comment != to.comment {
            self.out.push(clauses::constraint_comment(&self.on, to));
        }
    }
}

fn has_index(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => false,
    }
}
