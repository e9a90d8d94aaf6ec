//! `CREATE TYPE`, `CREATE DOMAIN` and `DROP`.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::naming::{self, bare_or_quoted, object};
use crate::dialect::postgres::types;
use crate::model::{Check, CompositeField, Domain, Name, ObjectId, Pair, RangeType, UserType};
use crate::sql::literal;
use std::fmt::Write as _;

/// `CREATE TYPE` or `CREATE DOMAIN`.
pub(crate) fn create_type(id: &ObjectId, ty: &UserType) -> Vec<String> {
    create_type_as(id, ty, None)
}

/// [`create_type`] while the type that it replaces still exists under another name. A domain's NOT NULL gets an
/// explicit name, because that of the old domain still has the default one (since PostgreSQL 17; older
/// versions name none).
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
            let fields = fields.iter().map(composite_field);
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
        let _ = write!(out, " COLLATE {}", clauses::collation_name(collation));
    }
    if let Some(default) = &domain.default {
        let _ = write!(out, " DEFAULT {}", clauses::default_value(default));
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
    for (check_name, check) in domain.checks.iter().filter(|(_, check)| !check.validated) {
        out.push(format!(
            "ALTER DOMAIN {name} ADD {}",
            domain_check(check_name, check)
        ));
    }
    out
}

/// A CHECK constraint of a domain, with its name.
pub(crate) fn domain_check(name: &Name, check: &Check) -> String {
    let name = bare_or_quoted(name.get().as_str());
    let valid = if check.validated { "" } else { " NOT VALID" };
    format!(
        "CONSTRAINT {name} CHECK ({}){valid}",
        check.expr.text.trim()
    )
}

/// A field of a composite type.
pub(crate) fn composite_field(field: &CompositeField) -> String {
    let name = bare_or_quoted(field.name.as_str());
    let collation = field.collation.as_ref().map_or_else(String::new, |name| {
        format!(" COLLATE {}", clauses::collation_name(name))
    });
    format!("{name} {}{collation}", types::sql(&field.ty))
}

fn create_range(name: &str, range: &RangeType) -> String {
    let mut options = vec![format!("SUBTYPE = {}", types::sql(&range.subtype))];
    let named = [
        ("SUBTYPE_OPCLASS", range.opclass.clone()),
        (
            "COLLATION",
            range.collation.as_deref().map(clauses::collation_name),
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
