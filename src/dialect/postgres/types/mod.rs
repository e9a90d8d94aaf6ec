//! Types: parsing, spelling in DDL, families. The canonical spelling is that of the server's `format_type`.

pub(crate) mod defaults;
pub(crate) mod neutral;

use crate::dialect::Unsupported;
use crate::dialect::postgres::naming::{bare_or_quoted, quoted};
use crate::model::SqlType;

/// Aliases, with the names that `format_type` returns
/// (<https://www.postgresql.org/docs/current/datatype.html>, table 8.1).
const ALIASES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("int4", "integer"),
    ("int2", "smallint"),
    ("int8", "bigint"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("varchar", "character varying"),
    ("char varying", "character varying"),
    ("char", "character"),
    ("nchar", "character"),
    ("national character", "character"),
    ("bool", "boolean"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
    ("varbit", "bit varying"),
    ("serial2", "smallserial"),
    ("serial4", "serial"),
    ("serial8", "bigserial"),
];

/// The one-byte type of the system catalogues, which is always quoted.
const SINGLE_BYTE: &str = "char";

/// The types of `pg_catalog` that columns usually have, as `format_type` spells them.
const BUILT_IN: &[&str] = &[
    "bigint",
    "bigserial",
    "bit",
    "bit varying",
    "boolean",
    "box",
    "bpchar",
    "bytea",
    "character",
    "character varying",
    "cidr",
    "circle",
    "date",
    "datemultirange",
    "daterange",
    "double precision",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "regclass",
    "regproc",
    "regtype",
    "serial",
    "smallint",
    "smallserial",
    "text",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "uuid",
    "xid",
    "xml",
];

/// Whether a name, with or without quotes, resolves to a built-in type.
pub(crate) fn is_built_in_name(base: &str) -> bool {
    BUILT_IN.contains(&base)
        || ALIASES
            .iter()
            .any(|(alias, full)| *alias == base || *full == base)
        || matches!(base, "bpchar" | "char")
}

/// Families of types with common rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `smallint`, `integer`, `bigint`.
    Integer,
    /// `numeric`, `real`, `double precision`.
    Fraction,
    /// `text`, `character varying`, `character`, `name`, `bpchar`.
    Text,
    /// `boolean`.
    Bool,
    /// `timestamp` with or without time zone.
    Timestamp,
    /// `date`.
    Date,
    /// `time` with or without time zone.
    Time,
    /// `uuid`.
    Uuid,
    /// `json`, `jsonb`.
    Json,
    /// `bytea`.
    Bytes,
    /// `interval`.
    Interval,
    /// An array of any type.
    Array,
    /// Everything else.
    Other,
}

/// The family of a type.
pub(crate) fn family(ty: &SqlType) -> Family {
    if ty.dims > 0 {
        return Family::Array;
    }
    match ty.base.as_str() {
        "smallint" | "integer" | "bigint" | "smallserial" | "serial" | "bigserial" => {
            Family::Integer
        }
        "numeric" | "real" | "double precision" => Family::Fraction,
        "text" | "character varying" | "character" | "name" | "bpchar" => Family::Text,
        "boolean" => Family::Bool,
        "timestamp with time zone" | "timestamp without time zone" => Family::Timestamp,
        "date" => Family::Date,
        "time with time zone" | "time without time zone" => Family::Time,
        "uuid" => Family::Uuid,
        "json" | "jsonb" => Family::Json,
        "bytea" => Family::Bytes,
        base if base == "interval" || base.starts_with("interval ") => Family::Interval,
        _ => Family::Other,
    }
}

fn invalid_type(text: &str) -> Unsupported {
    Unsupported {
        message: format!("`{text}` is not a PostgreSQL type"),
        help: String::from("write it as in CREATE TABLE, for example varchar(100), text[] or mood"),
    }
}

/// A token of a type's text.
#[derive(Debug, PartialEq)]
enum TypeToken {
    Name(String),
    Quoted(String),
    Dot,
    Args(Vec<u32>),
    Brackets,
}

