//! Constraints and indexes as YAML.

use crate::compile::decompile::entries::{
    Entries, WrittenName, is_derived, is_plain, key_part_name, key_part_names, key_parts_yaml,
    put_actions, put_include, put_named, put_timing, short_form, with_name, written_name,
};
use crate::compile::decompile::scalars::{
    key_part_text, literal, names_yaml, options_yaml, put, reference_yaml,
};
use crate::compile::decompile::table::TableWriter;
use crate::model::{
    Check, Constraint, ConstraintKind, ForeignKey, ForeignKeyMatch, Ident, Index, IndexPart,
    Inheritance, Timing, derived_name,
};
use crate::spec::Yaml;

impl TableWriter<'_> {
    /// The foreign key that is written as `references` of a column.
    pub(crate) fn column_reference(&self, column: &Ident) -> Option<(&ForeignKey, Timing)> {
        let mut keys = self.table.constraints.iter().filter_map(|constraint| {
            let ConstraintKind::ForeignKey(fk) = &constraint.kind else {
                return None;
            };
            let is_of_column =
                self.is_column_reference(constraint) && fk.columns.first() == Some(column);
            is_of_column.then_some((fk, constraint.timing))
        });
        keys.next()
    }

    /// Whether a foreign key can be written as `references` of its column.
    pub(crate) fn is_column_reference(&self, constraint: &Constraint) -> bool {
        let ConstraintKind::ForeignKey(fk) = &constraint.kind else {
            return false;
        };
        let [column] = fk.columns.as_slice() else {
            return false;
        };
        let same = |other: &&Constraint| matches!(&other.kind, ConstraintKind::ForeignKey(fk) if fk.columns.as_slice() == [column.clone()]);
        is_plain(constraint)
            && constraint.timing != Timing::Deferrable
            && constraint.parent.is_none()
            && fk.validated
            && fk.matching == ForeignKeyMatch::Simple
            && is_derived(
                &constraint.name,
                &derived_name("fk", self.table_name(), &[column.as_str()]),
            )
            && self.table.constraints.iter().filter(same).count() == 1
    }

    pub(crate) fn put_constraints(&self, out: &mut Entries) {
        let (mut unique, mut foreign, mut checks) = (Vec::new(), Vec::new(), Vec::new());
        for constraint in &self.table.constraints {
            if !self.writes_constraint(constraint) {
                continue;
            }
            match &constraint.kind {
                ConstraintKind::PrimaryKey(parts) => {
                    let derived = derived_name("pk", self.table_name(), &[]);
                    let (name, yaml) = self.key_yaml(constraint, parts, &derived);
                    put(out, "primary_key", with_name(name, yaml, "columns"));
                }
                ConstraintKind::Unique(parts) => {
                    let derived = derived_name("uq", self.table_name(), &key_part_names(parts));
                    unique.push(self.key_yaml(constraint, parts, &derived));
                }
                ConstraintKind::ForeignKey(fk) => {
                    if !self.is_column_reference(constraint) {
                        foreign.push(self.foreign_key_yaml(constraint, fk));
                    }
                }
                ConstraintKind::Check(check) => {
                    if !self.is_implied_by_type(check) {
                        checks.push(self.check_yaml(constraint, check, checks.len() + 1));
                    }
                }
                // written in the dialect's map
                ConstraintKind::Exclusion(_) => {}
            }
        }
        put_named(out, "unique", unique);
        put_named(out, "foreign_keys", foreign);
        put_named(out, "checks", checks);
    }

    /// Whether the written type of a column implies a check.
    fn is_implied_by_type(&self, check: &Check) -> bool {
        let mut columns = self.table.columns.iter().zip(self.forms);
        check.of_type.as_ref().is_some_and(|name| {
            columns.any(|(column, form)| column.name == *name && form.makes_check)
        })
    }

    /// A check. `number` is its position among the written checks of the table, from 1.
    fn check_yaml(
        &self,
        constraint: &Constraint,
        check: &Check,
        number: usize,
    ) -> (WrittenName, Yaml) {
        let derived = derived_name("ck", self.table_name(), &[&number.to_string()]);
        let mut map = vec![("sql".into(), Yaml::text(check.expr.text.as_str()))];
        if !check.validated {
            put(&mut map, "validated", Yaml::flag(false));
        }
        self.put_comment_and_options(constraint, &mut map);
        (written_name(&constraint.name, &derived), short_form(map))
    }

    /// Whether an index is written: inherited indexes of a partition are not.
    pub(crate) fn writes_index(&self, index: &Index) -> bool {
        index.parent.is_none()
            || matches!(self.table.inheritance, Inheritance::None)
            || self.writes_inherited()
    }

    pub(crate) fn writes_constraint(&self, constraint: &Constraint) -> bool {
        constraint.parent.is_none() || self.writes_inherited()
    }

    /// Whether inherited keys are written: in the separate document of a partition, because their names differ.
    pub(crate) fn writes_inherited(&self) -> bool {
        matches!(self.table.inheritance, Inheritance::PartitionOf { .. })
    }

    pub(crate) fn key_yaml(
        &self,
        constraint: &Constraint,
        parts: &[IndexPart],
        derived: &Ident,
    ) -> (WrittenName, Yaml) {
        let mut map = vec![("columns".into(), key_parts_yaml(parts))];
        put_include(&constraint.include, &mut map);
        put_timing(constraint.timing, &mut map);
        self.put_comment_and_options(constraint, &mut map);
        (written_name(&constraint.name, derived), short_form(map))
    }

    pub(crate) fn put_comment_and_options(&self, constraint: &Constraint, map: &mut Entries) {
        if let Some(comment) = &constraint.comment {
            put(map, "comment", Yaml::text(comment.as_str()));
        }
        if !constraint.attrs.is_empty() {
            let inner = vec![("options".into(), options_yaml(&constraint.attrs))];
            put(map, self.dialect.name(), Yaml::Map(inner));
        }
    }

    pub(crate) fn foreign_key_yaml(
        &self,
        constraint: &Constraint,
        fk: &ForeignKey,
    ) -> (WrittenName, Yaml) {
        let columns: Vec<&str> = fk.columns.iter().map(Ident::as_str).collect();
        let derived = derived_name("fk", self.table_name(), &columns);
        let mut map = vec![
            ("columns".into(), names_yaml(&fk.columns)),
            ("references".into(), reference_yaml(fk)),
        ];
        put_actions(fk, &mut map);
        if fk.matching == ForeignKeyMatch::Full {
            put(&mut map, "match", literal("full"));
        }
        if !fk.validated {
            put(&mut map, "validated", Yaml::flag(false));
        }
        put_timing(constraint.timing, &mut map);
        self.put_comment_and_options(constraint, &mut map);
        (written_name(&constraint.name, &derived), Yaml::Map(map))
    }

    pub(crate) fn index_yaml(&self, index: &Index) -> (WrittenName, Yaml) {
        let prefix = if index.unique { "uq" } else { "idx" };
        let derived = derived_name(prefix, self.table_name(), &key_part_names(&index.parts));
        let mut map = vec![("columns".into(), key_parts_yaml(&index.parts))];
        if index.unique {
            put(&mut map, "unique", Yaml::flag(true));
        }
        if let Some(method) = &index.method {
            put(&mut map, "method", literal(method));
        }
        if let Some(predicate) = &index.predicate {
            put(&mut map, "where", Yaml::text(predicate.text.as_str()));
        }
        put_include(&index.include, &mut map);
        if let Some(comment) = &index.comment {
            put(&mut map, "comment", Yaml::text(comment.as_str()));
        }
        if !index.attrs.is_empty() {
            let inner = vec![("options".into(), options_yaml(&index.attrs))];
            put(&mut map, self.dialect.name(), Yaml::Map(inner));
        }
        (written_name(&index.name, &derived), short_form(map))
    }

    /// Exclusion constraints.
    pub(crate) fn exclusions_yaml(&self) -> Vec<(WrittenName, Yaml)> {
        let mut exclusions = Vec::new();
        for constraint in &self.table.constraints {
            let ConstraintKind::Exclusion(exclusion) = &constraint.kind else {
                continue;
            };
            let names: Vec<&str> = (exclusion.parts.iter())
                .map(|(part, _)| key_part_name(part))
                .collect();
            let parts = exclusion.parts.iter();
            let parts =
                parts.map(|(part, with)| literal(&format!("{} with {with}", key_part_text(part))));
            let mut map = vec![("columns".into(), Yaml::List(parts.collect()))];
            if exclusion.method != "gist" {
                put(&mut map, "method", literal(&exclusion.method));
            }
            if let Some(predicate) = &exclusion.predicate {
                put(&mut map, "where", Yaml::text(predicate.text.as_str()));
            }
            put_include(&constraint.include, &mut map);
            put_timing(constraint.timing, &mut map);
            if let Some(comment) = &constraint.comment {
                put(&mut map, "comment", Yaml::text(comment.as_str()));
            }
            if !constraint.attrs.is_empty() {
                put(&mut map, "options", options_yaml(&constraint.attrs));
            }
            let derived = derived_name("ex", self.table_name(), &names);
            exclusions.push((written_name(&constraint.name, &derived), Yaml::Map(map)));
        }
        exclusions
    }
}
