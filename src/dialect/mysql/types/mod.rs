//! Types: what a neutral type becomes, how a type's text is read and written, and what an index
//! over it weighs.

pub(crate) mod defaults;
pub(crate) mod sizes;

use crate::dialect::mysql::expr::text;
use crate::dialect::{TypePlan, Unsupported};
use crate::model::SqlType;
use crate::spec::Neutral;
use crate::sql::literal;

/// The longest `varchar` of 4 bytes a character that fits into a row of 65,535 bytes.
const VARCHAR_MAX: u32 = 16_383;

pub(crate) fn unsupported(message: impl Into<String>, help: impl Into<String>) -> Unsupported {
    Unsupported {
        message: message.into(),
        help: help.into(),
    }
}

/// What a neutral type becomes. The same on both vendors.
pub(crate) fn neutral(ty: &Neutral) -> Result<TypePlan, Unsupported> {
    let fraction = |base: &str, digits: Option<u32>| match digits {
        None | Some(0) => Ok(SqlType::new(base)),
        Some(digits @ 1..=6) => Ok(SqlType::with_args(base, &[digits])),
        Some(digits) => Err(unsupported(
            format!("{base}({digits}) has more than 6 digits behind the second"),
            "write a precision from 0 to 6",
        )),
    };
    let sized = |base: &str, size: u32, max: u32, other: &str| {
        if size <= max {
            Ok(SqlType::with_args(base, &[size]))
        } else {
            Err(unsupported(
                format!("{base}({size}) is too long: MySQL takes at most {max}"),
                format!("use {other}, or say `mysql: {{ type: .. }}` beside the type"),
            ))
        }
    };
    let ty = match ty {
        Neutral::Bool => SqlType::with_args("tinyint", &[1]),
        Neutral::TinyInt { unsigned } => SqlType::new("tinyint").unsigned(*unsigned),
        Neutral::SmallInt { unsigned } => SqlType::new("smallint").unsigned(*unsigned),
        Neutral::Int { unsigned } => SqlType::new("int").unsigned(*unsigned),
        Neutral::BigInt { unsigned } => SqlType::new("bigint").unsigned(*unsigned),
        Neutral::Decimal { precision, scale } => {
            if *precision > 65 || *scale > 30 || scale > precision {
                return Err(unsupported(
                    format!("decimal({precision},{scale}) is out of MySQL's range"),
                    "at most 65 digits, at most 30 of them behind the point",
                ));
            }
            SqlType::with_args("decimal", &[*precision, *scale])
        }
        Neutral::Float => SqlType::new("float"),
        Neutral::Double => SqlType::new("double"),
        Neutral::Char(size) => sized("char", *size, 255, "varchar")?,
        Neutral::Varchar(size) => sized("varchar", *size, VARCHAR_MAX, "text")?,
        Neutral::Text => SqlType::new("text"),
        Neutral::Uuid => SqlType::with_args("binary", &[16]),
        Neutral::Date => SqlType::new("date"),
        Neutral::Time(digits) => fraction("time", *digits)?,
        Neutral::DateTime(digits) => fraction("datetime", *digits)?,
        Neutral::TimestampTz(digits) => fraction("timestamp", *digits)?,
        // arrays and vectors are JSON arrays: MySQL 8 and MariaDB 10 have nothing nearer
        Neutral::Json | Neutral::Array(_) | Neutral::Vector(_) => SqlType::new("json"),
        Neutral::Binary(size) => sized("binary", *size, 255, "varbinary")?,
        Neutral::Varbinary(size) => sized("varbinary", *size, 65_000, "blob")?,
        Neutral::Blob => SqlType::new("blob"),
        Neutral::Enum { values, .. } => SqlType {
            values: values.iter().map(|v| v.value.clone()).collect(),
            ..SqlType::new("enum")
        },
    };
    Ok(TypePlan {
        ty,
        check: None,
        native_enum: None,
    })
}

/// Bases that take no arguments and need no folding.
const PLAIN: &[&str] = &[
    "date",
    "double",
    "json",
    "tinytext",
    "text",
    "mediumtext",
    "longtext",
    "tinyblob",
    "blob",
    "mediumblob",
    "longblob",
    "uuid",
    "inet4",
    "inet6",
];