fn tokenize(text: &str) -> Option<Vec<TypeToken>> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            c if c.is_whitespace() => {
                chars.next();
            }
            '"' => {
                chars.next();
                let mut name = String::new();
                loop {
                    match chars.next()? {
                        '"' if chars.peek() == Some(&'"') => {
                            chars.next();
                            name.push('"');
                        }
                        '"' => break,
                        c => name.push(c),
                    }
                }
                out.push(TypeToken::Quoted(name));
            }
            '.' => {
                chars.next();
                out.push(TypeToken::Dot);
            }
            '(' | '[' => {
                chars.next();
                let close = if c == '(' { ')' } else { ']' };
                let mut inner = String::new();
                loop {
                    match chars.next()? {
                        c if c == close => break,
                        c => inner.push(c),
                    }
                }
                if c == '[' {
                    // the declared size of an array has no effect
                    inner
                        .trim()
                        .parse::<u32>()
                        .ok()
                        .or(Some(0))
                        .filter(|_| inner.trim().chars().all(|c| c.is_ascii_digit()))?;
                    out.push(TypeToken::Brackets);
                } else {
                    let args: Result<Vec<u32>, _> =
                        inner.split(',').map(|a| a.trim().parse()).collect();
                    out.push(TypeToken::Args(args.ok()?));
                }
            }
            c if c.is_alphanumeric() || c == '_' => {
                let mut name = String::new();
                while let Some(&c) = chars.peek() {
                    if c.is_alphanumeric() || c == '_' || c == '$' {
                        name.extend(c.to_lowercase());
                        chars.next();
                    } else {
                        break;
                    }
                }
                out.push(TypeToken::Name(name));
            }
            _ => return None,
        }
    }
    Some(out)
}

/// Parses a type, as written by users or by `format_type`, into canonical form.
pub(crate) fn native(text: &str) -> Result<SqlType, Unsupported> {
    let mut ty = SqlType::default();
    let mut names: Vec<String> = Vec::new();
    let mut args: Option<Vec<u32>> = None;
    let mut in_quotes = false;
    let mut qualified = false;
    for token in tokenize(text).ok_or_else(|| invalid_type(text))? {
        match token {
            TypeToken::Name(name) if name == "array" && !names.is_empty() => {
                ty.dims = 1;
            }
            TypeToken::Name(name) => names.push(name),
            TypeToken::Quoted(name) => {
                in_quotes = true;
                names.push(name);
            }
            TypeToken::Dot => {
                let schema = names.pop().ok_or_else(|| invalid_type(text))?;
                qualified = schema != "pg_catalog";
                ty.schema = qualified.then(|| schema.as_str().into());
            }
            TypeToken::Args(list) => {
                if args.replace(list).is_some() {
                    return Err(invalid_type(text));
                }
            }
            // the server does not store the declared number of dimensions
            TypeToken::Brackets => ty.dims = 1,
        }
    }
    if names.is_empty() {
        return Err(invalid_type(text));
    }
    let name = names.join(" ");
    if in_quotes && !qualified && name == SINGLE_BYTE {
        ty.base = name;
        return Ok(ty);
    }
    if qualified || (in_quotes && !BUILT_IN.contains(&name.as_str())) {
        ty.base = name;
        ty.user_defined = true;
        ty.args = args.unwrap_or_default();
        return Ok(ty);
    }
    ty.args = args.unwrap_or_default();
    ty.base = ALIASES
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name, |(_, full)| (*full).to_owned());
    if ty.base == "float" {
        let wide = ty.args.first().is_none_or(|p| *p > 24);
        ty.base = String::from(if wide { "double precision" } else { "real" });
        ty.args.clear();
    }
    let known = BUILT_IN.contains(&ty.base.as_str()) || ty.base.starts_with("interval ");
    if !known && ty.base.contains(' ') {
        return Err(invalid_type(text));
    }
    ty.user_defined = !known;
    match (ty.base.as_str(), ty.args.as_slice()) {
        // the defaults are length 1 and scale 0
        ("character" | "bit", []) => ty.args.push(1),
        ("numeric", [_]) => ty.args.push(0),
        _ => {}
    }
    Ok(ty)
}

/// A type as DDL, by its short name if it has one.
pub(crate) fn sql(ty: &SqlType) -> String {
    let head = match ty.base.as_str() {
        "character varying" => "varchar",
        "character" => "char",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        base => base,
    };
    let mut out = String::new();
    if let Some(schema) = &ty.schema {
        out.push_str(&bare_or_quoted(schema.as_str()));
        out.push('.');
    }
    // `"char"` isn't `char`; built-in types of several words aren't quoted
    let named = ty.user_defined || !BUILT_IN.contains(&ty.base.as_str());
    if ty.base == SINGLE_BYTE || (ty.user_defined && is_built_in_name(head)) {
        out.push_str(&quoted(head));
    } else if ty.user_defined || (named && !head.contains([' ', '('])) {
        out.push_str(&bare_or_quoted(head));
    } else {
        out.push_str(head);
    }
    if !ty.args.is_empty() {
        let args = crate::sql::literal::list(ty.args.iter().map(ToString::to_string));
        out.push('(');
        out.push_str(&args.replace(", ", ","));
        out.push(')');
    }
    for _ in 0..ty.dims {
        out.push_str("[]");
    }
    out
}

