//! What isn't a table: schemas, extensions, types, sequences.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::naming;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::dialect::postgres::types;
use crate::model::{
    Check, CompositeField, Domain, Extension, Name, ObjectId, ObjectKind, Pair, RangeType, UserType,
};
use crate::sql::literal;
use std::fmt::Write as _;

/// `CREATE TYPE` or `CREATE DOMAIN`.
pub(crate) fn create_type(id: &ObjectId, ty: &UserType) -> Vec<String> {
    create_type_as(id, ty, None)
}

/// The same while another one is there that had this name, whose NOT NULL still has the name that the
/// server would choose (PostgreSQL 17; before, it has none).
pub(crate) fn create_type_beside(id: &ObjectId, ty: &UserType) -> Vec<String> {
    let name = naming::generated_name(id.name.as_str(), "", "not_null");
    create_type_as(id, ty, Some(&name))
}

fn create_type_as(id: &ObjectId, ty: &UserType, not_null: Option<&str>) -> Vec<String> {
    let name = object(id);
    match ty {
        UserType::Enum(values) => vec![create_enum(&name, values)],
        UserType::Domain(domain) => create_domain(&name, domain, not_null),
        UserType::Composite(fields) => {
            let fields = fields.iter().map(field);
            vec![format!("CREATE TYPE {name} AS ({})", literal::list(fields))]
        }
        UserType::Range(range) => vec![create_range(&name, range)],
    }
}

/// `DROP TYPE` or `DROP DOMAIN`.
pub(crate) fn drop_type(id: &ObjectId, ty: &UserType) -> String {
    let what = match ty {
        UserType::Domain(_) => "DOMAIN",
        UserType::Enum(_) | UserType::Composite(_) | UserType::Range(_) => "TYPE",
    };
    format!("DROP {what} {}", object(id))
}

/// `ALTER TYPE … RENAME VALUE`.
pub(crate) fn rename_value(id: &ObjectId, value: &Pair<String>) -> String {
    let (old, new) = (literal::string(&value.from), literal::string(&value.to));
    format!("ALTER TYPE {} RENAME VALUE {old} TO {new}", object(id))
}

/// `CREATE TYPE … AS ENUM`.
pub(crate) fn create_enum(name: &str, values: &[String]) -> String {
    let values = literal::list(values.iter().map(|v| literal::string(v)));
    format!("CREATE TYPE {name} AS ENUM ({values})")
}

fn create_domain(name: &str, domain: &Domain, not_null: Option<&str>) -> Vec<String> {
    let mut out = format!("CREATE DOMAIN {name} AS {}", types::sql(&domain.base));
    // writing to a String can't fail
    if let Some(collation) = &domain.collation {
        let _ = write!(out, " COLLATE {}", clauses::collation(collation));
    }
    if let Some(default) = &domain.default {
        let _ = write!(out, " DEFAULT {}", clauses::default(default));
    }
    if domain.not_null {
        if let Some(not_null) = not_null {
            let _ = write!(out, " CONSTRAINT {}", bare_or_quoted(not_null));
        }
        out.push_str(" NOT NULL");
    }
    for (name, check) in domain.checks.iter().filter(|(_, check)| check.validated) {
        let _ = write!(out, " {}", domain_check(name, check));
    }
    let mut out = vec![out];
    for (check, of) in domain.checks.iter().filter(|(_, check)| !check.validated) {
        out.push(format!(
            "ALTER DOMAIN {name} ADD {}",
            domain_check(check, of)
        ));
    }
    out
}

/// A condition of a domain, with its name.
pub(crate) fn domain_check(name: &Name, check: &Check) -> String {
    let name = bare_or_quoted(name.get().as_str());
    let valid = if check.validated { "" } else { " NOT VALID" };
    format!(
        "CONSTRAINT {name} CHECK ({}){valid}",
        check.expr.text.trim()
    )
}

/// A field of a composite type.
pub(crate) fn field(field: &CompositeField) -> String {
    let name = bare_or_quoted(field.name.as_str());
    let collation = field.collation.as_ref().map_or_else(String::new, |name| {
        format!(" COLLATE {}", clauses::collation(name))
    });
    format!("{name} {}{collation}", types::sql(&field.ty))
}

fn create_range(name: &str, range: &RangeType) -> String {
    let mut options = vec![format!("SUBTYPE = {}", types::sql(&range.subtype))];
    let named = [
        ("SUBTYPE_OPCLASS", range.opclass.clone()),
        (
            "COLLATION",
            range.collation.as_deref().map(clauses::collation),
        ),
        ("SUBTYPE_DIFF", range.diff.clone()),
        (
            "MULTIRANGE_TYPE_NAME",
            range
                .multirange
                .as_ref()
                .map(|n| bare_or_quoted(n.as_str())),
        ),
    ];
    for (option, value) in named {
        options.extend(value.map(|value| format!("{option} = {value}")));
    }
    format!("CREATE TYPE {name} AS RANGE ({})", options.join(", "))
}

/// `CREATE EXTENSION`.
pub(crate) fn create_extension(id: &ObjectId, extension: &Extension) -> String {
    let name = bare_or_quoted(id.name.as_str());
    let schema = extension
        .schema
        .as_ref()
        .map_or_else(String::new, |schema| {
            format!(" WITH SCHEMA {}", bare_or_quoted(schema.as_str()))
        });
    format!("CREATE EXTENSION IF NOT EXISTS {name}{schema}")
}

/// `COMMENT ON` an object that isn't a table.
pub(crate) fn comment(id: &ObjectId, text: Option<&String>) -> String {
    let name = match id.kind {
        ObjectKind::Namespace | ObjectKind::Extension => bare_or_quoted(id.name.as_str()),
        ObjectKind::Routine => format!("{}({})", object(id), id.args.as_deref().unwrap_or("")),
        ObjectKind::Type
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Collation
        | ObjectKind::Operator
        | ObjectKind::OperatorClass
        | ObjectKind::Statistics
        | ObjectKind::Rule
        | ObjectKind::TextSearch => object(id),
    };
    let kind = id.kind.to_string().to_uppercase();
    format!("COMMENT ON {kind} {name} IS {}", clauses::comment(text))
}
