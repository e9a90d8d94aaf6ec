//! Constraints and indexes of a table.

use crate::compile::lower::attributes;
use crate::compile::lower::index::{
    key_part_name, key_part_names, lower_index, lower_key_part, lower_key_parts,
};
use crate::compile::lower::lowered::Lowered;
use crate::compile::lower::names;
use crate::compile::lower::table::TableLowering;
use crate::diag::{Code, Diagnostic};
use crate::dialect::{NameScope, Place};
use crate::model::{
    Check, Constraint, ConstraintKind, Exclusion, Expr, ForeignKey, Given, Ident, Name, Namespace,
    ObjectId, Table, column_of_type_check, derived_name,
};
use crate::spec::{ConstraintSpec, Spanned};

impl TableLowering<'_> {
    /// A constraint with its timing, comment and options.
    pub(crate) fn lower_constraint(
        &self,
        name: Name,
        kind: ConstraintKind,
        include: &[Spanned<Ident>],
        more: &ConstraintSpec,
        out: &mut Lowered,
    ) -> Constraint {
        let place = match &kind {
            ConstraintKind::ForeignKey(_) => Place::ForeignKey,
            ConstraintKind::Check(_) => Place::Check,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion(_) => Place::Key,
        };
        let comment = more.comment.as_ref().map(|c| c.value.clone());
        Constraint {
            timing: more.timing,
            include: include.iter().map(|c| c.value.clone()).collect(),
            comment: comment.filter(|c| !c.is_empty()),
            attrs: attributes::lower_options(
                self.dialect,
                place,
                &more.native,
                &mut out.diagnostics,
            ),
            ..Constraint::new(name, kind)
        }
    }

    pub(crate) fn lower_exclusions(&self, table: &mut Table, out: &mut Lowered) {
        for exclusion in &self.table.exclusions {
            if !self.dialect.capabilities().keys.exclusions {
                let message = format!(
                    "{} does not support exclusion constraints",
                    self.dialect.name()
                );
                out.diagnostics.push(
                    Diagnostic::error(Code::Unsupported, message)
                        .at(&exclusion.at)
                        .help("limit it with `only: [postgres]`"),
                );
                continue;
            }
            let columns: Vec<&str> = (exclusion.parts.iter())
                .map(|(part, _)| key_part_name(&part.value))
                .collect();
            let name = self.constraint_name(
                exclusion.name.as_ref(),
                exclusion.renamed_from.as_ref(),
                || derived_name("ex", self.table_name(), &columns),
                out,
            );
            let parts = exclusion.parts.iter();
            let method = exclusion.method.as_ref();
            let kind = ConstraintKind::Exclusion(Exclusion {
                method: method.map_or_else(|| "gist".into(), |m| m.value.to_ascii_lowercase()),
                parts: parts
                    .map(|(part, operator)| (lower_key_part(&part.value), operator.clone()))
                    .collect(),
                predicate: exclusion
                    .predicate
                    .as_ref()
                    .map(|p| Expr::new(p.value.clone())),
            });
            let lowered =
                self.lower_constraint(name, kind, &exclusion.include, &exclusion.more, out);
            table.constraints.push(lowered);
        }
    }

    pub(crate) fn constraint_name(
        &self,
        given: Option<&Spanned<Ident>>,
        old: Option<&Spanned<Ident>>,
        derived: impl FnOnce() -> Ident,
        out: &mut Lowered,
    ) -> Name {
        let name = names::given_or_derived(given, derived);
        if let Some(old) = old {
            let key = (self.id.clone(), name.get().clone());
            out.renames.constraints.insert(key, old.value.clone());
        }
        name
    }

    pub(crate) fn lower_keys(&self, table: &mut Table, out: &mut Lowered) {
        if let Some(key) = &self.table.primary_key {
            let name = self.constraint_name(
                key.name.as_ref(),
                key.renamed_from.as_ref(),
                || derived_name("pk", self.table_name(), &[]),
                out,
            );
            let kind = ConstraintKind::PrimaryKey(lower_key_parts(&key.parts));
            let lowered = self.lower_constraint(name, kind, &key.include, &key.more, out);
            table.constraints.push(lowered);
        }
        for key in &self.table.unique {
            let name = self.constraint_name(
                key.name.as_ref(),
                key.renamed_from.as_ref(),
                || derived_name("uq", self.table_name(), &key_part_names(&key.parts)),
                out,
            );
            let name = match name {
                Given::Given(name) => Given::Given(
                    self.name_in_scope(name, self.dialect.capabilities().names.unique_scope),
                ),
                Given::Derived(name) => Given::Derived(name),
            };
            let kind = ConstraintKind::Unique(lower_key_parts(&key.parts));
            let lowered = self.lower_constraint(name, kind, &key.include, &key.more, out);
            table.constraints.push(lowered);
        }
    }

    /// The name, prefixed with the table's name if the spec declares `index_names: per_table` and names must be
    /// unique in more than the table.
    pub(crate) fn name_in_scope(&self, name: Ident, scope: NameScope) -> Ident {
        match scope {
            NameScope::Table => name,
            NameScope::Schema | NameScope::SchemaWithTables => {
                let prefix = format!("{}_", self.table_name());
                if self.spec.database.index_names_per_table && !name.as_str().starts_with(&prefix) {
                    derived_name(self.table_name(), name.as_str(), &[])
                } else {
                    name
                }
            }
        }
    }

    pub(crate) fn lower_foreign_keys(&self, table: &mut Table, out: &mut Lowered) {
        for fk in &self.table.foreign_keys {
            let columns: Vec<&str> = fk.columns.iter().map(|c| c.value.as_str()).collect();
            let name = self.constraint_name(
                fk.name.as_ref(),
                fk.renamed_from.as_ref(),
                || derived_name("fk", self.table_name(), &columns),
                out,
            );
            let schema = fk
                .target_schema
                .as_ref()
                .filter(|_| self.dialect.capabilities().objects.schemas);
            let target = ObjectId::table(fk.target.value.clone())
                .within(schema.map_or(Namespace::Default, |s| Namespace::Named(s.clone())));
            let kind = ConstraintKind::ForeignKey(ForeignKey {
                columns: fk.columns.iter().map(|c| c.value.clone()).collect(),
                target,
                target_columns: fk.target_columns.iter().map(|c| c.value.clone()).collect(),
                on_delete: fk.on_delete,
                on_update: fk.on_update,
                matching: fk.matching,
                validated: fk.more.validated.unwrap_or(true),
            });
            let lowered = self.lower_constraint(name, kind, &[], &fk.more, out);
            table.constraints.push(lowered);
        }
    }

    pub(crate) fn lower_checks(
        &self,
        table: &mut Table,
        of_types: Vec<Constraint>,
        out: &mut Lowered,
    ) {
        table.constraints.extend(of_types);
        for (number, check) in self.table.checks.iter().enumerate() {
            let number = (number + 1).to_string();
            let name = self.constraint_name(
                check.name.as_ref(),
                check.renamed_from.as_ref(),
                || derived_name("ck", self.table_name(), &[&number]),
                out,
            );
            let kind = ConstraintKind::Check(Check {
                expr: Expr::new(check.sql.value.clone()),
                of_type: self.type_check_column(name.get()),
                validated: check.more.validated.unwrap_or(true),
            });
            let lowered = self.lower_constraint(name, kind, &[], &check.more, out);
            table.constraints.push(lowered);
        }
    }

    pub(crate) fn type_check_column(&self, name: &Ident) -> Option<Ident> {
        let columns = self.table.columns.iter().map(|column| &column.name.value);
        column_of_type_check(self.table_name(), columns, name)
    }

    pub(crate) fn lower_indexes(&self, table: &mut Table, out: &mut Lowered) {
        let scope = self.dialect.capabilities().names.index_scope;
        for index in &self.table.indexes {
            let scoped = |name| self.name_in_scope(name, scope);
            let found = &mut out.diagnostics;
            let lowered = lower_index(self.dialect, self.table_name(), index, scoped, found);
            if let Some(old) = &index.renamed_from {
                let key = (self.id.clone(), lowered.name.get().clone());
                out.renames.indexes.insert(key, scoped(old.value.clone()));
            }
            table.indexes.push(lowered);
        }
    }
}
