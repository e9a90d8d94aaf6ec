//! From a resolved spec to a schema: what is the same in every dialect. What differs is asked
//! from the [`Dialect`].

use super::{Dialect, Floor, Scope};
use crate::diag::{Diagnostic, Location};
use crate::diff::Renames;
use crate::model::{
    Attrs, Check, Column, Constraint, ConstraintKind, Expr, Extension, ForeignKey, Generated,
    Given, Ident, Index, IndexPart, Kind, Match, Name, Ns, Object, ObjectId, Options, PartKey,
    Schema, Table, Timing, UserType,
};
use crate::spec::{ColumnSpec, ColumnType, KeyPartSpec, Neutral, OptionsSpec, Sp, Spec, TableSpec};
use sha2::{Digest, Sha256};

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

/// The longest name that every dialect takes: PostgreSQL's 63 bytes.
const NAME_MAX: usize = 63;

/// A generated name: `<prefix>_<table>_<columns>`, the same on every dialect, cut to 63 bytes with
/// a hash of the whole.
pub fn derived_name(prefix: &str, table: &str, columns: &[&str]) -> Ident {
    let mut name = format!("{prefix}_{table}");
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    if name.len() > NAME_MAX {
        let digest = Sha256::digest(name.as_bytes());
        let [a, b, c, d] = [digest[0], digest[1], digest[2], digest[3]];
        let hash = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
        let mut end = NAME_MAX - hash.len() - 1;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name.push('_');
        name.push_str(&hash);
    }
    Ident::from(name)
}

pub(super) fn lower(dialect: &dyn Dialect, spec: &Spec, _floor: &Floor) -> Lowered {
    let mut out = Lowered::default();
    for extension in &spec.extensions {
        out.schema.objects.insert(
            ObjectId::new(Kind::Extension, extension.name.value.clone()),
            Object::Extension(Extension::default()),
        );
    }
    for table in &spec.tables {
        let lowering = Lowering {
            dialect,
            spec,
            id: table_id(dialect, table),
            table,
        };
        lowering.run(&mut out);
    }
    dialect.finish(spec, &mut out.schema, &mut out.diagnostics);
    dialect.canon(&mut out.schema);
    out
}

