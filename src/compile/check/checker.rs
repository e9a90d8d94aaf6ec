//! The state of a check: the tables by id, and the diagnostics so far.

use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Capabilities, Dialect, Floor};
use crate::model::{Ident, ObjectId, Schema, Table};
use crate::spec::{ColumnSpec, Spanned, Spec, TableSpec, nearest};
use std::collections::HashMap;

/// A table of the spec with the result of lowering it.
pub(crate) struct TableUnderCheck<'a> {
    pub(crate) id: ObjectId,
    pub(crate) spec: &'a TableSpec,
    /// `None` if lowering failed.
    pub(crate) lowered: Option<&'a Table>,
    pub(crate) columns: HashMap<&'a str, &'a ColumnSpec>,
}

/// Checks the tables of a spec.
pub(crate) struct Checker<'a> {
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) capabilities: &'static Capabilities,
    pub(crate) servers: &'a Floor,
    pub(crate) spec: &'a Spec,
    pub(crate) schema: &'a Schema,
    /// The tables, without duplicates.
    pub(crate) tables: Vec<TableUnderCheck<'a>>,
    pub(crate) by_id: HashMap<ObjectId, usize>,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    /// A checker with the tables of a spec.
    pub(crate) fn new(
        dialect: &'a dyn Dialect,
        spec: &'a Spec,
        schema: &'a Schema,
        servers: &'a Floor,
    ) -> Self {
        let mut checker = Self {
            dialect,
            capabilities: dialect.capabilities(),
            servers,
            spec,
            schema,
            tables: Vec::with_capacity(spec.tables.len()),
            by_id: HashMap::with_capacity(spec.tables.len()),
            found: Vec::new(),
        };
        checker.index_tables();
        checker
    }

    /// Collects the tables. A second table of the same name is reported and ignored.
    fn index_tables(&mut self) {
        for spec in &self.spec.tables {
            let id = crate::compile::lower::table_id(self.dialect, spec);
            if let Some(first) = self.by_id.get(&id).and_then(|n| self.tables.get(*n)) {
                self.found
                    .push(duplicate_name("table", &spec.name, &first.spec.name.at));
                continue;
            }
            self.by_id.insert(id.clone(), self.tables.len());
            self.tables.push(TableUnderCheck {
                lowered: self.schema.table(&id),
                id,
                spec,
                columns: spec
                    .columns
                    .iter()
                    .map(|column| (column.name.value.as_str(), column))
                    .collect(),
            });
        }
    }

    /// Reports a column that does not exist.
    pub(crate) fn report_missing_column(&mut self, name: &str, at: &Location, table: &TableSpec) {
        let message = format!("table `{}` has no column `{name}`", table.name.value);
        let found = Diagnostic::error(Code::UnknownColumn, message).at(at);
        let columns = table.columns.iter().map(|c| c.name.value.as_str());
        if table.columns.is_empty() {
            return; // reported elsewhere
        }
        self.found.push(match nearest(name, columns.clone()) {
            Some(near) => found.label(format!("did you mean `{near}`?")),
            None => found.help(format!(
                "use one of its columns: {}",
                columns.collect::<Vec<_>>().join(", ")
            )),
        });
    }

    /// Help for a declaration that the dialect does not support.
    pub(crate) fn alternatives(&self, part: &str, instead: &str) -> String {
        let name = self.dialect.name();
        format!(
            "limit the {part} with `except: [{name}]` or `only: [..]`, or {instead} in `{name}: {{ .. }}`"
        )
    }
}

/// A second part of the same name.
fn duplicate_name(noun: &str, name: &Spanned<Ident>, first: &Location) -> Diagnostic {
    Diagnostic::error(
        Code::DuplicateName,
        format!("duplicate {noun} `{}`", name.value),
    )
    .at(&name.at)
    .label(format!("first declared at {first}"))
    .help("rename or remove one of them")
}
