//! Names that the server makes up: `<table>_<columns>_<kind>`, cut to what a name may have.

use super::names;
use crate::model::{Constraint, ConstraintKind, Ident, Index, IndexPart, PartKey, Table};

/// The name of an index that is given none (`ChooseIndexName` in `commands/indexcmds.c`).
pub(super) fn index(table: &Table, index: &Index) -> Ident {
    let included = index.include.iter().map(Ident::as_str);
    chosen(table, columns(&index.parts).chain(included), "idx")
}

/// The name of a key that is given none.
pub(super) fn constraint(table: &Table, constraint: &Constraint) -> Option<Ident> {
    let included = constraint.include.iter().map(Ident::as_str);
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

fn columns(parts: &[IndexPart]) -> impl Iterator<Item = &str> {
    parts.iter().map(name)
}

fn name(part: &IndexPart) -> &str {
    match &part.key {
        PartKey::Column(name) => name.as_str(),
        PartKey::Expr(_) => "expr",
    }
}

fn chosen<'a>(table: &Table, columns: impl Iterator<Item = &'a str>, label: &str) -> Ident {
    let columns: Vec<&str> = columns.collect();
    let columns = columns.join("_");
    // the columns alone may fill a name, no more
    let columns = names::clipped(&columns, names::NAME_MAX);
    names::chosen(table.id.name.as_str(), columns, label).into()
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
            let parts = vec![IndexPart::column(column)];
            let index = Index::new(Given::Derived("".into()), parts);
            let table = Table::new(ObjectId::table(table));
            assert_eq!(super::index(&table, &index).as_str(), name);
        }
    }
}
