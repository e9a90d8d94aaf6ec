//! The expressions of a table that differ from those of the live table, paired with the expression that they are
//! compared with.

use crate::dialect::postgres::compare::expression_pair::{ExpressionPair, ExpressionPosition};
use crate::dialect::postgres::types;
use crate::model::{
    Attributes, Constraint, ConstraintKind, Exclusion, Expr, Given, Index, IndexPart, Name,
    PartKey, Table,
};

/// The expressions of a table that differ from those of the live table.
pub(crate) fn expression_pairs(want: &Table, live: &Table) -> Vec<ExpressionPair> {
    let mut out = Vec::new();
    column_pairs(want, live, &mut out);
    check_pairs(want, live, &mut out);
    index_pairs(want, live, &mut out);
    exclusion_pairs(want, live, &mut out);
    partition_key_pairs(want, live, &mut out);
    out
}

/// Defaults are compared as values of the column's type.
fn column_pairs(want: &Table, live: &Table, out: &mut Vec<ExpressionPair>) {
    let plain = |e: &Expr| format!("({})", e.text);
    for (n, column) in want.columns.iter().enumerate() {
        let Some(other) = live.column(column.name.as_str()) else {
            continue;
        };
        if let (Some(a), Some(b)) = (&column.default, &other.default)
            && a != b
            && column.ty == other.ty
        {
            let cast = |e: &Expr| format!("({})::{}", e.text, types::sql(&column.ty));
            out.push(ExpressionPair {
                position: ExpressionPosition::Default(n),
                live: b.clone(),
                sent: [cast(a), cast(b)],
                label: format!("the default of {}", column.name),
                same_part: true,
            });
        }
        if let (Some(a), Some(b)) = (&column.generated, &other.generated)
            && a.expr != b.expr
        {
            out.push(ExpressionPair {
                position: ExpressionPosition::Generated(n),
                live: b.expr.clone(),
                sent: [plain(&a.expr), plain(&b.expr)],
                label: format!("the expression of {}", column.name),
                same_part: true,
            });
        }
    }
}

/// A check is compared with the one of its name, otherwise with all live checks that have no equal.
fn check_pairs(want: &Table, live: &Table, out: &mut Vec<ExpressionPair>) {
    fn checks(table: &Table) -> Vec<(usize, &Name, &Expr)> {
        let checks = table.constraints.iter().enumerate();
        checks
            .filter_map(|(n, c)| match &c.kind {
                ConstraintKind::Check(check) => Some((n, &c.name, &check.expr)),
                ConstraintKind::PrimaryKey(_)
                | ConstraintKind::Unique(_)
                | ConstraintKind::Exclusion(_)
                | ConstraintKind::ForeignKey(_) => None,
            })
            .collect()
    }
    let (mine, theirs) = (checks(want), checks(live));
    let open = |list: &[(usize, &Name, &Expr)], e: &Expr| !list.iter().any(|(_, _, o)| *o == e);
    let unmatched: Vec<_> = theirs.iter().filter(|(_, _, e)| open(&mine, e)).collect();
    for (n, name, expr) in mine.iter().filter(|(_, _, e)| open(&theirs, e)) {
        let named = unmatched
            .iter()
            .find(|(_, other, _)| other.get() == name.get());
        let candidates: Vec<_> = match named {
            Some(one) => vec![*one],
            None => unmatched.clone(),
        };
        for (_, other, live) in candidates {
            out.push(ExpressionPair {
                position: ExpressionPosition::Check(*n),
                live: (*live).clone(),
                sent: [format!("({})", expr.text), format!("({})", live.text)],
                label: format!("check {}", other.get()),
                same_part: named.is_some(),
            });
        }
    }
}

/// An index without name and expressions, to find the live index of the same form.
fn index_form(index: &Index) -> Index {
    let mut index = index.clone();
    index.name = Given::Derived("".into());
    index.comment = None;
    index.attrs = Attributes::default();
    index.predicate = index.predicate.map(|_| Expr::new(""));
    for part in &mut index.parts {
        if let PartKey::Expr(expr) = &mut part.key {
            *expr = Expr::new("");
        }
    }
    index
}

