//! Names that the server makes up: `<table>_<columns>_<kind>`, cut to what a name may have.

use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::naming;
use crate::model::{Constraint, ConstraintKind, Ident, Index, IndexPart, PartKey, Table};
use sqlparser::ast::Expr as Ast;

/// The name of an index that is given none (`ChooseIndexName` in `commands/indexcmds.c`).
pub(crate) fn index(table: &Table, index: &Index) -> Ident {
    let included = index.include.iter().map(Ident::to_string);
    chosen(table, columns(&index.parts).chain(included), "idx")
}

/// The name of a key that is given none.
pub(crate) fn constraint(table: &Table, constraint: &Constraint) -> Option<Ident> {
    let included = constraint.include.iter().map(Ident::to_string);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => Some(chosen(table, std::iter::empty(), "pkey")),
        ConstraintKind::Unique(parts) => Some(chosen(table, columns(parts).chain(included), "key")),
        ConstraintKind::Exclusion(exclusion) => {
            let parts = exclusion.parts.iter().map(|(part, _)| name(part));
            Some(chosen(table, parts.chain(included), "excl"))
        }
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => None,
    }
}

fn columns(parts: &[IndexPart]) -> impl Iterator<Item = String> {
    parts.iter().map(name)
}

fn name(part: &IndexPart) -> String {
    match &part.key {
        PartKey::Column(name) => name.as_str().to_owned(),
        PartKey::Expr(expr) => {
            let figured = normalize_expr::parse(&expr.text).and_then(|ast| figured(&ast));
            figured.unwrap_or_else(|| String::from("expr"))
        }
    }
}

/// The name that an expression goes by (`FigureColname` in `parser/parse_target.c`).
fn figured(ast: &Ast) -> Option<String> {
    match ast {
        Ast::Nested(inner) => figured(inner),
        Ast::Cast { expr, .. } => figured(expr),
        Ast::Function(call) => {
            let name = call.name.0.last()?.as_ident()?;
            Some(name.value.clone())
        }
        Ast::Identifier(name) => Some(name.value.clone()),
        _ => None,
    }
}

/// The name of a part over these columns; of two alike the second has a number.
fn chosen(table: &Table, columns: impl Iterator<Item = String>, label: &str) -> Ident {
    let mut all: Vec<String> = Vec::new();
    for name in columns {
        let numbered = (1..).map(|n| format!("{name}{n}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        all.extend(names.find(|name| !all.contains(name)));
    }
    let columns = all.join("_");
    // the columns alone may fill a name, no more
    let columns = naming::clipped(&columns, naming::NAME_MAX);
    naming::generated_name(table.id.name.as_str(), columns, label).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Given, ObjectId};

    #[test]
    fn names_are_cut_as_the_server_cuts_them() {
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
            assert_eq!(super::index(&table, &index).as_str(), name);
        }
    }
}
