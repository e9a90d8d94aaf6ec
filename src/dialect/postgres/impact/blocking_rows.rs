//! Rows that the server refuses to take along: values that their type no longer has, rows of one table
//! within the columns of others.

use crate::change::{Change, Delta, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::ddl::alter_type;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::dialect::postgres::types;
use crate::model::{Ident, Object, ObjectId, Pair, UserType};
use crate::sql::literal;
use std::collections::BTreeSet;

/// Says what stands in the way of a plan.
pub(crate) async fn find(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = values(conn, plan).await?;
    found.extend(rows(conn, plan).await?);
    Ok(found)
}

/// The values that enums no longer have, by their type.
fn lost_values(plan: &Plan) -> Vec<(&ObjectId, Vec<&str>)> {
    let lost = plan.changes().filter_map(|change| {
        let Change::Replace(id, Pair { from, to }) = change else {
            return None;
        };
        let (Object::Type(UserType::Enum(from)), Object::Type(UserType::Enum(to))) = (from, to)
        else {
            return None;
        };
        let gone = from.iter().filter(|value| !to.contains(value));
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        (!gone.is_empty()).then_some((id, gone))
    });
    lost.collect()
}

/// Columns that go or get another type, and whole tables that go: `(table, column)` as the server names
/// them before the plan.
fn leaving(plan: &Plan) -> BTreeSet<(String, Option<Ident>)> {
    let mut out = BTreeSet::new();
    for change in plan.changes() {
        match change {
            Change::Drop(id, Object::Table(_)) => {
                out.insert((object(id), None));
            }
            Change::Table { sides, ops } => {
                let gone = |op: &TableOp| match op.column()? {
                    Delta::Drop(column) => Some(column.name.clone()),
                    Delta::Alter(pair) => {
                        (pair.from.ty != pair.to.ty).then(|| pair.from.name.clone())
                    }
                    Delta::Add(_) => None,
                };
                let table = object(&sides.from.id);
                let columns = ops.iter().filter_map(gone);
                out.extend(columns.map(|column| (table.clone(), Some(column))));
            }
            Change::Create(..)
            | Change::Drop(..)
            | Change::Replace(..)
            | Change::Comment(..)
            | Change::Value(..) => {}
        }
    }
    out
}

/// `{types}`: number and name. Gives the number, the table as statements name it, the column, and whether
/// that holds many values.
const COLUMNS: &str = "
WITH asked(n, name) AS (VALUES {types})
SELECT q.n, c.oid::regclass, a.attname, a.atttypid = y.typarray
FROM asked q
JOIN pg_type y ON y.oid = to_regtype(q.name)
JOIN pg_attribute a ON a.atttypid IN (y.oid, y.typarray) AND NOT a.attisdropped AND a.attgenerated = ''
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1, 2, 3";

/// Rows with values that their type no longer has.
async fn values(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let lost = lost_values(plan);
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let named = lost.iter().enumerate().map(|(n, (id, _))| {
        let name = types::sql(&alter_type::type_reference(id));
        format!("({n}, {})", literal::string(&name))
    });
    let query = COLUMNS.replace("{types}", &literal::list(named));
    let columns = conn.query(&query).await?;
    let leaving = leaving(plan);
    let mut asked = Vec::new();
    let mut queries = Vec::new();
    for row in &columns {
        let Some((id, gone)) = row.number_at::<usize>(0).and_then(|n| lost.get(n)) else {
            continue;
        };
        let (table, column) = (row.text_at(1), Ident::from(row.text_at(2)));
        let goes = |column| leaving.contains(&(table.to_owned(), column));
        if goes(None) || goes(Some(column.clone())) {
            continue;
        }
        let name = bare_or_quoted(column.as_str());
        for value in gone {
            let literal = literal::string(value);
            let has = if row.flag_at(3) {
                format!("{literal} = ANY ({name}::text[])")
            } else {
                format!("{name} = {literal}")
            };
            let n = asked.len();
            queries.push(format!("(SELECT {n} FROM {table} WHERE {has} LIMIT 1)"));
            asked.push((*id, *value, table.to_owned(), name.clone()));
        }
    }
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let there = conn.query(&queries.join(" UNION ALL ")).await?;
    let there: BTreeSet<usize> = there.iter().filter_map(|row| row.number_at(0)).collect();
    let found = there.iter().filter_map(|n| asked.get(*n));
    let found = found.map(|(id, value, table, column)| {
        let message = format!(
            "rows of {table} have {} in {column}, which type {id} no longer has",
            literal::string(value)
        );
        Diagnostic::error(Code::InTheWay, message)
            .help("give these rows another value before, or say `renamed_from` for the value")
    });
    Ok(found.collect())
}

/// `{tables}`: number and name. Gives the number and the column of another table that holds such rows,
/// by itself or within a type.
const HOLDERS: &str = "
WITH RECURSIVE asked(n, name) AS (VALUES {tables}),
within(n, ty) AS (
    SELECT q.n, c.reltype FROM asked q JOIN pg_class c ON c.oid = to_regclass(q.name)
  UNION
    SELECT w.n, up.oid FROM within w CROSS JOIN LATERAL (
        SELECT y.oid FROM pg_type y WHERE y.typelem = w.ty AND y.typcategory = 'A' OR y.typbasetype = w.ty
      UNION ALL
        SELECT r.rngtypid FROM pg_range r WHERE r.rngsubtype = w.ty
      UNION ALL
        SELECT c.reltype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'c'
        WHERE a.atttypid = w.ty AND NOT a.attisdropped
    ) up
)
SELECT DISTINCT w.n, a.attrelid::regclass::text, a.attname
FROM within w
JOIN pg_attribute a ON a.atttypid = w.ty AND NOT a.attisdropped
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
ORDER BY 1, 2, 3";

/// Columns that hold rows of a table of which a column gets another type: the server doesn't change them.
async fn rows(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let mut changed: Vec<(&ObjectId, &Ident)> = Vec::new();
    for change in plan.changes() {
        let Change::Table { sides, ops } = change else {
            continue;
        };
        let altered = ops.iter().filter_map(|op| op.column()?.altered());
        let retyped = altered.filter(|pair| pair.from.ty != pair.to.ty);
        changed.extend(retyped.map(|pair| (&sides.from.id, &pair.from.name)));
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let named = changed.iter().enumerate().map(|(n, (id, _))| {
        let name = literal::string(&object(id));
        format!("({n}, {name})")
    });
    let query = HOLDERS.replace("{tables}", &literal::list(named));
    let holders = conn.query(&query).await?;
    let found = holders.iter().filter_map(|row| {
        let (table, column) = changed.get(row.number_at::<usize>(0)?)?;
        let message = format!(
            "column {}.{} holds rows of {table}, whose column {column} gets another type",
            row.text_at(1),
            row.text_at(2)
        );
        Some(Diagnostic::error(Code::InTheWay, message).help(
            "the server changes no type that columns have as a part of theirs: drop that column before, and make it again afterwards",
        ))
    });
    Ok(found.collect())
}
