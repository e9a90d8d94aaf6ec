//! A table as YAML.

use crate::compile::decompile::column;
use crate::compile::decompile::column::Form;
use crate::compile::decompile::scalars::{
    literal, name_text, names_yaml, options, part_text, put, reference,
};
use crate::dialect::Dialect;
use crate::model::derived_name;
use crate::model::{
    Constraint, ConstraintKind, ForeignKey, ForeignKeyMatch, Given, Ident, Index, IndexPart,
    Inheritance, Name, Namespace, PartKey, Partition, Partitioning, ReferentialAction, Table,
    TableOptions, Timing,
};
use crate::spec::Yaml;

/// A partition that is written within its parent.
pub(crate) struct Inline<'a> {
    /// The table.
    pub(crate) table: &'a Table,
    /// Its own partitions.
    pub(crate) partitions: Vec<Inline<'a>>,
}

/// What is known when a table is written.
pub(crate) struct Writer<'a> {
    pub(crate) dialect: &'static dyn Dialect,
    /// The options that the database states for all tables.
    pub(crate) base: &'a TableOptions,
    pub(crate) table: &'a Table,
    /// How each column is written.
    pub(crate) forms: &'a [&'a Form],
    /// The partitions that are written within the table.
    pub(crate) partitions: Vec<Inline<'a>>,
}

type Entries = Vec<(String, Yaml)>;