/// Reads a type as a person or `information_schema` writes it, in the form that both vendors share:
/// no display widths but that of `tinyint(1)` (MySQL 8.0.19 shows no other, MariaDB shows all).
pub(crate) fn parse(written: &str) -> Result<SqlType, Unsupported> {
    let wrong = |why: &str| {
        unsupported(
            format!("`{}` is no MySQL type{why}", written.trim()),
            "the types are in the MySQL manual, chapter 13",
        )
    };
    let (words, arguments, tail) = match written.split_once('(') {
        Some((head, rest)) => {
            let end = text::closing(rest).ok_or_else(|| wrong(": a parenthesis is open"))?;
            (head, Some(&rest[..end]), &rest[end + 1..])
        }
        None => (written, None, ""),
    };
    let mut unsigned = false;
    let mut zerofill = false;
    let mut name: Vec<String> = Vec::new();
    for word in words.split_whitespace().chain(tail.split_whitespace()) {
        match word.to_ascii_lowercase().as_str() {
            "unsigned" => unsigned = true,
            "zerofill" => (unsigned, zerofill) = (true, true),
            "signed" => {}
            word => name.push(word.to_owned()),
        }
    }
    let name = name.join(" ");
    if name == "enum" || name == "set" {
        let values = arguments
            .and_then(text::strings)
            .ok_or_else(|| wrong(": its values are missing"))?;
        return Ok(SqlType {
            values,
            ..SqlType::new(&name)
        });
    }
    let args: Vec<u32> = match arguments {
        None => Vec::new(),
        Some(list) => list
            .split(',')
            .map(|arg| arg.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|_| wrong(": its arguments are no numbers"))?,
    };
    let arg = |at: usize, otherwise: u32| args.get(at).copied().unwrap_or(otherwise);
    let integer = |base: &str| {
        let mut ty = SqlType::new(base);
        if zerofill || (base == "tinyint" && args == [1] && !unsigned) {
            ty.args.clone_from(&args);
        }
        ty
    };
    let ty = match name.as_str() {
        "tinyint" | "smallint" | "mediumint" | "bigint" => integer(&name),
        "int" | "integer" | "int4" => integer("int"),
        "int1" => integer("tinyint"),
        "int2" => integer("smallint"),
        "int3" | "middleint" => integer("mediumint"),
        "int8" => integer("bigint"),
        "bool" | "boolean" => SqlType::with_args("tinyint", &[1]),
        "decimal" | "dec" | "numeric" | "fixed" => {
            SqlType::with_args("decimal", &[arg(0, 10), arg(1, 0)])
        }
        "float" | "float4" if args.len() == 1 && arg(0, 0) > 24 => SqlType::new("double"),
        "float" | "float4" if args.len() == 2 => SqlType::with_args("float", &args),
        "float" | "float4" => SqlType::new("float"),
        "double" | "double precision" | "real" | "float8" => SqlType::with_args("double", &args),
        "bit" => SqlType::with_args("bit", &[arg(0, 1)]),
        "char" | "character" => SqlType::with_args("char", &[arg(0, 1)]),
        "binary" => SqlType::with_args("binary", &[arg(0, 1)]),
        "varchar" | "character varying" | "char varying" | "varbinary" => {
            let base = if name == "varbinary" {
                "varbinary"
            } else {
                "varchar"
            };
            match args.as_slice() {
                [_] => SqlType::with_args(base, &args),
                _ => return Err(wrong(": its length is missing")),
            }
        }
        "year" => SqlType::new("year"),
        "time" | "datetime" | "timestamp" if arg(0, 0) == 0 => SqlType::new(&name),
        "time" | "datetime" | "timestamp" => SqlType::with_args(&name, &args),
        "vector" if args.len() == 1 => SqlType::with_args("vector", &args),
        plain if (PLAIN.contains(&plain) || GEOMETRIES.contains(&plain)) && args.is_empty() => {
            SqlType::new(plain)
        }
        _ => return Err(wrong("")),
    };
    Ok(SqlType {
        unsigned,
        zerofill,
        ..ty
    })
}

/// The type as DDL has it.
pub(crate) fn sql(ty: &SqlType) -> String {
    let mut out = ty.base.clone();
    if !ty.values.is_empty() {
        let values = literal::list(ty.values.iter().map(|value| text::string(value)));
        out = format!("{out}({values})");
    } else if !ty.args.is_empty() {
        let args: Vec<String> = ty.args.iter().map(u32::to_string).collect();
        out = format!("{out}({})", args.join(","));
    }
    if ty.unsigned {
        out.push_str(" unsigned");
    }
    if ty.zerofill {
        out.push_str(" zerofill");
    }
    out
}

/// What a type is, as far as defaults and conversions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Whole numbers and years.
    Integer,
    /// Decimals and floating-point numbers.
    Number,
    /// `bit(n)`.
    Bit,
    /// Characters, with a charset.
    Chars,
    /// Characters that take a default only as an expression.
    Text,
    /// Bytes.
    Bytes,
    /// Bytes that take a default only as an expression.
    Blob,
    /// `enum` and `set`.
    Member,
    /// `json`.
    Json,
    /// Date and time.
    Temporal,
    /// All else.
    Other,
}

