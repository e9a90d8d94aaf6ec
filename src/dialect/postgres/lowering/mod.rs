//! Completion of a lowered schema: trigger functions, and types that depend on other tables.

pub(crate) mod attributes;
pub(crate) mod candidates;

use crate::db::{Vendor, Version};
use crate::dialect::Floor;
use crate::dialect::postgres::ddl::on_update_trigger;
use crate::dialect::postgres::naming;
use crate::model::{ConstraintKind, Expr, Ident, ObjectId, Schema, SqlType};

/// The first version with virtual generated columns.
const VIRTUAL: Version = Version(18, 0, 0);

/// Completes a lowered schema.
pub(crate) fn complete_schema(schema: &mut Schema, floor: &Floor) {
    if floor.version(Vendor::Postgres) < Some(VIRTUAL) {
        store_virtual_columns(schema);
    }
    adopt_identity_types(schema);
    on_update_trigger::add_routines(schema);
}

/// Makes virtual generated columns stored, for servers without virtual ones. Their values are the same.
fn store_virtual_columns(schema: &mut Schema) {
    for (_, table) in schema.tables_mut() {
        for generated in table
            .columns
            .iter_mut()
            .filter_map(|c| c.generated.as_mut())
        {
            generated.stored = true;
        }
    }
}

/// Changes the type of columns that refer to an identity column of type `bigint unsigned`. That type is
/// `numeric(20)`, but `bigint` for identity columns, and the server refuses a foreign key from `numeric` to
/// `bigint`.
fn adopt_identity_types(schema: &mut Schema) {
    let numeric = SqlType::with_args("numeric", &[20, 0]);
    loop {
        let mut found: Vec<(ObjectId, Ident)> = Vec::new();
        for (id, table) in schema.tables() {
            for (_, fk) in table.foreign_keys() {
                let Some(target) = schema.table(&fk.target) else {
                    continue;
                };
                for (column, to) in fk.columns.iter().zip(&fk.target_columns) {
                    let from = table.column(column.as_str());
                    let to = target.column(to.as_str());
                    if from.is_some_and(|c| c.ty == numeric)
                        && to.is_some_and(|c| c.ty.base == "bigint")
                    {
                        found.push((id.clone(), column.clone()));
                    }
                }
            }
        }
        if found.is_empty() {
            return;
        }
        for (id, name) in found {
            if let Some(table) = schema.table_mut(&id) {
                for column in table.columns.iter_mut().filter(|c| c.name == name) {
                    column.ty = SqlType::new("bigint");
                }
                for constraint in &mut table.constraints {
                    if let ConstraintKind::Check(check) = &mut constraint.kind
                        && check.of_type.as_ref() == Some(&name)
                    {
                        let quoted = naming::bare_or_quoted(name.as_str());
                        check.expr = Expr::new(format!("{quoted} >= 0"));
                    }
                }
            }
        }
    }
}