pub(super) fn table_id(dialect: &dyn Dialect, table: &TableSpec) -> ObjectId {
    let schema = table.schema.as_ref().filter(|_| dialect.caps().schemas);
    ObjectId::table(table.name.value.clone()).within(Ns::from(schema.map(|s| s.value.as_str())))
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
        table.options = self.options();
        let mut checks = Vec::new();
        for column in &self.table.columns {
            if let Some(lowered) = self.column(column, &mut checks, out) {
                table.columns.push(lowered);
            }
        }
        self.keys(&mut table, out);
        self.foreign_keys(&mut table, out);
        self.checks(&mut table, checks, out);
        self.indexes(&mut table, out);
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

    fn options(&self) -> Options {
        let base = &self.spec.database.options;
        let pick = |get: fn(&OptionsSpec) -> &Option<Sp<String>>| {
            get(&self.table.options)
                .as_ref()
                .or(get(base).as_ref())
                .map(|value| Given::Given(value.value.clone()))
        };
        let text = self.table.comment.as_ref().map(|c| c.value.clone());
        Options {
            comment: text.filter(|c| !c.is_empty()),
            engine: pick(|o| &o.engine),
            charset: pick(|o| &o.charset),
            collation: pick(|o| &o.collation),
            attrs: Attrs::default(),
        }
    }

    fn column(
        &self,
        spec: &ColumnSpec,
        checks: &mut Vec<Constraint>,
        out: &mut Lowered,
    ) -> Option<Column> {
        let name = spec.name.value.as_str();
        let mut complain = |at: &Location, why: super::Unsupported| {
            out.diagnostics.push(
                Diagnostic::error("unsupported", why.message)
                    .at(at)
                    .help(why.help),
            );
        };
        let (neutral, ty) = match &spec.ty.value {
            ColumnType::Native(text) => match self.dialect.native_type(text) {
                Ok(ty) => (None, ty),
                Err(why) => {
                    complain(&spec.ty.at, why);
                    return None;
                }
            },
            ColumnType::Neutral(neutral) => {
                let mut plan = match self.dialect.neutral_type(
                    neutral,
                    spec.identity.is_some(),
                    self.name(),
                    name,
                ) {
                    Ok(plan) => plan,
                    Err(why) => {
                        complain(&spec.ty.at, why);
                        return None;
                    }
                };
                // an enum's type is made beside its table
                if let (Some(_), Ns::Named(schema)) = (&plan.native_enum, &self.id.ns) {
                    plan.ty.schema = Some(schema.clone());
                }
                if let Some(condition) = plan.check {
                    checks.push(Constraint::new(
                        Given::Derived(derived_name("ck", self.name(), &[name])),
                        ConstraintKind::Check(Check {
                            expr: Expr::new(condition),
                            of_type: Some(spec.name.value.clone()),
                            validated: true,
                        }),
                    ));
                }
                if let Some(values) = plan.native_enum {
                    let id =
                        ObjectId::new(Kind::Type, plan.ty.base.as_str()).within(self.id.ns.clone());
                    out.schema.deps.insert((self.id.clone(), id.clone()));
                    out.schema
                        .objects
                        .insert(id, Object::Type(UserType::Enum(values)));
                }
                (Some(neutral), plan.ty)
            }
        };
        if let Some(Neutral::Enum { values, .. }) = neutral {
            let renamed: Vec<(String, String)> = values
                .iter()
                .filter_map(|v| v.renamed_from.clone().map(|old| (old, v.value.clone())))
                .collect();
            if !renamed.is_empty() {
                let key = (self.id.clone(), spec.name.value.clone());
                out.renames.values.insert(key, renamed);
            }
        }
        if let Some(old) = &spec.renamed_from {
            out.renames.columns.insert(
                (self.id.clone(), spec.name.value.clone()),
                old.value.clone(),
            );
        }
        let mut column = Column::new(spec.name.value.clone(), ty);
        column.nullable = spec.nullable;
        if let Some(default) = &spec.default {
            match self.dialect.default_expr(default, neutral, &column.ty) {
                Ok(expr) => column.default = expr,
                Err(why) => {
                    let found = Diagnostic::error("default-type", why.message)
                        .at(default.at())
                        .help(why.help);
                    out.diagnostics.push(found);
                }
            }
        }
        if spec.identity.is_some() {
            column.identity = Some(self.dialect.identity(&column.ty));
        }
        column.generated = spec.generated.as_ref().map(|(sql, stored)| Generated {
            expr: Expr::new(sql.value.clone()),
            stored: *stored,
        });
        column.on_update_now = spec.on_update_now.is_some();
        let comment = spec.comment.as_ref().map(|c| c.value.clone());
        column.comment = comment.filter(|c| !c.is_empty());
        column.charset = spec.charset.as_ref().map(|c| c.value.clone());
        column.collation = spec.collation.as_ref().map(|c| c.value.clone());
        Some(column)
    }

    fn constraint(
        &self,
        given: Option<&Sp<Ident>>,
        old: Option<&Sp<Ident>>,
        derived: impl FnOnce() -> Ident,
        out: &mut Lowered,
    ) -> Name {
        let name = given.map_or_else(
            || Given::Derived(derived()),
            |n| Given::Given(n.value.clone()),
        );
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
                None,
                || derived_name("pk", self.name(), &[]),
                out,
            );
            table.constraints.push(Constraint::new(
                name,
                ConstraintKind::PrimaryKey(parts(&key.parts)),
            ));
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
                    Given::Given(self.scoped(name, self.dialect.caps().unique_scope))
                }
                Given::Derived(name) => Given::Derived(name),
            };
            table.constraints.push(Constraint::new(
                name,
                ConstraintKind::Unique(parts(&key.parts)),
            ));
        }
    }

    /// `index_names: per_table` puts the table's name in front where the namespace is wider.
    fn scoped(&self, name: Ident, scope: Scope) -> Ident {
        match scope {
            Scope::Table => name,
            Scope::Schema | Scope::SchemaWithTables => {
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
                .filter(|_| self.dialect.caps().schemas);
            let target = ObjectId::table(fk.target.value.clone())
                .within(schema.map_or(Ns::Default, |s| Ns::Named(s.clone())));
            let kind = ConstraintKind::ForeignKey(ForeignKey {
                columns: fk.columns.iter().map(|c| c.value.clone()).collect(),
                target,
                target_columns: fk.target_columns.iter().map(|c| c.value.clone()).collect(),
                on_delete: fk.on_delete,
                on_update: fk.on_update,
                matching: Match::Simple,
                validated: true,
            });
            let timing = if fk.deferred {
                Timing::Deferred
            } else {
                Timing::Immediate
            };
            table.constraints.push(Constraint {
                timing,
                ..Constraint::new(name, kind)
            });
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
            table.constraints.push(Constraint::new(
                name,
                ConstraintKind::Check(Check {
                    expr: Expr::new(check.sql.value.clone()),
                    of_type: None,
                    validated: true,
                }),
            ));
        }
    }

    fn indexes(&self, table: &mut Table, out: &mut Lowered) {
        for index in &self.table.indexes {
            let name = if let Some(name) = &index.name {
                Given::Given(self.scoped(name.value.clone(), self.dialect.caps().index_scope))
            } else {
                let prefix = if index.unique { "uq" } else { "idx" };
                Given::Derived(derived_name(prefix, self.name(), &part_names(&index.parts)))
            };
            if let Some(old) = &index.renamed_from {
                let old = self.scoped(old.value.clone(), self.dialect.caps().index_scope);
                out.renames
                    .indexes
                    .insert((self.id.clone(), name.get().clone()), old);
            }
            table.indexes.push(Index {
                unique: index.unique,
                method: index.method.as_ref().map(|m| m.value.to_ascii_lowercase()),
                predicate: index.predicate.as_ref().map(|p| Expr::new(p.value.clone())),
                include: index.include.iter().map(|c| c.value.clone()).collect(),
                comment: index.comment.as_ref().map(|c| c.value.clone()),
                ..Index::new(name, parts(&index.parts))
            });
        }
    }
}

fn parts(specs: &[Sp<KeyPartSpec>]) -> Vec<IndexPart> {
    specs
        .iter()
        .map(|part| IndexPart {
            key: if part.value.is_expr {
                PartKey::Expr(Expr::new(part.value.text.clone()))
            } else {
                PartKey::Column(part.value.text.as_str().into())
            },
            desc: part.value.desc,
            nulls_first: None,
            prefix: part.value.prefix,
            opclass: None,
            collation: None,
        })
        .collect()
}

fn part_names(specs: &[Sp<KeyPartSpec>]) -> Vec<&str> {
    specs
        .iter()
        .map(|part| {
            if part.value.is_expr {
                "expr"
            } else {
                part.value.text.as_str()
            }
        })
        .collect()
}
