//! Types that change: in place where the server can, made anew otherwise, with all that hangs on them.

use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::ddl::objects;
use crate::dialect::postgres::ddl::objects::field;
use crate::dialect::postgres::naming::{bare_or_quoted, object, within};
use crate::dialect::postgres::types;
use crate::model::{Check, CompositeField, Domain, Name, ObjectId, UserType};
use crate::sql::literal;
use std::fmt::Write as _;

/// The statements that make one type of the other.
pub(crate) fn replace(id: &ObjectId, from: &UserType, to: &UserType) -> Vec<String> {
    in_place(id, from, to).unwrap_or_else(|| anew(id, from, to))
}

/// Whether a type has to be made anew to become the other.
pub(crate) fn is_made_anew(id: &ObjectId, from: &UserType, to: &UserType) -> bool {
    in_place(id, from, to).is_none()
}

/// The statements that change a type where it is, if there are any that do.
fn in_place(id: &ObjectId, from: &UserType, to: &UserType) -> Option<Vec<String>> {
    let name = object(id);
    match (from, to) {
        (UserType::Enum(from), UserType::Enum(to)) => enumeration(&name, from, to),
        (UserType::Domain(from), UserType::Domain(to)) => domain(&name, from, to),
        (UserType::Composite(from), UserType::Composite(to)) => composite(&name, from, to),
        (
            UserType::Enum(_) | UserType::Domain(_) | UserType::Composite(_) | UserType::Range(_),
            _,
        ) => None,
    }
}

/// Values that only come are added in place.
fn enumeration(name: &str, from: &[String], to: &[String]) -> Option<Vec<String>> {
    let kept = to.iter().filter(|value| from.contains(value));
    if !kept.eq(from.iter()) {
        return None;
    }
    let mut out = Vec::new();
    for (at, value) in to.iter().enumerate() {
        if from.contains(value) {
            continue;
        }
        // everything before this one is there already
        let place = match at.checked_sub(1).and_then(|before| to.get(before)) {
            Some(before) => format!("AFTER {}", literal::string(before)),
            None => from.first().map_or_else(String::new, |first| {
                format!("BEFORE {}", literal::string(first))
            }),
        };
        let add = format!(
            "ALTER TYPE {name} ADD VALUE {} {place}",
            literal::string(value)
        );
        out.push(add.trim_end().to_owned());
    }
    Some(out)
}

/// All of a domain but what it is made of.
fn domain(name: &str, from: &Domain, to: &Domain) -> Option<Vec<String>> {
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
            |default| format!("SET DEFAULT {}", clauses::default(default)),
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
            None => out.push(alter(format!("ADD {}", objects::domain_check(name, new)))),
        }
    }
    Some(out)
}

/// Fields that come or go at the end: any other way back would put them elsewhere.
fn composite(name: &str, from: &[CompositeField], to: &[CompositeField]) -> Option<Vec<String>> {
    let change = |verb: &str, parts: Vec<String>| {
        let parts = parts.iter().map(|part| format!("{verb} ATTRIBUTE {part}"));
        Some(vec![format!("ALTER TYPE {name} {}", literal::list(parts))])
    };
    if let Some(more) = to.strip_prefix(from) {
        return change("ADD", more.iter().map(field).collect());
    }
    let less = from.strip_prefix(to)?;
    let names = less.iter().map(|f| bare_or_quoted(f.name.as_str()));
    change("DROP", names.collect())
}

/// What a type is called in `ALTER … RENAME` and DROP.
fn word(ty: &UserType) -> &'static str {
    match ty {
        UserType::Domain(_) => "DOMAIN",
        UserType::Enum(_) | UserType::Composite(_) | UserType::Range(_) => "TYPE",
    }
}

/// One block that makes the type anew and moves over what has it. Only the server knows all of that:
/// columns, their defaults, the constraints and indexes on them, composite types with such fields. Views
/// and functions that hold on to the type make it fail, and nothing is changed.
fn anew(id: &ObjectId, from: &UserType, to: &UserType) -> Vec<String> {
    let name = object(id);
    let old = crate::model::derived_name(id.name.as_str(), "tablewright_old", &[]);
    let old_name = within(&id.ns, &old);
    let mut statements = String::new();
    let mut gone = format!("    DROP {} {old_name};\n", word(from));
    // writing to a String can't fail
    let _ = if let UserType::Range(_) = from {
        // its functions and its multirange type would be in the new one's way
        gone.clear();
        writeln!(statements, "    DROP TYPE {name};")
    } else {
        let aside = bare_or_quoted(old.as_str());
        let what = word(from);
        writeln!(statements, "    ALTER {what} {name} RENAME TO {aside};")
    };
    for statement in objects::create_type_beside(id, to) {
        let _ = writeln!(statements, "    {statement};");
    }
    vec![
        BLOCK
            .replace("{name}", &literal::string(&types::sql(&reference(id))))
            .replace("{statements}", &statements)
            .replace("{gone}", &gone),
    ]
}

/// The type as a column names it.
pub(crate) fn reference(id: &ObjectId) -> crate::model::SqlType {
    crate::model::SqlType {
        base: id.name.as_str().to_owned(),
        schema: id.ns.name().cloned(),
        user_defined: true,
        ..crate::model::SqlType::default()
    }
}

/// Takes down what hangs on the columns of a type, renames it, makes the new one, moves the columns
/// over by their text, and puts everything back.
const BLOCK: &str = include_str!("remake_type.sql");
