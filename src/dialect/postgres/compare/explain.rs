//! Prints expressions through EXPLAIN, as the server's rewriter leaves them. EXPLAIN reads no rows and needs
//! only the privilege SELECT.

use crate::db::{Conn, DbError};
use crate::sql::literal;
use std::collections::{BTreeMap, BTreeSet};

/// The result of EXPLAIN for one expression.
pub(crate) enum Printed {
    /// The expression as the server prints it.
    As(String),
    /// The expression names a column, a type or an enum value that doesn't exist.
    UnknownName,
}

/// The expressions of a table as the server prints them. An expression that fails makes the whole statement
/// fail; each is then sent in a separate statement. Expressions that fail for another reason than an unknown name are
/// omitted.
pub(crate) async fn explain_expressions<'a>(
    conn: &mut Conn,
    table: &str,
    texts: &BTreeSet<&'a str>,
) -> Result<BTreeMap<&'a str, Printed>, DbError> {
    let texts: Vec<&str> = texts.iter().copied().collect();
    let mut out = BTreeMap::new();
    if texts.is_empty() {
        return Ok(out);
    }
    match explain_output(conn, table, &texts).await {
        Ok(all) => out.extend(texts.iter().copied().zip(all.into_iter().map(Printed::As))),
        Err(error) if error.lost => return Err(error),
        Err(_) => {
            for text in texts {
                match explain_output(conn, table, &[text]).await {
                    Ok(one) => out.extend(one.into_iter().map(|shown| (text, Printed::As(shown)))),
                    Err(error) if error.lost => return Err(error),
                    // undefined_column, undefined_object, undefined_table, invalid_text_representation
                    Err(error) if ["42703", "42704", "42P01", "22P02"].contains(&&*error.code) => {
                        out.insert(text, Printed::UnknownName);
                    }
                    Err(_) => {}
                }
            }
        }
    }
    Ok(out)
}

async fn explain_output(
    conn: &mut Conn,
    table: &str,
    texts: &[&str],
) -> Result<Vec<String>, DbError> {
    let rows = conn
        .query(&format!(
            "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT {} FROM ONLY {table}",
            literal::list(texts)
        ))
        .await?;
    let mut json = String::new();
    for row in &rows {
        json.push_str(row.text("query plan")?);
    }
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let output = plan.pointer("/0/Plan/Output").and_then(|o| o.as_array());
    let shown: Vec<String> = output
        .map(|all| {
            all.iter()
                .filter_map(|o| o.as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default();
    // outputs of another number can't be assigned to the expressions
    Ok(if shown.len() == texts.len() {
        shown
    } else {
        Vec::new()
    })
}
