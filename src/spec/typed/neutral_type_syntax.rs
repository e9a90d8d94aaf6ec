//! The syntax of neutral types, with suggestions for texts that are not neutral types.

use crate::diag::Code;
use crate::spec::suggest::nearest;
use crate::spec::typed::neutral_type::Neutral;

/// The reason why a text is not a neutral type.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotNeutral {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Option<String>,
}

impl NotNeutral {
    fn new(message: impl Into<String>) -> Self {
        Self {
            code: Code::UnknownType,
            message: message.into(),
            label: None,
            help: None,
        }
    }

    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The names of the neutral types, as they are suggested.
const NAMES: [&str; 21] = [
    "bool",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "decimal",
    "float",
    "double",
    "char",
    "varchar",
    "text",
    "uuid",
    "date",
    "time",
    "datetime",
    "timestamptz",
    "json",
    "binary",
    "varbinary",
    "blob",
    "vector",
];

/// The names of neutral types in other systems.
const ALIASES: [(&str, &str); 21] = [
    ("integer", "int"),
    ("int2", "smallint"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("boolean", "bool"),
    ("numeric", "decimal(p,s)"),
    ("number", "decimal(p,s)"),
    ("money", "decimal(p,s)"),
    ("real", "float"),
    ("float4", "float"),
    ("float8", "double"),
    ("double precision", "double"),
    ("string", "varchar(n)` or `text"),
    ("character", "char(n)"),
    ("character varying", "varchar(n)"),
    ("guid", "uuid"),
    ("bytes", "blob"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "datetime"),
    ("serial", "int` with `identity: true"),
    ("bigserial", "bigint` with `identity: true"),
];

/// Native types: the type, its dialect, and the most similar neutral type.
const NATIVE: [(&str, &str, &str); 35] = [
    ("jsonb", "postgres", "json"),
    ("smallserial", "postgres", "smallint"),
    ("tsvector", "postgres", "text"),
    ("tsquery", "postgres", "text"),
    ("citext", "postgres", "text"),
    ("hstore", "postgres", "json"),
    ("inet", "postgres", "varchar(45)"),
    ("cidr", "postgres", "varchar(49)"),
    ("macaddr", "postgres", "varchar(17)"),
    ("interval", "postgres", "varchar(64)"),
    ("xml", "postgres", "text"),
    ("bytea", "postgres", "blob"),
    ("timetz", "postgres", "time"),
    ("int4range", "postgres", "text"),
    ("int8range", "postgres", "text"),
    ("numrange", "postgres", "text"),
    ("tsrange", "postgres", "text"),
    ("tstzrange", "postgres", "text"),
    ("daterange", "postgres", "text"),
    ("ltree", "postgres", "text"),
    ("halfvec", "postgres", "vector(n)"),
    ("oid", "postgres", "bigint"),
    ("tinytext", "mysql", "text"),
    ("mediumtext", "mysql", "text"),
    ("longtext", "mysql", "text"),
    ("tinyblob", "mysql", "blob"),
    ("mediumblob", "mysql", "blob"),
    ("longblob", "mysql", "blob"),
    ("mediumint", "mysql", "int"),
    ("year", "mysql", "smallint"),
    ("set", "mysql", "text"),
    ("bit", "mysql", "bool"),
    ("geometry", "mysql", "blob"),
    ("point", "mysql", "blob"),
    ("polygon", "mysql", "blob"),
];

/// Splits a type from ` null`, and returns whether the text ends with it.
pub(crate) fn split_null(text: &str) -> (&str, bool) {
    let text = text.trim_end();
    let cut = text.len().saturating_sub(5);
    match text.get(cut..) {
        Some(end) if cut > 0 && end.eq_ignore_ascii_case(" null") => {
            (text.get(..cut).unwrap_or(text).trim_end(), true)
        }
        _ => (text, false),
    }
}

/// Parses a neutral type, without ` null`.
pub(crate) fn parse_neutral_type(text: &str) -> Result<Neutral, NotNeutral> {
    let lower = text.trim().to_ascii_lowercase();
    if let Some(of) = lower.strip_prefix("array of ") {
        return match parse_neutral_type(of)? {
            Neutral::Array(_) => Err(NotNeutral::new("arrays of arrays are not a neutral type")
                .help("use `json`, or a native type in the dialect's map")),
            of => Ok(Neutral::Array(Box::new(of))),
        };
    }
    let (rest, unsigned) = match lower.strip_suffix(" unsigned") {
        Some(rest) => (rest.trim_end(), true),
        None => (lower.as_str(), false),
    };
    let (base, args) = match rest.split_once('(') {
        None => (rest, None),
        Some((base, args)) => match args.strip_suffix(')') {
            Some(args) => (base.trim_end(), Some(args)),
            None => return Err(unknown_type(text, base.trim_end())),
        },
    };
    let ty = parse_named_type(text, base, args, unsigned)?;
    let integer = matches!(
        ty,
        Neutral::TinyInt { .. }
            | Neutral::SmallInt { .. }
            | Neutral::Int { .. }
            | Neutral::BigInt { .. }
    );
    if unsigned && !integer {
        return Err(NotNeutral::new(format!("`{base}` can't be unsigned"))
            .label("only integer types can be unsigned")
            .help("remove `unsigned`, and add a check"));
    }
    Ok(ty)
}

fn parse_named_type(
    text: &str,
    base: &str,
    args: Option<&str>,
    unsigned: bool,
) -> Result<Neutral, NotNeutral> {
    let plain = |ty: Neutral| match args {
        None => Ok(ty),
        Some(_) => Err(
            NotNeutral::new(format!("`{base}` has no length or precision"))
                .label(format!("write `{base}`")),
        ),
    };
    match base {
        "bool" => plain(Neutral::Bool),
        "tinyint" => plain(Neutral::TinyInt { unsigned }),
        "smallint" => plain(Neutral::SmallInt { unsigned }),
        "int" => plain(Neutral::Int { unsigned }),
        "bigint" => plain(Neutral::BigInt { unsigned }),
        "float" => plain(Neutral::Float),
        "double" => plain(Neutral::Double),
        "text" => plain(Neutral::Text),
        "uuid" => plain(Neutral::Uuid),
        "date" => plain(Neutral::Date),
        "json" => plain(Neutral::Json),
        "blob" => plain(Neutral::Blob),
        "decimal" => decimal(args),
        "char" => Ok(Neutral::Char(length(base, args)?)),
        "varchar" => Ok(Neutral::Varchar(length(base, args)?)),
        "binary" => Ok(Neutral::Binary(length(base, args)?)),
        "varbinary" => Ok(Neutral::Varbinary(length(base, args)?)),
        "vector" => Ok(Neutral::Vector(length(base, args)?)),
        "time" => Ok(Neutral::Time(fraction(base, args)?)),
        "datetime" => Ok(Neutral::DateTime(fraction(base, args)?)),
        "timestamptz" => Ok(Neutral::TimestampTz(fraction(base, args)?)),
        "timestamp" => Err(NotNeutral {
            code: Code::AmbiguousType,
            ..NotNeutral::new("ambiguous type `timestamp`")
                .label("write `datetime` or `timestamptz`")
                .help("choose `datetime` for a date and time without a zone, `timestamptz` for an instant")
        }),
        "enum" => {
            Err(NotNeutral::new("an enum is not declared with `type`").label("write `{ enum: [a, b] }`"))
        }
        _ => Err(unknown_type(text, base)),
    }
}

fn unknown_type(text: &str, base: &str) -> NotNeutral {
    let error = NotNeutral::new(format!("unknown type `{}`", text.trim()));
    if text.contains('(') && !text.contains(')') {
        let quoted = format!("write `\"{},…)\"`", text.trim());
        return error.label("missing `)`").help(format!(
            "quote a value that contains a comma within {{ }}: {quoted}"
        ));
    }
    if let Some((_, to)) = ALIASES.iter().find(|(from, _)| *from == base) {
        return error.label(format!("did you mean `{to}`?"));
    }
    if let Some((_, dialect, neutral)) = NATIVE.iter().find(|(name, ..)| *name == base) {
        let native = text.trim();
        return NotNeutral {
            code: Code::NativeType,
            ..NotNeutral::new(format!("`{native}` is a native type of {dialect}"))
                .label("not a neutral type")
                .help(format!(
                    "write `{{ type: {neutral}, {dialect}: {{ type: {native} }} }}`"
                ))
        };
    }
    if let Some(of) = base.strip_suffix("[]") {
        return error.label(format!("did you mean `array of {of}`?"));
    }
    match nearest(base, NAMES) {
        Some(name) => {
            // with the arguments in parentheses
            let rest = text.find('(').and_then(|at| text.get(at..)).unwrap_or_default();
            error.label(format!("did you mean `{name}{}`?", rest.trim_end()))
        }
        None => error.label("not a neutral type").help(format!(
            "use one of {}, `enum: [..]` or `array of ..`, or write a native type in its dialect's map",
            NAMES.join(", ")
        )),
    }
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

fn length(base: &str, args: Option<&str>) -> Result<u32, NotNeutral> {
    let what = if base == "vector" {
        "number of dimensions"
    } else {
        "length"
    };
    match args.map(number) {
        Some(Some(n)) if n > 0 => Ok(n),
        Some(_) => Err(NotNeutral::new(format!(
            "the {what} of `{base}` must be a whole number above 0"
        ))),
        None => {
            Err(NotNeutral::new(format!("`{base}` needs a {what}"))
                .label(format!("write `{base}(n)`")))
        }
    }
}

fn fraction(base: &str, args: Option<&str>) -> Result<Option<u32>, NotNeutral> {
    match args.map(number) {
        None => Ok(None),
        Some(Some(n)) if n <= 6 => Ok(Some(n)),
        Some(_) => Err(NotNeutral::new(format!(
            "the precision of `{base}` must be a number from 0 to 6"
        ))),
    }
}

fn decimal(args: Option<&str>) -> Result<Neutral, NotNeutral> {
    let Some(args) = args else {
        return Err(NotNeutral::new("`decimal` needs a precision and a scale")
            .label("write `decimal(p,s)`")
            .help("write p digits in total, s of them after the decimal point"));
    };
    let (precision, scale) = args.split_once(',').unwrap_or((args, "0"));
    match (number(precision), number(scale)) {
        (Some(precision), Some(scale)) if precision > 0 && scale <= precision => {
            Ok(Neutral::Decimal { precision, scale })
        }
        _ => Err(NotNeutral::new(
            "`decimal(p,s)` needs a precision p above 0 and a scale s of at most p",
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{NAMES, parse_neutral_type, split_null};

    #[test]
    fn neutral_types_are_parsed_and_displayed_unchanged() {
        for text in [
            "bool",
            "tinyint",
            "tinyint unsigned",
            "smallint",
            "smallint unsigned",
            "int",
            "int unsigned",
            "bigint",
            "bigint unsigned",
            "decimal(12,4)",
            "float",
            "double",
            "char(3)",
            "varchar(255)",
            "text",
            "uuid",
            "date",
            "time",
            "time(3)",
            "datetime",
            "datetime(6)",
            "timestamptz",
            "timestamptz(0)",
            "json",
            "binary(16)",
            "varbinary(9)",
            "blob",
            "array of text",
            "array of varchar(9)",
            "vector(384)",
        ] {
            assert_eq!(parse_neutral_type(text).unwrap().to_string(), text);
        }
        assert_eq!(
            parse_neutral_type("decimal(5)").unwrap().to_string(),
            "decimal(5,0)"
        );
        assert_eq!(
            parse_neutral_type("DECIMAL( 5 , 2 )").unwrap().to_string(),
            "decimal(5,2)"
        );
    }

    #[test]
    fn unknown_types_are_reported_with_a_suggestion() {
        for (text, expected) in [
            ("integer", "did you mean `int`?"),
            ("boolean", "did you mean `bool`?"),
            ("timestamp", "`datetime` or `timestamptz`"),
            ("timestamp(6)", "`datetime` or `timestamptz`"),
            ("bigin", "did you mean `bigint`?"),
            ("jsonb", "`{ type: json, postgres: { type: jsonb } }`"),
            ("serial", "identity: true"),
            ("tsvector", "postgres: { type: tsvector }"),
            ("longtext", "mysql: { type: longtext }"),
            ("text[]", "did you mean `array of text`?"),
            ("enum('a','b')", "enum: [a, b]"),
            ("varchar", "write `varchar(n)`"),
            ("varchar(0)", "above 0"),
            ("varchar(x)", "above 0"),
            ("varchra(5)", "did you mean `varchar(5)`?"),
            ("varchar(5", "missing `)`"),
            ("decimal(10", "decimal(10,…)"),
            ("decimal", "write `decimal(p,s)`"),
            ("decimal(2,3)", "decimal(p,s)"),
            ("int(11)", "write `int`"),
            ("text unsigned", "only integer types"),
            ("time(9)", "from 0 to 6"),
            ("array of array of int", "arrays of arrays"),
            ("array of frob", "not a neutral type"),
            ("", "not a neutral type"),
        ] {
            let error = parse_neutral_type(text).unwrap_err();
            let all = format!("{} {:?} {:?}", error.message, error.label, error.help);
            assert!(all.contains(expected), "{text}: {all}");
        }
        for name in NAMES {
            let known =
                parse_neutral_type(name).or_else(|_| parse_neutral_type(&format!("{name}(2)")));
            assert!(known.is_ok(), "{name}");
        }
    }

    #[test]
    fn null_after_a_type_is_split_off() {
        assert_eq!(split_null("int null"), ("int", true));
        assert_eq!(split_null("int  NULL "), ("int", true));
        assert_eq!(split_null("int"), ("int", false));
        assert_eq!(split_null("null"), ("null", false));
        assert_eq!(split_null("é null"), ("é", true));
    }
}
