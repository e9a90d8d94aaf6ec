//! What is asked about exclusion constraints, partition keys and bounds.

use crate::dialect::postgres::compare::{Place, Question};
use crate::dialect::postgres::types;
use crate::model::{
    Constraint, ConstraintKind, Exclusion, Expr, IndexPart, Inheritance, PartKey, Schema, Table,
};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::text::split_list;

/// Questions about exclusion constraints of one name.
pub(crate) fn exclusions(want: &Table, live: &Table, out: &mut Vec<Question>) {
    for (n, constraint) in want.constraints.iter().enumerate() {
        let Some(mine) = exclusion(constraint) else {
            continue;
        };
        let named = |c: &&Constraint| c.name.get() == constraint.name.get();
        let Some(theirs) = live.constraints.iter().find(named).and_then(exclusion) else {
            continue;
        };
        let what = format!("constraint {}", constraint.name.get());
        if mine.parts.len() == theirs.parts.len() {
            let pairs = mine.parts.iter().zip(&theirs.parts).enumerate();
            for (at, ((a, _), (b, _))) in pairs {
                key(Place::ExclusionKey(n, at), a, b, &what, out);
            }
        }
        if let (Some(a), Some(b)) = (&mine.predicate, &theirs.predicate) {
            ask(Place::ExclusionPredicate(n), a, b, &what, out);
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

/// Questions about what rows of a partitioned table go by.
pub(crate) fn partition_keys(want: &Table, live: &Table, out: &mut Vec<Question>) {
    let (Some(mine), Some(theirs)) = (&want.partitioning, &live.partitioning) else {
        return;
    };
    if mine.key.len() == theirs.key.len() {
        for (at, (a, b)) in mine.key.iter().zip(&theirs.key).enumerate() {
            key(Place::PartitionKey(at), a, b, "the partition key", out);
        }
    }
}

fn key(place: Place, a: &IndexPart, b: &IndexPart, what: &str, out: &mut Vec<Question>) {
    if let (PartKey::Expr(a), PartKey::Expr(b)) = (&a.key, &b.key) {
        ask(place, a, b, what, out);
    }
}

fn ask(place: Place, a: &Expr, b: &Expr, what: &str, out: &mut Vec<Question>) {
    if a != b {
        out.push(Question {
            want: place,
            live: b.clone(),
            sent: [format!("({})", a.text), format!("({})", b.text)],
            what: what.to_owned(),
            same_part: true,
        });
    }
}

/// Whether a partition's bound, written in another way, is the one that is there: its values are
/// asked about as values of the key's columns.
pub(crate) fn bound(schema: &Schema, want: &Table, live: &Table, out: &mut Vec<Question>) {
    let (
        Inheritance::PartitionOf { parent, bound: a },
        Inheritance::PartitionOf {
            parent: other,
            bound: b,
        },
    ) = (&want.inheritance, &live.inheritance)
    else {
        return;
    };
    let key = schema.table(parent).and_then(|p| p.partitioning.as_ref());
    let Some(key) = key.filter(|_| parent == other && a != b) else {
        return;
    };
    // an expression's type is only known to the server
    let types: Option<Vec<String>> = (key.key.iter())
        .map(|part| {
            let column = want.column(part.column_name()?.as_str())?;
            Some(types::sql(&column.ty))
        })
        .collect();
    let sent = types.and_then(|types| Some([row(a, &types)?, row(b, &types)?]));
    if let Some(sent) = sent {
        out.push(Question {
            want: Place::Bound,
            live: Expr::new(b.as_str()),
            sent,
            what: String::from("its bound"),
            // other values are another bound
            same_part: false,
        });
    }
}

/// A bound as one row of typed values, the words between them as texts.
fn row(bound: &str, types: &[String]) -> Option<String> {
    let ast = |text: &str| crate::dialect::postgres::expr::normalize_expr::parse(text);
    let mut values = Vec::new();
    let mut rest = bound;
    while !rest.trim().is_empty() {
        let (word, tail) = rest.split_once('(')?;
        let (list, tail) = closed(tail)?;
        values.push(crate::sql::literal::string(word.trim()));
        for (n, text) in split_list(&POSTGRES, list).into_iter().enumerate() {
            let text = text.trim();
            let ty = types.get(n % types.len().max(1))?;
            let edge = matches!(text, "MINVALUE" | "MAXVALUE");
            values.push(if edge {
                crate::sql::literal::string(text)
            } else {
                ast(text)?;
                format!("({text})::{ty}")
            });
        }
        rest = tail;
    }
    Some(format!("ROW({})", values.join(", ")))
}

/// What stands before the closing bracket, and behind it.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_bound_is_a_row_of_values() {
        let types = ["date".to_owned(), "integer".to_owned()];
        for (bound, want) in [
            (
                "FROM ('2024-01-01', MINVALUE) TO ('a)', 3)",
                Some(
                    "ROW('FROM', ('2024-01-01')::date, 'MINVALUE', 'TO', ('a)')::date, (3)::integer)",
                ),
            ),
            ("DEFAULT", None),
        ] {
            assert_eq!(row(bound, &types).as_deref(), want);
        }
    }
}
