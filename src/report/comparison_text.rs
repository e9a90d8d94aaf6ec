//! The result of `verify` as text.

use crate::report::table::{Align, table};
use crate::report::units::count;
use crate::verify::Comparison;
use std::fmt::Write as _;

/// A table of the differences, and a summary. `width` is that of the terminal, in columns.
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
    if !found.not_compared.is_empty() {
        let list: Vec<String> = found
            .not_compared
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
