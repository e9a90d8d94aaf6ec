//! Pairs of expressions that differ as text are compared by SQLite's compiler: they are equal if EXPLAIN, which runs
//! nothing, returns the same program for both.

use crate::db::{Conn, DbError, Row};
use crate::diag::Diagnostic;
use crate::dialect::out_of_scope_foreign_keys;
use crate::dialect::sqlite::naming::quote;
use crate::model::{ConstraintKind, Expr, Schema, Table};
use crate::sql::lexical_rules::SQLITE;
use crate::sql::splitter::split;

/// Copies the live text of each expression that SQLite compiles to the same program into the desired schema.
pub(crate) async fn reconcile_schemas(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    out_of_scope_foreign_keys::keep(want, have, false);
    for (id, table) in want.tables_mut() {
        let Some(live) = have.table(id) else {
            continue;
        };
        for (want, have) in expression_pairs(table, live) {
            if want != have && same_program(conn, live, want, have).await? {
                want.clone_from(have);
            }
        }
    }
    Ok(Vec::new())
}

/// The expressions of the same column, constraint or index on both sides.
fn expression_pairs<'a>(want: &'a mut Table, have: &'a Table) -> Vec<(&'a mut Expr, &'a Expr)> {
    let mut found = Vec::new();
    for column in &mut want.columns {
        let Some(live) = have.column(column.name.as_str()) else {
            continue;
        };
        found.extend(column.default.as_mut().zip(live.default.as_ref()));
        let computed = column.generated.as_mut().map(|g| &mut g.expr);
        found.extend(computed.zip(live.generated.as_ref().map(|g| &g.expr)));
    }
    for constraint in &mut want.constraints {
        let live = have
            .constraints
            .iter()
            .find(|other| other.name.get() == constraint.name.get());
        if let (ConstraintKind::Check(check), Some(ConstraintKind::Check(live))) =
            (&mut constraint.kind, live.map(|live| &live.kind))
        {
            found.push((&mut check.expr, &live.expr));
        }
    }
    for index in &mut want.indexes {
        let live = have
            .indexes
            .iter()
            .find(|other| other.name.get() == index.name.get());
        let live = live.and_then(|live| live.predicate.as_ref());
        found.extend(index.predicate.as_mut().zip(live));
    }
    found
}

async fn same_program(conn: &mut Conn, table: &Table, a: &Expr, b: &Expr) -> Result<bool, DbError> {
    let a = compiled_program(conn, table, a).await?;
    Ok(a.is_some() && a == compiled_program(conn, table, b).await?)
}

/// The columns of EXPLAIN that make an instruction: <https://www.sqlite.org/lang_explain.html>
const INSTRUCTION: [&str; 7] = ["addr", "opcode", "p1", "p2", "p3", "p4", "p5"];

/// The program of an expression; `None` if SQLite doesn't compile it.
async fn compiled_program(
    conn: &mut Conn,
    table: &Table,
    expr: &Expr,
) -> Result<Option<Vec<Vec<String>>>, DbError> {
    let name = quote(table.name().as_str());
    let query = format!("EXPLAIN SELECT ({}) FROM {name}", expr.text);
    // a text that ends the statement would be run
    if split(&SQLITE, &query).map_or(0, |found| found.len()) != 1 {
        return Ok(None);
    }
    match conn.query(&query).await {
        Ok(rows) => {
            let instruction = |row: &Row| -> Result<Vec<String>, DbError> {
                let cells = INSTRUCTION.iter();
                cells.map(|name| Ok(row.text(name)?.to_owned())).collect()
            };
            Ok(Some(
                rows.iter().map(instruction).collect::<Result<_, _>>()?,
            ))
        }
        Err(error) if error.lost => Err(error),
        Err(_) => Ok(None),
    }
}
