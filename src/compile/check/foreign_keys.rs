//! Foreign keys: the referenced columns exist, are unique, and have the same type.

use crate::compile::check::checker::{Checker, TableUnderCheck};
use crate::db::Vendor;
use crate::diag::{Code, Diagnostic};
use crate::model::{Ident, Namespace, ObjectId, ReferentialAction};
use crate::spec::{ForeignKeySpec, KeyPartSpec, Spanned, nearest};
use std::collections::BTreeSet;

impl Checker<'_> {
    /// Checks all foreign keys of a table.
    pub(crate) fn check_foreign_keys(&mut self, number: usize) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        for fk in &subject.spec.foreign_keys {
            self.check_foreign_key(number, fk);
        }
    }

    /// The id of the table that a foreign key refers to.
    pub(crate) fn target_id(&self, fk: &ForeignKeySpec) -> ObjectId {
        let schema = fk
            .target_schema
            .as_ref()
            .filter(|_| self.capabilities.objects.schemas);
        ObjectId::table(fk.target.value.clone()).within(Namespace::from(schema.map(Ident::as_str)))
    }

    fn check_foreign_key(&mut self, number: usize, fk: &ForeignKeySpec) {
        let Some(subject) = self.tables.get(number) else {
            return;
        };
        let (table, id) = (subject.spec, subject.id.clone());
        let mut columns_exist = true;
        for column in &fk.columns {
            let name = column.value.as_str();
            match self.tables.get(number).and_then(|s| s.columns.get(name)) {
                Some(found) => self.check_set_null(fk, found),
                None if self.inherits_column(table, name, 0) => {}
                None => {
                    self.report_missing_column(name, &column.at, table);
                    columns_exist = false;
                }
            }
        }
        let target_id = self.target_id(fk);
        let Some(target_number) = self.by_id.get(&target_id).copied() else {
            self.report_missing_table(fk, &target_id, &id);
            return;
        };
        let Some(target) = self.tables.get(target_number) else {
            return;
        };
        let target_spec = target.spec;
        let missing: Vec<&Spanned<_>> = fk
            .target_columns
            .iter()
            .filter(|column| {
                let name = column.value.as_str();
                !target.columns.contains_key(name) && !self.inherits_column(target_spec, name, 0)
            })
            .collect();
        columns_exist &= missing.is_empty();
        for column in missing {
            self.report_missing_column(column.value.as_str(), &column.at, target_spec);
        }
        if columns_exist {
            self.check_unique_target(fk, target_number);
            self.check_types(fk, number, target_number);
        }
    }

    fn check_set_null(&mut self, fk: &ForeignKeySpec, column: &crate::spec::ColumnSpec) {
        let sets = [("on_delete", fk.on_delete), ("on_update", fk.on_update)];
        for (key, _) in sets
            .iter()
            .filter(|(_, action)| *action == ReferentialAction::SetNull)
        {
            if !column.nullable {
                let name = &column.name.value;
                let message = format!("`{key}: set null` on the NOT NULL column `{name}`");
                let found = warning_if(
                    self.capabilities.foreign_keys.set_null_on_not_null,
                    Code::SetNull,
                    message,
                );
                self.found
                    .push(found.at(&column.ty.at).label("not nullable").help(format!(
                        "write `{} null`, or another `{key}`",
                        column.ty.value
                    )));
            }
        }
    }

    fn report_missing_table(&mut self, fk: &ForeignKeySpec, id: &ObjectId, own: &ObjectId) {
        let message = format!("table `{id}` does not exist");
        let found = Diagnostic::error(Code::UnknownTable, message).at(&fk.target.at);
        let name = fk.target.value.as_str();
        // the same name in another schema is a better suggestion than a similar name
        let elsewhere = self
            .tables
            .iter()
            .find(|s| s.id.name.as_str() == name && s.id != *own);
        let names = self.tables.iter().map(|s| s.id.name.as_str());
        let near = elsewhere.map(|s| s.id.to_string());
        self.found.push(
            match near.or_else(|| nearest(name, names).map(str::to_owned)) {
                Some(near) => found.label(format!("did you mean `{near}`?")),
                None => {
                    found.help("add a spec for it; mark a table that is managed elsewhere with `external: true`")
                }
            },
        );
    }

    fn check_unique_target(&mut self, fk: &ForeignKeySpec, target: usize) {
        let Some(target) = self.tables.get(target) else {
            return;
        };
        let spec = target.spec;
        let referenced: BTreeSet<&str> =
            fk.target_columns.iter().map(|c| c.value.as_str()).collect();
        let is_referenced = |parts: &[Spanned<KeyPartSpec>]| {
            let plain = parts
                .iter()
                .all(|p| !p.value.is_expr && p.value.prefix.is_none());
            plain
                && parts.len() == referenced.len()
                && parts
                    .iter()
                    .all(|p| referenced.contains(p.value.text.as_str()))
        };
        let indexes = spec
            .indexes
            .iter()
            .filter(|i| i.unique && i.predicate.is_none());
        let mut keys = spec
            .primary_key
            .iter()
            .chain(&spec.unique)
            .map(|key| &key.parts);
        let unknown_keys = spec.external && spec.primary_key.is_none() && spec.unique.is_empty();
        if unknown_keys
            || keys.any(|parts| is_referenced(parts))
            || indexes.map(|i| &i.parts).any(|parts| is_referenced(parts))
        {
            return;
        }
        let columns = fk
            .target_columns
            .iter()
            .map(|c| c.value.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!(
            "referenced columns `{}({columns})` are not unique",
            spec.name.value
        );
        let accepting = self.capabilities.foreign_keys.non_unique_targets.iter();
        let accepting = accepting.filter(|(vendor, until)| {
            until.is_none_or(|until| self.servers.version(*vendor).is_some_and(|v| v < until))
        });
        let accepting: Vec<Vendor> = accepting.map(|(vendor, _)| *vendor).collect();
        let found = warning_if(
            self.is_for_vendors_only(&accepting),
            Code::FkNotUnique,
            message,
        );
        self.found.push(
            found
                .at(&fk.at)
                .label(format!("the table is at {}", spec.name.at))
                .help(format!(
                    "refer to the primary key, or add `unique: [[{columns}]]` to that table"
                )),
        );
    }

    fn check_types(&mut self, fk: &ForeignKeySpec, number: usize, target: usize) {
        let (Some(from), Some(to)) = (self.tables.get(number), self.tables.get(target)) else {
            return;
        };
        let pairs = fk.columns.iter().zip(&fk.target_columns);
        let found: Vec<Diagnostic> = pairs
            .filter_map(|(here, there)| {
                self.check_type_pair(from, here.value.as_str(), to, there.value.as_str())
            })
            .collect();
        self.found.extend(found);
    }

    fn check_type_pair(
        &self,
        from: &TableUnderCheck<'_>,
        here: &str,
        to: &TableUnderCheck<'_>,
        there: &str,
    ) -> Option<Diagnostic> {
        let (here_spec, there_spec) = (from.columns.get(here)?, to.columns.get(there)?);
        let unread = &self.spec.unread;
        if unread.contains(&here_spec.ty.at) || unread.contains(&there_spec.ty.at) {
            return None;
        }
        let (here_ty, there_ty) = (
            &from.lowered?.column(here)?.ty,
            &to.lowered?.column(there)?.ty,
        );
        if self.dialect.comparable(here_ty, there_ty) {
            return None;
        }
        let written = there_spec.ty.value.to_string();
        // one neutral type may be lowered to different types, for example if one of the columns is an identity
        let same = written == here_spec.ty.value.to_string();
        let shown = if same {
            self.dialect.type_sql(there_ty)
        } else {
            written.clone()
        };
        let at = &there_spec.ty.at;
        let position = format!(
            "{}:{}",
            at.file.rsplit('/').next().unwrap_or(&at.file),
            at.line
        );
        let found = Diagnostic::error(
            Code::FkType,
            "foreign key column and referenced column have different types",
        )
        .at(&here_spec.ty.at)
        .label(format!(
            "{}.{there} is `{shown}` ({position})",
            to.spec.name.value
        ));
        Some(if same {
            let is = self.dialect.type_sql(here_ty);
            found.help(format!(
                "on {} this type is `{is}`; write the same type for both in that dialect's map",
                self.dialect.name()
            ))
        } else {
            found.help(format!("write `{written}` here"))
        })
    }
}

/// A warning if the server accepts the declaration, otherwise an error.
fn warning_if(is_accepted: bool, code: Code, message: String) -> Diagnostic {
    if is_accepted {
        Diagnostic::warning(code, message)
    } else {
        Diagnostic::error(code, message)
    }
}
