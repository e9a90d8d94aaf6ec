//! What a step does to a live system: locks, rewrites, scans, loss (measured on PostgreSQL 15).

pub(crate) mod blockers;
pub(crate) mod blocking_rows;
pub(crate) mod storage;

use crate::change::{Action, Change, Delta, Hazard, HazardKind, Lost, Step, TableOp};
use crate::dialect::postgres::ddl::clauses;
use crate::dialect::postgres::ddl::constraints::is_validated;
use crate::dialect::postgres::types;
use crate::dialect::postgres::types::{Family, family};
use crate::model::{
    Column, Constraint, ConstraintKind, Identity, Object, ObjectId, Pair, SqlType, Table,
};

pub(crate) fn hazard(kind: HazardKind, message: impl Into<String>) -> Hazard {
    Hazard {
        kind,
        message: message.into(),
        lost: None,
    }
}

fn loss(table: &ObjectId, column: Option<&Column>, message: String) -> Hazard {
    Hazard {
        kind: HazardKind::DataLoss,
        message,
        lost: Some(Lost {
            table: table.clone(),
            column: column.map(|column| column.name.clone()),
        }),
    }
}

/// The hazards of a step.
pub(crate) fn step(step: &Step) -> Vec<Hazard> {
    let mut out = match &step.action {
        Action::Change(change) => self::change(change),
        // waits for old transactions, lets everybody work
        Action::Concurrently(_) => Vec::new(),
    };
    out.sort_by_key(|h| h.kind);
    out.dedup();
    out
}

fn change(change: &Change) -> Vec<Hazard> {
    match change {
        Change::Create(..) | Change::Comment(..) | Change::Value(..) => Vec::new(),
        Change::Drop(id, object) => object.as_table().map_or_else(Vec::new, |table| {
            let mut out = vec![loss(
                id,
                None,
                format!("all rows of {id} are gone; rename the table first and drop it later"),
            )];
            for (_, fk) in table.foreign_keys().filter(|(_, fk)| fk.target != *id) {
                out.push(hazard(
                    HazardKind::BlocksReads,
                    format!("dropping {id} locks {} as well, for a moment", fk.target),
                ));
            }
            out
        }),
        Change::Replace(id, sides) => match &sides.to {
            Object::Type(_) => {
                let statements =
                    crate::dialect::postgres::ddl::statements(&Action::Change(change.clone()));
                if statements.iter().any(|s| s.contains("RENAME TO")) {
                    vec![hazard(
                        HazardKind::Rewrite,
                        format!(
                            "tables with columns of type {id} are written anew; a value that goes must not be in use"
                        ),
                    )]
                } else {
                    Vec::new()
                }
            }
            Object::Namespace
            | Object::Table(_)
            | Object::Extension(_)
            | Object::Sequence(_)
            | Object::Routine(_) => Vec::new(),
        },
        Change::Table { sides, ops } => ops.iter().flat_map(|op| self::op(sides, op)).collect(),
    }
}

fn op(sides: &Pair<Box<Table>>, op: &TableOp) -> Vec<Hazard> {
    let table = &sides.to.id;
    match op {
        TableOp::Rename(pair) => vec![hazard(
            HazardKind::BlocksReads,
            format!(
                "programs that know table {} fail from now on; keep a view of that name until they are gone",
                pair.from
            ),
        )],
        TableOp::Column(Delta::Add(column)) => add_column(sides, column),
        TableOp::Column(Delta::Drop(column)) => vec![loss(
            &sides.from.id,
            Some(column),
            format!(
                "all values of {table}.{} are gone; first deploy programs that don't read it",
                column.name
            ),
        )],
        TableOp::Column(Delta::Alter(pair)) => alter_column(sides, &pair.from, &pair.to),
        TableOp::Constraint(delta) => constraint(sides, delta),
        TableOp::Index(Delta::Add(index)) => {
            let advice = if sides.to.partitioning.is_some() {
                "make it ON ONLY this table, build one CONCURRENTLY on each partition, and attach those"
            } else {
                "build it CONCURRENTLY"
            };
            let name = index.name.get();
            vec![hazard(
                HazardKind::BlocksWrites,
                format!("writers of {table} wait while {name} is built; {advice}"),
            )]
        }
        TableOp::Index(Delta::Drop(index)) => vec![hazard(
            HazardKind::BlocksReads,
            format!(
                "{table} is locked for a moment to drop {}; drop it CONCURRENTLY",
                index.name.get()
            ),
        )],
        TableOp::Options(pair) => storage::options(table, pair),
        TableOp::Inheritance(pair) => storage::inheritance(table, pair),
        TableOp::Index(Delta::Alter(_)) | TableOp::Order(_) | TableOp::Partitioning(_) => {
            Vec::new()
        }
        TableOp::Value { column, rename } => vec![hazard(
            HazardKind::DataChange,
            format!(
                "rows of {table} whose {column} is '{}' get '{}'; programs that know the old value fail",
                rename.from, rename.to
            ),
        )],
    }
}

