//! Names: twice in one namespace, alike but for case, too long.

use crate::compile::check::Check;
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{LengthUnit, NameScope};
use crate::model::{ConstraintKind, Ident, Namespace, ObjectId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What must differ from each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Space<'a> {
    /// Tables of a schema, and indexes where they share the names.
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

/// A name that is taken.
struct Taken<'a> {
    what: &'static str,
    name: &'a Ident,
    owner: &'a ObjectId,
    at: &'a Location,
}

#[derive(Default)]
struct Register<'a> {
    taken: HashMap<(Space<'a>, String), Taken<'a>>,
    found: Vec<Diagnostic>,
    fold: bool,
}

impl<'a> Register<'a> {
    fn add(&mut self, space: Space<'a>, new: Taken<'a>) {
        let name = new.name.as_str();
        let folded = if self.fold {
            name.to_lowercase()
        } else {
            name.to_owned()
        };
        let old = match self.taken.entry((space, folded)) {
            Entry::Vacant(free) => {
                free.insert(new);
                return;
            }
            Entry::Occupied(old) => old,
        };
        let (old, what) = (old.get(), new.what);
        let message = if old.name == new.name {
            format!(
                "the {what} `{name}` has the name of {}",
                old.describe(new.owner)
            )
        } else {
            format!(
                "the {what} `{name}` differs only in case from {} `{}`",
                old.describe(new.owner),
                old.name
            )
        };
        let mut found = Diagnostic::error(Code::DuplicateName, message)
            .at(new.at)
            .label(format!("the first is at {}", old.at));
        found = if what == "index" && old.owner != new.owner {
            found.help("index names are unique per schema here: rename it, or write `index_names: per_table` in database.yaml")
        } else {
            found.help("rename one of them")
        };
        self.found.push(found);
    }
}

impl Taken<'_> {
    fn describe(&self, owner: &ObjectId) -> String {
        if self.what == "table" {
            "the table".to_owned()
        } else if self.owner == owner {
            format!("the {} of the same table", self.what)
        } else {
            format!("the {} of table `{}`", self.what, self.owner)
        }
    }
}

