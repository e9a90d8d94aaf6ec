//! The functions that expressions call.

use crate::db::{Conn, DbError};
use crate::dialect::postgres::expr::normalize_expr;
use crate::sql::{expr, literal};
use sqlparser::ast::Expr as Ast;
use std::collections::BTreeSet;

/// The functions that an expression calls; `None` if it can't be parsed or contains a query.
pub(crate) fn called_functions(text: &str) -> Option<BTreeSet<String>> {
    let mut ast = normalize_expr::parse(text)?;
    let mut names = BTreeSet::new();
    let mut query = false;
    expr::rewrite(&mut ast, |node| match node {
        Ast::Function(call) => {
            let name = call.name.to_string().replace('"', "").to_lowercase();
            names.insert(name.strip_prefix("pg_catalog.").unwrap_or(&name).to_owned());
        }
        Ast::Subquery(_) | Ast::Exists { .. } | Ast::InSubquery { .. } => query = true,
        _ => {}
    });
    // keywords of the grammar, parsed as functions
    for word in [
        "current_timestamp",
        "current_date",
        "current_time",
        "localtimestamp",
        "localtime",
        "current_user",
        "session_user",
        "coalesce",
        "greatest",
        "least",
        "nullif",
        "row",
    ] {
        names.remove(word);
    }
    (!query).then_some(names)
}

/// Whether two expressions call different user-defined functions. Their results can't be compared.
pub(crate) fn call_different_functions(a: &str, b: &str, built_in: &BTreeSet<String>) -> bool {
    let user_defined = |text: &str| -> Option<BTreeSet<String>> {
        let names = called_functions(text)?.into_iter();
        let last = |name: String| name.rsplit('.').next().unwrap_or_default().to_owned();
        Some(names.filter(|n| !built_in.contains(n)).map(last).collect())
    };
    matches!((user_defined(a), user_defined(b)), (Some(a), Some(b)) if a != b)
}

/// The functions in these texts whose name resolves to a function of `pg_catalog` only. EXPLAIN
/// evaluates constant calls of immutable functions, so no other function may be sent to it.
pub(crate) async fn built_in_functions(
    conn: &mut Conn,
    texts: impl Iterator<Item = &str>,
) -> Result<BTreeSet<String>, DbError> {
    let names: BTreeSet<String> = texts.filter_map(called_functions).flatten().collect();
    if names.is_empty() {
        return Ok(names);
    }
    let list = literal::list(names.iter().map(|name| literal::string(name)));
    let rows = conn
        .query(&format!(
            "SELECT proname AS function_name FROM pg_catalog.pg_proc p WHERE proname IN ({list}) \
             GROUP BY proname HAVING bool_and(pronamespace = 'pg_catalog'::regnamespace OR EXISTS ( \
               SELECT FROM pg_catalog.pg_proc c WHERE c.proname = p.proname AND c.proargtypes = p.proargtypes \
                 AND c.pronamespace = 'pg_catalog'::regnamespace))"
        ))
        .await?;
    (rows.iter())
        .map(|row| Ok(row.text("function_name")?.to_owned()))
        .collect()
}