impl Writer<'_> {
    /// The whole document.
    pub(crate) fn document(&self) -> Yaml {
        let table = self.table;
        let mut out: Entries = vec![("table".into(), literal(table.name().as_str()))];
        if let Namespace::Named(schema) = &table.id.ns {
            put(&mut out, "schema", literal(schema.as_str()));
        }
        if let Some(comment) = &table.options.comment {
            put(&mut out, "comment", Yaml::text(comment.as_str()));
        }
        let columns = table.columns.iter().zip(self.forms).map(|(column, form)| {
            let reference = self.references(&column.name);
            let yaml = column::yaml(self.dialect, column, form, reference);
            (column.name.to_string(), yaml)
        });
        put(&mut out, "columns", Yaml::Block(columns.collect()));
        self.constraints(&mut out);
        let indexes = table.indexes.iter().filter(|index| self.is_own(index));
        let indexes = indexes.map(|index| self.index(index));
        put_named(&mut out, "indexes", indexes.collect());
        let native = self.native();
        if !native.is_empty() {
            put(&mut out, self.dialect.name(), Yaml::Map(native));
        }
        Yaml::Block(out)
    }

    fn name(&self) -> &str {
        self.table.name().as_str()
    }

    /// The foreign key that a column says by itself.
    fn references(&self, column: &Ident) -> Option<(&ForeignKey, Timing)> {
        let mut keys = self.table.constraints.iter().filter_map(|constraint| {
            let ConstraintKind::ForeignKey(fk) = &constraint.kind else {
                return None;
            };
            let here = self.is_short(constraint) && fk.columns.first() == Some(column);
            here.then_some((fk, constraint.timing))
        });
        keys.next()
    }

    /// Whether a foreign key says nothing that its column couldn't.
    fn is_short(&self, constraint: &Constraint) -> bool {
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
                &derived_name("fk", self.name(), &[column.as_str()]),
            )
            && self.table.constraints.iter().filter(same).count() == 1
    }

    fn constraints(&self, out: &mut Entries) {
        let (mut unique, mut foreign, mut checks) = (Vec::new(), Vec::new(), Vec::new());
        for constraint in &self.table.constraints {
            if !self.is_own_constraint(constraint) {
                continue;
            }
            match &constraint.kind {
                ConstraintKind::PrimaryKey(parts) => {
                    let derived = derived_name("pk", self.name(), &[]);
                    let (name, yaml) = self.key(constraint, parts, &derived);
                    put(out, "primary_key", with_name(name, yaml, "columns"));
                }
                ConstraintKind::Unique(parts) => {
                    let derived = derived_name("uq", self.name(), &part_names(parts));
                    unique.push(self.key(constraint, parts, &derived));
                }
                ConstraintKind::ForeignKey(fk) => {
                    if !self.is_short(constraint) {
                        foreign.push(self.foreign_key(constraint, fk));
                    }
                }
                ConstraintKind::Check(check) => {
                    let of_type = check.of_type.as_ref();
                    let said = self.table.columns.iter().zip(self.forms);
                    let said = of_type.is_some_and(|name| {
                        let mut said = said.filter(|(column, _)| column.name == *name);
                        said.any(|(_, form)| form.makes_check)
                    });
                    if !said {
                        let number = (checks.len() + 1).to_string();
                        let derived = derived_name("ck", self.name(), &[&number]);
                        let mut map = vec![("sql".into(), Yaml::text(check.expr.text.as_str()))];
                        if !check.validated {
                            put(&mut map, "validated", Yaml::flag(false));
                        }
                        self.beside(constraint, &mut map);
                        checks.push((written(&constraint.name, &derived), short(map)));
                    }
                }
                // in the dialect's map
                ConstraintKind::Exclusion(_) => {}
            }
        }
        put_named(out, "unique", unique);
        put_named(out, "foreign_keys", foreign);
        put_named(out, "checks", checks);
    }

    /// What a partition has from its parent is not written, unless under another name.
    fn is_own(&self, index: &Index) -> bool {
        index.parent.is_none()
            || matches!(self.table.inheritance, Inheritance::None)
            || self.states_inherited()
    }

    fn is_own_constraint(&self, constraint: &Constraint) -> bool {
        constraint.parent.is_none() || self.states_inherited()
    }

    /// A partition that is a document of its own states all its keys: their names are its own.
    fn states_inherited(&self) -> bool {
        matches!(self.table.inheritance, Inheritance::PartitionOf { .. })
    }

    fn key(&self, constraint: &Constraint, parts: &[IndexPart], derived: &Ident) -> (Named, Yaml) {
        let mut map = vec![("columns".into(), parts_yaml(parts))];
        include(&constraint.include, &mut map);
        timing(constraint.timing, &mut map);
        self.beside(constraint, &mut map);
        (written(&constraint.name, derived), short(map))
    }

    fn beside(&self, constraint: &Constraint, map: &mut Entries) {
        if let Some(comment) = &constraint.comment {
            put(map, "comment", Yaml::text(comment.as_str()));
        }
        if !constraint.attrs.is_empty() {
            let inner = vec![("options".into(), options(&constraint.attrs))];
            put(map, self.dialect.name(), Yaml::Map(inner));
        }
    }

    fn foreign_key(&self, constraint: &Constraint, fk: &ForeignKey) -> (Named, Yaml) {
        let columns: Vec<&str> = fk.columns.iter().map(Ident::as_str).collect();
        let derived = derived_name("fk", self.name(), &columns);
        let mut map = vec![
            ("columns".into(), names_yaml(&fk.columns)),
            ("references".into(), reference(fk)),
        ];
        actions(fk, &mut map);
        if fk.matching == ForeignKeyMatch::Full {
            put(&mut map, "match", literal("full"));
        }
        if !fk.validated {
            put(&mut map, "validated", Yaml::flag(false));
        }
        timing(constraint.timing, &mut map);
        self.beside(constraint, &mut map);
        (written(&constraint.name, &derived), Yaml::Map(map))
    }

    fn index(&self, index: &Index) -> (Named, Yaml) {
        let prefix = if index.unique { "uq" } else { "idx" };
        let derived = derived_name(prefix, self.name(), &part_names(&index.parts));
        let mut map = vec![("columns".into(), parts_yaml(&index.parts))];
        if index.unique {
            put(&mut map, "unique", Yaml::flag(true));
        }
        if let Some(method) = &index.method {
            put(&mut map, "method", literal(method));
        }
        if let Some(predicate) = &index.predicate {
            put(&mut map, "where", Yaml::text(predicate.text.as_str()));
        }
        include(&index.include, &mut map);
        if let Some(comment) = &index.comment {
            put(&mut map, "comment", Yaml::text(comment.as_str()));
        }
        if !index.attrs.is_empty() {
            let inner = vec![("options".into(), options(&index.attrs))];
            put(&mut map, self.dialect.name(), Yaml::Map(inner));
        }
        (written(&index.name, &derived), short(map))
    }

    /// What stands in the dialect's map of the table.
    fn native(&self) -> Entries {
        let table = self.table;
        let mut out = Vec::new();
        for (key, value, base) in [
            ("engine", &table.options.engine, &self.base.engine),
            ("charset", &table.options.charset, &self.base.charset),
            ("collation", &table.options.collation, &self.base.collation),
        ] {
            let value = value.as_ref().map(Given::get);
            if let Some(value) = value.filter(|value| base.as_ref().map(Given::get) != Some(value))
            {
                put(&mut out, key, literal(value));
            }
        }
        match &table.inheritance {
            Inheritance::None => {}
            Inheritance::PartitionOf { parent, bound } => {
                put(&mut out, "partition_of", literal(&name_text(parent)));
                put(&mut out, "values", Yaml::text(bound.as_str()));
            }
            Inheritance::Inherits(parents) => {
                let parents = parents.iter().map(|id| literal(&name_text(id)));
                put(&mut out, "inherits", Yaml::List(parents.collect()));
            }
        }
        if let Some(partitioning) = &table.partitioning {
            self.partitioning(partitioning, &self.partitions, &mut out);
        }
        let mut exclusions = Vec::new();
        for constraint in &table.constraints {
            let ConstraintKind::Exclusion(exclusion) = &constraint.kind else {
                continue;
            };
            let names: Vec<&str> = (exclusion.parts.iter())
                .map(|(part, _)| part_name(part))
                .collect();
            let parts = exclusion.parts.iter();
            let parts =
                parts.map(|(part, with)| literal(&format!("{} with {with}", part_text(part))));
            let mut map = vec![("columns".into(), Yaml::List(parts.collect()))];
            if exclusion.method != "gist" {
                put(&mut map, "method", literal(&exclusion.method));
            }
            if let Some(predicate) = &exclusion.predicate {
                put(&mut map, "where", Yaml::text(predicate.text.as_str()));
            }
            include(&constraint.include, &mut map);
            timing(constraint.timing, &mut map);
            if let Some(comment) = &constraint.comment {
                put(&mut map, "comment", Yaml::text(comment.as_str()));
            }
            if !constraint.attrs.is_empty() {
                put(&mut map, "options", options(&constraint.attrs));
            }
            let derived = derived_name("ex", self.name(), &names);
            exclusions.push((written(&constraint.name, &derived), Yaml::Map(map)));
        }
        put_named(&mut out, "exclusions", exclusions);
        if !table.options.attrs.is_empty() {
            put(&mut out, "options", options(&table.options.attrs));
        }
        out
    }

    fn partitioning(&self, partitioning: &Partitioning, inline: &[Inline<'_>], out: &mut Entries) {
        put(out, "partition_by", literal(&scheme(partitioning)));
        if let Some(count) = partitioning.count {
            put(out, "partition_count", Yaml::Literal(count.to_string()));
        }
        if let Some(sub) = &partitioning.sub {
            put(out, "subpartition_by", literal(&scheme(sub)));
            if let Some(count) = sub.count {
                put(out, "subpartition_count", Yaml::Literal(count.to_string()));
            }
        }
        let parts = partitioning.parts.iter();
        let mut parts: Entries = parts
            .map(|part| (part.name.to_string(), partition(part)))
            .collect();
        parts.extend(inline.iter().map(|child| {
            let name = child.table.name().to_string();
            (name, self.inline(child))
        }));
        if !parts.is_empty() {
            put(out, "partitions", Yaml::Block(parts));
        }
    }

    fn inline(&self, child: &Inline<'_>) -> Yaml {
        let table = child.table;
        let Inheritance::PartitionOf { bound, .. } = &table.inheritance else {
            return Yaml::Map(Vec::new());
        };
        let mut map = vec![("values".into(), Yaml::text(bound.as_str()))];
        if let Some(partitioning) = &table.partitioning {
            self.partitioning(partitioning, &child.partitions, &mut map);
        }
        let own = table.indexes.iter().filter(|index| index.parent.is_none());
        let indexes = own.map(|index| {
            let names = part_names(&index.parts);
            let prefix = if index.unique { "uq" } else { "idx" };
            let derived = derived_name(prefix, table.name().as_str(), &names);
            let (_, yaml) = self.index(index);
            (written(&index.name, &derived), yaml)
        });
        put_named(&mut map, "indexes", indexes.collect());
        if let Some(comment) = &table.options.comment {
            put(&mut map, "comment", Yaml::text(comment.as_str()));
        }
        if !table.options.attrs.is_empty() {
            put(&mut map, "options", options(&table.options.attrs));
        }
        short(map)
    }
}

