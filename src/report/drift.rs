//! The result of `verify` as findings and as JSON.

use crate::diag::{Code, Diagnostic, Location};
use crate::model::Ident;

use crate::spec::{Spec, TableSpec};
use crate::verify::{Comparison, Difference};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Each difference as a finding `drift`, at the location in the spec that it differs from.
pub fn drift(found: &Comparison, spec: &Spec) -> Vec<Diagnostic> {
    let tables: HashMap<&Ident, &TableSpec> = spec
        .tables
        .iter()
        .rev() // of several tables with one name, the first is used
        .map(|table| (&table.name.value, table))
        .collect();
    found
        .differences
        .iter()
        .map(|difference| {
            let message = format!(
                "{}: {} is `{}` in the database, `{}` in the spec",
                difference.object, difference.property, difference.database, difference.spec
            );
            let finding = Diagnostic::error(Code::Drift, message);
            match location_of(difference, &tables) {
                Some(at) => finding.at(at),
                None => finding,
            }
        })
        .collect()
}

fn location_of<'a>(
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
    let not_compared: Vec<Value> = found
        .not_compared
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
        "uncompared": not_compared,
    })
}
