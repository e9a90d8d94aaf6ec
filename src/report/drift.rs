//! What `verify` found, in each form.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;
use crate::report::{Align, count, table};
use crate::spec::{Spec, TableSpec};
use crate::verify::{Comparison, Difference};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Each difference as a finding `drift`, at the place of the spec that it contradicts.
pub fn drift(found: &Comparison, spec: &Spec) -> Vec<Diagnostic> {
    let tables: HashMap<&Ident, &TableSpec> = spec
        .tables
        .iter()
        .rev() // the first of a name counts
        .map(|table| (&table.name.value, table))
        .collect();
    found
        .differences
        .iter()
        .map(|difference| {
            let message = format!(
                "{}: {} is `{}` in the database, the spec says `{}`",
                difference.object, difference.property, difference.database, difference.spec
            );
            let finding = Diagnostic::error(Code::Drift, message);
            match place(difference, &tables) {
                Some(at) => finding.at(at),
                None => finding,
            }
        })
        .collect()
}

fn place<'a>(
    difference: &Difference,
    tables: &HashMap<&Ident, &'a TableSpec>,
) -> Option<&'a Location> {
    let table = tables.get(&difference.owner.name)?;
    let column = difference
        .column
        .as_ref()
        .and_then(|name| table.columns.iter().find(|c| c.name.value == *name));
    Some(column.map_or(&table.name.at, |column| &column.name.at))
}

/// The rows and the summary, as a person reads them.
pub fn comparison_text(found: &Comparison, width: Option<u16>) -> String {
    let mut out = String::new();
    if !found.is_clean() {
        let headers = ["object", "property", "spec", "database"].map(|name| (name, Align::Left));
        let rows = found.differences.iter().map(|d| {
            vec![
                d.object.clone(),
                d.property.to_string(),
                d.spec.clone(),
                d.database.clone(),
            ]
        });
        out.push_str(&table(&headers, rows, width));
        out.push('\n');
    }
    let tables = count(found.tables, "table");
    // writing to a String can't fail, here and below
    let _ = match found.differences.len() {
        0 => writeln!(out, "No difference in {tables}."),
        n if found.tables_differing == 0 => writeln!(out, "{}.", count(n, "difference")),
        n => writeln!(
            out,
            "{} in {} of {tables}.",
            count(n, "difference"),
            found.tables_differing
        ),
    };
    let mut notes = Vec::new();
    if !found.uncompared.is_empty() {
        let list: Vec<String> = found
            .uncompared
            .iter()
            .map(|(id, why)| format!("{} {id} ({why})", id.kind))
            .collect();
        notes.push(format!("Not compared: {}.", list.join(", ")));
    }
    if !found.unmanaged.is_empty() {
        notes.push(format!(
            "Unmanaged: {}.",
            count(found.unmanaged.len(), "table")
        ));
    }
    if !notes.is_empty() {
        let _ = writeln!(out, "{}", notes.join(" "));
    }
    out
}

/// Keys: `database`, `target`, `server`, `tables`, `tables_differing` (counts), `differences` (a list of
/// `object`, `property`, `spec`, `database`), `unmanaged` (names), `uncompared` (a list of `kind`,
/// `object`, `reason`).
pub fn comparison_json(found: &Comparison, database: &str, target: &str, server: &str) -> Value {
    let differences: Vec<Value> = found
        .differences
        .iter()
        .map(|d| {
            json!({
                "object": d.object,
                "property": d.property,
                "spec": d.spec,
                "database": d.database,
            })
        })
        .collect();
    let unmanaged: Vec<String> = found.unmanaged.iter().map(ToString::to_string).collect();
    let uncompared: Vec<Value> = found
        .uncompared
        .iter()
        .map(|(id, why)| {
            json!({ "kind": id.kind.to_string(), "object": id.to_string(), "reason": why })
        })
        .collect();
    json!({
        "database": database,
        "target": target,
        "server": server,
        "tables": found.tables,
        "tables_differing": found.tables_differing,
        "differences": differences,
        "unmanaged": unmanaged,
        "uncompared": uncompared,
    })
}