fn partition(part: &Partition) -> Yaml {
    let mut map = Vec::new();
    if let Some(values) = &part.values {
        put(&mut map, "values", Yaml::text(values.as_str()));
    }
    if !part.subs.is_empty() {
        let subs = part.subs.iter();
        let subs = subs.map(|sub| (sub.name.to_string(), partition(sub)));
        put(&mut map, "partitions", Yaml::Map(subs.collect()));
    }
    let mut attrs = part.attrs.clone();
    if let Some(comment) = attrs.remove("comment") {
        put(&mut map, "comment", Yaml::text(comment));
    }
    if !attrs.is_empty() {
        put(&mut map, "options", options(&attrs));
    }
    short(map)
}

fn scheme(partitioning: &Partitioning) -> String {
    let parts: Vec<String> = partitioning.key.iter().map(part_text).collect();
    format!("{} ({})", partitioning.method, parts.join(", "))
}

/// The name to write, if there is one.
type Named = Option<Ident>;

/// A name is written where somebody chose it and the tool wouldn't have.
fn written(name: &Name, derived: &Ident) -> Named {
    (!is_derived(name, derived)).then(|| name.get().clone())
}

fn is_derived(name: &Name, derived: &Ident) -> bool {
    !name.is_given() || name.get() == derived
}

