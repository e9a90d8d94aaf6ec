//! Views with the name of a new table: views and tables share their names.

use crate::change::{Change, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::mysql::types::literals;
use crate::model::{Ident, Object};
use crate::sql::literal;

/// One error for each view that has the name of a table that the plan creates or renames.
pub(crate) async fn find(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let names: Vec<&Ident> = plan.changes().flat_map(new_names).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let list = literal::list(
        names
            .iter()
            .map(|name| literals::string_literal(name.as_str())),
    );
    let query = format!(
        "SELECT table_name FROM information_schema.tables \
         WHERE table_schema = database() AND table_type = 'VIEW' AND table_name IN ({list})"
    );
    let views = conn.query(&query).await?;
    let views = views.iter().map(|row| row.text("table_name"));
    let views: Vec<&str> = views.collect::<Result<_, _>>()?;
    let blocked = names
        .into_iter()
        .filter(|name| views.contains(&name.as_str()));
    let errors = blocked.map(|name| {
        let message = format!("view {name} has the name of a new table");
        Diagnostic::error(Code::InTheWay, message)
            .help("drop or rename the view first: no spec declares it")
    });
    Ok(errors.collect())
}

/// The names that a change gives to tables and sequences.
fn new_names(change: &Change) -> Vec<&Ident> {
    match change {
        Change::Create(id, Object::Table(_) | Object::Sequence(_)) => vec![&id.name],
        Change::Table { ops, .. } => {
            let renames = ops.iter().filter_map(TableOp::rename);
            renames.map(|pair| &pair.to).collect()
        }
        Change::Create(..)
        | Change::Drop(..)
        | Change::Replace(..)
        | Change::Comment(..)
        | Change::Value(..) => Vec::new(),
    }
}
