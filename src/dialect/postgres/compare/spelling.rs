//! `spelling: exact`: a default that means the same and is spelled another way is another one, where
//! the server keeps the spelling and shows it in its own dump.

use crate::dialect::postgres::expr::normal_form::defaults_to_null;
use crate::dialect::postgres::lowering::candidates::type_of_number;
use crate::model::{Column, Schema};
use crate::sql::literal;
use std::borrow::Cow;

/// Tells defaults apart that only their spelling tells apart, if that is what the specs ask for. Comes
/// last: the server, asked about the two, would call them equal.
pub(crate) fn mark_spelling_differences(want: &mut Schema, have: &Schema) {
    if !want.exact_spelling {
        return;
    }
    for (id, table) in want.tables_mut() {
        let Some(live) = have.table(id) else { continue };
        for column in &mut table.columns {
            if let Some(live) = live.column(column.name.as_str())
                && spelled_otherwise(column, live)
                && let Some(default) = &mut column.default
            {
                default.normal_form =
                    Some(format!("{} spelled {}", default.normal(), default.text));
            }
        }
    }
}

fn spelled_otherwise(want: &Column, live: &Column) -> bool {
    let (Some(a), Some(b)) = (&want.default, &live.default) else {
        return false;
    };
    a == b && matches!((shown(&a.text), shown(&b.text)), (Some(a), Some(b)) if a != b)
}

/// Whether a column has a NULL for its default that the other goes without. The server keeps one only
/// where the type has a length to be seen to.
pub(crate) fn null_otherwise(want: &Column, live: &Column) -> bool {
    let kept = want.default.is_none() || !want.ty.args.is_empty();
    kept && want.default.is_some() != live.default.is_some()
        && defaults_to_null(want)
        && defaults_to_null(live)
}

/// What the server makes of a default, where that is plain: it keeps a decimal and the words for the time
/// letter by letter, and quotes what is below zero.
fn shown(text: &str) -> Option<Cow<'_, str>> {
    let quoted = text
        .strip_prefix('\'')
        .and_then(|rest| rest.split_once("'::"));
    let number = quoted.map_or(text, |(number, _)| number);
    let digits = number.strip_prefix('-').unwrap_or(number);
    let whole = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    let plain = literal::is_number(digits)
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && !digits.ends_with('.')
        && (whole.len() == 1 || !whole.starts_with('0'));
    let words = [
        "now()",
        "transaction_timestamp()",
        "CURRENT_TIMESTAMP",
        "LOCALTIMESTAMP",
    ];
    if plain && quoted.is_none() && digits != number {
        Some(format!("'{text}'::{}", type_of_number(text)).into())
    } else if plain && (quoted.is_none() || digits != number) || words.contains(&text) {
        Some(text.into())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_the_server_writes_anew_is_not_told_apart() {
        for text in [
            "0",
            "0.0",
            "10.50",
            "now()",
            "CURRENT_TIMESTAMP",
            "'-1'::bigint",
        ] {
            assert_eq!(shown(text).as_deref(), Some(text));
        }
        assert_eq!(shown("-1").as_deref(), Some("'-1'::integer"));
        for text in [
            "",
            "'1'::integer",
            "007",
            ".5",
            "5.",
            "1.2.3",
            "1e3",
            "'a'",
            "current_timestamp",
        ] {
            assert_eq!(shown(text), None);
        }
    }
}
