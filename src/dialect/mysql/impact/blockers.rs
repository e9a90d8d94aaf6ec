//! What isn't modelled but has the name of a table that comes: views, which share their names with tables.

use crate::change::{Change, Plan, TableOp};
use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::mysql::types::literals;
use crate::model::{Ident, Object};
use crate::sql::literal;

/// An error for each view that is in the way.
pub(crate) async fn find(conn: &mut Conn, plan: &Plan) -> Result<Vec<Diagnostic>, DbError> {
    let names: Vec<&Ident> = plan.changes().flat_map(come).collect();
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
    let is_one = |name: &&Ident| views.iter().any(|row| row.text_at(0) == name.as_str());
    let in_the_way = names.into_iter().filter(is_one).map(|name| {
        let message = format!("view {name} has the name of a table that comes");
        Diagnostic::error(Code::InTheWay, message)
            .help("drop it before, or give it another name: the specs don't know it")
    });
    Ok(in_the_way.collect())
}

/// The names that tables and sequences get by a change.
fn come(change: &Change) -> Vec<&Ident> {
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
