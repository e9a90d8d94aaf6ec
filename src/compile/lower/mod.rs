//! From a resolved spec to a schema: what is the same in every dialect. What differs is asked
//! from the [`Dialect`].

pub(crate) mod attributes;
pub(crate) mod column;
pub(crate) mod objects;
pub(crate) mod partitions;

pub(crate) use crate::compile::lower::objects::drop_function;
pub(crate) use crate::compile::lower::partitions::table_ref;

use crate::diag::{Code, Diagnostic};
use crate::dialect::{Dialect, Floor, NameScope, Place};
use crate::diff::Renames;
use crate::model::{
    Check, Constraint, ConstraintKind, Exclusion, Expr, ForeignKey, Given, Ident, Index, IndexPart,
    Inheritance, Name, Namespace, Object, ObjectId, PartKey, Schema, Table, TableOptions,
    column_of_type_check, derived_name,
};
use crate::spec::{
    ConstraintSpec, IndexSpec, KeyPartSpec, Spanned, Spec, StorageOptionsSpec, TableRef, TableSpec,
};

/// What lowering gives.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The schema, in normal form.
    pub schema: Schema,
    /// What `renamed_from` says.
    pub renames: Renames,
    /// What can't be said in this dialect, and what is said otherwise.
    pub diagnostics: Vec<Diagnostic>,
}

/// From a spec to the schema of one dialect.
pub fn lower(dialect: &dyn Dialect, spec: &Spec, floor: &Floor) -> Lowered {
    let mut out = Lowered::default();
    out.schema.exact_spelling = spec.database.exact_spelling;
    out.schema.exact_names = spec.database.exact_names;
    objects::objects(dialect, spec, &mut out);
    for table in &spec.tables {
        let lowering = Lowering {
            dialect,
            spec,
            id: table_id(dialect, table),
            table,
        };
        lowering.run(&mut out);
    }
    objects::resolve_types(&mut out.schema);
    dialect.complete(spec, floor, &mut out.schema, &mut out.diagnostics);
    dialect.normalize(&mut out.schema);
    partitions::complete(dialect, spec, &mut out);
    objects::needs(&mut out.schema);
    out
}

pub(crate) fn table_id(dialect: &dyn Dialect, table: &TableSpec) -> ObjectId {
    let schema = table
        .schema
        .as_ref()
        .filter(|_| dialect.capabilities().objects.schemas);
    ObjectId::table(table.name.value.clone())
        .within(Namespace::from(schema.map(|s| s.value.as_str())))
}

struct Lowering<'a> {
    dialect: &'a dyn Dialect,
    spec: &'a Spec,
    id: ObjectId,
    table: &'a TableSpec,
}