impl Check<'_> {
    /// Checks all names.
    pub(crate) fn names(&mut self) {
        self.lengths();
        let caps = self.caps;
        let mut register = Register {
            fold: caps.names.case_insensitive,
            ..Register::default()
        };
        for subject in &self.tables {
            let (id, spec) = (&subject.id, subject.spec);
            let owned = |what, name, at| Taken {
                what,
                name,
                owner: id,
                at,
            };
            register.add(
                Space::Relations(&id.ns),
                owned("table", &spec.name.value, &spec.name.at),
            );
            for column in &spec.columns {
                let taken = owned("column", &column.name.value, &column.name.at);
                register.add(Space::ColumnsOf(id), taken);
            }
        }
        for subject in &self.tables {
            let (id, spec) = (&subject.id, subject.spec);
            let Some(table) = subject.lowered.filter(|table| !table.external) else {
                continue;
            };
            // lowering keeps the spec's order within each kind
            let mut unique_at = spec
                .unique
                .iter()
                .map(|k| k.name.as_ref().map_or(&k.at, |n| &n.at));
            let mut fk_at = spec
                .foreign_keys
                .iter()
                .map(|k| k.name.as_ref().map_or(&k.at, |n| &n.at));
            let mut check_at = spec
                .checks
                .iter()
                .map(|k| k.name.as_ref().map_or(&k.at, |n| &n.at));
            let index_at = spec
                .indexes
                .iter()
                .map(|k| k.name.as_ref().map_or(&k.at, |n| &n.at));
            let index_space = |scope: NameScope| match scope {
                NameScope::Table => Space::IndexesOf(id),
                NameScope::Schema => Space::Indexes(&id.ns),
                NameScope::SchemaWithTables => Space::Relations(&id.ns),
            };
            for constraint in &table.constraints {
                let name = constraint.name.get();
                let owned = |what, at| Taken {
                    what,
                    name,
                    owner: id,
                    at,
                };
                match &constraint.kind {
                    // where names of keys count within the table only, a primary key has none
                    ConstraintKind::PrimaryKey(_)
                        if caps.names.unique_scope == NameScope::Table => {}
                    ConstraintKind::PrimaryKey(_) => {
                        let at = spec
                            .primary_key
                            .as_ref()
                            .map_or(&spec.name.at, |key| &key.at);
                        register.add(
                            index_space(caps.names.unique_scope),
                            owned("primary key", at),
                        );
                    }
                    ConstraintKind::Exclusion(_) => register.add(
                        index_space(caps.names.unique_scope),
                        owned("exclusion constraint", &spec.name.at),
                    ),
                    ConstraintKind::Unique(_) => {
                        let at = unique_at.next().unwrap_or(&spec.name.at);
                        register.add(
                            index_space(caps.names.unique_scope),
                            owned("unique constraint", at),
                        );
                    }
                    ConstraintKind::ForeignKey(_) => {
                        let at = fk_at.next().unwrap_or(&spec.name.at);
                        let space = match caps.names.foreign_key_scope {
                            NameScope::Table => Space::ConstraintsOf(id),
                            NameScope::Schema | NameScope::SchemaWithTables => {
                                Space::ForeignKeys(&id.ns)
                            }
                        };
                        register.add(space, owned("foreign key", at));
                    }
                    ConstraintKind::Check(check) => {
                        let of_type = check.of_type.as_ref().map(|column| {
                            let column = subject.columns.get(column.as_str());
                            column.map_or(&spec.name.at, |column| &column.name.at)
                        });
                        let at = of_type.or_else(|| check_at.next()).unwrap_or(&spec.name.at);
                        let space = match caps.names.check_scope {
                            NameScope::Table => Space::ConstraintsOf(id),
                            NameScope::Schema | NameScope::SchemaWithTables => {
                                Space::Checks(&id.ns)
                            }
                        };
                        register.add(space, owned("check", at));
                    }
                }
            }
            for (index, at) in table.indexes.iter().zip(index_at) {
                let name = index.name.get();
                let taken = Taken {
                    what: "index",
                    name,
                    owner: id,
                    at,
                };
                register.add(index_space(caps.names.index_scope), taken);
            }
        }
        let found = register.found;
        self.found.extend(found);
    }

    /// Reports identifiers that are longer than the dialect takes.
    fn lengths(&mut self) {
        let (max, unit) = self.caps.names.max_length;
        let length = |name: &str| match unit {
            LengthUnit::Bytes => name.len(),
            LengthUnit::Chars => name.chars().count(),
        };
        let mut found = Vec::new();
        let mut look = |what: &str, name: &crate::spec::Spanned<Ident>| {
            let is = length(name.value.as_str());
            if is > max {
                let unit = match unit {
                    LengthUnit::Bytes => "bytes",
                    LengthUnit::Chars => "characters",
                };
                let message = format!(
                    "the name of this {what} is too long for {}",
                    self.dialect.name()
                );
                found.push(
                    Diagnostic::error(Code::NameTooLong, message)
                        .at(&name.at)
                        .label(format!("{is} {unit}, at most {max} are possible")),
                );
            }
        };
        for subject in &self.tables {
            let spec = subject.spec;
            look("table", &spec.name);
            spec.schema.iter().for_each(|name| look("schema", name));
            spec.columns
                .iter()
                .for_each(|column| look("column", &column.name));
            let keys = spec.primary_key.iter().chain(&spec.unique);
            keys.filter_map(|k| k.name.as_ref())
                .for_each(|name| look("key", name));
            let fks = spec.foreign_keys.iter();
            fks.filter_map(|k| k.name.as_ref())
                .for_each(|name| look("foreign key", name));
            let indexes = spec.indexes.iter();
            indexes
                .filter_map(|k| k.name.as_ref())
                .for_each(|name| look("index", name));
            let checks = spec.checks.iter();
            checks
                .filter_map(|k| k.name.as_ref())
                .for_each(|name| look("check", name));
        }
        self.found.extend(found);
    }
}
