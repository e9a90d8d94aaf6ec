//! Columns, and the check or enum type that a column's type implies.

use crate::compile::lower::attributes;
use crate::compile::lower::lowered::Lowered;
use crate::compile::lower::table::TableLowering;
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Place, Unsupported};
use crate::model::derived_name;
use crate::model::{
    Check, Column, Constraint, ConstraintKind, Expr, Generated, Given, Namespace, Object, ObjectId,
    ObjectKind, SqlType, UserType,
};
use crate::spec::{ColumnSpec, ColumnType, Neutral};

impl TableLowering<'_> {
    /// Lowers a column. The check that its type implies is added to `checks`. If the dialect
    /// does not support the type, that is reported, and the result is `None`.
    pub(crate) fn lower_column(
        &self,
        spec: &ColumnSpec,
        checks: &mut Vec<Constraint>,
        out: &mut Lowered,
    ) -> Option<Column> {
        let (neutral, ty) = match &spec.ty.value {
            ColumnType::Native(text) => {
                let ty = self.dialect.native_type(text);
                (None, supported(ty, &spec.ty.at, out)?)
            }
            ColumnType::Neutral(neutral) => {
                let ty = self.lower_neutral_type(spec, neutral, checks, out)?;
                (Some(neutral), ty)
            }
        };
        self.record_renames(spec, neutral, out);
        let mut column = Column::new(spec.name.value.clone(), ty);
        column.nullable = spec.nullable;
        if let Some(default) = &spec.default {
            match self.dialect.default_expr(default, neutral, &column.ty) {
                Ok(expr) => column.default = expr,
                Err(why) => {
                    let found = Diagnostic::error(Code::DefaultType, why.message)
                        .at(default.at())
                        .help(why.help);
                    out.diagnostics.push(found);
                }
            }
        }
        if let Some(identity) = &spec.identity {
            column.identity = Some(self.dialect.identity(identity.value, &column.ty));
        }
        let found = &mut out.diagnostics;
        column.attrs = attributes::lower_options(self.dialect, Place::Column, &spec.native, found);
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

    /// The dialect's type for a neutral type. Values that the dialect's type would accept in addition are
    /// excluded by a check, which is added to `checks`, or by an enum type, which is added to the schema.
    fn lower_neutral_type(
        &self,
        spec: &ColumnSpec,
        neutral: &Neutral,
        checks: &mut Vec<Constraint>,
        out: &mut Lowered,
    ) -> Option<SqlType> {
        let name = spec.name.value.as_str();
        let identity = spec.identity.is_some();
        let lowered = (self.dialect).neutral_type(neutral, identity, self.table_name(), name);
        let lowered = supported(lowered, &spec.ty.at, out)?;
        if let Some(condition) = lowered.check {
            checks.push(Constraint::new(
                Given::Derived(derived_name("ck", self.table_name(), &[name])),
                ConstraintKind::Check(Check {
                    expr: Expr::new(condition),
                    of_type: Some(spec.name.value.clone()),
                    validated: true,
                }),
            ));
        }
        let mut ty = lowered.ty;
        if let Some(values) = lowered.native_enum {
            let id = ObjectId::new(ObjectKind::Type, ty.base.as_str()).within(self.id.ns.clone());
            out.schema.deps.insert((self.id.clone(), id.clone()));
            let enum_type = Object::Type(UserType::Enum(values));
            out.schema.objects.insert(id, enum_type);
            // the enum type is created in the schema of its table
            if let Namespace::Named(schema) = &self.id.ns {
                ty.schema = Some(schema.clone());
            }
        }
        if let (true, Namespace::Named(schema)) = (ty.user_defined, &self.id.ns) {
            ty.schema = Some(schema.clone());
        }
        Some(ty)
    }

    /// Records `renamed_from` of a column and of the values of its enum.
    fn record_renames(&self, spec: &ColumnSpec, neutral: Option<&Neutral>, out: &mut Lowered) {
        let key = (self.id.clone(), spec.name.value.clone());
        if let Some(Neutral::Enum { values, .. }) = neutral {
            let renamed: Vec<(String, String)> = values
                .iter()
                .filter_map(|v| v.renamed_from.clone().map(|old| (old, v.value.clone())))
                .collect();
            if !renamed.is_empty() {
                out.renames.values.insert(key.clone(), renamed);
            }
        }
        if let Some(old) = &spec.renamed_from {
            out.renames.columns.insert(key, old.value.clone());
        }
    }
}

/// A type that the dialect supports; otherwise the reason is reported.
fn supported<T>(ty: Result<T, Unsupported>, at: &Location, out: &mut Lowered) -> Option<T> {
    ty.map_err(|why| {
        let found = Diagnostic::error(Code::Unsupported, why.message).at(at);
        out.diagnostics.push(found.help(why.help));
    })
    .ok()
}