/// Which family a type is of.
pub(crate) fn family(ty: &SqlType) -> Family {
    match ty.base.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Family::Integer,
        "decimal" | "float" | "double" => Family::Number,
        "bit" => Family::Bit,
        "char" | "varchar" => Family::Chars,
        "tinytext" | "text" | "mediumtext" | "longtext" => Family::Text,
        "binary" | "varbinary" => Family::Bytes,
        "tinyblob" | "blob" | "mediumblob" | "longblob" => Family::Blob,
        "enum" | "set" => Family::Member,
        "json" => Family::Json,
        "date" | "time" | "datetime" | "timestamp" => Family::Temporal,
        _ => Family::Other,
    }
}

/// The type that a column has for a moment on its way from one to the other: MariaDB turns addresses,
/// UUIDs and geometries only into strings, and only strings into these (4078).
pub(crate) fn between(from: &SqlType, to: &SqlType) -> Option<&'static str> {
    let is_short = |ty: &SqlType| matches!(ty.base.as_str(), "uuid" | "inet4" | "inet6");
    let is_geometry = |ty: &SqlType| GEOMETRIES.contains(&ty.base.as_str());
    let is_string = |ty: &SqlType| {
        matches!(
            family(ty),
            Family::Chars | Family::Text | Family::Bytes | Family::Blob
        )
    };
    let related = from.base == to.base || (is_geometry(from) && is_geometry(to));
    if related || is_string(from) || is_string(to) {
        return None;
    }
    let sides = [from, to];
    if is_geometry(from) {
        Some("longblob")
    } else if is_geometry(to) {
        // short, and an engine has it that has no blobs
        Some("varbinary(255)")
    } else {
        sides.into_iter().any(is_short).then_some("varchar(255)")
    }
}

/// Spatial bases: plain as well.
pub(crate) const GEOMETRIES: [&str; 9] = [
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
];

/// Whether columns of this type have a charset.
pub(crate) fn has_charset(ty: &SqlType) -> bool {
    matches!(family(ty), Family::Chars | Family::Text | Family::Member)
}

/// The smallest and largest number of an integer type.
pub(crate) fn range(ty: &SqlType) -> Option<(i128, i128)> {
    let bits = match ty.base.as_str() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    Some(if ty.unsigned {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    })
}

/// Whether a foreign key may go from one type to the other: fixed-size types must be the same in
/// size and sign, strings may differ in length (MySQL manual, "FOREIGN KEY Constraints").
pub(crate) fn comparable(from: &SqlType, to: &SqlType) -> bool {
    match (family(from), family(to)) {
        (Family::Chars, Family::Chars) | (Family::Bytes, Family::Bytes) => true,
        // no key without a prefix, and none of a foreign key may have one
        (Family::Text | Family::Blob | Family::Json, _) => false,
        (Family::Member, Family::Member) => from.base == to.base,
        (Family::Integer, Family::Integer) => from.base == to.base && from.unsigned == to.unsigned,
        _ => from.base == to.base && from.args == to.args && from.unsigned == to.unsigned,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn types_are_read_in_one_form_and_written_again() {
        for (written, canonical) in [
            ("INT(11)", "int"),
            ("int(10) unsigned", "int unsigned"),
            ("INTEGER UNSIGNED", "int unsigned"),
            ("bigint(20)", "bigint"),
            ("tinyint(1)", "tinyint(1)"),
            ("tinyint(4)", "tinyint"),
            ("tinyint(1) unsigned", "tinyint unsigned"),
            ("BOOLEAN", "tinyint(1)"),
            ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
            ("decimal", "decimal(10,0)"),
            ("numeric(5)", "decimal(5,0)"),
            ("decimal(12, 4)", "decimal(12,4)"),
            ("double precision", "double"),
            ("float(53)", "double"),
            ("year(4)", "year"),
            ("timestamp(0)", "timestamp"),
            ("datetime(3)", "datetime(3)"),
            ("character varying(20)", "varchar(20)"),
            ("enum('a','it''s','b\\\\c')", "enum('a', 'it''s', 'b\\\\c')"),
            ("set('x)','y')", "set('x)', 'y')"),
            ("bit", "bit(1)"),
            ("LONGTEXT", "longtext"),
            ("vector(3)", "vector(3)"),
        ] {
            let ty = parse(written).unwrap();
            assert_eq!(sql(&ty), canonical, "{written}");
            assert_eq!(parse(&sql(&ty)).unwrap(), ty, "{written}");
        }
        for wrong in [
            "varchar",
            "jsonb",
            "enum",
            "int(a)",
            "char(3",
            "text null",
            "",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn foreign_keys_go_between_alike_types() {
        for (from, to, fits) in [
            ("int", "int", true),
            ("int", "int unsigned", false),
            ("int", "bigint", false),
            ("varchar(20)", "varchar(30)", true),
            ("binary(16)", "binary(16)", true),
            ("text", "text", false),
        ] {
            assert_eq!(comparable(&parse(from).unwrap(), &parse(to).unwrap()), fits);
        }
    }
}
