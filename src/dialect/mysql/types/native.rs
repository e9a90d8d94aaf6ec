//! Native types: parsing a type's text into its normal form, and writing it as SQL.

use crate::dialect::Unsupported;
use crate::dialect::mysql::types::family::GEOMETRIES;
use crate::dialect::mysql::types::literals;
use crate::model::SqlType;
use crate::sql::literal;

/// An error with its help.
pub(crate) fn unsupported(message: impl Into<String>, help: impl Into<String>) -> Unsupported {
    Unsupported {
        message: message.into(),
        help: help.into(),
    }
}

/// Types without arguments whose name has one spelling.
const WITHOUT_ARGUMENTS: &[&str] = &[
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

/// Parses a type as a spec or `information_schema` writes it. The result is in the form that both vendors share:
/// display widths are left out, except that of `tinyint(1)` (MySQL 8.0.19 shows no other, MariaDB shows all).
pub(crate) fn parse_type(written: &str) -> Result<SqlType, Unsupported> {
    let words = TypeWords::split(written)
        .ok_or_else(|| not_a_type(written, ": a parenthesis is not closed"))?;
    if words.name == "enum" || words.name == "set" {
        let values = (words.arguments)
            .and_then(literals::parse_string_list)
            .ok_or_else(|| not_a_type(written, ": the list of values is missing"))?;
        return Ok(SqlType {
            values,
            ..SqlType::new(&words.name)
        });
    }
    let args: Vec<u32> = match words.arguments {
        None => Vec::new(),
        Some(list) => list
            .split(',')
            .map(|arg| arg.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|_| not_a_type(written, ": its arguments must be numbers"))?,
    };
    let (unsigned, zerofill) = (words.unsigned, words.zerofill);
    let ty = words
        .with_args(&args)
        .map_err(|why| not_a_type(written, why))?;
    Ok(SqlType {
        unsigned,
        zerofill,
        ..ty
    })
}

fn not_a_type(written: &str, why: &str) -> Unsupported {
    unsupported(
        format!("`{}` is not a MySQL type{why}", written.trim()),
        "see the MySQL manual, chapter 13, for the types",
    )
}

/// A type's text, divided: `int(5) unsigned` has the name `int` and the arguments `5`.
struct TypeWords<'a> {
    name: String,
    arguments: Option<&'a str>,
    unsigned: bool,
    zerofill: bool,
}

impl<'a> TypeWords<'a> {
    /// `None` if a parenthesis is not closed.
    fn split(written: &'a str) -> Option<Self> {
        let (words, arguments, tail) = match written.split_once('(') {
            Some((head, rest)) => {
                let end = literals::closing(rest)?;
                (head, Some(&rest[..end]), &rest[end + 1..])
            }
            None => (written, None, ""),
        };
        let (mut unsigned, mut zerofill) = (false, false);
        let mut name: Vec<String> = Vec::new();
        for word in words.split_whitespace().chain(tail.split_whitespace()) {
            match word.to_ascii_lowercase().as_str() {
                "unsigned" => unsigned = true,
                // implies UNSIGNED
                "zerofill" => (unsigned, zerofill) = (true, true),
                "signed" => {}
                word => name.push(word.to_owned()),
            }
        }
        Some(Self {
            name: name.join(" "),
            arguments,
            unsigned,
            zerofill,
        })
    }

    /// The type of this name with its synonyms resolved and its default arguments filled in, without UNSIGNED and
    /// ZEROFILL. The error is the end of a message.
    fn with_args(&self, args: &[u32]) -> Result<SqlType, &'static str> {
        let arg = |at: usize, default: u32| args.get(at).copied().unwrap_or(default);
        let integer = |base: &str| {
            let mut ty = SqlType::new(base);
            if self.zerofill || (base == "tinyint" && args == [1] && !self.unsigned) {
                ty.args = args.to_vec();
            }
            ty
        };
        Ok(match self.name.as_str() {
            "tinyint" | "smallint" | "mediumint" | "bigint" => integer(&self.name),
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
            "float" | "float4" if args.len() == 2 => SqlType::with_args("float", args),
            "float" | "float4" => SqlType::new("float"),
            "double" | "double precision" | "real" | "float8" => SqlType::with_args("double", args),
            "bit" => SqlType::with_args("bit", &[arg(0, 1)]),
            "char" | "character" => SqlType::with_args("char", &[arg(0, 1)]),
            "binary" => SqlType::with_args("binary", &[arg(0, 1)]),
            "varchar" | "character varying" | "char varying" | "varbinary" => {
                if args.len() != 1 {
                    return Err(": its length is missing");
                }
                let binary = self.name == "varbinary";
                SqlType::with_args(if binary { "varbinary" } else { "varchar" }, args)
            }
            "year" => SqlType::new("year"),
            "time" | "datetime" | "timestamp" if arg(0, 0) == 0 => SqlType::new(&self.name),
            "time" | "datetime" | "timestamp" => SqlType::with_args(&self.name, args),
            "vector" if args.len() == 1 => SqlType::with_args("vector", args),
            plain
                if (WITHOUT_ARGUMENTS.contains(&plain) || GEOMETRIES.contains(&plain))
                    && args.is_empty() =>
            {
                SqlType::new(plain)
            }
            _ => return Err(""),
        })
    }
}
/// The type as it is written in DDL.
pub(crate) fn type_sql(ty: &SqlType) -> String {
    let mut out = ty.base.clone();
    if !ty.values.is_empty() {
        let values = literal::list(
            ty.values
                .iter()
                .map(|value| literals::string_literal(value)),
        );
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_type_has_one_normal_form_whatever_its_spelling() {
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
            let ty = parse_type(written).unwrap();
            assert_eq!(type_sql(&ty), canonical, "{written}");
            assert_eq!(parse_type(&type_sql(&ty)).unwrap(), ty, "{written}");
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
            assert!(parse_type(wrong).is_err(), "{wrong}");
        }
    }
}