fn index_expressions(index: &Index, n: usize) -> Vec<(ExpressionPosition, &Expr)> {
    let key =
        |(at, part): (usize, &'_ IndexPart)| matches!(part.key, PartKey::Expr(_)).then_some(at);
    let mut out: Vec<(ExpressionPosition, &Expr)> = Vec::new();
    for at in index.parts.iter().enumerate().filter_map(key) {
        if let Some(PartKey::Expr(expr)) = index.parts.get(at).map(|p| &p.key) {
            out.push((ExpressionPosition::Key(n, at), expr));
        }
    }
    if let Some(predicate) = &index.predicate {
        out.push((ExpressionPosition::Predicate(n), predicate));
    }
    out
}

/// An index is compared with the live index of its name and form, or with the only one of its form.
fn index_pairs(want: &Table, live: &Table, out: &mut Vec<ExpressionPair>) {
    let same = |a: &Index, b: &Index| a.parts == b.parts && a.predicate == b.predicate;
    for (n, index) in want.indexes.iter().enumerate() {
        if index_expressions(index, n).is_empty() || live.indexes.iter().any(|o| same(index, o)) {
            continue;
        }
        let same_form: Vec<&Index> = live
            .indexes
            .iter()
            .filter(|other| {
                index_form(other) == index_form(index)
                    && !want.indexes.iter().any(|w| same(w, other))
            })
            .collect();
        let named = same_form.iter().find(|o| o.name.get() == index.name.get());
        // an index with another name is compared only if it is the only one of its form
        let other = match (named, same_form.as_slice()) {
            (Some(other), _) => *other,
            (None, [only]) => *only,
            (None, _) => continue,
        };
        for ((position, a), (_, b)) in index_expressions(index, n)
            .into_iter()
            .zip(index_expressions(other, n))
        {
            if a != b {
                out.push(ExpressionPair {
                    position,
                    live: b.clone(),
                    sent: [format!("({})", a.text), format!("({})", b.text)],
                    label: format!("index {}", other.name.get()),
                    same_part: named.is_some(),
                });
            }
        }
    }
}

/// Exclusion constraints are compared by name.
fn exclusion_pairs(want: &Table, live: &Table, out: &mut Vec<ExpressionPair>) {
    for (n, constraint) in want.constraints.iter().enumerate() {
        let Some(mine) = exclusion(constraint) else {
            continue;
        };
        let named = |c: &&Constraint| c.name.get() == constraint.name.get();
        let Some(theirs) = live.constraints.iter().find(named).and_then(exclusion) else {
            continue;
        };
        let label = format!("constraint {}", constraint.name.get());
        if mine.parts.len() == theirs.parts.len() {
            let pairs = mine.parts.iter().zip(&theirs.parts).enumerate();
            for (at, ((a, _), (b, _))) in pairs {
                key_pair(ExpressionPosition::ExclusionKey(n, at), a, b, &label, out);
            }
        }
        if let (Some(a), Some(b)) = (&mine.predicate, &theirs.predicate) {
            add_pair(ExpressionPosition::ExclusionPredicate(n), a, b, &label, out);
        }
    }
}

fn exclusion(constraint: &Constraint) -> Option<&Exclusion> {
    match &constraint.kind {
        ConstraintKind::Exclusion(exclusion) => Some(exclusion),
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_) => None,
    }
}

fn partition_key_pairs(want: &Table, live: &Table, out: &mut Vec<ExpressionPair>) {
    let (Some(mine), Some(theirs)) = (&want.partitioning, &live.partitioning) else {
        return;
    };
    if mine.key.len() == theirs.key.len() {
        for (at, (a, b)) in mine.key.iter().zip(&theirs.key).enumerate() {
            key_pair(
                ExpressionPosition::PartitionKey(at),
                a,
                b,
                "the partition key",
                out,
            );
        }
    }
}

fn key_pair(
    position: ExpressionPosition,
    a: &IndexPart,
    b: &IndexPart,
    label: &str,
    out: &mut Vec<ExpressionPair>,
) {
    if let (PartKey::Expr(a), PartKey::Expr(b)) = (&a.key, &b.key) {
        add_pair(position, a, b, label, out);
    }
}

fn add_pair(
    position: ExpressionPosition,
    a: &Expr,
    b: &Expr,
    label: &str,
    out: &mut Vec<ExpressionPair>,
) {
    if a != b {
        out.push(ExpressionPair {
            position,
            live: b.clone(),
            sent: [format!("({})", a.text), format!("({})", b.text)],
            label: label.to_owned(),
            same_part: true,
        });
    }
}
