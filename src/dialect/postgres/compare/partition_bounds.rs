//! Partition bounds whose texts differ.

use crate::dialect::postgres::compare::expression_pair::{ExpressionPair, ExpressionPosition};
use crate::dialect::postgres::expr::normalize_expr;
use crate::dialect::postgres::types;
use crate::model::{Expr, Inheritance, Schema, Table};
use crate::sql::lexical_rules::POSTGRES;
use crate::sql::literal;
use crate::sql::text::{closing_parenthesis, split_list};

/// The bounds of a partition where their texts differ. The server compares them as values of the types of the
/// key's columns.
pub(crate) fn bound_pair(
    schema: &Schema,
    want: &Table,
    live: &Table,
    out: &mut Vec<ExpressionPair>,
) {
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
    // the type of a key expression is unknown here
    let types: Option<Vec<String>> = (key.key.iter())
        .map(|part| {
            let column = want.column(part.column_name()?.as_str())?;
            Some(types::sql(&column.ty))
        })
        .collect();
    let sent = types.and_then(|types| Some([bound_as_row(a, &types)?, bound_as_row(b, &types)?]));
    if let Some(sent) = sent {
        out.push(ExpressionPair {
            position: ExpressionPosition::Bound,
            live: Expr::new(b.as_str()),
            sent,
            label: String::from("its bound"),
            // a bound with other values is another bound
            same_part: false,
        });
    }
}

/// A bound as one row of typed values, with the keywords between them as strings.
fn bound_as_row(bound: &str, types: &[String]) -> Option<String> {
    let mut values = Vec::new();
    let mut rest = bound;
    while !rest.trim().is_empty() {
        let (word, tail) = rest.split_once('(')?;
        let end = closing_parenthesis(&POSTGRES, tail)?;
        let (list, tail) = (tail.get(..end)?, tail.get(end + 1..)?);
        values.push(literal::string(word.trim()));
        for (n, text) in split_list(&POSTGRES, list).into_iter().enumerate() {
            let text = text.trim();
            let ty = types.get(n % types.len().max(1))?;
            let edge = matches!(text, "MINVALUE" | "MAXVALUE");
            values.push(if edge {
                literal::string(text)
            } else {
                normalize_expr::parse(text)?;
                format!("({text})::{ty}")
            });
        }
        rest = tail;
    }
    Some(format!("ROW({})", values.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::bound_as_row;

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
            assert_eq!(bound_as_row(bound, &types).as_deref(), want);
        }
    }
}
