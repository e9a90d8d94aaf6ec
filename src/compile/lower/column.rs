//! A column, and what its type brings with it.

use crate::compile::lower::{Lowered, Lowering, attributes};
use crate::diag::{Code, Diagnostic, Location};
use crate::dialect::{Place, Unsupported};
use crate::model::derived_name;
use crate::model::{
    Check, Column, Constraint, ConstraintKind, Expr, Generated, Given, Namespace, Object, ObjectId,
    ObjectKind, UserType,
};
use crate::spec::{ColumnSpec, ColumnType, Neutral};

impl Lowering<'_> {
    pub(crate) fn column(
        &self,
        spec: &ColumnSpec,
        checks: &mut Vec<Constraint>,
        out: &mut Lowered,
    ) -> Option<Column> {
        let name = spec.name.value.as_str();
        let mut complain = |at: &Location, why: Unsupported| {
            out.diagnostics.push(
                Diagnostic::error(Code::Unsupported, why.message)
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
                if let (Some(_), Namespace::Named(schema)) = (&plan.native_enum, &self.id.ns) {
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
                    let id = ObjectId::new(ObjectKind::Type, plan.ty.base.as_str())
                        .within(self.id.ns.clone());
                    out.schema.deps.insert((self.id.clone(), id.clone()));
                    out.schema
                        .objects
                        .insert(id, Object::Type(UserType::Enum(values)));
                }
                let mut ty = plan.ty;
                if let (true, Namespace::Named(schema)) = (ty.user_defined, &self.id.ns) {
                    ty.schema = Some(schema.clone());
                }
                (Some(neutral), ty)
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
        column.attrs = attributes::attrs(self.dialect, Place::Column, &spec.native, found);
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
}
