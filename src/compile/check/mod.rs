//! What is wrong with a spec as a whole: names, keys, references, and what the dialect can't do.
//!
//! The spec gives the places, the lowered schema the concrete types and names.

pub(crate) mod columns;
pub(crate) mod cycles;
pub(crate) mod foreign_keys;
pub(crate) mod indexes;
pub(crate) mod names;

use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Capabilities, Dialect, Floor};
use crate::model::{Ident, ObjectId, Schema, Table};
use crate::spec::{ColumnSpec, Spanned, Spec, TableSpec, nearest};
use std::collections::HashMap;

/// Checks a spec against itself and against a dialect. `schema` is what lowering gave; `servers` are those
/// that somebody named, or that are there.
///
/// What the loader reports by itself (shapes, types, literal defaults) is not reported again.
pub fn check(
    dialect: &dyn Dialect,
    spec: &Spec,
    schema: &Schema,
    servers: &Floor,
) -> Vec<Diagnostic> {
    let mut check = Check {
        dialect,
        caps: dialect.capabilities(),
        servers,
        spec,
        schema,
        tables: Vec::with_capacity(spec.tables.len()),
        by_id: HashMap::with_capacity(spec.tables.len()),
        found: Vec::new(),
    };
    check.index_tables();
    check.names();
    for number in 0..check.tables.len() {
        check.columns(number);
        check.indexes(number);
        check.foreign_keys(number);
    }
    check.cycles();
    check.found
}

/// A table: what is written, and what became of it.
struct Subject<'a> {
    id: ObjectId,
    spec: &'a TableSpec,
    /// Missing where lowering could do nothing with it.
    lowered: Option<&'a Table>,
    columns: HashMap<&'a str, &'a ColumnSpec>,
}

struct Check<'a> {
    dialect: &'a dyn Dialect,
    caps: &'static Capabilities,
    servers: &'a Floor,
    spec: &'a Spec,
    schema: &'a Schema,
    /// The tables, each name once.
    tables: Vec<Subject<'a>>,
    by_id: HashMap<ObjectId, usize>,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    /// Collects the tables; one that comes twice is reported and left out.
    fn index_tables(&mut self) {
        for spec in &self.spec.tables {
            let id = crate::compile::lower::table_id(self.dialect, spec);
            if let Some(first) = self.by_id.get(&id).and_then(|n| self.tables.get(*n)) {
                self.found
                    .push(twice("table", &spec.name, &first.spec.name.at));
                continue;
            }
            self.by_id.insert(id.clone(), self.tables.len());
            self.tables.push(Subject {
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

    /// Reports a column that isn't there.
    fn missing_column(&mut self, name: &str, at: &Location, table: &TableSpec) {
        let message = format!("table `{}` has no column `{name}`", table.name.value);
        let found = Diagnostic::error(Code::UnknownColumn, message).at(at);
        let columns = table.columns.iter().map(|c| c.name.value.as_str());
        if table.columns.is_empty() {
            return; // that it has none is said already
        }
        self.found.push(match nearest(name, columns.clone()) {
            Some(near) => found.label(format!("did you mean `{near}`?")),
            None => found.help(format!(
                "its columns are {}",
                columns.collect::<Vec<_>>().join(", ")
            )),
        });
    }

    /// The ways out of what a dialect can't do.
    fn ways_out(&self, part: &str, instead: &str) -> String {
        let name = self.dialect.name();
        format!(
            "limit the {part} with `except: [{name}]` or `only: [..]`, or {instead} in `{name}: {{ .. }}`"
        )
    }
}

/// Something that is named twice.
fn twice(noun: &str, name: &Spanned<Ident>, first: &Location) -> Diagnostic {
    Diagnostic::error(
        Code::DuplicateName,
        format!("the {noun} `{}` comes twice", name.value),
    )
    .at(&name.at)
    .label(format!("the first is at {first}"))
    .help("rename one of them, or remove it")
}

#[cfg(test)]
mod tests;
