//! The types of the columns that an expression reads.

use crate::model::SqlType;
use sqlparser::ast::Expr as Ast;
use std::collections::BTreeMap;

/// The types of a table's columns, by name.
pub(crate) type Columns<'a> = BTreeMap<&'a str, &'a SqlType>;

/// The type of an expression that is the name of a column.
pub(crate) fn column_type<'a>(node: &Ast, columns: &Columns<'a>) -> Option<&'a SqlType> {
    match node {
        Ast::Identifier(name) => columns.get(name.value.as_str()).copied(),
        _ => None,
    }
}

/// Whether two types differ in their arguments only.
pub(crate) fn same_base(a: &SqlType, b: &SqlType) -> bool {
    a.base == b.base && a.dims == b.dims
}