impl Lowering<'_> {
    fn run(&self, out: &mut Lowered) {
        let mut table = Table::new(self.id.clone());
        table.external = self.table.external;
        table.options = self.options(out);
        let mut checks = Vec::new();
        for column in &self.table.columns {
            if let Some(lowered) = self.column(column, &mut checks, out) {
                table.columns.push(lowered);
            }
        }
        self.keys(&mut table, out);
        self.foreign_keys(&mut table, out);
        self.checks(&mut table, checks, out);
        self.exclusions(&mut table, out);
        self.indexes(&mut table, out);
        self.origin(&mut table, out);
        if self.spec.database.exact_names {
            let constraints = table.constraints.iter_mut().map(|one| &mut one.name);
            let indexes = table.indexes.iter_mut().map(|one| &mut one.name);
            for name in constraints.chain(indexes) {
                *name = Given::Given(name.get().clone());
            }
        }
        if let Some(old) = &self.table.renamed_from {
            out.renames
                .tables
                .insert(self.id.clone(), old.value.clone());
        }
        out.schema
            .objects
            .insert(self.id.clone(), Object::Table(Box::new(table)));
    }

    fn name(&self) -> &str {
        self.table.name.value.as_str()
    }

    /// Where the table comes from, and how its rows are spread.
    fn origin(&self, table: &mut Table, out: &mut Lowered) {
        let spec = self.table;
        let named = |place: &TableRef| partitions::table_ref(self.dialect, place);
        if let Some(by) = &spec.partitioning {
            table.partitioning = Some(partitions::partitioning(
                self.dialect,
                by,
                &mut out.diagnostics,
            ));
        }
        let (parent, what) = match (&spec.partition_of, spec.inherits.first()) {
            (Some((parent, values)), _) => {
                table.inheritance = Inheritance::PartitionOf {
                    parent: named(parent),
                    bound: values
                        .as_ref()
                        .map_or_else(String::new, |v| v.value.clone()),
                };
                (parent, "partitions that are tables")
            }
            (None, Some(first)) => {
                table.inheritance =
                    Inheritance::Inherits(spec.inherits.iter().map(named).collect());
                (first, "inheritance")
            }
            (None, None) => return,
        };
        if !self.dialect.capabilities().tables.partitions_are_tables {
            let message = format!("{} has no {what}", self.dialect.name());
            out.diagnostics.push(
                Diagnostic::error(Code::Unsupported, message)
                    .at(&parent.name.at)
                    .help("limit the table with `only: [postgres]`, or write this in `postgres: { .. }`"),
            );
        }
    }

    /// What a constraint says beside what it demands.
    fn constraint_of(
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
            attrs: attributes::attrs(self.dialect, place, &more.native, &mut out.diagnostics),
            ..Constraint::new(name, kind)
        }
    }

    fn exclusions(&self, table: &mut Table, out: &mut Lowered) {
        for exclusion in &self.table.exclusions {
            if !self.dialect.capabilities().keys.exclusions {
                let message = format!("{} has no exclusion constraints", self.dialect.name());
                out.diagnostics.push(
                    Diagnostic::error(Code::Unsupported, message)
                        .at(&exclusion.at)
                        .help("limit it with `only: [postgres]`"),
                );
                continue;
            }
            let columns: Vec<&str> = (exclusion.parts.iter())
                .map(|(part, _)| part_name(&part.value))
                .collect();
            let name = self.constraint(
                exclusion.name.as_ref(),
                exclusion.renamed_from.as_ref(),
                || derived_name("ex", self.name(), &columns),
                out,
            );
            let parts = exclusion.parts.iter();
            let method = exclusion.method.as_ref();
            let kind = ConstraintKind::Exclusion(Exclusion {
                method: method.map_or_else(|| "gist".into(), |m| m.value.to_ascii_lowercase()),
                parts: parts
                    .map(|(part, operator)| (key_part(&part.value), operator.clone()))
                    .collect(),
                predicate: exclusion
                    .predicate
                    .as_ref()
                    .map(|p| Expr::new(p.value.clone())),
            });
            let lowered = self.constraint_of(name, kind, &exclusion.include, &exclusion.more, out);
            table.constraints.push(lowered);
        }
    }

    fn options(&self, out: &mut Lowered) -> TableOptions {
        let found = &mut out.diagnostics;
        let attrs = attributes::attrs(self.dialect, Place::Table, &self.table.native, found);
        let base = &self.spec.database.options;
        let pick = |get: fn(&StorageOptionsSpec) -> &Option<Spanned<String>>| {
            get(&self.table.options)
                .as_ref()
                .or(get(base).as_ref())
                .map(|value| Given::Given(value.value.clone()))
        };
        let text = self.table.comment.as_ref().map(|c| c.value.clone());
        TableOptions {
            comment: text.filter(|c| !c.is_empty()),
            engine: pick(|o| &o.engine),
            charset: pick(|o| &o.charset),
            collation: pick(|o| &o.collation),
            attrs,
        }
    }

    fn constraint(
        &self,
        given: Option<&Spanned<Ident>>,
        old: Option<&Spanned<Ident>>,
        derived: impl FnOnce() -> Ident,
        out: &mut Lowered,
    ) -> Name {
        let name = self::given(given, derived);
        if let Some(old) = old {
            let key = (self.id.clone(), name.get().clone());
            out.renames.constraints.insert(key, old.value.clone());
        }
        name
    }

    fn keys(&self, table: &mut Table, out: &mut Lowered) {
        if let Some(key) = &self.table.primary_key {
            let name = self.constraint(
                key.name.as_ref(),
                key.renamed_from.as_ref(),
                || derived_name("pk", self.name(), &[]),
                out,
            );
            let kind = ConstraintKind::PrimaryKey(parts(&key.parts));
            let lowered = self.constraint_of(name, kind, &key.include, &key.more, out);
            table.constraints.push(lowered);
        }
        for key in &self.table.unique {
            let name = self.constraint(
                key.name.as_ref(),
                key.renamed_from.as_ref(),
                || derived_name("uq", self.name(), &part_names(&key.parts)),
                out,
            );
            let name = match name {
                Given::Given(name) => {
                    Given::Given(self.scoped(name, self.dialect.capabilities().names.unique_scope))
                }
                Given::Derived(name) => Given::Derived(name),
            };
            let kind = ConstraintKind::Unique(parts(&key.parts));
            let lowered = self.constraint_of(name, kind, &key.include, &key.more, out);
            table.constraints.push(lowered);
        }
    }

    /// `index_names: per_table` puts the table's name in front where the namespace is wider.
    fn scoped(&self, name: Ident, scope: NameScope) -> Ident {
        match scope {
            NameScope::Table => name,
            NameScope::Schema | NameScope::SchemaWithTables => {
                let prefix = format!("{}_", self.name());
                if self.spec.database.index_names_per_table && !name.as_str().starts_with(&prefix) {
                    derived_name(self.name(), name.as_str(), &[])
                } else {
                    name
                }
            }
        }
    }

    fn foreign_keys(&self, table: &mut Table, out: &mut Lowered) {
        for fk in &self.table.foreign_keys {
            let columns: Vec<&str> = fk.columns.iter().map(|c| c.value.as_str()).collect();
            let name = self.constraint(
                fk.name.as_ref(),
                fk.renamed_from.as_ref(),
                || derived_name("fk", self.name(), &columns),
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
            let lowered = self.constraint_of(name, kind, &[], &fk.more, out);
            table.constraints.push(lowered);
        }
    }

    fn checks(&self, table: &mut Table, of_types: Vec<Constraint>, out: &mut Lowered) {
        table.constraints.extend(of_types);
        for (number, check) in self.table.checks.iter().enumerate() {
            let number = (number + 1).to_string();
            let name = self.constraint(
                check.name.as_ref(),
                check.renamed_from.as_ref(),
                || derived_name("ck", self.name(), &[&number]),
                out,
            );
            let kind = ConstraintKind::Check(Check {
                expr: Expr::new(check.sql.value.clone()),
                of_type: self.of_type(name.get()),
                validated: check.more.validated.unwrap_or(true),
            });
            let lowered = self.constraint_of(name, kind, &[], &check.more, out);
            table.constraints.push(lowered);
        }
    }

    fn of_type(&self, name: &Ident) -> Option<Ident> {
        let columns = self.table.columns.iter().map(|column| &column.name.value);
        column_of_type_check(self.name(), columns, name)
    }

    fn indexes(&self, table: &mut Table, out: &mut Lowered) {
        let scope = self.dialect.capabilities().names.index_scope;
        for index in &self.table.indexes {
            let scoped = |name| self.scoped(name, scope);
            let found = &mut out.diagnostics;
            let lowered = self::index(self.dialect, self.name(), index, scoped, found);
            if let Some(old) = &index.renamed_from {
                let key = (self.id.clone(), lowered.name.get().clone());
                out.renames.indexes.insert(key, scoped(old.value.clone()));
            }
            table.indexes.push(lowered);
        }
    }
}