/// Whether a foreign key may connect two types: there must be an equality operator for both in one operator
/// family, or an implicit cast to the type of the referenced column.
pub(crate) fn comparable(from: &SqlType, to: &SqlType) -> bool {
    let (a, b) = (family(from), family(to));
    match (a, b) {
        (Family::Integer, Family::Integer | Family::Fraction) => true,
        (Family::Fraction, Family::Fraction) => {
            // numeric has an implicit cast to the float types; the reverse cast isn't implicit
            to.base != "numeric" || from.base == "numeric"
        }
        (Family::Text, Family::Text) => true,
        (Family::Timestamp | Family::Date, Family::Timestamp | Family::Date) => true,
        _ => from.base == to.base && from.dims == to.dims && from.schema == to.schema,
    }
}

/// A literal of a type for existing rows without a better value, `None` for unknown types.
pub(crate) fn zero(ty: &SqlType) -> Option<String> {
    if ty.dims > 0 {
        return Some(String::from("'{}'"));
    }
    Some(match ty.base.as_str() {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money"
        | "oid" => String::from("0"),
        "text" | "character varying" | "character" | "bpchar" | "name" | "tsvector" | "tsquery" => {
            String::from("''")
        }
        "boolean" => String::from("false"),
        "uuid" => String::from("'00000000-0000-0000-0000-000000000000'"),
        "date" => String::from("'1970-01-01'"),
        "timestamp without time zone" => String::from("'1970-01-01 00:00:00'"),
        "timestamp with time zone" => String::from("'1970-01-01 00:00:00+00'"),
        "time without time zone" => String::from("'00:00:00'"),
        "time with time zone" => String::from("'00:00:00+00'"),
        "json" | "jsonb" => String::from("'{}'"),
        "bytea" => String::from("'\\x'"),
        "inet" | "cidr" => String::from("'0.0.0.0'"),
        "macaddr" => String::from("'00:00:00:00:00:00'"),
        "macaddr8" => String::from("'00:00:00:00:00:00:00:00'"),
        "xml" => String::from("''"),
        "point" => String::from("'(0,0)'"),
        "bit" => format!(
            "B'{}'",
            "0".repeat(ty.args.first().map_or(1, |n| *n as usize))
        ),
        "bit varying" => String::from("B''"),
        base if base == "interval" || base.starts_with("interval ") => String::from("'0'"),
        base if base.ends_with("range") => String::from(if base.contains("multi") {
            "'{}'"
        } else {
            "'empty'"
        }),
        "vector" => {
            let n = ty.args.first()?;
            format!("array_fill(0, ARRAY[{n}])::vector")
        }
        _ => return None,
    })
}

/// An expression for existing rows without a better value, for a user-defined type: the first value of an enum.
/// For any other type it is NULL, so that NOT NULL fails if there are rows.
pub(crate) fn first_value(ty: &SqlType) -> String {
    let name = sql(ty);
    let literal = crate::sql::literal::string(&name);
    format!(
        "(SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = {literal}::regtype ORDER BY enumsortorder LIMIT 1)::text::{name}"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn types_are_parsed_into_canonical_form() {
        let cases: &[(&str, &str, &[u32], u8)] = &[
            ("int4", "integer", &[], 0),
            ("INT", "integer", &[], 0),
            ("varchar(20)", "character varying", &[20], 0),
            ("character varying(20)", "character varying", &[20], 0),
            ("char", "character", &[1], 0),
            ("timestamptz(3)", "timestamp with time zone", &[3], 0),
            (
                "timestamp(3) with time zone",
                "timestamp with time zone",
                &[3],
                0,
            ),
            (
                "timestamp without time zone",
                "timestamp without time zone",
                &[],
                0,
            ),
            ("numeric(10, 2)", "numeric", &[10, 2], 0),
            ("decimal(5)", "numeric", &[5, 0], 0),
            ("float(10)", "real", &[], 0),
            ("text[]", "text", &[], 1),
            ("int[3][]", "integer", &[], 1),
            ("integer ARRAY", "integer", &[], 1),
            ("pg_catalog.int8", "bigint", &[], 0),
            ("serial8", "bigserial", &[], 0),
            (
                "interval day to second(3)",
                "interval day to second",
                &[3],
                0,
            ),
        ];
        for (text, base, args, dims) in cases {
            let ty = native(text).unwrap();
            assert_eq!(
                (ty.base.as_str(), ty.args.as_slice(), ty.dims),
                (*base, *args, *dims),
                "{text}"
            );
            assert!(!ty.user_defined, "{text}");
        }
        for text in ["", "(3)", "not a type", "int(", "a;b", "numeric(a)"] {
            assert!(native(text).is_err(), "{text}");
        }
        let mood = native("auth.\"Mood\"[]").unwrap();
        assert_eq!(sql(&mood), "auth.\"Mood\"[]");
        assert!(mood.user_defined);
    }

    #[test]
    fn a_numeric_column_can_t_reference_an_integer() {
        let (int, num) = (
            SqlType::new("bigint"),
            SqlType::with_args("numeric", &[20, 0]),
        );
        assert!(comparable(&int, &num));
        assert!(!comparable(&num, &int));
    }
}
