//! Values for existing rows: where a column becomes NOT NULL, and where its type changes.

use crate::dialect::postgres::ddl::alter_table::TableStatements;
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::types::{self, Family, family};
use crate::model::{Column, ConstraintKind, SqlType};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::quoted_length;

impl TableStatements<'_> {
    /// The value that a new NOT NULL column without default gets in existing rows: the first value that
    /// the column's check lists, otherwise the zero value of its type.
    pub(crate) fn placeholder_value(&self, column: &Column) -> Option<String> {
        let tables = [&self.sides.to, &self.sides.from];
        let listed = tables.iter().find_map(|table| {
            table.constraints.iter().find_map(|c| match &c.kind {
                ConstraintKind::Check(check)
                    if family(&column.ty) == Family::Text
                        && check.expr.reads.len() == 1
                        && check.expr.reads.contains(&column.name) =>
                {
                    first_literal(&check.expr.text).map(str::to_owned)
                }
                ConstraintKind::Check(_)
                | ConstraintKind::Exclusion(_)
                | ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::ForeignKey(_) => None,
            })
        });
        listed.or_else(|| types::zero(&column.ty))
    }

    /// Replaces NULLs before a column becomes NOT NULL.
    pub(crate) fn fill_nulls(&mut self, column: &Column, name: &str) {
        let value = match &column.default {
            Some(default) => Some(clauses::default_value(default)),
            None if column.identity.is_some() || column.generated.is_some() => None,
            None => {
                let enum_value = column
                    .ty
                    .user_defined
                    .then(|| types::first_value(&column.ty));
                self.placeholder_value(column).or(enum_value)
            }
        };
        if let Some(value) = value {
            self.out.push(format!(
                "UPDATE {} SET {name} = {value} WHERE {name} IS NULL",
                self.on
            ));
        }
    }
}

/// The first string literal of a text, with its quotes.
fn first_literal(text: &str) -> Option<&str> {
    let rest = text.get(text.find('\'')?..)?;
    rest.get(..quoted_length(&POSTGRES, rest)?)
}

/// The `USING` expression that converts values to another type, `None` where an assignment cast does.
/// (`pg_cast` has them from numbers to numbers, from anything to text, and among the temporal types.)
pub(crate) fn using_expression(from: &SqlType, to: &SqlType, name: &str) -> Option<String> {
    let (a, b) = (family(from), family(to));
    let target = types::sql(to);
    match (a, b) {
        (Family::Array, Family::Text) => Some(format!("{name}::text")),
        (_, Family::Text) => None,
        (Family::Integer | Family::Fraction, Family::Integer | Family::Fraction) => None,
        (Family::Timestamp | Family::Date, Family::Timestamp | Family::Date) => None,
        (Family::Json, Family::Json) => None,
        (Family::Integer | Family::Fraction, Family::Bool) => Some(format!("{name} <> 0")),
        (Family::Bool, Family::Integer | Family::Fraction) => {
            Some(format!("{name}::integer::{target}"))
        }
        (Family::Timestamp, Family::Time) => Some(format!("{name}::{target}")),
        _ if from.base == to.base && from.dims == to.dims && from.schema == to.schema => None,
        // a cast through text exists for all types, and fails on a value that doesn't fit
        (Family::Text, _) => Some(format!("{name}::{target}")),
        _ => Some(format!("{name}::text::{target}")),
    }
}