/// Functions whose result is one for the whole statement.
const STABLE: &[&str] = &[
    "now",
    "current_timestamp",
    "current_date",
    "localtimestamp",
    "localtime",
    "current_time",
    "transaction_timestamp",
    "statement_timestamp",
    "current_user",
    "enum_range",
];

/// Whether an expression may differ by row: it calls anything that is not known to be stable.
fn is_volatile(text: &str) -> bool {
    let Some(ast) = crate::dialect::postgres::expr::normalize_expr::parse(text) else {
        return true;
    };
    let mut volatile = false;
    let mut ast = ast;
    crate::sql::expr::rewrite(&mut ast, |node| {
        if let sqlparser::ast::Expr::Function(call) = node {
            let name = call.name.to_string().to_lowercase();
            volatile |= !STABLE.contains(&name.as_str());
        }
    });
    volatile
}

fn add_column(sides: &Pair<Box<Table>>, column: &Column) -> Vec<Hazard> {
    let place = format!("{}.{}", sides.to.id, column.name);
    let mut out = Vec::new();
    if column.identity.is_some() {
        out.push(hazard(
            HazardKind::Rewrite,
            format!("the table is written anew to number its rows in {place}"),
        ));
    }
    if column.generated.as_ref().is_some_and(|g| g.stored) {
        out.push(hazard(
            HazardKind::Rewrite,
            format!("the table is written anew to compute {place}"),
        ));
    }
    if let Some(default) = &column.default
        && is_volatile(&clauses::default_value(default))
    {
        out.push(hazard(
            HazardKind::Rewrite,
            format!("the default of {place} differs by row, so the table is written anew; add it without, set the default, then fill in batches"),
        ));
    }
    let valueless =
        column.default.is_none() && column.identity.is_none() && column.generated.is_none();
    if !column.nullable && valueless {
        let zero = types::zero(&column.ty).unwrap_or_else(|| {
            String::from(if column.ty.user_defined {
                "the first value of their type"
            } else {
                "no value"
            })
        });
        out.push(hazard(
            HazardKind::DataChange,
            format!("rows that are there get {zero} in {place}; add it nullable and fill it if that is wrong"),
        ));
    }
    out
}

/// What a change of type costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retype {
    /// Only the catalogue changes.
    Free,
    /// The table is written anew, no value changes.
    Rewrite,
    /// The table is written anew, and values may not fit or lose digits.
    Narrow,
}

fn retype(from: &SqlType, to: &SqlType) -> Retype {
    let rank = |ty: &SqlType| match ty.base.as_str() {
        "smallint" => 1,
        "integer" => 2,
        "bigint" => 3,
        _ => 0,
    };
    let limit = |ty: &SqlType| ty.args.first().copied().unwrap_or(u32::MAX);
    if from.dims != to.dims {
        return Retype::Narrow;
    }
    match (family(from), family(to)) {
        (Family::Integer, Family::Integer) if rank(from) <= rank(to) => Retype::Rewrite,
        (Family::Integer, Family::Fraction) if to.base == "numeric" && to.args.is_empty() => {
            Retype::Rewrite
        }
        (Family::Text, Family::Text) => {
            let varying = |ty: &SqlType| matches!(ty.base.as_str(), "text" | "character varying");
            if varying(from) && varying(to) && limit(to) >= limit(from) {
                Retype::Free
            } else if limit(to) >= limit(from) {
                Retype::Rewrite
            } else {
                Retype::Narrow
            }
        }
        (Family::Fraction, Family::Fraction) if from.base == "numeric" && to.base == "numeric" => {
            let scale = |ty: &SqlType| ty.args.get(1).copied().unwrap_or(u32::MAX);
            if to.args.is_empty() || (scale(from) == scale(to) && limit(to) >= limit(from)) {
                Retype::Free
            } else {
                Retype::Narrow
            }
        }
        (Family::Fraction, Family::Fraction)
            if from.base == "real" && to.base == "double precision" =>
        {
            Retype::Rewrite
        }
        // sessions are at UTC
        (Family::Timestamp, Family::Timestamp) if limit(to) >= limit(from) => Retype::Free,
        (Family::Date, Family::Timestamp) => Retype::Rewrite,
        (Family::Json, Family::Json) => Retype::Rewrite,
        (_, Family::Text) if limit(to) == u32::MAX => Retype::Rewrite,
        _ => Retype::Narrow,
    }
}

