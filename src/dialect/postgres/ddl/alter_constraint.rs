//! Changes of constraints: in place where the server can, otherwise by drop and create.

use crate::dialect::postgres::attribute_keys as keys;
use crate::dialect::postgres::ddl::alter_table::TableStatements;
use crate::dialect::postgres::ddl::{clauses, constraints, storage};
use crate::dialect::postgres::naming::bare_or_quoted;
use crate::model::{Constraint, ConstraintKind};

impl TableStatements<'_> {
    fn recreate_constraint(&mut self, from: &Constraint, to: &Constraint) {
        let name = bare_or_quoted(from.name.get().as_str());
        self.push_alter(&format!("DROP CONSTRAINT {name}"));
        let added = constraints::add_constraint(&self.sides.to, &self.on, to);
        self.out.extend(added);
    }

    pub(crate) fn alter_constraint(&mut self, from: &Constraint, to: &Constraint) {
        let must_recreate = match (&from.kind, &to.kind) {
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
            ) => storage::must_rebuild_index(&from.attrs, &to.attrs),
        };
        if must_recreate || constraints::is_validated(from) && !constraints::is_validated(to) {
            self.recreate_constraint(from, to);
            return;
        }
        let (old, new) = (from.name.get(), to.name.get());
        if old != new {
            self.push_alter(&format!(
                "RENAME CONSTRAINT {} TO {}",
                bare_or_quoted(old.as_str()),
                bare_or_quoted(new.as_str())
            ));
        }
        if let (false, true) = (
            constraints::is_validated(from),
            constraints::is_validated(to),
        ) {
            let name = bare_or_quoted(new.as_str());
            self.push_alter(&format!("VALIDATE CONSTRAINT {name}"));
        }
        if let ConstraintKind::ForeignKey(_) = &to.kind
            && from.attrs.get(keys::ENFORCED) != to.attrs.get(keys::ENFORCED)
        {
            let name = bare_or_quoted(new.as_str());
            let not = if to.attrs.get(keys::ENFORCED) {
                ""
            } else {
                "NOT "
            };
            self.push_alter(&format!("ALTER CONSTRAINT {name} {not}ENFORCED"));
        }
        if has_index(to) {
            let ns = &self.sides.to.id.ns;
            self.out.extend(storage::alter_index_options(
                ns,
                new,
                &from.attrs,
                &to.attrs,
            ));
        }
        if from.comment != to.comment {
            self.out.push(clauses::constraint_comment(&self.on, to));
        }
    }
}

/// Whether an index backs the constraint.
fn has_index(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclusion(_) => true,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => false,
    }
}
