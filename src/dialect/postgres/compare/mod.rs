//! Reconciles the declared schema with a live one, before they are compared: choices that the specs leave to
//! the server get the live value, and expressions that the server prints in the same form become equal.

pub(crate) mod called_functions;
pub(crate) mod explain;
pub(crate) mod expression_pair;
pub(crate) mod partition_bounds;
pub(crate) mod server_choices;
pub(crate) mod spelling;
pub(crate) mod table_pairs;

use crate::db::{Conn, DbError};
use crate::diag::{Code, Diagnostic};
use crate::dialect::out_of_scope_foreign_keys;
use crate::dialect::postgres::compare::called_functions::{
    built_in_functions, call_different_functions, called_functions,
};
use crate::dialect::postgres::compare::explain::{Printed, explain_expressions};
use crate::dialect::postgres::compare::expression_pair::{ExpressionPair, take_live_expression};
use crate::dialect::postgres::compare::partition_bounds::bound_pair;
use crate::dialect::postgres::compare::table_pairs::expression_pairs;
use crate::dialect::postgres::naming::object;
use crate::model::{ObjectId, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Reconciles the declared schema `want` with the live schema `have`.
pub(crate) async fn reconcile(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let names_not_nulls = conn.server().version.0 >= 18;
    let mut found = server_choices::take_live_choices(want, have, names_not_nulls);
    found.extend(reconcile_expressions(conn, want, have).await?);
    spelling::mark_spelling_differences(want, have);
    out_of_scope_foreign_keys::keep(want, have, false);
    Ok(found)
}

/// Compares the expressions that differ as texts, with one statement per table.
async fn reconcile_expressions(
    conn: &mut Conn,
    want: &mut Schema,
    have: &Schema,
) -> Result<Vec<Diagnostic>, DbError> {
    let mut found = Vec::new();
    let mut tables: Vec<(ObjectId, Vec<ExpressionPair>)> = Vec::new();
    for (id, table) in want.tables() {
        if let Some(live) = have.table(id).filter(|_| !table.external) {
            let mut pairs = expression_pairs(table, live);
            bound_pair(want, table, live, &mut pairs);
            if !pairs.is_empty() {
                tables.push((id.clone(), pairs));
            }
        }
    }
    if tables.is_empty() {
        return Ok(found);
    }
    let pairs = tables.iter().flat_map(|(_, pairs)| pairs);
    let texts = pairs.flat_map(|pair| &pair.sent).map(String::as_str);
    let built_in = built_in_functions(conn, texts).await?;
    for (id, pairs) in tables {
        let calls_only_built_in =
            |text: &&str| called_functions(text).is_some_and(|names| names.is_subset(&built_in));
        let texts = pairs.iter().flat_map(|pair| &pair.sent);
        let texts: BTreeSet<&str> = (texts.map(String::as_str))
            .filter(calls_only_built_in)
            .collect();
        let printed = explain_expressions(conn, &object(&id), &texts).await?;
        if let Some(table) = want.table_mut(&id) {
            for pair in &pairs {
                found.extend(reconcile_pair(&id, table, pair, &printed, &built_in));
            }
        }
    }
    Ok(found)
}

/// Takes over the live expression where both are equal, or can't be compared and belong to the same part. The
/// latter is reported.
fn reconcile_pair(
    id: &ObjectId,
    table: &mut Table,
    pair: &ExpressionPair,
    printed: &BTreeMap<&str, Printed>,
    built_in: &BTreeSet<String>,
) -> Option<Diagnostic> {
    let [want, live] = &pair.sent;
    let equal = match (printed.get(want.as_str()), printed.get(live.as_str())) {
        (Some(Printed::As(want)), Some(Printed::As(live))) => Some(want == live),
        // an expression with a name that doesn't exist yet differs from the live one
        (Some(Printed::UnknownName), Some(Printed::As(_))) => Some(false),
        _ if call_different_functions(want, live, built_in) => Some(false),
        _ => None,
    };
    let undecided = equal.is_none() && pair.same_part;
    if equal == Some(true) || undecided {
        take_live_expression(table, pair);
    }
    undecided.then(|| {
        let message = format!(
            "{id}: can't determine whether {} matches the spec",
            pair.label
        );
        Diagnostic::warning(Code::Undecided, message)
            .help(format!("the database has: {}", pair.live.text))
    })
}
