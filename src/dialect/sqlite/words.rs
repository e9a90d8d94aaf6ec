//! Identifiers.

/// The keywords that SQLite takes as a name only in quotes (its parser has no fallback for them),
/// and those that are read as a value where a name is meant.
const RESERVED: [&str; 84] = [
    "add",
    "all",
    "alter",
    "and",
    "as",
    "autoincrement",
    "between",
    "case",
    "check",
    "collate",
    "commit",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "delete",
    "distinct",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "foreign",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "if",
    "in",
    "index",
    "indexed",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "match",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "plan",
    "pragma",
    "primary",
    "raise",
    "references",
    "regexp",
    "release",
    "returning",
    "right",
    "rollback",
    "row",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "trigger",
    "true",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
];

/// An identifier, in double quotes where that is needed. SQLite folds no case, so capitals need none.
pub(super) fn quote(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    let lower = name.to_ascii_lowercase();
    let reserved = RESERVED.contains(&lower.as_str()) || lower == "where" || lower == "with";
    if plain && !reserved {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// The name that a token spells: without quotes, doubled ones made single.
pub(super) fn unquote(token: &str) -> String {
    let inner = |open: char, close: char| {
        token
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
    };
    for quote in ['"', '`', '\''] {
        if let Some(name) = inner(quote, quote) {
            let double: String = [quote, quote].iter().collect();
            return name.replace(&double, quote.encode_utf8(&mut [0; 4]));
        }
    }
    inner('[', ']').unwrap_or(token).to_owned()
}
