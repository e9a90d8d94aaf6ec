//! Rows that block a plan: enum values that are removed but in use, and columns that contain rows of a table whose
//! column changes its type.

use crate::change::{Change, Delta, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::postgres::ddl::alter_type;
use crate::dialect::postgres::naming::{bare_or_quoted, object};
use crate::dialect::postgres::types;
use crate::model::{Ident, Object, ObjectId, Pair, UserType};
use crate::sql::literal;
use std::collections::BTreeSet;

/// Finds the rows that block a plan.
pub(crate) async fn find_blocking_rows(
    conn: &mut Conn,
    plan: &Plan,
) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = removed_values_in_use(conn, plan).await?;
    found.extend(columns_containing_rows(conn, plan).await?);
    Ok(found)
}

/// The values that are removed from enums, by type.
fn removed_values(plan: &Plan) -> Vec<(&ObjectId, Vec<&str>)> {
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

/// Columns that are dropped or change their type, and tables that are dropped (without a column), by their names
/// before the plan.
fn dropped_or_changed(plan: &Plan) -> BTreeSet<(String, Option<Ident>)> {
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

/// The columns of types. `{types}` are rows of number and name; `table_name` is quoted and qualified.
const COLUMNS: &str = "
WITH asked(n, name) AS (VALUES {types})
SELECT q.n AS type_number, c.oid::regclass AS table_name, a.attname AS column_name, a.atttypid = y.typarray AS is_array
FROM asked q
JOIN pg_type y ON y.oid = to_regtype(q.name)
JOIN pg_attribute a ON a.atttypid IN (y.oid, y.typarray) AND NOT a.attisdropped AND a.attgenerated = ''
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY 1, 2, 3";

/// Enum values that are removed but in use.
async fn removed_values_in_use(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let lost = removed_values(plan);
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let named = lost.iter().enumerate().map(|(n, (id, _))| {
        let name = types::sql(&alter_type::type_reference(id));
        format!("({n}, {})", literal::string(&name))
    });
    let query = COLUMNS.replace("{types}", &literal::list(named));
    let columns = conn.query(&query).await?;
    let dropped_or_changed = dropped_or_changed(plan);
    let mut asked = Vec::new();
    let mut queries = Vec::new();
    for row in &columns {
        let removed = row.number("type_number")?.and_then(|n: usize| lost.get(n));
        let Some((id, gone)) = removed else {
            continue;
        };
        let table = row.text("table_name")?;
        let column = Ident::from(row.text("column_name")?);
        let is_left_out = |column| dropped_or_changed.contains(&(table.to_owned(), column));
        if is_left_out(None) || is_left_out(Some(column.clone())) {
            continue;
        }
        let name = bare_or_quoted(column.as_str());
        for value in gone {
            let literal = literal::string(value);
            let has = if row.flag("is_array")? {
                format!("{literal} = ANY ({name}::text[])")
            } else {
                format!("{name} = {literal}")
            };
            let n = asked.len();
            queries.push(format!(
                "(SELECT {n} AS query_number FROM {table} WHERE {has} LIMIT 1)"
            ));
            asked.push((*id, *value, table.to_owned(), name.clone()));
        }
    }
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn.query(&queries.join(" UNION ALL ")).await?;
    let numbers = rows.iter().map(|row| row.number("query_number"));
    let in_use: BTreeSet<Option<usize>> = numbers.collect::<Result<_, _>>()?;
    let found = in_use.iter().flatten().filter_map(|n| asked.get(*n));
    let found = found.map(|(id, value, table, column)| {
        let message = format!(
            "rows of {table} have {} in {column}, a value that is removed from type {id}",
            literal::string(value)
        );
        Diagnostic::error(Code::InTheWay, message)
            .help("update these rows first, or declare `renamed_from` for the value")
    });
    Ok(found.collect())
}

/// Columns that contain rows of tables, directly or within another type. `{tables}` are rows of number and name.
const CONTAINING_COLUMNS: &str = "
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
SELECT DISTINCT w.n AS table_number, a.attrelid::regclass::text AS containing_table, a.attname AS containing_column
FROM within w
JOIN pg_attribute a ON a.atttypid = w.ty AND NOT a.attisdropped
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
ORDER BY 1, 2, 3";

/// Columns that contain rows of a table whose column changes its type. The server refuses that change.
async fn columns_containing_rows(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
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
    let query = CONTAINING_COLUMNS.replace("{tables}", &literal::list(named));
    let containing = conn.query(&query).await?;
    let mut found = Vec::new();
    for row in &containing {
        let number = row.number("table_number")?;
        if let Some((table, column)) = number.and_then(|n: usize| changed.get(n)) {
            let message = format!(
                "column {}.{} contains rows of {table}, whose column {column} changes its type",
                row.text("containing_table")?,
                row.text("containing_column")?
            );
            let help = "drop that column first and recreate it afterwards: the server can't change a type within the type of a column";
            found.push(Diagnostic::error(Code::InTheWay, message).help(help));
        }
    }
    Ok(found)
}
