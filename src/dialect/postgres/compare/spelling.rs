//! `spelling: exact`: equivalent defaults with different spellings are different, where the server preserves the
//! spelling and dumps show it.

use crate::dialect::postgres::expr::normal_form::defaults_to_null;
use crate::dialect::postgres::lowering::candidates::type_of_number;
use crate::model::{Column, Schema};
use crate::sql::literal;
use std::borrow::Cow;

/// Makes defaults different that differ only in their spelling, if the specs require exact spelling. Must run
/// last, because the comparison by the server makes them equal.
pub(crate) fn mark_spelling_differences(want: &mut Schema, have: &Schema) {
    if !want.exact_spelling {
        return;
    }
    for (id, table) in want.tables_mut() {
        let Some(live) = have.table(id) else { continue };
        for column in &mut table.columns {
            if let Some(live) = live.column(column.name.as_str())
                && spelling_differs(column, live)
                && let Some(default) = &mut column.default
            {
                default.normal_form =
                    Some(format!("{} spelled {}", default.normal(), default.text));
            }
        }
    }
}

fn spelling_differs(want: &Column, live: &Column) -> bool {
    let (Some(a), Some(b)) = (&want.default, &live.default) else {
        return false;
    };
    a == b
        && matches!((stored_spelling(&a.text), stored_spelling(&b.text)), (Some(a), Some(b)) if a != b)
}

/// Whether only one of two columns has the explicit default NULL. The server stores it only for types with
/// arguments.
pub(crate) fn null_default_differs(want: &Column, live: &Column) -> bool {
    let is_stored = want.default.is_none() || !want.ty.args.is_empty();
    is_stored
        && want.default.is_some() != live.default.is_some()
        && defaults_to_null(want)
        && defaults_to_null(live)
}

/// The spelling in which the server stores a default; `None` if it isn't known. The server preserves decimals and
/// the functions for the current time, and quotes negative numbers.
fn stored_spelling(text: &str) -> Option<Cow<'_, str>> {
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
    use super::stored_spelling;

    #[test]
    fn spellings_that_the_server_changes_are_unknown() {
        for text in [
            "0",
            "0.0",
            "10.50",
            "now()",
            "CURRENT_TIMESTAMP",
            "'-1'::bigint",
        ] {
            assert_eq!(stored_spelling(text).as_deref(), Some(text));
        }
        assert_eq!(stored_spelling("-1").as_deref(), Some("'-1'::integer"));
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
            assert_eq!(stored_spelling(text), None);
        }
    }
}
