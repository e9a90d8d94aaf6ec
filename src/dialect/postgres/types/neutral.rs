//! The mapping of neutral types.

use crate::dialect::postgres::naming::bare_or_quoted;
use crate::dialect::{TypePlan, Unsupported};
use crate::model::SqlType;
use crate::spec::Neutral;

/// The precision of a temporal type as type arguments.
fn precision(p: Option<u32>) -> Vec<u32> {
    p.into_iter().collect()
}

/// Maps a neutral type (`docs/types.md`).
pub(crate) fn map_neutral_type(
    ty: &Neutral,
    identity: bool,
    table: &str,
    column: &str,
) -> Result<TypePlan, Unsupported> {
    let quoted = bare_or_quoted(column);
    let plain = |base: &str| Ok(plan(SqlType::new(base), None));
    let ranged = |base: &str, max: &str| {
        let check = format!("{quoted} between 0 and {max}");
        Ok(plan(SqlType::new(base), Some(check)))
    };
    let args = |base: &str, args: &[u32]| Ok(plan(SqlType::with_args(base, args), None));
    match ty {
        Neutral::Bool => plain("boolean"),
        Neutral::TinyInt { unsigned: false } | Neutral::SmallInt { unsigned: false } => {
            plain("smallint")
        }
        Neutral::TinyInt { unsigned: true } => ranged("smallint", "255"),
        Neutral::SmallInt { unsigned: true } => ranged("integer", "65535"),
        Neutral::Int { unsigned: false } => plain("integer"),
        Neutral::Int { unsigned: true } => ranged("bigint", "4294967295"),
        Neutral::BigInt { unsigned: false } => plain("bigint"),
        // an identity column can't be numeric
        Neutral::BigInt { unsigned: true } if identity => {
            Ok(plan(SqlType::new("bigint"), Some(format!("{quoted} >= 0"))))
        }
        Neutral::BigInt { unsigned: true } => Ok(plan(
            SqlType::with_args("numeric", &[20, 0]),
            Some(format!("{quoted} between 0 and 18446744073709551615")),
        )),
        Neutral::Decimal { precision, scale } => args("numeric", &[*precision, *scale]),
        Neutral::Float => plain("real"),
        Neutral::Double => plain("double precision"),
        Neutral::Char(n) => args("character", &[*n]),
        Neutral::Varchar(n) => args("character varying", &[*n]),
        Neutral::Text => plain("text"),
        Neutral::Uuid => plain("uuid"),
        Neutral::Date => plain("date"),
        Neutral::Time(p) => args("time without time zone", &precision(*p)),
        Neutral::DateTime(p) => args("timestamp without time zone", &precision(*p)),
        Neutral::TimestampTz(p) => args("timestamp with time zone", &precision(*p)),
        Neutral::Json => plain("jsonb"),
        Neutral::Binary(n) => Ok(plan(
            SqlType::new("bytea"),
            Some(format!("octet_length({quoted}) = {n}")),
        )),
        Neutral::Varbinary(n) => Ok(plan(
            SqlType::new("bytea"),
            Some(format!("octet_length({quoted}) <= {n}")),
        )),
        Neutral::Blob => plain("bytea"),
        Neutral::Enum { values, native } => {
            let texts: Vec<String> = values.iter().map(|v| v.value.clone()).collect();
            if *native {
                let name = crate::model::derived_name(table, column, &[]);
                return Ok(TypePlan {
                    ty: SqlType {
                        user_defined: true,
                        ..SqlType::new(name.as_str())
                    },
                    check: None,
                    native_enum: Some(texts),
                });
            }
            let list =
                crate::sql::literal::list(texts.iter().map(|v| crate::sql::literal::string(v)));
            Ok(plan(
                SqlType::new("text"),
                Some(format!("{quoted} in ({list})")),
            ))
        }
        Neutral::Array(of) => {
            let element = map_neutral_type(of, false, table, column)?;
            if element.check.is_some() || element.native_enum.is_some() {
                return Err(Unsupported {
                    message: String::from(
                        "an array of this type can't restrict its values on PostgreSQL",
                    ),
                    help: String::from(
                        "use an element type without a range, or write a native type under `postgres:`",
                    ),
                });
            }
            let mut ty = element.ty;
            // the server does not store the declared number of dimensions
            ty.dims = 1;
            Ok(plan(ty, None))
        }
        Neutral::Vector(n) => Ok(plan(
            SqlType {
                user_defined: true,
                ..SqlType::with_args("vector", &[*n])
            },
            None,
        )),
    }
}

fn plan(ty: SqlType, check: Option<String>) -> TypePlan {
    TypePlan {
        ty,
        check,
        native_enum: None,
    }
}