fn alter_column(sides: &Pair<Box<Table>>, from: &Column, to: &Column) -> Vec<Hazard> {
    let table = &sides.to.id;
    let place = format!("{table}.{}", to.name);
    let mut out = Vec::new();
    if from.name != to.name {
        out.push(hazard(
            HazardKind::BlocksReads,
            format!(
                "programs that know {table}.{} fail from now on; add the new column beside it and move over",
                from.name
            ),
        ));
    }
    if from.ty != to.ty {
        let (old, new) = (types::sql(&from.ty), types::sql(&to.ty));
        let cost = retype(&from.ty, &to.ty);
        if cost != Retype::Free {
            out.push(hazard(
                HazardKind::Rewrite,
                format!("the table is written anew and nobody can read it while {place} goes from {old} to {new}; add a new column, fill it, swap"),
            ));
        }
        if cost == Retype::Narrow {
            out.push(hazard(
                HazardKind::DataChange,
                format!(
                    "values of {place} that don't fit {new} make it fail, and digits may be lost"
                ),
            ));
        }
    }
    if from.collation != to.collation {
        out.push(hazard(
            HazardKind::BlocksReads,
            format!("indexes on {place} are built anew for its new collation"),
        ));
    }
    if from.nullable && !to.nullable {
        out.push(hazard(
            HazardKind::Scan,
            format!("all rows of {table} are read while it is locked; add CHECK ({} IS NOT NULL) NOT VALID and validate it first", to.name),
        ));
        out.push(hazard(
            HazardKind::DataChange,
            format!("NULLs in {place} become its default or zero"),
        ));
    }
    if from.identity != to.identity && to.identity == Some(Identity::Serial) {
        out.push(hazard(
            HazardKind::BlocksReads,
            format!("{place} gets a sequence of its own"),
        ));
    }
    if from.generated != to.generated && to.generated.is_some() {
        out.push(hazard(
            HazardKind::Rewrite,
            format!("{place} is dropped and computed anew, with its indexes"),
        ));
        if from.generated.is_none() {
            out.push(loss(
                &sides.from.id,
                Some(from),
                format!("values that were written to {place} are gone"),
            ));
        }
    }
    out
}

fn constraint(sides: &Pair<Box<Table>>, delta: &Delta<Constraint>) -> Vec<Hazard> {
    let table = &sides.to.id;
    match delta {
        Delta::Add(constraint) => {
            let name = constraint.name.get();
            match &constraint.kind {
                ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => vec![hazard(
                    HazardKind::BlocksReads,
                    format!(
                        "nobody can read {table} while the index of {name} is built; build a unique index CONCURRENTLY, then ADD CONSTRAINT … USING INDEX"
                    ),
                )],
                ConstraintKind::ForeignKey(fk) if fk.validated => vec![
                    hazard(
                        HazardKind::BlocksWrites,
                        format!(
                            "writers of {table} and {} wait while all rows are checked for {name}; add it NOT VALID and validate it later",
                            fk.target
                        ),
                    ),
                    hazard(
                        HazardKind::Scan,
                        format!("all rows of {table} are looked up in {}", fk.target),
                    ),
                ],
                ConstraintKind::Check(check) if check.validated => vec![hazard(
                    HazardKind::Scan,
                    format!(
                        "all rows of {table} are read while it is locked for {name}; add it NOT VALID and validate it later"
                    ),
                )],
                ConstraintKind::Exclusion(_) => vec![hazard(
                    HazardKind::BlocksReads,
                    format!(
                        "nobody can read {table} while the index of {name} is built; there is no way around that"
                    ),
                )],
                ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) => Vec::new(),
            }
        }
        Delta::Drop(constraint) => match &constraint.kind {
            ConstraintKind::ForeignKey(fk) => vec![hazard(
                HazardKind::BlocksReads,
                format!(
                    "dropping {} locks {table} and {} for a moment",
                    constraint.name.get(),
                    fk.target
                ),
            )],
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclusion(_) => Vec::new(),
        },
        Delta::Alter(pair) => {
            let now = !is_validated(&pair.from) && is_validated(&pair.to);
            let scan = || {
                let name = pair.to.name.get();
                hazard(
                    HazardKind::Scan,
                    format!(
                        "all rows of {table} are read to validate {name}; others go on working"
                    ),
                )
            };
            now.then(scan).into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn type_changes_cost_what_was_measured() {
        let cases = [
            ("varchar(50)", "varchar(100)", Retype::Free),
            ("varchar(50)", "text", Retype::Free),
            ("text", "varchar", Retype::Free),
            ("numeric(10,2)", "numeric(12,2)", Retype::Free),
            ("numeric(10,2)", "numeric", Retype::Free),
            ("timestamp", "timestamptz", Retype::Free),
            ("varchar(100)", "varchar(50)", Retype::Narrow),
            ("text", "varchar(9)", Retype::Narrow),
            ("char(3)", "text", Retype::Rewrite),
            ("int", "bigint", Retype::Rewrite),
            ("bigint", "int", Retype::Narrow),
            ("numeric(10,2)", "numeric(10,1)", Retype::Narrow),
            ("json", "jsonb", Retype::Rewrite),
            ("text", "uuid", Retype::Narrow),
        ];
        for (from, to, cost) in cases {
            let (a, b) = (types::native(from).unwrap(), types::native(to).unwrap());
            assert_eq!(retype(&a, &b), cost, "{from} to {to}");
        }
    }

    #[test]
    fn the_time_is_one_for_a_statement_and_a_random_uuid_is_not() {
        assert!(!is_volatile("now()"));
        assert!(!is_volatile("'x'::text"));
        assert!(is_volatile("gen_random_uuid()"));
    }
}
