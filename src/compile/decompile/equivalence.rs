//! Compares a decompiled and lowered table with the original. A derived name of the original is equal to any name.

use std::collections::HashSet;

use crate::model::{Column, Constraint, ConstraintKind, Given, Index, Name, Table, TableOptions};

/// Whether two tables are equal.
pub(crate) fn same_table(original: &Table, lowered: &Table) -> bool {
    differences(original, lowered).is_empty()
}

/// The differing parts of two tables, for messages.
pub(crate) fn differences(original: &Table, lowered: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for column in &original.columns {
        if !same_column(original, lowered, column) {
            found.push(format!("column {}", column.name));
        }
    }
    let order =
        |table: &Table| -> Vec<_> { table.columns.iter().map(|c| c.name.clone()).collect() };
    if order(original) != order(lowered) {
        found.push("column order".into());
    }
    report_unmatched(
        &original.constraints,
        &lowered.constraints,
        same_constraint,
        |c| {
            found.push(format!("constraint {}", c.name.get()));
        },
    );
    report_unmatched(&original.indexes, &lowered.indexes, same_index, |index| {
        found.push(format!("index {}", index.name.get()));
    });
    if !same_options(&original.options, &lowered.options) {
        found.push("storage options".into());
    }
    if original.partitioning != lowered.partitioning {
        found.push("partitions".into());
    }
    if original.inheritance != lowered.inheritance {
        found.push("parent tables".into());
    }
    // a part that differs is unmatched on both sides
    let mut seen = HashSet::new();
    found.retain(|part| seen.insert(part.clone()));
    found
}

/// Whether a column, and the check that its type implies, are equal.
pub(crate) fn same_column(original: &Table, lowered: &Table, column: &Column) -> bool {
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
    let (a, b) = (checks(original, column), checks(lowered, column));
    lowered.column(column.name.as_str()) == Some(column)
        && a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| same_constraint(a, b))
}

/// Calls `each` with the elements of either list that have no equal in the other.
fn report_unmatched<T>(
    original: &[T],
    lowered: &[T],
    same: impl Fn(&T, &T) -> bool,
    mut each: impl FnMut(&T),
) {
    let mut unmatched: Vec<&T> = lowered.iter().collect();
    for part in original {
        match unmatched.iter().position(|other| same(part, other)) {
            Some(at) => {
                unmatched.swap_remove(at);
            }
            None => each(part),
        }
    }
    unmatched.into_iter().for_each(each);
}

fn same_name(original: &Name, lowered: &Name) -> bool {
    !original.is_given() || original.get() == lowered.get()
}

fn same_constraint(original: &Constraint, lowered: &Constraint) -> bool {
    same_name(&original.name, &lowered.name)
        && original.kind == lowered.kind
        && original.timing == lowered.timing
        && original.include == lowered.include
        && original.parent == lowered.parent
        && original.comment == lowered.comment
        && original.attrs == lowered.attrs
}

fn same_index(original: &Index, lowered: &Index) -> bool {
    let name = lowered.name.clone();
    same_name(&original.name, &lowered.name)
        && Index {
            name,
            ..original.clone()
        } == *lowered
}

fn same_options(original: &TableOptions, lowered: &TableOptions) -> bool {
    let same = |a: &Option<Given<String>>, b: &Option<Given<String>>| {
        a.as_ref().map(Given::get) == b.as_ref().map(Given::get)
    };
    original.comment == lowered.comment
        && original.attrs == lowered.attrs
        && same(&original.engine, &lowered.engine)
        && same(&original.charset, &lowered.charset)
        && same(&original.collation, &lowered.collation)
}
