//! The impact of changes of columns.

use crate::change::{Hazard, HazardKind};
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::impact::type_change::{TypeChangeCost, type_change_cost};
use crate::dialect::postgres::types;
use crate::model::{Column, Identity, Pair, Table};
use crate::sql::expr;
use sqlparser::ast::Expr as Ast;

/// Functions that return the same value for all rows of a statement.
const STABLE: &[&str] = &[
    "now",
    "current_timestamp",
    "current_date",
    "localtimestamp",
    "localtime",
    "current_time",
    "transaction_timestamp",
    "statement_timestamp",
    "current_user",
    "enum_range",
];

/// Whether an expression may differ per row: it calls a function that isn't known to be stable.
fn is_volatile(text: &str) -> bool {
    let Some(mut ast) = normalize_expr::parse(text) else {
        return true;
    };
    let mut volatile = false;
    expr::rewrite(&mut ast, |node| {
        if let Ast::Function(call) = node {
            let name = call.name.to_string().to_lowercase();
            volatile |= !STABLE.contains(&name.as_str());
        }
    });
    volatile
}

pub(crate) fn add_column(sides: &Pair<Box<Table>>, column: &Column) -> Vec<Hazard> {
    let label = format!("{}.{}", sides.to.id, column.name);
    let mut out = Vec::new();
    if column.identity.is_some() {
        out.push(Hazard::new(
            HazardKind::Rewrite,
            format!("the table is rewritten to number its rows in {label}"),
        ));
    }
    if column.generated.as_ref().is_some_and(|g| g.stored) {
        out.push(Hazard::new(
            HazardKind::Rewrite,
            format!("the table is rewritten to compute {label}"),
        ));
    }
    if let Some(default) = &column.default
        && is_volatile(&clauses::default_value(default))
    {
        out.push(Hazard::new(
            HazardKind::Rewrite,
            format!("the default of {label} differs per row, so the table is rewritten; add the column without default, set the default, then fill existing rows in batches"),
        ));
    }
    let has_no_value =
        column.default.is_none() && column.identity.is_none() && column.generated.is_none();
    if !column.nullable && has_no_value {
        let value = types::zero(&column.ty).unwrap_or_else(|| {
            String::from(if column.ty.user_defined {
                "the first value of the type"
            } else {
                "no value"
            })
        });
        out.push(Hazard::new(
            HazardKind::DataChange,
            format!("existing rows get {value} in {label}; if that is wrong, add the column nullable and fill it"),
        ));
    }
    out
}

pub(crate) fn alter_column(sides: &Pair<Box<Table>>, from: &Column, to: &Column) -> Vec<Hazard> {
    let table = &sides.to.id;
    let label = format!("{table}.{}", to.name);
    let mut out = Vec::new();
    if from.name != to.name {
        out.push(Hazard::new(
            HazardKind::BlocksReads,
            format!(
                "programs that use the name {table}.{} fail; add a new column and switch over instead",
                from.name
            ),
        ));
    }
    if from.ty != to.ty {
        let (old, new) = (types::sql(&from.ty), types::sql(&to.ty));
        let cost = type_change_cost(&from.ty, &to.ty);
        if cost != TypeChangeCost::Free {
            out.push(Hazard::new(
                HazardKind::Rewrite,
                format!("the table is rewritten and can't be read while {label} changes from {old} to {new}; add a new column, fill it, and swap"),
            ));
        }
        if cost == TypeChangeCost::Narrow {
            out.push(Hazard::new(
                HazardKind::DataChange,
                format!(
                    "values of {label} that don't fit {new} make the change fail, and digits may be lost"
                ),
            ));
        }
    }
    if from.collation != to.collation {
        out.push(Hazard::new(
            HazardKind::BlocksReads,
            format!("indexes on {label} are rebuilt for its new collation"),
        ));
    }
    if from.nullable && !to.nullable {
        out.push(Hazard::new(
            HazardKind::Scan,
            format!("all rows of {table} are read under a lock; add CHECK ({} IS NOT NULL) NOT VALID and validate it first", to.name),
        ));
        out.push(Hazard::new(
            HazardKind::DataChange,
            format!("NULLs in {label} are set to its default or zero"),
        ));
    }
    if from.identity != to.identity && to.identity == Some(Identity::Serial) {
        out.push(Hazard::new(
            HazardKind::BlocksReads,
            format!("{label} gets its own sequence"),
        ));
    }
    if from.generated != to.generated && to.generated.is_some() {
        out.push(Hazard::new(
            HazardKind::Rewrite,
            format!("{label} is dropped and recreated, with its indexes"),
        ));
        if from.generated.is_none() {
            out.push(Hazard::data_loss(
                &sides.from.id,
                Some(&from.name),
                format!("values written to {label} are deleted"),
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_stable_and_a_random_uuid_is_volatile() {
        assert!(!is_volatile("now()"));
        assert!(!is_volatile("'x'::text"));
        assert!(is_volatile("gen_random_uuid()"));
    }
}
