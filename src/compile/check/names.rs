//! Names: duplicates within a name space, names that differ only in case, and names that are too long.

use crate::compile::check::checker::{Checker, TableUnderCheck};
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Capabilities, LengthUnit, NameScope};
use crate::model::{ConstraintKind, Ident, Namespace, ObjectId, Table};
use crate::spec::{Spanned, TableSpec};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A name space, in which all names must differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum NameSpace<'a> {
    /// Tables of a schema, and indexes where they share it.
    Relations(&'a Namespace),
    /// Indexes of a schema.
    Indexes(&'a Namespace),
    /// Indexes of one table.
    IndexesOf(&'a ObjectId),
    /// Foreign keys of a schema.
    ForeignKeys(&'a Namespace),
    /// Checks of a schema.
    Checks(&'a Namespace),
    /// Constraints of one table.
    ConstraintsOf(&'a ObjectId),
    /// Columns of one table.
    ColumnsOf(&'a ObjectId),
}

impl<'a> NameSpace<'a> {
    fn of_indexes(scope: NameScope, id: &'a ObjectId) -> Self {
        match scope {
            NameScope::Table => Self::IndexesOf(id),
            NameScope::Schema => Self::Indexes(&id.ns),
            NameScope::SchemaWithTables => Self::Relations(&id.ns),
        }
    }

    fn of_foreign_keys(scope: NameScope, id: &'a ObjectId) -> Self {
        match scope {
            NameScope::Table => Self::ConstraintsOf(id),
            NameScope::Schema | NameScope::SchemaWithTables => Self::ForeignKeys(&id.ns),
        }
    }

    fn of_checks(scope: NameScope, id: &'a ObjectId) -> Self {
        match scope {
            NameScope::Table => Self::ConstraintsOf(id),
            NameScope::Schema | NameScope::SchemaWithTables => Self::Checks(&id.ns),
        }
    }
}

/// A name in use.
struct NamedPart<'a> {
    noun: &'static str,
    name: &'a Ident,
    table: &'a ObjectId,
    at: &'a Location,
}

impl NamedPart<'_> {
    /// The part, as seen from another table.
    fn describe(&self, from: &ObjectId) -> String {
        if self.noun == "table" {
            "the table".to_owned()
        } else if self.table == from {
            format!("another {} of the same table", self.noun)
        } else {
            format!("the {} of table `{}`", self.noun, self.table)
        }
    }
}

/// All names in use, by name space.
#[derive(Default)]
struct NameRegister<'a> {
    used: HashMap<(NameSpace<'a>, String), NamedPart<'a>>,
    found: Vec<Diagnostic>,
    case_insensitive: bool,
}

impl<'a> NameRegister<'a> {
    /// Adds a name, or reports that it is in use.
    fn add(&mut self, space: NameSpace<'a>, new: NamedPart<'a>) {
        let name = new.name.as_str();
        let folded = if self.case_insensitive {
            name.to_lowercase()
        } else {
            name.to_owned()
        };
        let old = match self.used.entry((space, folded)) {
            Entry::Vacant(free) => {
                free.insert(new);
                return;
            }
            Entry::Occupied(old) => old,
        };
        let (old, noun) = (old.get(), new.noun);
        let other = old.describe(new.table);
        let message = if old.name == new.name {
            format!("{noun} `{name}` has the same name as {other}")
        } else {
            let other = if old.noun == "table" {
                "another table"
            } else {
                &other
            };
            let old = old.name;
            format!("{noun} name `{name}` differs only in case from `{old}` ({other})")
        };
        let found = Diagnostic::error(Code::DuplicateName, message)
            .at(new.at)
            .label(format!("first declared at {}", old.at));
        let help = if noun == "index" && old.table != new.table {
            "rename it, or write `index_names: per_table` in database.yaml: index names are unique per schema on this database"
        } else {
            "rename one of them"
        };
        self.found.push(found.help(help));
    }

    /// Adds the names of a table and its columns.
    fn add_table(&mut self, table: &'a TableUnderCheck<'_>) {
        let (id, spec) = (&table.id, table.spec);
        let part = |noun, name: &'a Spanned<Ident>| NamedPart {
            noun,
            name: &name.value,
            table: id,
            at: &name.at,
        };
        self.add(NameSpace::Relations(&id.ns), part("table", &spec.name));
        for column in &spec.columns {
            self.add(NameSpace::ColumnsOf(id), part("column", &column.name));
        }
    }

    /// Adds the names of a table's constraints.
    fn add_constraints(
        &mut self,
        capabilities: &Capabilities,
        table: &'a TableUnderCheck<'_>,
        lowered: &'a Table,
    ) {
        let (id, spec) = (&table.id, table.spec);
        let scopes = &capabilities.names;
        // lowering keeps the order of the spec within each kind
        let mut unique_at = spec
            .unique
            .iter()
            .map(|k| name_location(k.name.as_ref(), &k.at));
        let foreign_keys = spec.foreign_keys.iter();
        let mut foreign_key_at = foreign_keys.map(|k| name_location(k.name.as_ref(), &k.at));
        let mut check_at = spec
            .checks
            .iter()
            .map(|k| name_location(k.name.as_ref(), &k.at));
        for constraint in &lowered.constraints {
            let (noun, space, at) = match &constraint.kind {
                // if names of keys are unique per table, the primary key has no name of its own
                ConstraintKind::PrimaryKey(_) if scopes.unique_scope == NameScope::Table => {
                    continue;
                }
                ConstraintKind::PrimaryKey(_) => (
                    "primary key",
                    NameSpace::of_indexes(scopes.unique_scope, id),
                    spec.primary_key.as_ref().map(|key| &key.at),
                ),
                ConstraintKind::Exclusion(_) => (
                    "exclusion constraint",
                    NameSpace::of_indexes(scopes.unique_scope, id),
                    None,
                ),
                ConstraintKind::Unique(_) => (
                    "unique constraint",
                    NameSpace::of_indexes(scopes.unique_scope, id),
                    unique_at.next(),
                ),
                ConstraintKind::ForeignKey(_) => (
                    "foreign key",
                    NameSpace::of_foreign_keys(scopes.foreign_key_scope, id),
                    foreign_key_at.next(),
                ),
                ConstraintKind::Check(check) => {
                    let column = check.of_type.as_ref();
                    let column_at = column.map(|column| {
                        let column = table.columns.get(column.as_str());
                        column.map_or(&spec.name.at, |column| &column.name.at)
                    });
                    let space = NameSpace::of_checks(scopes.check_scope, id);
                    ("check", space, column_at.or_else(|| check_at.next()))
                }
            };
            let part = NamedPart {
                noun,
                name: constraint.name.get(),
                table: id,
                at: at.unwrap_or(&spec.name.at),
            };
            self.add(space, part);
        }
    }

    /// Adds the names of a table's indexes.
    fn add_indexes(
        &mut self,
        capabilities: &Capabilities,
        table: &'a TableUnderCheck<'_>,
        lowered: &'a Table,
    ) {
        for (index, spec) in lowered.indexes.iter().zip(&table.spec.indexes) {
            let part = NamedPart {
                noun: "index",
                name: index.name.get(),
                table: &table.id,
                at: name_location(spec.name.as_ref(), &spec.at),
            };
            let space = NameSpace::of_indexes(capabilities.names.index_scope, &table.id);
            self.add(space, part);
        }
    }
}

/// The location of a part's name; of the part if it has no name.
fn name_location<'a>(name: Option<&'a Spanned<Ident>>, part: &'a Location) -> &'a Location {
    name.map_or(part, |name| &name.at)
}

impl Checker<'_> {
    /// Checks all names.
    pub(crate) fn check_names(&mut self) {
        self.check_name_lengths();
        let mut register = NameRegister {
            case_insensitive: self.capabilities.names.case_insensitive,
            ..NameRegister::default()
        };
        for table in &self.tables {
            register.add_table(table);
        }
        for table in &self.tables {
            if let Some(lowered) = table.lowered.filter(|lowered| !lowered.external) {
                register.add_constraints(self.capabilities, table, lowered);
                register.add_indexes(self.capabilities, table, lowered);
            }
        }
        let found = register.found;
        self.found.extend(found);
    }

    /// Reports names that are longer than the dialect accepts.
    fn check_name_lengths(&mut self) {
        let (max, unit) = self.capabilities.names.max_length;
        let mut found = Vec::new();
        for (noun, name) in (self.tables.iter()).flat_map(|table| written_names(table.spec)) {
            let text = name.value.as_str();
            let (length, unit) = match unit {
                LengthUnit::Bytes => (text.len(), "bytes"),
                LengthUnit::Chars => (text.chars().count(), "characters"),
            };
            if length > max {
                let message = format!("{noun} name too long for {}", self.dialect.name());
                found.push(
                    Diagnostic::error(Code::NameTooLong, message)
                        .at(&name.at)
                        .label(format!("{length} {unit}, the limit is {max}")),
                );
            }
        }
        self.found.extend(found);
    }
}

/// The names that a table's spec contains, each with a noun.
fn written_names(spec: &TableSpec) -> Vec<(&'static str, &Spanned<Ident>)> {
    let keys = spec.primary_key.iter().chain(&spec.unique);
    let keys = keys.filter_map(|key| key.name.as_ref());
    let foreign_keys = spec.foreign_keys.iter().filter_map(|k| k.name.as_ref());
    let indexes = spec.indexes.iter().filter_map(|k| k.name.as_ref());
    let checks = spec.checks.iter().filter_map(|k| k.name.as_ref());
    let mut names = vec![("table", &spec.name)];
    names.extend(spec.schema.iter().map(|name| ("schema", name)));
    names.extend(spec.columns.iter().map(|c| ("column", &c.name)));
    names.extend(keys.map(|name| ("key", name)));
    names.extend(foreign_keys.map(|name| ("foreign key", name)));
    names.extend(indexes.map(|name| ("index", name)));
    names.extend(checks.map(|name| ("check", name)));
    names
}