/// A constraint that says nothing beside what it demands.
fn is_plain(constraint: &Constraint) -> bool {
    constraint.comment.is_none() && constraint.attrs.is_empty() && constraint.include.is_empty()
}

/// The short form of a map that has one field.
fn short(mut map: Entries) -> Yaml {
    match map.as_slice() {
        [(key, _)] if matches!(key.as_str(), "columns" | "sql" | "values") => map.remove(0).1,
        _ => Yaml::Map(map),
    }
}

fn with_name(name: Named, yaml: Yaml, short_key: &str) -> Yaml {
    let Some(name) = name else {
        return yaml;
    };
    let mut map = match yaml {
        Yaml::Map(map) => map,
        other => vec![(short_key.to_owned(), other)],
    };
    map.push(("name".into(), literal(name.as_str())));
    Yaml::Map(map)
}

/// A map by names where any has one, else a list; the nameless ones of a mixture say so in a list.
fn put_named(out: &mut Entries, key: &str, entries: Vec<(Named, Yaml)>) {
    if entries.is_empty() {
        return;
    }
    let yaml = if entries.iter().all(|(name, _)| name.is_some()) {
        let named = |(name, yaml): (Named, Yaml)| name.map(|name| (name.to_string(), yaml));
        Yaml::Block(entries.into_iter().filter_map(named).collect())
    } else {
        let short_key = if key == "checks" { "sql" } else { "columns" };
        let items = entries.into_iter();
        Yaml::Lines(
            items
                .map(|(name, yaml)| with_name(name, yaml, short_key))
                .collect(),
        )
    };
    put(out, key, yaml);
}

fn parts_yaml(parts: &[IndexPart]) -> Yaml {
    Yaml::List(parts.iter().map(|part| literal(&part_text(part))).collect())
}

fn part_name(part: &IndexPart) -> &str {
    match &part.key {
        PartKey::Column(name) => name.as_str(),
        PartKey::Expr(_) => "expr",
    }
}

fn part_names(parts: &[IndexPart]) -> Vec<&str> {
    parts.iter().map(part_name).collect()
}

fn timing(timing: Timing, map: &mut Entries) {
    match timing {
        Timing::Immediate => {}
        Timing::Deferrable => put(map, "deferrable", Yaml::flag(true)),
        Timing::Deferred => put(map, "deferred", Yaml::flag(true)),
    }
}

/// `on_delete` and `on_update`.
pub(crate) fn actions(fk: &ForeignKey, map: &mut Entries) {
    for (key, action) in [("on_delete", fk.on_delete), ("on_update", fk.on_update)] {
        if action != ReferentialAction::NoAction {
            put(map, key, literal(&action.sql().to_ascii_lowercase()));
        }
    }
}

fn include(names: &[Ident], map: &mut Entries) {
    if !names.is_empty() {
        put(map, "include", names_yaml(names));
    }
}
