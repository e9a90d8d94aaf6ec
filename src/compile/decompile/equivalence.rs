//! Whether a decompiled and lowered object equals the original. Derived names agree with any.

use std::collections::HashSet;

use crate::model::{Column, Constraint, ConstraintKind, Given, Index, Name, Table, TableOptions};

/// Whether two tables are equal.
pub(crate) fn same_table(want: &Table, got: &Table) -> bool {
    differences(want, got).is_empty()
}

/// The differing parts of two tables, for messages.
pub(crate) fn differences(want: &Table, got: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for column in &want.columns {
        if !same_column(want, got, column) {
            found.push(format!("column {}", column.name));
        }
    }
    let order =
        |table: &Table| -> Vec<_> { table.columns.iter().map(|c| c.name.clone()).collect() };
    if order(want) != order(got) {
        found.push("column order".into());
    }
    report_unmatched(&want.constraints, &got.constraints, same_constraint, |c| {
        found.push(format!("constraint {}", c.name.get()));
    });
    report_unmatched(&want.indexes, &got.indexes, same_index, |index| {
        found.push(format!("index {}", index.name.get()));
    });
    if !same_options(&want.options, &got.options) {
        found.push("storage options".into());
    }
    if want.partitioning != got.partitioning {
        found.push("partitions".into());
    }
    if want.inheritance != got.inheritance {
        found.push("parent tables".into());
    }
    // a part that differs is missing on either side
    let mut seen = HashSet::new();
    found.retain(|part| seen.insert(part.clone()));
    found
}

/// Whether a column, and the check that its type implies, are equal.
pub(crate) fn same_column(want: &Table, got: &Table, column: &Column) -> bool {
    fn checks<'a>(table: &'a Table, column: &Column) -> Vec<&'a Constraint> {
        let of_column = |constraint: &&Constraint| match &constraint.kind {
            ConstraintKind::Check(check) => check.of_type.as_ref() == Some(&column.name),
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclusion(_) => false,
        };
        table.constraints.iter().filter(of_column).collect()
    }
    let (a, b) = (checks(want, column), checks(got, column));
    got.column(column.name.as_str()) == Some(column)
        && a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| same_constraint(a, b))
}

/// Calls `each` with the elements of either list that have no equal in the other.
fn report_unmatched<T>(
    want: &[T],
    got: &[T],
    same: impl Fn(&T, &T) -> bool,
    mut each: impl FnMut(&T),
) {
    let mut left: Vec<&T> = got.iter().collect();
    for part in want {
        match left.iter().position(|other| same(part, other)) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => each(part),
        }
    }
    left.into_iter().for_each(each);
}

fn same_name(want: &Name, got: &Name) -> bool {
    !want.is_given() || want.get() == got.get()
}

fn same_constraint(want: &Constraint, got: &Constraint) -> bool {
    same_name(&want.name, &got.name)
        && want.kind == got.kind
        && want.timing == got.timing
        && want.include == got.include
        && want.parent == got.parent
        && want.comment == got.comment
        && want.attrs == got.attrs
}

fn same_index(want: &Index, got: &Index) -> bool {
    let name = got.name.clone();
    same_name(&want.name, &got.name)
        && Index {
            name,
            ..want.clone()
        } == *got
}

fn same_options(want: &TableOptions, got: &TableOptions) -> bool {
    let same = |a: &Option<Given<String>>, b: &Option<Given<String>>| {
        a.as_ref().map(Given::get) == b.as_ref().map(Given::get)
    };
    want.comment == got.comment
        && want.attrs == got.attrs
        && same(&want.engine, &got.engine)
        && same(&want.charset, &got.charset)
        && same(&want.collation, &got.collation)
}