/// A name that is written, else one that is made up.
fn given(name: Option<&Spanned<Ident>>, derived: impl FnOnce() -> Ident) -> Name {
    name.map_or_else(
        || Given::Derived(derived()),
        |name| Given::Given(name.value.clone()),
    )
}

/// An index of a table.
fn index(
    dialect: &dyn Dialect,
    table: &str,
    index: &IndexSpec,
    scoped: impl Fn(Ident) -> Ident,
    found: &mut Vec<Diagnostic>,
) -> Index {
    let name = if let Some(name) = &index.name {
        Given::Given(scoped(name.value.clone()))
    } else {
        let prefix = if index.unique { "uq" } else { "idx" };
        Given::Derived(derived_name(prefix, table, &part_names(&index.parts)))
    };
    let comment = index.comment.as_ref().map(|c| c.value.clone());
    Index {
        unique: index.unique,
        method: index.method.as_ref().map(|m| m.value.to_ascii_lowercase()),
        predicate: index.predicate.as_ref().map(|p| Expr::new(p.value.clone())),
        include: index.include.iter().map(|c| c.value.clone()).collect(),
        comment: comment.filter(|c| !c.is_empty()),
        attrs: attributes::attrs(dialect, Place::Index, &index.native, found),
        ..Index::new(name, parts(&index.parts))
    }
}

fn parts(specs: &[Spanned<KeyPartSpec>]) -> Vec<IndexPart> {
    specs.iter().map(|part| key_part(&part.value)).collect()
}

fn key_part(part: &KeyPartSpec) -> IndexPart {
    IndexPart {
        key: if part.is_expr {
            PartKey::Expr(Expr::new(part.text.clone()))
        } else {
            PartKey::Column(part.text.as_str().into())
        },
        desc: part.desc,
        // the direction's own way is not worth saying
        nulls_first: part.nulls_first.filter(|first| *first != part.desc),
        prefix: part.prefix,
        opclass: part.opclass.clone(),
        collation: part.collation.clone(),
    }
}

fn part_name(part: &KeyPartSpec) -> &str {
    if part.is_expr { "expr" } else { &part.text }
}

fn part_names(specs: &[Spanned<KeyPartSpec>]) -> Vec<&str> {
    specs.iter().map(|part| part_name(&part.value)).collect()
}
