//! Changes of user-defined types: in place where the server can, otherwise the type is recreated and the
//! columns that have it are converted.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::ddl::user_types::{self, composite_field};
use crate::dialect::postgres::naming::{bare_or_quoted, object, within};
use crate::dialect::postgres::types;
use crate::model::{
    Check, CompositeField, Domain, Name, ObjectId, SqlType, UserType, derived_name,
};
use crate::sql::literal;
use std::fmt::Write as _;

/// The statements that change a type into another definition.
pub(crate) fn alter_or_recreate(id: &ObjectId, from: &UserType, to: &UserType) -> Vec<String> {
    alter_in_place(id, from, to).unwrap_or_else(|| recreate(id, from, to))
}

/// Whether a type must be recreated to get the new definition.
pub(crate) fn must_recreate(id: &ObjectId, from: &UserType, to: &UserType) -> bool {
    alter_in_place(id, from, to).is_none()
}

/// The statements that change a type in place; `None` where the server has none.
fn alter_in_place(id: &ObjectId, from: &UserType, to: &UserType) -> Option<Vec<String>> {
    let name = object(id);
    match (from, to) {
        (UserType::Enum(from), UserType::Enum(to)) => alter_enum(&name, from, to),
        (UserType::Domain(from), UserType::Domain(to)) => alter_domain(&name, from, to),
        (UserType::Composite(from), UserType::Composite(to)) => alter_composite(&name, from, to),
        (
            UserType::Enum(_) | UserType::Domain(_) | UserType::Composite(_) | UserType::Range(_),
            _,
        ) => None,
    }
}

/// `ADD VALUE`, if no value is removed and the order stays.
fn alter_enum(name: &str, from: &[String], to: &[String]) -> Option<Vec<String>> {
    let kept = to.iter().filter(|value| from.contains(value));
    if !kept.eq(from.iter()) {
        return None;
    }
    let mut out = Vec::new();
    for (at, value) in to.iter().enumerate() {
        if from.contains(value) {
            continue;
        }
        // all preceding values exist already
        let position = match at.checked_sub(1).and_then(|before| to.get(before)) {
            Some(before) => format!("AFTER {}", literal::string(before)),
            None => from.first().map_or_else(String::new, |first| {
                format!("BEFORE {}", literal::string(first))
            }),
        };
        let add = format!(
            "ALTER TYPE {name} ADD VALUE {} {position}",
            literal::string(value)
        );
        out.push(add.trim_end().to_owned());
    }
    Some(out)
}

/// `ALTER DOMAIN`, for everything but the base type and its collation.
fn alter_domain(name: &str, from: &Domain, to: &Domain) -> Option<Vec<String>> {
    if from.base != to.base || from.collation != to.collation {
        return None;
    }
    let alter = |what: String| format!("ALTER DOMAIN {name} {what}");
    let named = |name: &Name| bare_or_quoted(name.get().as_str());
    let find = |checks: &[(Name, Check)], name: &Name| {
        let found = checks.iter().find(|(other, _)| other.get() == name.get());
        found.map(|(_, check)| check.clone())
    };
    let mut out = Vec::new();
    let same = |a: &Check, b: &Check| a.expr == b.expr && (a.validated || !b.validated || a == b);
    let stays =
        |old: &Check, new: &Check| same(old, new) || (old.expr == new.expr && new.validated);
    for (name, old) in &from.checks {
        if !find(&to.checks, name).is_some_and(|new| stays(old, &new)) {
            out.push(alter(format!("DROP CONSTRAINT {}", named(name))));
        }
    }
    if from.default != to.default {
        out.push(alter(to.default.as_ref().map_or_else(
            || String::from("DROP DEFAULT"),
            |default| format!("SET DEFAULT {}", clauses::default_value(default)),
        )));
    }
    if from.not_null != to.not_null {
        let verb = if to.not_null { "SET" } else { "DROP" };
        out.push(alter(format!("{verb} NOT NULL")));
    }
    for (name, new) in &to.checks {
        match find(&from.checks, name).filter(|old| stays(old, new)) {
            Some(old) if !old.validated && new.validated => {
                out.push(alter(format!("VALIDATE CONSTRAINT {}", named(name))));
            }
            Some(_) => {}
            None => out.push(alter(format!(
                "ADD {}",
                user_types::domain_check(name, new)
            ))),
        }
    }
    Some(out)
}

/// `ADD ATTRIBUTE` or `DROP ATTRIBUTE` at the end. The reverse of any other change would put the field at
/// another position.
fn alter_composite(
    name: &str,
    from: &[CompositeField],
    to: &[CompositeField],
) -> Option<Vec<String>> {
    let change = |verb: &str, parts: Vec<String>| {
        let parts = parts.iter().map(|part| format!("{verb} ATTRIBUTE {part}"));
        Some(vec![format!("ALTER TYPE {name} {}", literal::list(parts))])
    };
    if let Some(more) = to.strip_prefix(from) {
        return change("ADD", more.iter().map(composite_field).collect());
    }
    let less = from.strip_prefix(to)?;
    let names = less.iter().map(|f| bare_or_quoted(f.name.as_str()));
    change("DROP", names.collect())
}

/// The keyword of a type in `ALTER … RENAME` and DROP.
fn type_keyword(ty: &UserType) -> &'static str {
    match ty {
        UserType::Domain(_) => "DOMAIN",
        UserType::Enum(_) | UserType::Composite(_) | UserType::Range(_) => "TYPE",
    }
}

/// One PL/pgSQL block that recreates a type and converts its dependents, which it finds in the catalogue:
/// columns, their defaults, their constraints and indexes, composite types with such fields. If a view or a
/// function depends on the type, the block fails and changes nothing.
fn recreate(id: &ObjectId, from: &UserType, to: &UserType) -> Vec<String> {
    let name = object(id);
    let old = derived_name(id.name.as_str(), "tablewright_old", &[]);
    let old_name = within(&id.ns, &old);
    let mut statements = String::new();
    let mut drop_old = format!("    DROP {} {old_name};\n", type_keyword(from));
    // writing to a String can't fail
    let _ = if let UserType::Range(_) = from {
        // the functions and the multirange type of the new type get the names of the old ones
        drop_old.clear();
        writeln!(statements, "    DROP TYPE {name};")
    } else {
        let old = bare_or_quoted(old.as_str());
        let keyword = type_keyword(from);
        writeln!(statements, "    ALTER {keyword} {name} RENAME TO {old};")
    };
    for statement in user_types::create_type_beside(id, to) {
        let _ = writeln!(statements, "    {statement};");
    }
    vec![
        BLOCK
            .replace("{name}", &literal::string(&types::sql(&type_reference(id))))
            .replace("{statements}", &statements)
            .replace("{drop_old}", &drop_old),
    ]
}

/// A user-defined type as the type of a column.
pub(crate) fn type_reference(id: &ObjectId) -> SqlType {
    SqlType {
        base: id.name.as_str().to_owned(),
        schema: id.ns.name().cloned(),
        user_defined: true,
        ..SqlType::default()
    }
}

/// Drops the dependents of the columns of a type, renames the type, creates the new one, converts the columns
/// through their text, and recreates the dependents.
const BLOCK: &str = include_str!("recreate_type.sql");
