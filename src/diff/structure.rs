//! What makes two tables, constraints or indexes the same.

use crate::diff::matching::NamedPart;
use crate::model::{
    Attributes, Constraint, ConstraintKind, ForeignKey, Given, Ident, Index, Name, Table,
    TableOptions,
};

impl NamedPart for Constraint {
    fn name(&self) -> &Name {
        &self.name
    }

    fn name_mut(&mut self) -> &mut Name {
        &mut self.name
    }

    fn parent(&self) -> Option<&Ident> {
        self.parent.as_ref()
    }

    fn has_same_structure(&self, other: &Self) -> bool {
        let context = |c: &Self| (c.timing, c.parent.clone());
        if context(self) != context(other) || self.include != other.include {
            return false;
        }
        match (&self.kind, &other.kind) {
            (ConstraintKind::PrimaryKey(a), ConstraintKind::PrimaryKey(b))
            | (ConstraintKind::Unique(a), ConstraintKind::Unique(b)) => a == b,
            (ConstraintKind::Exclusion(a), ConstraintKind::Exclusion(b)) => a == b,
            (ConstraintKind::ForeignKey(a), ConstraintKind::ForeignKey(b)) => same_reference(a, b),
            // only the spec tells which column's type a check is for; a server has only the text
            (ConstraintKind::Check(a), ConstraintKind::Check(b)) => a.expr == b.expr,
            (
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_)
                | ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_),
                _,
            ) => false,
        }
    }

    fn properties(&self) -> (Option<&str>, &Attributes, bool) {
        let validated = match &self.kind {
            ConstraintKind::ForeignKey(fk) => fk.validated,
            ConstraintKind::Check(check) => check.validated,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_) => true,
        };
        (self.comment.as_deref(), &self.attrs, validated)
    }

    fn is_only_one_of_its_kind(&self, other: &Self) -> bool {
        matches!(
            (&self.kind, &other.kind),
            (ConstraintKind::PrimaryKey(_), ConstraintKind::PrimaryKey(_))
        )
    }
}

/// Whether two foreign keys are the same, whether validated or not.
fn same_reference(a: &ForeignKey, b: &ForeignKey) -> bool {
    a.columns == b.columns
        && a.target == b.target
        && a.target_columns == b.target_columns
        && (a.on_delete, a.on_update) == (b.on_delete, b.on_update)
        && a.matching == b.matching
}

impl NamedPart for Index {
    fn name(&self) -> &Name {
        &self.name
    }

    fn name_mut(&mut self) -> &mut Name {
        &mut self.name
    }

    fn parent(&self) -> Option<&Ident> {
        self.parent.as_ref()
    }

    fn has_same_structure(&self, other: &Self) -> bool {
        self.parts == other.parts
            && self.unique == other.unique
            && self.method == other.method
            && self.predicate == other.predicate
            && self.include == other.include
            && self.valid == other.valid
            && self.parent == other.parent
    }

    fn properties(&self) -> (Option<&str>, &Attributes, bool) {
        (self.comment.as_deref(), &self.attrs, true)
    }
}

/// Whether two tables have no difference that counts. Most tables have none, and this is faster than a comparison.
pub(crate) fn is_same_table(old: &Table, new: &Table) -> bool {
    let constraints = old.constraints.len() == new.constraints.len()
        && old.constraints.iter().zip(&new.constraints).all(|(a, b)| {
            a.name.get() == b.name.get()
                && a.has_same_structure(b)
                && a.properties() == b.properties()
        });
    let indexes = old.indexes.len() == new.indexes.len()
        && old.indexes.iter().zip(&new.indexes).all(|(a, b)| {
            a.name.get() == b.name.get()
                && a.has_same_structure(b)
                && a.properties() == b.properties()
        });
    old.id == new.id
        && old.external == new.external
        && old.columns == new.columns
        && constraints
        && indexes
        && same_options(&old.options, &new.options)
        && old.partitioning == new.partitioning
        && old.inheritance == new.inheritance
}

/// Whether options are equal, whether given or derived.
pub(crate) fn same_options(old: &TableOptions, new: &TableOptions) -> bool {
    let text = |value: &Option<Given<String>>| value.as_ref().map(|v| v.get().clone());
    old.comment == new.comment
        && old.attrs == new.attrs
        && text(&old.engine) == text(&new.engine)
        && text(&old.charset) == text(&new.charset)
        && text(&old.collation) == text(&new.collation)
}
