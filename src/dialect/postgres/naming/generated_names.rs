//! Names that the server generates: `<table>_<columns>_<kind>`, truncated to the maximum length.

use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::naming;
use crate::model::{Constraint, ConstraintKind, Ident, Index, IndexPart, PartKey, Table};
use sqlparser::ast::Expr as Ast;

/// The generated name of an index (`ChooseIndexName` in `commands/indexcmds.c`).
pub(crate) fn index_name(table: &Table, index: &Index) -> Ident {
    let included = index.include.iter().map(Ident::to_string);
    generated_name(table, part_names(&index.parts).chain(included), "idx")
}

/// The generated name of a key or an exclusion constraint.
pub(crate) fn constraint_name(table: &Table, constraint: &Constraint) -> Option<Ident> {
    let included = constraint.include.iter().map(Ident::to_string);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => Some(generated_name(table, std::iter::empty(), "pkey")),
        ConstraintKind::Unique(parts) => Some(generated_name(
            table,
            part_names(parts).chain(included),
            "key",
        )),
        ConstraintKind::Exclusion(exclusion) => {
            let parts = exclusion.parts.iter().map(|(part, _)| part_name(part));
            Some(generated_name(table, parts.chain(included), "excl"))
        }
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => None,
    }
}

fn part_names(parts: &[IndexPart]) -> impl Iterator<Item = String> {
    parts.iter().map(part_name)
}

fn part_name(part: &IndexPart) -> String {
    match &part.key {
        PartKey::Column(name) => name.as_str().to_owned(),
        PartKey::Expr(expr) => {
            let name = normalize_expr::parse(&expr.text).and_then(|ast| expression_name(&ast));
            name.unwrap_or_else(|| String::from("expr"))
        }
    }
}

/// The name that the server derives from an expression (`FigureColname` in `parser/parse_target.c`).
fn expression_name(ast: &Ast) -> Option<String> {
    match ast {
        Ast::Nested(inner) => expression_name(inner),
        Ast::Cast { expr, .. } => expression_name(expr),
        Ast::Function(call) => {
            let name = call.name.0.last()?.as_ident()?;
            Some(name.value.clone())
        }
        Ast::Identifier(name) => Some(name.value.clone()),
        _ => None,
    }
}

/// The generated name of a part with these columns. A repeated column name gets a number.
fn generated_name(table: &Table, columns: impl Iterator<Item = String>, label: &str) -> Ident {
    let mut all: Vec<String> = Vec::new();
    for name in columns {
        let numbered = (1..).map(|n| format!("{name}{n}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        all.extend(names.find(|name| !all.contains(name)));
    }
    let columns = all.join("_");
    // the column names together are truncated to the length of a name first
    let columns = naming::clipped(&columns, naming::NAME_MAX);
    naming::generated_name(table.id.name.as_str(), columns, label).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Given, ObjectId};

    #[test]
    fn long_names_are_truncated_like_the_server_s() {
        let long = "a".repeat(60);
        for (table, column, name) in [
            ("t", "a", "t_a_idx".to_owned()),
            (&*long, "b", format!("{}_b_idx", "a".repeat(57))),
            (
                &*long,
                &*long,
                format!("{}_{}_idx", "a".repeat(29), "a".repeat(29)),
            ),
        ] {
            let parts = vec![IndexPart::on_column(column)];
            let index = Index::new(Given::Derived("".into()), parts);
            let table = Table::new(ObjectId::table(table));
            assert_eq!(super::index_name(&table, &index).as_str(), name);
        }
    }
}
